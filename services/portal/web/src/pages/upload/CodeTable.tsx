import type { TryFileResponse } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useText } from '../../i18n';
import type { Schema } from '../../lib/schema';
import { DataTable } from '../../ui/DataTable';
import { Select } from '../../ui/Select';
import { type Reading, unknownCodes } from './mapping';
import { words } from './words';

/** Values outside of their code lists, and what each is read as. */
export function CodeTable({
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
  // What is translated already no longer shows as unknown, and stays in the list.
  const known = new Set(reading.codes.map((code) => `${code.column}\u0000${code.from}`));
  const rows = [
    ...reading.codes.map((code) => ({ column: code.column, value: code.from })),
    ...unknownCodes(schema, tried).filter(
      (code) => !known.has(`${code.column}\u0000${code.value}`),
    ),
  ];
  const replacement = (column: string, value: string) =>
    reading.codes.find((code) => code.column === column && code.from === value)?.to ?? '';
  const replace = (column: string, from: string, to: string) => {
    const others = reading.codes.filter((code) => code.column !== column || code.from !== from);
    onChange({ ...reading, codes: to ? [...others, { column, from, to }] : others });
  };
  if (rows.length === 0) return null;
  return (
    <div className="o-stack o-stack--tight">
      <h3>{t.map.codes}</h3>
      <p>{t.map.codesText}</p>
      <DataTable
        caption={t.map.codes}
        hideCaption
        rows={rows}
        rowKey={(row) => `${row.column}\u0000${row.value}`}
        columns={[
          { key: 'column', header: t.map.codeColumn, cell: (row) => row.column },
          { key: 'value', header: t.map.codeFrom, rowHeader: true, cell: (row) => row.value },
          {
            key: 'to',
            header: t.map.codeTo,
            cell: (row) => (
              <Select
                label={t.map.codeToFor(row.column, row.value)}
                hideLabel
                className="o-select--narrow"
                value={replacement(row.column, row.value)}
                onChange={(to) => replace(row.column, row.value, to)}
                placeholder={t.map.codeKeep}
                options={(
                  schema.columns.find((column) => column.name === row.column)?.codes ?? []
                ).map((code) => ({
                  value: code,
                  label: code,
                }))}
              />
            ),
          },
        ]}
      />
    </div>
  );
}
