import './table.css';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { sortRows, type SortValue } from '../lib/sort';
import { Icon } from './icons';
import { useRowWindow } from './row-window';

export interface TableColumn<R> {
  key: string;
  header: string;
  cell: (row: R) => ReactNode;
  /** What the column is sorted by; without it the column has no sort button. */
  sort?: (row: R) => SortValue;
  /** Right-aligned figures. */
  numeric?: boolean;
  /** Names the row: a header cell. One column should. */
  rowHeader?: boolean;
  /** Not wrapped. */
  nowrap?: boolean;
}

export interface Sorting {
  key: string;
  ascending: boolean;
}

interface TableProps<R> {
  /** Says what the table is; shown above it unless `hideCaption`. */
  caption: string;
  hideCaption?: boolean;
  columns: TableColumn<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  /** Where the caller keeps the order (the URL); else the table keeps it itself. */
  sorting?: Sorting | null;
  onSort?: (sorting: Sorting) => void;
  /** Check boxes: the keys now chosen. */
  selected?: ReadonlySet<string>;
  onSelect?: (selected: Set<string>) => void;
  rowName?: (row: R) => string;
  /** Shown in place of rows. */
  empty?: ReactNode;
  /** Instead of the number of `rows`: more are fetched when the end comes near. */
  total?: number;
  onNearEnd?: () => void;
}

/** More rows than this are drawn only where they are seen. */
const DRAW_ALL = 80;

/**
 * A table of any length: sticky header, sort buttons, check boxes. Long ones draw the rows in sight, and tell assistive
 * technology which of how many they are.
 */
export function DataTable<R>(props: TableProps<R>) {
  const { caption, hideCaption, columns, rowKey, selected, onSelect, rowName, empty } = props;
  const t = useText(common);
  const scroller = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<Sorting | null>(null);
  const sorting = props.sorting ?? own;
  const rows = useMemo(() => {
    const column = columns.find((candidate) => candidate.key === sorting?.key);
    if (!sorting || !column?.sort || props.onSort) return props.rows;
    return sortRows(props.rows, column.sort, sorting.ascending);
  }, [props.rows, props.onSort, columns, sorting]);
  const virtual = rows.length > DRAW_ALL;
  const { first, shown, above, below } = useRowWindow(rows, scroller, virtual, props.onNearEnd);
  const width = columns.length + (onSelect ? 1 : 0);
  const total = props.total ?? rows.length;
  const sortBy = (key: string) => {
    const next = { key, ascending: sorting?.key === key ? !sorting.ascending : true };
    if (props.onSort) props.onSort(next);
    else setOwn(next);
  };
  const every = rows.length > 0 && rows.every((row) => selected?.has(rowKey(row)));
  const toggle = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect?.(next);
  };
  return (
    <div
      ref={scroller}
      className={`o-table${virtual ? ' o-table--long' : ''}`}
      role="group"
      aria-label={caption}
      tabIndex={0}
    >
      <table aria-rowcount={virtual ? total + 1 : undefined}>
        <caption className={hideCaption ? 'o-visually-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr aria-rowindex={virtual ? 1 : undefined}>
            {onSelect && (
              <th scope="col" className="o-table__check">
                <input
                  type="checkbox"
                  aria-label={t.table.selectAll}
                  checked={every}
                  onChange={() => onSelect(every ? new Set() : new Set(rows.map(rowKey)))}
                />
              </th>
            )}
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sorting={sorting} onSort={sortBy} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.length === 0 && (
            <tr>
              <td colSpan={width} className="o-table__empty">
                {empty ?? t.none}
              </td>
            </tr>
          )}
          {above > 0 && <Spacer height={above} width={width} />}
          {shown.map((row, index) => (
            <tr
              key={rowKey(row)}
              aria-rowindex={virtual ? first + index + 2 : undefined}
              data-row={first + index}
            >
              {onSelect && (
                <td className="o-table__check">
                  <input
                    type="checkbox"
                    aria-label={t.table.selectRow(rowName?.(row) ?? rowKey(row))}
                    checked={selected?.has(rowKey(row)) ?? false}
                    onChange={() => toggle(rowKey(row))}
                  />
                </td>
              )}
              {columns.map((column) => (
                <BodyCell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
          {below > 0 && <Spacer height={below} width={width} />}
        </tbody>
      </table>
    </div>
  );
}

const cellClass = (column: { numeric?: boolean; nowrap?: boolean }) =>
  [column.numeric && 'o-table__number', column.nowrap && 'o-table__nowrap']
    .filter(Boolean)
    .join(' ') || undefined;

function BodyCell<R>({ column, row }: { column: TableColumn<R>; row: R }) {
  return column.rowHeader ? (
    <th scope="row" className={cellClass(column)}>
      {column.cell(row)}
    </th>
  ) : (
    <td className={cellClass(column)}>{column.cell(row)}</td>
  );
}

function HeaderCell<R>({
  column,
  sorting,
  onSort,
}: {
  column: TableColumn<R>;
  sorting: Sorting | null;
  onSort: (key: string) => void;
}) {
  const t = useText(common);
  const active = sorting?.key === column.key;
  if (!column.sort) {
    return (
      <th scope="col" className={cellClass(column)}>
        {column.header}
      </th>
    );
  }
  const ascending = active && sorting.ascending;
  return (
    <th
      scope="col"
      className={cellClass(column)}
      aria-sort={active ? (ascending ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        className="o-table__sort"
        onClick={() => onSort(column.key)}
        title={ascending ? t.table.sortDescending : t.table.sortAscending}
      >
        {column.header}
        <Icon name={active ? (ascending ? 'arrowUp' : 'arrowDown') : 'sort'} size={16} />
      </button>
    </th>
  );
}

/** The height of the rows that are not drawn. */
function Spacer({ height, width }: { height: number; width: number }) {
  return (
    <tr aria-hidden="true" className="o-table__spacer">
      <td colSpan={width} style={{ height }} />
    </tr>
  );
}
