import { MeasureKind, type Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Tier } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { describe, expect, it } from 'vitest';
import { candidatesByDate, sameFilters } from './dates';

const filter = (column: string, ...values: string[]) => ({ column, values });

function statistic(name: string, date: string, other: object = {}, dataset = 'register') {
  return {
    name,
    dimensions: [{ column: 'sex' }, { column: 'age' }],
    filters: [],
    measure: { kind: MeasureKind.RECORDS, column: '' },
    tier: Tier.INTERNAL,
    provenance: { snapshot: `tenants/t/datasets/${dataset}/snapshots/s`, referenceDate: date },
    ...other,
  } as unknown as Statistic;
}

describe('the same table at other dates', () => {
  const own = statistic('own', '2026-04-01');
  const found = (list: Statistic[], table = own) =>
    [...candidatesByDate(table, list)].map(([date, all]) => [date, all.map(({ name }) => name)]);

  it('is of the same dataset, columns, measure and tier, the newest of a date first', () => {
    expect(
      found([
        own,
        statistic('newer', '2025-04-01'),
        statistic('same date', '2026-04-01'),
        statistic('other data', '2024-04-01', {}, 'accidents'),
        statistic('other columns', '2024-04-01', { dimensions: [{ column: 'sex' }] }),
        statistic('other tier', '2024-04-01', { tier: Tier.PUBLIC }),
        statistic('households', '2024-04-01', {
          measure: { kind: MeasureKind.HOUSEHOLDS, column: 'household' },
        }),
        statistic('older', '2025-04-01'),
        statistic('first', '2023-04-01'),
      ]),
    ).toEqual([
      ['2025-04-01', ['newer', 'older']],
      ['2023-04-01', ['first']],
    ]);
  });

  it('is not one of some of the records where this one is of all', () => {
    const women = statistic('women', '2025-04-01', { filters: [filter('sex')] });
    expect(found([women])).toEqual([]);
    const here = statistic('here', '2026-04-01', { filters: [filter('sex', '女')] });
    expect(found([women], here)).toEqual([['2025-04-01', ['women']]]);
  });

  it('has the same values in its filters, in whatever order', () => {
    const one = { filters: [filter('ward', 'a', 'b'), filter('sex', '女')] } as Statistic;
    const turned = { filters: [filter('sex', '女'), filter('ward', 'b', 'a')] } as Statistic;
    const men = { filters: [filter('ward', 'a', 'b'), filter('sex', '男')] } as Statistic;
    expect(sameFilters(one, turned)).toBe(true);
    expect(sameFilters(one, men)).toBe(false);
  });
});
