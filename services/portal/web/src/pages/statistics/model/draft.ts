// A table that is being put together.
import { ColumnKind, type Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { MeasureKind, type Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Outcome, type Tier, type Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';

export interface DraftFilter {
  column: string;
  values: string[];
}

export interface Draft {
  rows: string[];
  columns: string[];
  /** Upper levels of a column, finest first. */
  within: Record<string, string[]>;
  measure: MeasureKind;
  measureColumn: string;
  filters: DraftFilter[];
}

export const emptyDraft: Draft = {
  rows: [],
  columns: [],
  within: {},
  measure: MeasureKind.RECORDS,
  measureColumn: '',
  filters: [],
};

/** The shape of a table that exists: the first dimension in rows, the others in columns. */
export function draftOf(statistic: Statistic): Draft {
  const columns = statistic.dimensions.map(({ column }) => column);
  return {
    rows: columns.slice(0, 1),
    columns: columns.slice(1),
    within: Object.fromEntries(statistic.dimensions.map(({ column, within }) => [column, within])),
    measure: statistic.measure?.kind ?? MeasureKind.RECORDS,
    measureColumn: statistic.measure?.column ?? '',
    filters: statistic.filters.map(({ column, values }) => ({ column, values: [...values] })),
  };
}

/** Columns that may stand in a table: everything but link numbers. */
export function tableColumns(abstraction: Abstraction | undefined) {
  return (abstraction?.columns ?? []).filter(({ kind }) => kind !== ColumnKind.LINK_NUMBER);
}

export function linkColumns(abstraction: Abstraction | undefined) {
  return (abstraction?.columns ?? []).filter(({ kind }) => kind === ColumnKind.LINK_NUMBER);
}

/** The column that a measure needs, as far as it can be guessed; empty for records. */
export function guessMeasureColumn(
  measure: MeasureKind,
  abstraction: Abstraction | undefined,
): string {
  const links = linkColumns(abstraction).map(({ name }) => name);
  if (measure === MeasureKind.PERSONS)
    return links.find((name) => /person|宛名|個人/i.test(name)) ?? links[0] ?? '';
  if (measure === MeasureKind.HOUSEHOLDS)
    return links.find((name) => /house|世帯/i.test(name)) ?? links[1] ?? '';
  return '';
}

/** Puts a column into a zone ("available" takes it out of the table). */
export function placeColumn(draft: Draft, column: string, zone: string, at: number): Draft {
  const rows = draft.rows.filter((name) => name !== column);
  const columns = draft.columns.filter((name) => name !== column);
  if (zone === 'rows') rows.splice(at, 0, column);
  if (zone === 'columns') columns.splice(at, 0, column);
  // A column of the table is no upper level of another, which would count it twice.
  const within = Object.fromEntries(
    Object.entries(draft.within).map(([name, above]) => [
      name,
      zone === 'available' ? above : above.filter((a) => a !== column),
    ]),
  );
  return { ...draft, rows, columns, within };
}

/** What CreateStatistic takes. */
export function requestOf(draft: Draft) {
  return {
    axes: [...draft.rows, ...draft.columns].map((column) => ({
      column,
      within: draft.within[column] ?? [],
    })),
    measure: {
      kind: draft.measure,
      column: draft.measure === MeasureKind.RECORDS ? '' : draft.measureColumn,
    },
    filters: draft.filters.filter(({ column, values }) => column !== '' && values.length > 0),
  };
}

/** Verdicts that let something out, newest first: one for each abstraction and policy. */
export function usableVerdicts(verdicts: readonly Verdict[]): Verdict[] {
  const seen = new Set<string>();
  return verdicts.filter((verdict) => {
    const key = `${verdict.abstraction} ${verdict.policy}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return openTiers(verdict).length > 0;
  });
}

export function openTiers(verdict: Verdict | undefined): Tier[] {
  return (verdict?.tiers ?? [])
    .filter(({ outcome }) => outcome === Outcome.PASS || outcome === Outcome.WARN)
    .map(({ tier }) => tier);
}
