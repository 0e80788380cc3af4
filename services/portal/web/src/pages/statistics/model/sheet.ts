// What the screen shows, as rows of text and numbers for a file.
import type { Pivot } from './pivot';
import type { StatTable } from './table';
import type { Layout } from './layout';

export type SheetCell = string | number;

export interface Sheet {
  /** Rows of headers above the body. */
  headerRows: number;
  /** Columns of headers left of the body. */
  headerColumns: number;
  rows: SheetCell[][];
}

/**
 * One row for each row of the pivot, one header row for each dimension in columns. Suppressed cells carry `mark`; `title`
 * names a dimension as the screen does.
 */
export function toSheet(
  table: StatTable,
  layout: Layout,
  pivot: Pivot,
  mark: string,
  title: (column: string) => string,
): Sheet {
  const headerRows = Math.max(1, layout.columns.length);
  const headerColumns = Math.max(1, layout.rows.length);
  const rows: SheetCell[][] = [];
  for (let level = 0; level < headerRows; level += 1) {
    const corner =
      level === headerRows - 1
        ? layout.rows.map((d) => title(table.axes[d]!.column))
        : new Array<string>(layout.rows.length).fill('');
    if (corner.length === 0) corner.push('');
    rows.push([...corner, ...pivot.columns.map((header) => header.labels[level] ?? '')]);
  }
  pivot.rows.forEach((header, row) => {
    const left: SheetCell[] = header.labels.length > 0 ? [...header.labels] : [''];
    const body = pivot.columns.map((_, column): SheetCell => {
      const shown = pivot.shown(row, column);
      if (shown.kind === 'value') return shown.value;
      return shown.kind === 'suppressed' ? mark : '';
    });
    rows.push([...left, ...body]);
  });
  return { headerRows, headerColumns, rows };
}
