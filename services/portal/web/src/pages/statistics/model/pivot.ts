// The table on the screen: a layout applied to a protected table. Nothing is added up here: every number shown is a
// cell that the service released, so no sum can undo a suppression.
import { cellIndex, isLeaf, shownAt, visibleMembers, type Shown, type StatTable } from './table';
import type { Layout } from './layout';

/** A header: one member for each dimension of its zone, in the zone's order. */
export interface Header {
  members: number[];
  labels: string[];
  /** How deep the last member stands below its margin. */
  depth: number;
  /** Whether the last member has members of its own, and whether they are hidden. */
  group: 'none' | 'open' | 'closed';
}

export interface Pivot {
  rows: Header[];
  columns: Header[];
  /** Index of a cell in the table. */
  at(row: number, column: number): number;
  shown(row: number, column: number): Shown;
}

function collapsedOf(layout: Layout, dimension: number): Set<number> {
  return new Set(layout.collapsed.filter(([d]) => d === dimension).map(([, m]) => m));
}

function headers(table: StatTable, layout: Layout, dimensions: number[]): Header[] {
  let list: Header[] = [{ members: [], labels: [], depth: 0, group: 'none' }];
  for (const dimension of dimensions) {
    const axis = table.axes[dimension]!;
    const closed = collapsedOf(layout, dimension);
    const members = visibleMembers(axis, closed);
    list = list.flatMap((header) =>
      members.map((member) => ({
        members: [...header.members, member],
        labels: [...header.labels, axis.members[member]!],
        depth: axis.depth[member]!,
        group:
          isLeaf(axis, member) || member === axis.root
            ? 'none'
            : closed.has(member)
              ? 'closed'
              : 'open',
      })),
    );
  }
  return list;
}

export function makePivot(table: StatTable, layout: Layout): Pivot {
  const offset = (dimensions: number[], header: Header) =>
    dimensions.reduce((sum, d, i) => sum + header.members[i]! * table.strides[d]!, 0);
  const held = new Array<number>(table.axes.length).fill(0);
  for (const [d, member] of layout.slices) held[d] = member;
  const base = cellIndex(table, held);
  const rows = headers(table, layout, layout.rows);
  const columns = headers(table, layout, layout.columns);
  const columnOffsets = columns.map((header) => offset(layout.columns, header));
  let rowOffsets = rows.map((header) => offset(layout.rows, header));

  const { column, descending } = layout.sort;
  if (column >= 0 && column < columns.length) {
    const key = (row: number) => {
      const shown = shownAt(table, base + rowOffsets[row]! + columnOffsets[column]!);
      return shown.kind === 'value' ? shown.value : undefined;
    };
    const order = sortedOrder(rows.length, key, descending);
    rowOffsets = order.map((row) => rowOffsets[row]!);
    const sorted = order.map((row) => rows[row]!);
    rows.splice(0, rows.length, ...sorted);
  }
  const at = (row: number, col: number) => base + rowOffsets[row]! + columnOffsets[col]!;
  return { rows, columns, at, shown: (row, col) => shownAt(table, at(row, col)) };
}

/** Stable; what has no value stands last whichever way round. */
function sortedOrder(
  count: number,
  key: (i: number) => number | undefined,
  descending: boolean,
): number[] {
  const keys = Array.from({ length: count }, (_, i) => key(i));
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => {
    const x = keys[a];
    const y = keys[b];
    if (x === undefined || y === undefined) return x === y ? a - b : x === undefined ? 1 : -1;
    return (descending ? y - x : x - y) || a - b;
  });
}

/** How many numbers and how many marks the visible part holds. */
export function countShown(pivot: Pivot): { values: number; suppressed: number } {
  let values = 0;
  let suppressed = 0;
  for (let row = 0; row < pivot.rows.length; row += 1) {
    for (let column = 0; column < pivot.columns.length; column += 1) {
      const kind = pivot.shown(row, column).kind;
      if (kind === 'value') values += 1;
      if (kind === 'suppressed') suppressed += 1;
    }
  }
  return { values, suppressed };
}
