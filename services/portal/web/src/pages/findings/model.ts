import { type Finding, type FindingCount, Settlement } from '@oboro/gen/oboro/upload/v1/upload_pb';

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

/** The word for it among the filters: what was accepted by itself has one of its own, as nobody was asked. */
export const settlementWord = (settlement: Settlement): SettlementKey | 'notAsked' =>
  settlement === Settlement.UNSPECIFIED ? 'notAsked' : settlementKey(settlement);

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

/** What was decided of a rule, or (with '') of all: a call for everything would put another decision in its place. */
export const decided = (counts: readonly FindingCount[], rule: string): bigint =>
  counts
    .filter((count) => rule === '' || count.rule === rule)
    .reduce((sum, count) => sum + count.accepted + count.excluded + count.returned, 0n);

/** What waits of a rule, or of all. */
export const waiting = (counts: readonly FindingCount[], rule: string): bigint =>
  counts
    .filter((count) => rule === '' || count.rule === rule)
    .reduce((sum, count) => sum + count.open, 0n);
