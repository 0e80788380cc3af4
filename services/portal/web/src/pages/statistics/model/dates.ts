// Which tables are the same one of another 時点.
import type { Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { partOf } from '../../../lib/format';

type Described = Pick<Statistic, 'dimensions' | 'filters' | 'measure' | 'tier' | 'provenance'>;

/** All but the values of filters, which a list does not tell. */
function shapeOf({ dimensions, filters, measure, tier, provenance }: Described): string {
  return JSON.stringify([
    partOf(provenance?.snapshot ?? '', 'datasets'),
    dimensions.map(({ column }) => column),
    filters.map(({ column }) => column).toSorted(),
    [measure?.kind, measure?.column],
    tier,
  ]);
}

/** Tables of LIST that may be TABLE at other dates: of the same dataset, columns, filters, measure and tier; by date, the newest first. */
export function candidatesByDate<T extends Described>(
  table: T,
  list: readonly T[],
): Map<string, T[]> {
  const own = table.provenance?.referenceDate;
  const byDate = new Map<string, T[]>();
  // The newest stands first in the list.
  for (const other of list) {
    const date = other.provenance?.referenceDate ?? '';
    if (date === own || shapeOf(other) !== shapeOf(table)) continue;
    byDate.set(date, [...(byDate.get(date) ?? []), other]);
  }
  return byDate;
}

/** Whether both count the same records, as far as filters go. */
export function sameFilters(
  one: Pick<Statistic, 'filters'>,
  other: Pick<Statistic, 'filters'>,
): boolean {
  const text = ({ filters }: Pick<Statistic, 'filters'>) =>
    JSON.stringify(
      filters.map(({ column, values }) => [column, values.toSorted()] as const).toSorted(),
    );
  return text(one) === text(other);
}
