import './table.css';
import type { TableColumn } from './DataTable';

/** A table of a few rows, in the order given: for pages that need not fetch more. */
export function ShortTable<R>({
  caption,
  columns,
  rows,
  rowKey,
}: {
  /** Read out; what stands above says it to the eye. */
  caption: string;
  columns: readonly TableColumn<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
}) {
  const look = ({ numeric, nowrap }: TableColumn<R>) =>
    numeric ? 'o-table__number' : nowrap ? 'o-table__nowrap' : undefined;
  return (
    <div className="o-table" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="o-visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={look(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) =>
                column.rowHeader ? (
                  <th key={column.key} scope="row" className={look(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.key} className={look(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
