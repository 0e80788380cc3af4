import { type Finding, Settlement } from '@oboro/gen/oboro/upload/v1/upload_pb';

export const SETTLEMENTS = {
  open: Settlement.OPEN,
  accepted: Settlement.ACCEPTED,
  excluded: Settlement.EXCLUDED,
  returned: Settlement.RETURNED,
};
export type SettlementKey = keyof typeof SETTLEMENTS;

export const settlementKey = (settlement: Settlement): SettlementKey =>
  (Object.entries(SETTLEMENTS).find(([, value]) => value === settlement)?.[0] as SettlementKey) ??
  'open';

export const keyOf = (finding: Finding): string =>
  `${finding.row}|${finding.column}|${finding.rule}`;

/** What one call of SettleFindings is about: one rule and some of its rows, or all of it. */
export interface Portion {
  rule: string;
  rows: bigint[];
}

/** Chosen findings by rule: a call settles what has both its rule and one of its rows, and nothing else. */
export function portionsOf(findings: readonly Finding[]): Portion[] {
  const byRule = new Map<string, Set<bigint>>();
  for (const finding of findings) {
    const rows = byRule.get(finding.rule) ?? new Set<bigint>();
    rows.add(finding.row);
    byRule.set(finding.rule, rows);
  }
  return [...byRule].map(([rule, rows]) => ({ rule, rows: [...rows] }));
}
