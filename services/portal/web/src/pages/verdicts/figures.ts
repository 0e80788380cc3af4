import {
  type ClassSize,
  Outcome,
  type RuleResult,
  type Verdict,
} from '@oboro/gen/oboro/verification/v1/verification_pb';
import type { Language } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { formatNumber } from '../../lib/format';
import type { VerdictText } from './words';

/** Classes of sizes from `from` to `to` (null: and above). */
export interface SizeBand {
  from: number;
  to: number | null;
  classes: number;
  records: number;
}

const BANDS: [number, number | null][] = [
  [1, 1],
  [2, 2],
  [3, 4],
  [5, 9],
  [10, 19],
  [20, 49],
  [50, 99],
  [100, 999],
  [1000, null],
];

/** The histogram in bands that grow: small sizes, which matter, one by one. Every band is given, empty ones too. */
export function sizeBands(histogram: readonly ClassSize[]): SizeBand[] {
  const bands = BANDS.map(([from, to]) => ({ from, to, classes: 0, records: 0 }));
  for (const entry of histogram) {
    const size = Number(entry.size);
    const band = bands.find(({ from, to }) => size >= from && (to === null || size <= to));
    if (!band) continue;
    band.classes += Number(entry.classes);
    band.records += size * Number(entry.classes);
  }
  return bands;
}

export function bandWord(t: VerdictText, { from, to }: SizeBand): string {
  if (to === 1) return t.size.one;
  return to === null
    ? t.size.above(formatNumber(from))
    : t.size.range(formatNumber(from), formatNumber(to));
}

const number = (digits: string | undefined): string => formatNumber(BigInt(digits ?? 0));

/** What a rule asks, which the verdict has in the words of the signed document; unknown forms stay as they are. */
export function askedWord(t: VerdictText, { threshold }: RuleResult): string {
  let found = /^k >= (\d+)$/.exec(threshold);
  if (found) return t.asked.atLeast(number(found[1]));
  found = /^uniques <= (\d+)$/.exec(threshold);
  if (found) return t.asked.atMost(number(found[1]));
  found = /^l >= (\d+)$/.exec(threshold);
  if (found) return t.asked.diversity(number(found[1]));
  found = /^counts 1-(\d+) never shown$/.exec(threshold);
  if (found) return t.asked.neverShown(number(found[1]));
  if (threshold === '0 columns') return t.asked.noColumns;
  if (threshold === 'no counts of persons') return t.asked.noCounts;
  return threshold;
}

export function measuredWord(t: VerdictText, { measured }: RuleResult, language: Language): string {
  let found = /^k = (\d+), (\d+) records below$/.exec(measured);
  if (found) return t.measured.k(number(found[1]), number(found[2]));
  found = /^uniques = (\d+)$/.exec(measured);
  if (found) return t.measured.uniques(number(found[1]));
  found = /^l = (\d+) \((.*)\)$/.exec(measured);
  if (found) return t.measured.diversity(number(found[1]), columnTitle(found[2] ?? '', language));
  found = /^(\d+) columns(?:: (.*))?$/.exec(measured);
  if (found) return t.measured.columns(number(found[1]), found[2] ?? '');
  found = /^population = (\d+)$/.exec(measured);
  if (found) return t.measured.population(number(found[1]));
  if (measured === 'no sensitive columns') return t.measured.noSensitive;
  return measured;
}

/** A message of the service as it reads on a screen: numbers with separators, columns by their titles. */
export const readable = (message: string, language: Language): string =>
  message
    .replace(/\d{4,}(?= ?[件人])/g, (digits) => formatNumber(BigInt(digits)))
    .replace(/列 (\w+) ?/g, (_, column: string) => `列「${columnTitle(column, language)}」`);

export interface Mend {
  rule: string;
  message: string;
  /** The gravest outcome that it has in any tier. */
  outcome: Outcome;
  /** Positions in the verdict's tiers. */
  tiers: number[];
}

/** Rules not met, each remedy once, the gravest first. */
export function mendsOf(verdict: Verdict): Mend[] {
  const mends = new Map<string, Mend>();
  verdict.tiers.forEach((tier, index) => {
    for (const { rule, message, outcome } of tier.rules) {
      if (outcome !== Outcome.WARN && outcome !== Outcome.REFUSE) continue;
      const key = `${rule} ${message}`;
      const mend = mends.get(key) ?? { rule, message, outcome, tiers: [] };
      mend.outcome = Math.max(mend.outcome, outcome);
      mend.tiers.push(index);
      mends.set(key, mend);
    }
  });
  return [...mends.values()].toSorted((a, b) => b.outcome - a.outcome);
}
