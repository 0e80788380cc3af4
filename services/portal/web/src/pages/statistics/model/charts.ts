// What each chart needs of a table, apart from how ECharts draws it.
import { shownAt, isLeaf, cellIndex, type Axis, type StatTable } from './table';
import type { Layout } from './layout';
import type { Header, Pivot } from './pivot';

export interface Series {
  name: string;
  /** null where suppressed, undefined where the table of that date has no such member. */
  values: (number | null | undefined)[];
}

export interface ChartData {
  categories: string[];
  series: Series[];
  /** Points that are suppressed. */
  suppressed: number;
  /** Series that are left out: more are no picture any more. */
  omitted?: number;
}

const MAX_SERIES = 12;
/** More bars than this are no picture any more; the table below has them all. */
const MAX_CATEGORIES = 1000;

function joined(labels: readonly string[]): string {
  return labels.join(' / ');
}

/** Whether a header is a margin, or a group whose members are in sight: either would stand beside its own parts. */
function isSum(table: StatTable, layout: Layout, dimensions: number[], members: number[]): boolean {
  return dimensions.some((d, i) => {
    const axis = table.axes[d]!;
    const member = members[i]!;
    const folded = layout.collapsed.some(([dimension, m]) => dimension === d && m === member);
    return !isLeaf(axis, member) && !folded;
  });
}

/** Rows are categories, columns are series; sums stand aside where their parts are in sight. */
export function barData(table: StatTable, layout: Layout, pivot: Pivot): ChartData {
  const parts = (headers: Header[], dimensions: number[]) => {
    const all = headers.map((header, i) => ({ header, i }));
    const inner = all.filter(({ header }) => !isSum(table, layout, dimensions, header.members));
    return inner.length > 0 ? inner : all;
  };
  const rows = parts(pivot.rows, layout.rows).slice(0, MAX_CATEGORIES);
  const all = parts(pivot.columns, layout.columns);
  const columns = all.slice(0, MAX_SERIES);
  let suppressed = 0;
  const series = columns.map(({ header, i: column }) => ({
    name: joined(header.labels),
    values: rows.map(({ i: row }) => {
      const shown = pivot.shown(row, column);
      if (shown.kind === 'suppressed') suppressed += 1;
      return shown.kind === 'value' ? shown.value : null;
    }),
  }));
  return {
    categories: rows.map(({ header }) => joined(header.labels)),
    series,
    suppressed,
    omitted: all.length - columns.length,
  };
}

/** The dimension that tells men from women, and the two members. */
export function sexAxis(
  table: StatTable,
): { dimension: number; male: number; female: number } | undefined {
  for (let dimension = 0; dimension < table.axes.length; dimension += 1) {
    const find = (...names: string[]) =>
      table.axes[dimension]!.members.findIndex((m) => names.includes(m.toLowerCase()));
    const male = find('男', '男性', 'male');
    const female = find('女', '女性', 'female');
    if (male >= 0 && female >= 0) return { dimension, male, female };
  }
  return undefined;
}

/** The dimension whose members are ages: most of them begin with a number and end with 歳 or a range. */
export function ageAxis(table: StatTable): number | undefined {
  const like = (label: string) => /^\d+(\s*[-~〜～]\s*\d+)?\s*歳?(以上|未満)?$/u.test(label);
  let best: number | undefined;
  let share = 0.6;
  table.axes.forEach((axis: Axis, d) => {
    const inner = axis.members.filter((_, i) => i !== axis.root);
    const found = inner.filter(like).length / Math.max(1, inner.length);
    if (/age|年齢/iu.test(axis.column) && found > 0 && found + 0.3 > share) {
      best = d;
      share = found + 0.3;
    } else if (found > share) {
      best = d;
      share = found;
    }
  });
  return best;
}

/** A pyramid needs ages and sexes; the other dimensions stay where the layout holds them, or at their margin. */
export function pyramidData(table: StatTable, layout: Layout): ChartData | undefined {
  const sexes = sexAxis(table);
  const ages = ageAxis(table);
  if (!sexes || ages === undefined) return undefined;
  const place = table.axes.map((axis) => axis.root);
  for (const [d, member] of layout.slices) place[d] = member;
  const axis = table.axes[ages]!;
  const members = axis.members.map((_, i) => i).filter((i) => i !== axis.root && isLeaf(axis, i));
  let suppressed = 0;
  const read = (sex: number) =>
    members.map((age) => {
      const at = [...place];
      at[ages] = age;
      at[sexes.dimension] = sex;
      const shown = shownAt(table, cellIndex(table, at));
      if (shown.kind === 'suppressed') suppressed += 1;
      return shown.kind === 'value' ? shown.value : null;
    });
  const sexNames = table.axes[sexes.dimension]!.members;
  const series = [sexes.male, sexes.female].map((sex) => ({
    name: sexNames[sex]!,
    values: read(sex),
  }));
  return { categories: members.map((m) => axis.members[m]!), series, suppressed };
}

/**
 * One line a member of the first dimension in rows, over reference dates: the same cells of several tables, found by
 * their labels. Dates stand as `written` writes them.
 */
export function lineData(
  tables: { date: string; table: StatTable }[],
  layout: Layout,
  current: StatTable,
  written: (iso: string) => string,
): ChartData {
  const dates = [...tables].sort((a, b) => a.date.localeCompare(b.date));
  const dimension = layout.rows[0];
  const place = current.axes.map((axis) => axis.root);
  for (const [d, member] of layout.slices) place[d] = member;
  const all =
    dimension === undefined
      ? [undefined]
      : current.axes[dimension]!.members.map((_, i) => i).filter((i) =>
          isLeaf(current.axes[dimension]!, i),
        );
  const members = all.slice(0, MAX_SERIES);
  let suppressed = 0;
  const series = members.map((member) => {
    const at = [...place];
    if (dimension !== undefined && member !== undefined) at[dimension] = member;
    const labels = at.map((m, d) => current.axes[d]!.members[m]!);
    const values = dates.map(({ table }) => {
      const there = labels.map((label, d) => table.axes[d]!.members.indexOf(label));
      if (there.includes(-1)) return undefined;
      const shown = shownAt(table, cellIndex(table, there));
      if (shown.kind === 'suppressed') suppressed += 1;
      return shown.kind === 'value' ? shown.value : null;
    });
    return { name: member === undefined ? labels.join(' / ') : labels[dimension!]!, values };
  });
  return {
    categories: dates.map(({ date }) => written(date)),
    series,
    suppressed,
    omitted: all.length - members.length,
  };
}
