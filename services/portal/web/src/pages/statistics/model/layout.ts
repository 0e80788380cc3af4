// Where each dimension stands, as the URL and a saved view remember it.
import type { StatTable } from './table';

export const TABS = ['table', 'chart', 'map'] as const;
export type Tab = (typeof TABS)[number];
export const CHARTS = ['bar', 'line', 'pyramid'] as const;
export type ChartKind = (typeof CHARTS)[number];

/** Dimensions by number. Every dimension stands in exactly one of rows, columns and slices. */
export interface Layout {
  rows: number[];
  columns: number[];
  /** The member at which a dimension outside the table is held: [dimension, member]. */
  slices: [number, number][];
  /** Collapsed groups: [dimension, member]. */
  collapsed: [number, number][];
  /** Sorted by the value of one visible column (-1: the table's order). */
  sort: { column: number; descending: boolean };
  tab: Tab;
  chart: ChartKind;
  /** What the map draws: dimension, and how many levels above its finest. Left out: what has places. */
  map?: [number, number] | undefined;
}

/** The first dimension in rows, the second in columns, the others held at their margin. */
export function defaultLayout(table: StatTable): Layout {
  const rest = table.axes.map((axis, d) => [d, axis.root] as [number, number]).slice(2);
  return {
    rows: table.axes.length > 0 ? [0] : [],
    columns: table.axes.length > 1 ? [1] : [],
    slices: rest,
    collapsed: [],
    sort: { column: -1, descending: false },
    tab: 'table',
    chart: 'bar',
  };
}

/** A line over reference dates is drawn: it asks for the table's other dates. */
export const overDates = ({ tab, chart }: Layout): boolean => tab === 'chart' && chart === 'line';

const drawable = (table: StatTable, [dimension, level]: [number, number]): boolean =>
  level <= (table.axes[dimension]?.within.length ?? -1);

/** A layout made whole again: what a link or an old view lacks is filled, what does not fit the table is dropped. */
export function repairLayout(table: StatTable, wanted: Partial<Layout>): Layout {
  const base = defaultLayout(table);
  const seen = new Set<number>();
  const take = (dims: number[] | undefined) =>
    (dims ?? []).filter((d) => d >= 0 && d < table.axes.length && !seen.has(d) && seen.add(d));
  const given = wanted.rows !== undefined || wanted.columns !== undefined;
  const rows = take(given ? wanted.rows : base.rows);
  const columns = take(given ? wanted.columns : base.columns);
  const valid = ([d, m]: [number, number]) =>
    d >= 0 && d < table.axes.length && m >= 0 && m < table.axes[d]!.members.length;
  const slices = (wanted.slices ?? base.slices).filter(
    (s) => valid(s) && !seen.has(s[0]) && seen.add(s[0]),
  );
  table.axes.forEach((axis, d) => {
    if (!seen.has(d)) slices.push([d, axis.root]);
  });
  return {
    rows,
    columns,
    slices,
    collapsed: (wanted.collapsed ?? []).filter(valid),
    sort: wanted.sort ?? base.sort,
    tab: wanted.tab ?? base.tab,
    chart: wanted.chart ?? base.chart,
    map: wanted.map && drawable(table, wanted.map) ? wanted.map : undefined,
  };
}

export type Zone = 'rows' | 'columns' | 'slices';

/** Moves a dimension to a zone, before position `at` (at the end when left out). */
export function moveDimension(
  table: StatTable,
  layout: Layout,
  dimension: number,
  to: Zone,
  at?: number,
): Layout {
  const rows = layout.rows.filter((d) => d !== dimension);
  const columns = layout.columns.filter((d) => d !== dimension);
  const slices = layout.slices.filter(([d]) => d !== dimension);
  if (to === 'rows') rows.splice(at ?? rows.length, 0, dimension);
  if (to === 'columns') columns.splice(at ?? columns.length, 0, dimension);
  if (to === 'slices')
    slices.splice(at ?? slices.length, 0, [dimension, table.axes[dimension]!.root]);
  return { ...layout, rows, columns, slices, sort: { column: -1, descending: false } };
}

export function swapRowsAndColumns(layout: Layout): Layout {
  return {
    ...layout,
    rows: layout.columns,
    columns: layout.rows,
    sort: { column: -1, descending: false },
  };
}

const pairs = (list: [number, number][]) => list.map(([d, m]) => `${d}.${m}`).join(',');

export function layoutToQuery(layout: Layout): Record<string, string> {
  const query: Record<string, string> = {
    r: layout.rows.join(','),
    c: layout.columns.join(','),
    tab: layout.tab,
  };
  if (layout.slices.length > 0) query.f = pairs(layout.slices);
  if (layout.collapsed.length > 0) query.x = pairs(layout.collapsed);
  if (layout.sort.column >= 0)
    query.s = `${layout.sort.column}${layout.sort.descending ? 'd' : 'a'}`;
  if (layout.chart !== 'bar') query.chart = layout.chart;
  if (layout.map) query.m = pairs([layout.map]);
  return query;
}

export function layoutFromQuery(query: URLSearchParams): Partial<Layout> {
  const numbers = (text: string | null) =>
    text === null
      ? undefined
      : text
          .split(',')
          .filter((part) => /^\d+$/.test(part))
          .map(Number);
  const readPairs = (text: string | null) =>
    text === null
      ? undefined
      : text
          .split(',')
          .map((part) => /^(\d+)\.(\d+)$/.exec(part))
          .filter((match) => match !== null)
          .map((match) => [Number(match[1]), Number(match[2])] as [number, number]);
  const layout: Partial<Layout> = {};
  const rows = numbers(query.get('r'));
  const columns = numbers(query.get('c'));
  const slices = readPairs(query.get('f'));
  const collapsed = readPairs(query.get('x'));
  const map = readPairs(query.get('m'))?.[0];
  const sort = /^(\d+)([ad])$/.exec(query.get('s') ?? '');
  const tab = TABS.find((name) => name === query.get('tab'));
  const chart = CHARTS.find((name) => name === query.get('chart'));
  if (rows) layout.rows = rows;
  if (columns) layout.columns = columns;
  if (slices) layout.slices = slices;
  if (collapsed) layout.collapsed = collapsed;
  if (sort) layout.sort = { column: Number(sort[1]), descending: sort[2] === 'd' };
  if (tab) layout.tab = tab;
  if (chart) layout.chart = chart;
  if (map) layout.map = map;
  return layout;
}
