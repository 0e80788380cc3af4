import { useText } from '../../i18n';
import type { Schema, SchemaColumn } from '../../lib/schema';
import { DataTable } from '../../ui/DataTable';
import { type DataText, words } from './words';

function rules(t: DataText, column: SchemaColumn): string {
  return [
    column.length ? t.rules.length(column.length) : '',
    column.maxLength ? t.rules.maxLength(column.maxLength) : '',
    column.codes ? t.rules.codes(column.codes.join('、')) : '',
    column.checkDigit ? t.rules.checkDigit : '',
    column.trim ? t.rules.trim : '',
  ]
    .filter(Boolean)
    .join('。');
}

/** The columns of a schema in words. */
export function SchemaColumns({ schema }: { schema: Schema }) {
  const t = useText(words);
  return (
    <DataTable
      caption={t.settings.columns}
      rows={schema.columns}
      rowKey={(column) => column.name}
      columns={[
        { key: 'name', header: t.columns.name, rowHeader: true, cell: (column) => column.name },
        {
          key: 'type',
          header: t.columns.type,
          nowrap: true,
          cell: (column) => t.types[column.type] ?? column.type,
        },
        {
          key: 'required',
          header: t.columns.required,
          nowrap: true,
          cell: (column) => (column.required ? t.columns.yes : t.columns.no),
        },
        { key: 'rule', header: t.columns.rule, cell: (column) => rules(t, column) },
      ]}
    />
  );
}
