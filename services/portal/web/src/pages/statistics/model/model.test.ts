import { CellStatus } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { describe, expect, it } from 'vitest';
import { formatDate } from '../../../lib/wareki';
import { ageAxis, barData, lineData, pyramidData } from './charts';
import { classOf, quantileBreaks } from './classes';
import {
  defaultLayout,
  layoutFromQuery,
  layoutToQuery,
  moveDimension,
  repairLayout,
} from './layout';
import { areMeshCodes, meshRectangle } from './mesh';
import { countShown, makePivot } from './pivot';
import { bestProperty, fileFeatures, meshFeatures, readPlaceFile } from './places';
import { toSheet } from './sheet';
import {
  cellIndex,
  emptyTable,
  makeAxis,
  membersOfLevel,
  putCells,
  shownAt,
  splitLabel,
  visibleMembers,
  type StatTable,
} from './table';

// Sex (flat) by age in five years within three groups; 計 last.
function sample(): StatTable {
  const dimension = (column: string, members: string[], parents: number[] = []) =>
    ({ column, members, parents, within: [] }) as never;
  const table = emptyTable({
    dimensions: [
      dimension('sex', ['女', '男', '計']),
      dimension('age', ['0-4歳', '5-9歳', '子ども', '10-14歳', '大人', '計'], [2, 2, 5, 4, 5, -1]),
    ],
  });
  for (let sex = 0; sex < 3; sex += 1) {
    for (let age = 0; age < 6; age += 1) {
      const suppressed = sex === 1 && age === 0;
      putCells(table, [
        {
          members: [sex, age],
          status: suppressed ? CellStatus.SUPPRESSED : CellStatus.VALUE,
          value: suppressed ? undefined : BigInt(100 * sex + age),
        } as never,
      ]);
    }
  }
  return table;
}

describe('a table', () => {
  it('puts every cell where its members say', () => {
    const table = sample();
    expect(shownAt(table, cellIndex(table, [2, 5]))).toEqual({ kind: 'value', value: 205 });
    expect(shownAt(table, cellIndex(table, [1, 0]))).toEqual({
      kind: 'suppressed',
      status: CellStatus.SUPPRESSED,
    });
    expect(() => putCells(table, [{ members: [3, 0], status: 1, value: 1n } as never])).toThrow(
      RangeError,
    );
  });

  it('shows groups before what is in them and hides what is collapsed', () => {
    const axis = sample().axes[1]!;
    expect(visibleMembers(axis).map((m) => axis.members[m])).toEqual([
      '計',
      '子ども',
      '0-4歳',
      '5-9歳',
      '大人',
      '10-14歳',
    ]);
    expect(visibleMembers(axis, new Set([2])).map((m) => axis.members[m])).toEqual([
      '計',
      '子ども',
      '大人',
      '10-14歳',
    ]);
  });

  it('takes a dimension without parents as flat', () => {
    expect(makeAxis({ column: 'a', members: ['x', 'y', '計'], parents: [] }).parents).toEqual([
      2, 2, -1,
    ]);
  });

  it('tells a code from a name', () => {
    expect(splitLabel('082200101001 吾妻一丁目')).toEqual({
      code: '082200101001',
      name: '吾妻一丁目',
    });
    expect(splitLabel('5-9歳')).toEqual({ code: '5-9歳', name: '5-9歳' });
  });
});

describe('a layout', () => {
  it('survives the URL', () => {
    const table = sample();
    const layout = {
      ...defaultLayout(table),
      collapsed: [[1, 2]] as [number, number][],
      sort: { column: 1, descending: true },
      tab: 'chart' as const,
    };
    const query = new URLSearchParams(layoutToQuery(layout));
    expect(repairLayout(table, layoutFromQuery(query))).toEqual(layout);
  });

  it('drops what does not fit the table and holds what is left over at its margin', () => {
    const table = sample();
    const layout = repairLayout(table, { rows: [7, 1, 1], columns: [1], slices: [[0, 9]] });
    expect(layout).toMatchObject({ rows: [1], columns: [], slices: [[0, 2]] });
  });

  it('moves a dimension to exactly one place', () => {
    const table = sample();
    const layout = moveDimension(table, defaultLayout(table), 0, 'columns', 0);
    expect(layout).toMatchObject({ rows: [], columns: [0, 1], slices: [] });
    expect(moveDimension(table, layout, 1, 'slices').slices).toEqual([[1, 5]]);
  });
});

describe('a pivot', () => {
  it('shows released cells only and keeps suppressed ones last when sorted', () => {
    const table = sample();
    const layout = {
      ...defaultLayout(table),
      rows: [0],
      columns: [1],
      sort: { column: 2, descending: true },
    };
    const pivot = makePivot(table, layout); // Column 2 is 0-4歳.
    expect(pivot.columns[2]!.labels).toEqual(['0-4歳']);
    expect(pivot.rows.map((r) => r.labels[0])).toEqual(['計', '女', '男']);
    expect(pivot.shown(2, 2).kind).toBe('suppressed');
    expect(countShown(pivot)).toEqual({ values: 17, suppressed: 1 });
  });

  it('becomes a sheet with the mark in place of a number', () => {
    const table = sample();
    const layout = {
      ...defaultLayout(table),
      collapsed: [
        [1, 2],
        [1, 4],
      ] as [number, number][],
    };
    const sheet = toSheet(table, layout, makePivot(table, layout), '秘匿', (column) =>
      column === 'sex' ? '性別' : column,
    );
    expect(sheet.rows).toEqual([
      ['性別', '計', '子ども', '大人'],
      ['計', 205, 202, 204],
      ['女', 5, 2, 4],
      ['男', 105, 102, 104],
    ]);
  });
});

