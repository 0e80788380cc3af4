import { type TenantUsage, TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useCall } from '../../app/api';
import { useLanguage, useText } from '../../i18n';
import { encodeCsv } from '../../lib/csv';
import { download } from '../../lib/download';
import { formatBytes, formatDuration, formatPercent } from '../../lib/format';
import { Button } from '../../ui/Button';
import { countColumn } from '../../ui/columns';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { words } from './words';

/** What each municipality uses and its share of the cost; the same as a file, with plain numbers. */
export function UsageTable() {
  const t = useText(words);
  const answer = useCall(TenantService.method.listUsage, {}, { refetchInterval: 30_000 });
  const rows = answer.data?.tenants ?? [];
  const save = () => {
    const header = [
      t.tenants.code,
      t.tenants.name,
      `${t.usage.bytes} (B)`,
      `${t.usage.quota} (B)`,
      t.usage.rows,
      `${t.usage.seconds} (s)`,
      `${t.usage.share} (%)`,
    ];
    const lines = rows.map((row) => [
      row.tenant?.municipalityCode ?? '',
      row.tenant?.displayName ?? '',
      row.usage?.bytes ?? 0,
      row.quota?.bytes ?? 0,
      row.usage?.rows ?? 0,
      row.jobSeconds.toFixed(1),
      (row.costShare * 100).toFixed(2),
    ]);
    download(encodeCsv([header, ...lines], 'utf-8-bom').bytes, `${t.usage.file}.csv`, 'text/csv');
  };
  return (
    <section className="o-section" aria-labelledby="usage">
      <div className="o-section__head">
        <h2 id="usage">{t.usage.title}</h2>
        {rows.length > 0 && (
          <Button icon="download" onClick={save}>
            {t.usage.csv}
          </Button>
        )}
      </div>
      <p>{t.usage.text}</p>
      {answer.error && <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <Loading />}
      {answer.data && rows.length === 0 && (
        <EmptyState title={t.usage.none} icon="operator" level={3} />
      )}
      {rows.length > 0 && <Rows rows={rows} />}
    </section>
  );
}

function Rows({ rows }: { rows: TenantUsage[] }) {
  const t = useText(words);
  const { language } = useLanguage();
  const bytes = rows.reduce((sum, row) => sum + (row.usage?.bytes ?? 0n), 0n);
  const seconds = rows.reduce((sum, row) => sum + row.jobSeconds, 0);
  return (
    <>
      <DataTable
        caption={t.usage.table}
        hideCaption
        rows={rows}
        rowKey={(row) => row.tenant?.name ?? ''}
        columns={[
          {
            key: 'name',
            header: t.tenants.name,
            rowHeader: true,
            nowrap: true,
            sort: (row) => row.tenant?.displayName ?? '',
            cell: (row) => row.tenant?.displayName,
          },
          {
            key: 'bytes',
            header: t.usage.bytes,
            numeric: true,
            sort: (row) => Number(row.usage?.bytes ?? 0),
            cell: (row) => formatBytes(row.usage?.bytes ?? 0),
          },
          {
            key: 'quota',
            header: t.usage.quota,
            numeric: true,
            sort: (row) => Number(row.quota?.bytes ?? 0),
            cell: (row) => formatBytes(row.quota?.bytes ?? 0),
          },
          countColumn('rows', t.usage.rows, (row: TenantUsage) => row.usage?.rows ?? 0),
          countColumn('jobs', t.usage.jobs, (row: TenantUsage) => row.usage?.runningJobs ?? 0),
          {
            key: 'seconds',
            header: t.usage.seconds,
            numeric: true,
            sort: (row) => row.jobSeconds,
            cell: (row) => formatDuration(row.jobSeconds, language),
          },
          {
            key: 'share',
            header: t.usage.share,
            numeric: true,
            sort: (row) => row.costShare,
            cell: (row) => formatPercent(row.costShare),
          },
        ]}
      />
      <p>
        {t.usage.total}: {formatBytes(bytes)}、{formatDuration(seconds, language)}
      </p>
    </>
  );
}
