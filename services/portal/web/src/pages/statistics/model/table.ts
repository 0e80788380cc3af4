// A protected table as the explorer holds it: dimensions with their trees, and one flat array of cells.
import {
  CellStatus,
  type Cell,
  type Dimension,
  type Statistic,
} from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';

/** A dimension whose members form a tree: the margin (計) is the root, a flat dimension has one level below it. */
export interface Axis {
  column: string;
  members: string[];
  /** Index of the group a member stands in; -1 for the margin. */
  parents: number[];
  /** Members below each one, in the table's order. */
  children: number[][];
  /** The margin's index. */
  root: number;
  /** 0 for the margin, 1 below it ... */
  depth: number[];
  /** Columns of the groups above, finest first. */
  within: string[];
}

/** Cells in row-major order, the last dimension fastest, as the service streams them. */
export interface StatTable {
  axes: Axis[];
  /** Number of cells that one step in dimension d skips. */
  strides: number[];
  values: Float64Array;
  statuses: Uint8Array;
}

/** A coordinate: one member index a dimension. */
export type Place = readonly number[];

export function makeAxis({
  within = [],
  ...dimension
}: Pick<Dimension, 'column' | 'members' | 'parents'> & { within?: string[] }): Axis {
  const count = dimension.members.length;
  const root = count - 1;
  const parents =
    dimension.parents.length === count
      ? [...dimension.parents]
      : dimension.members.map((_, i) => (i === root ? -1 : root));
  const children: number[][] = dimension.members.map(() => []);
  parents.forEach((parent, i) => {
    if (parent >= 0) children[parent]?.push(i);
  });
  const depth = dimension.members.map((_, i) => {
    let levels = 0;
    for (let at = parents[i] ?? -1; at >= 0; at = parents[at] ?? -1) levels += 1;
    return levels;
  });
  const { column, members } = dimension;
  return { column, members, parents, children, root, depth, within };
}

export function emptyTable(statistic: Pick<Statistic, 'dimensions'>): StatTable {
  const axes = statistic.dimensions.map(makeAxis);
  const strides = new Array<number>(axes.length).fill(1);
  for (let d = axes.length - 2; d >= 0; d -= 1)
    strides[d] = strides[d + 1]! * axes[d + 1]!.members.length;
  const size = axes.reduce((product, axis) => product * axis.members.length, 1);
  return { axes, strides, values: new Float64Array(size), statuses: new Uint8Array(size) };
}

/** Puts cells where their member indices say. A cell outside the table is a fault of the stream. */
export function putCells(table: StatTable, cells: readonly Cell[]): void {
  for (const cell of cells) {
    const at = cellIndex(table, cell.members);
    if (!(at < table.values.length))
      throw new RangeError(`cell ${cell.members.join(',')} is outside the table`);
    table.statuses[at] = cell.status;
    if (cell.value !== undefined) table.values[at] = Number(cell.value);
  }
}

export function cellIndex(table: StatTable, place: Place): number {
  let at = 0;
  for (let d = 0; d < table.strides.length; d += 1) at += (place[d] ?? 0) * table.strides[d]!;
  return at;
}

export type Shown =
  | { kind: 'value'; value: number }
  | { kind: 'suppressed'; status: CellStatus }
  | { kind: 'missing' };

/** What a cell says. A suppressed cell is never a number here, whatever the array holds. */
export function shownAt(table: StatTable, at: number): Shown {
  const status = table.statuses[at] ?? CellStatus.UNSPECIFIED;
  switch (status) {
    case CellStatus.VALUE:
    case CellStatus.ROUNDED:
      return { kind: 'value', value: table.values[at]! };
    case CellStatus.UNSPECIFIED:
      return { kind: 'missing' };
    default:
      return { kind: 'suppressed', status };
  }
}

/** Members of a tree with every group before what is in it, leaving out what stands below a collapsed one. */
export function visibleMembers(axis: Axis, collapsed: ReadonlySet<number> = new Set()): number[] {
  const order: number[] = [];
  const walk = (member: number) => {
    order.push(member);
    if (!collapsed.has(member)) axis.children[member]?.forEach(walk);
  };
  walk(axis.root);
  return order;
}

export function isLeaf(axis: Axis, member: number): boolean {
  return axis.children[member]!.length === 0;
}

/** Members of one level: 0 the finest, 1 the groups right above, and so on; never the margin. */
export function membersOfLevel(axis: Axis, level: number): number[] {
  const depth = 1 + axis.within.length - level;
  return axis.members
    .map((_, i) => i)
    .filter((i) => i !== axis.root && (level === 0 ? isLeaf(axis, i) : axis.depth[i] === depth));
}

/** "082200101001 吾妻一丁目" is a code and a name; anything else is its own name. */
export function splitLabel(label: string): { code: string; name: string } {
  const match = /^(\d{5,12})\s+(.+)$/u.exec(label);
  return match ? { code: match[1]!, name: match[2]! } : { code: label, name: label };
}
