import type { TryFileResponse } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useText } from '../../i18n';
import type { Schema } from '../../lib/schema';
import { DataTable } from '../../ui/DataTable';
import { Select } from '../../ui/Select';
import { IGNORED, type Reading } from './mapping';
import { words } from './words';

/** Each header of the file with examples of its values and the column that it is read as. */
export function ColumnTable({
  schema,
  tried,
  reading,
  onChange,
}: {
  schema: Schema;
  tried: TryFileResponse;
  reading: Reading;
  onChange: (reading: Reading) => void;
}) {
  const t = useText(words);
  const options = schema.columns.map((column) => ({
    value: column.name,
    label: column.required ? `${column.name}（${t.map.required}）` : column.name,
  }));
  const rows = tried.headers.map((header, index) => ({ header, index }));
  const samples = (index: number) =>
    [...new Set(tried.records.map((record) => record.values[index] ?? '').filter(Boolean))]
      .slice(0, 3)
      .join('、');
  return (
    <DataTable
      caption={t.map.table}
      rows={rows}
      rowKey={(row) => `${row.index}`}
      columns={[
        { key: 'header', header: t.map.header, rowHeader: true, cell: (row) => row.header },
        {
          key: 'samples',
          header: t.map.samples,
          cell: (row) => <span className="o-samples">{samples(row.index)}</span>,
        },
        {
          key: 'column',
          header: t.map.column,
          cell: (row) => (
            <Select
              label={t.map.columnFor(row.header)}
              hideLabel
              className="o-select--narrow"
              value={reading.columns[row.header] ?? IGNORED}
              onChange={(to) =>
                onChange({ ...reading, columns: { ...reading.columns, [row.header]: to } })
              }
              placeholder={t.map.ignore}
              options={options}
            />
          ),
        },
      ]}
    />
  );
}
