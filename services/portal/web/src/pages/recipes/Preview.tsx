import { Code, ConnectError } from '@connectrpc/connect';
import {
  type PreviewRecipeResponse,
  RecipeService,
} from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { formatNumber, idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { Notice } from '../../ui/ErrorNotice';
import { Select } from '../../ui/Select';
import type { DatasetChoice } from './Editor';
import { Faults } from './Faults';
import { CHANGERS, words } from './words';

const isMissing = (error: Error) =>
  error instanceof ConnectError && error.code === Code.Unimplemented;

/** The recipe applied to records that are made up for it. */
export function Preview({ document, choice }: { document: string; choice: DatasetChoice }) {
  const t = useText(words);
  const tenant = useTenant();
  const { has } = useRoles();
  const [records, setRecords] = useState('10');
  const [seed, setSeed] = useState(1);
  const dataset = choice.chosen?.name ?? '';
  const preview = useAction(async (of: number) => {
    const answer = await call(RecipeService.method.previewRecipe, {
      parent: tenant.name,
      document,
      dataset,
      records: Number(records),
      seed: BigInt(of),
    });
    return { answer, of: document };
  });
  const run = (of: number) => {
    setSeed(of);
    preview.mutate(of);
  };
  if (!has(...CHANGERS)) return <Notice>{<p>{t.preview.nobody}</p>}</Notice>;
  if (choice.datasets.length === 0) return <Notice>{<p>{t.preview.noDatasets}</p>}</Notice>;
  return (
    <div className="o-stack">
      <p>{t.preview.lead}</p>
      <div className="o-recipe__fields">
        <Select
          label={t.preview.dataset}
          hint={t.preview.choose}
          value={choice.chosen ? idOf(choice.chosen.name) : ''}
          placeholder={t.sources.chooseDataset}
          onChange={choice.choose}
          options={choice.datasets.map((item) => ({
            value: idOf(item.name),
            label: item.displayName,
          }))}
        />
        <Select
          label={t.preview.records}
          value={records}
          onChange={setRecords}
          options={['5', '10', '20', '50'].map((value) => ({ value, label: value }))}
        />
      </div>
      <div className="o-actions">
        <Button
          kind="primary"
          icon="play"
          busy={preview.isPending}
          disabled={!dataset}
          onClick={() => run(seed)}
        >
          {t.preview.run}
        </Button>
        {preview.data && (
          <Button busy={preview.isPending} onClick={() => run(seed + 1)}>
            {t.preview.again}
          </Button>
        )}
      </div>
      {preview.error &&
        (isMissing(preview.error) ? (
          <Notice tone="warning" live title={t.preview.notYet}>
            <p>{t.preview.notYetText}</p>
          </Notice>
        ) : (
          <Faults error={preview.error} document={document} />
        ))}
      {preview.data && preview.data.of === document && <Records answer={preview.data.answer} />}
    </div>
  );
}

function Records({ answer }: { answer: PreviewRecipeResponse }) {
  const t = useText(words);
  const { language } = useLanguage();
  const table = (caption: string, headers: string[], records: { values: string[] }[]) => (
    <DataTable
      caption={caption}
      rows={records.map((record, at) => ({ values: record.values, number: at + 1 }))}
      rowKey={(row) => String(row.number)}
      columns={[
        {
          key: '#',
          header: t.preview.row,
          rowHeader: true,
          nowrap: true,
          cell: (row: { values: string[]; number: number }) => row.number,
        },
        ...headers.map((header, at) => ({
          key: `${at}`,
          header,
          nowrap: true,
          cell: (row: { values: string[] }) => row.values[at] ?? '',
        })),
      ]}
    />
  );
  return (
    <>
      <p role="status">{t.preview.both(formatNumber(answer.records.length))}</p>
      {table(t.preview.before, answer.sourceColumns, answer.sourceRecords)}
      {table(
        t.preview.after,
        answer.columns.map((column) => columnTitle(column.name, language)),
        answer.records,
      )}
    </>
  );
}