describe('charts', () => {
  it('leave a gap where a cell is suppressed', () => {
    const table = sample();
    const layout = defaultLayout(table);
    const data = barData(
      table,
      { ...layout, rows: [1], columns: [0] },
      makePivot(table, { ...layout, rows: [1], columns: [0] }),
    );
    expect(data.series.map((s) => s.name)).toEqual(['女', '男']);
    expect(data.categories).toEqual(['0-4歳', '5-9歳', '10-14歳']);
    expect(data.series[1]!.values[0]).toBeNull();
    expect(data.suppressed).toBe(1);
  });

  it('find ages and sexes for a pyramid of the finest ages', () => {
    const table = sample();
    expect(ageAxis(table)).toBe(1);
    const data = pyramidData(table, defaultLayout(table))!;
    expect(data.categories).toEqual(['0-4歳', '5-9歳', '10-14歳']);
    expect(data.series.map((s) => s.values)).toEqual([
      [null, 101, 103],
      [0, 1, 3],
    ]);
  });

  it('follow a label over dates, whatever its index there', () => {
    const table = sample();
    const layout = {
      ...defaultLayout(table),
      rows: [0],
      columns: [],
      slices: [[1, 5]] as [number, number][],
    };
    const data = lineData(
      [
        { date: '2026-04-01', table },
        { date: '2025-04-01', table },
      ],
      layout,
      table,
      (iso) => formatDate(iso, 'ja'),
    );
    // In the order of time, written as people write dates.
    expect(data.categories).toEqual(['令和7年（2025年）4月1日', '令和8年（2026年）4月1日']);
    expect(data.series).toEqual([
      { name: '女', values: [5, 5] },
      { name: '男', values: [105, 105] },
    ]);
  });

  it('tell a member that a date does not have from one that is suppressed there', () => {
    const table = sample();
    const layout = {
      ...defaultLayout(table),
      rows: [1],
      columns: [],
      slices: [[0, 1]] as [number, number][],
    };
    const other = sample();
    other.axes[1]!.members[1] = '5-8歳';
    const data = lineData(
      [
        { date: 'a', table },
        { date: 'b', table: other },
      ],
      layout,
      table,
      (iso) => iso,
    );
    expect(data.series.map(({ values }) => values)).toEqual([
      [null, null],
      [101, undefined],
      [103, 103],
    ]);
    expect(data.suppressed).toBe(2);
  });

  it('say how many series are left out', () => {
    const members = Array.from({ length: 14 }, (_, i) => `m${i}`);
    const table = emptyTable({
      dimensions: [{ column: 'x', members: [...members, '計'], parents: [] }] as never,
    });
    const lines = lineData([{ date: 'a', table }], defaultLayout(table), table, (iso) => iso);
    expect([lines.series.length, lines.omitted]).toEqual([12, 2]);
    const layout = { ...defaultLayout(table), rows: [], columns: [0] };
    const bars = barData(table, layout, makePivot(table, layout));
    expect([bars.series.length, bars.omitted]).toEqual([12, 2]);
  });
});

describe('places', () => {
  it('computes meshes by JIS X 0410', () => {
    // 5339-45-35 and its north-east quarter of the north-east half.
    const third = meshRectangle('53394535')!;
    expect(third.south).toBeCloseTo(53 / 1.5 + 4 / 12 + 3 / 120, 10);
    expect(third.west).toBeCloseTo(139 + 5 / 8 + 5 / 80, 10);
    const quarter = meshRectangle('5339453544')!;
    expect(quarter.north).toBeCloseTo(third.north, 10);
    expect(quarter.east).toBeCloseTo(third.east, 10);
    expect((quarter.north - quarter.south) * 480).toBeCloseTo(1, 8);
    expect(meshRectangle('5339453555')).toBeUndefined();
    expect(areMeshCodes(['53394535', '計'])).toBe(false);
  });

  it('draws each level of a nested dimension', () => {
    const axis = makeAxis({
      column: 'mesh250',
      members: ['5237063311', '5237063312', '523706331', '5237063321', '523706332', '計'],
      parents: [2, 2, 5, 4, 5, -1],
      within: ['mesh500'],
    });
    expect(membersOfLevel(axis, 0)).toEqual([0, 1, 3]);
    expect(membersOfLevel(axis, 1)).toEqual([2, 4]);
    expect(meshFeatures(axis, [2, 5]).map(({ properties }) => properties.label)).toEqual([
      '523706331',
    ]);
  });

  it('matches a file by the property that names most members, and never by a name that two share', () => {
    const axis = makeAxis({
      column: 'town',
      members: ['08220001 本町', '08220002 本町', '08220003 吾妻', '計'],
      parents: [],
    });
    const csv = readPlaceFile(
      'towns.csv',
      'code,name,緯度,経度\r\n08220001,本町,36.1,140.1\r\n08220003,吾妻,36.2,140.2\r\n',
    );
    expect(bestProperty(axis, [0, 1, 2], csv)).toBe('code');
    expect(
      fileFeatures(axis, [0, 1, 2], { name: '', property: 'code', collection: csv }),
    ).toHaveLength(2);
    expect(
      fileFeatures(axis, [0, 1, 2], { name: '', property: 'name', collection: csv }).map(
        (f) => f.properties.member,
      ),
    ).toEqual([2]);
  });

  it('classes by quantiles without splitting equal values', () => {
    expect(quantileBreaks([1, 1, 1, 1, 9], 5)).toEqual([1, 9]);
    expect(classOf([1, 9], 5)).toBe(1);
  });
});
