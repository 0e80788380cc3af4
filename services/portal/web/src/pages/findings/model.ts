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

/** What still waits, of one rule or (with '') of all, as calls that leave earlier decisions alone. */
export interface Waiting {
  portions: Portion[];
  /** Rules whose earlier decisions such a call replaces: all of it is decided, or more waits than can be named. */
  replaced: string[];
}

/** `openOf` lists the findings of a rule that wait: of long lists the first ones only. */
export async function waitingPortions(
  counts: readonly FindingCount[],
  rule: string,
  openOf: (rule: string) => Promise<Finding[]>,
): Promise<Waiting> {
  const waiting: Waiting = { portions: [], replaced: [] };
  for (const count of counts) {
    const wanted = rule ? count.rule === rule : count.open > 0n;
    if (!wanted) continue;
    const untouched = count.open === count.count;
    const open = untouched || count.open === 0n ? [] : await openOf(count.rule);
    if (!untouched && (open.length === 0 || BigInt(open.length) < count.open)) {
      waiting.replaced.push(count.rule);
      waiting.portions.push({ rule: count.rule, rows: [] });
    } else {
      waiting.portions.push(...(untouched ? [{ rule: count.rule, rows: [] }] : portionsOf(open)));
    }
  }
  return waiting;
}
