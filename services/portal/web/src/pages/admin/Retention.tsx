import { Link } from 'react-router';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf } from '../../lib/format';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import { useDatasets, useDepartmentName } from '../data/queries';
import { words } from './words';

/** What happens to raw data of each dataset; the department that holds it decides. */
export function Retention() {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const datasets = useDatasets();
  const department = useDepartmentName();
  const list = datasets.data?.datasets ?? [];
  return (
    <section className="o-section" aria-labelledby="retention">
      <h2 id="retention">{t.retention.title}</h2>
      <p>{t.retention.text}</p>
      <p>{t.retention.change}</p>
      <p className="o-small">{t.who(shared.roles.steward)}</p>
      {datasets.error && (
        <ErrorNotice error={datasets.error} retry={() => void datasets.refetch()} />
      )}
      {datasets.isPending && <Loading />}
      {datasets.data && list.length === 0 && (
        <EmptyState title={t.retention.none} icon="data" level={3}>
          <p>{t.retention.noneText}</p>
        </EmptyState>
      )}
      {list.length > 0 && (
        <DataTable
          caption={t.retention.table}
          hideCaption
          rows={list}
          rowKey={(row) => row.name}
          columns={[
            {
              key: 'dataset',
              header: t.retention.dataset,
              rowHeader: true,
              sort: (row) => row.displayName,
              cell: (row) => (
                <Link to={tenant.path('data', idOf(row.name))}>{row.displayName}</Link>
              ),
            },
            {
              key: 'department',
              header: t.retention.department,
              sort: (row) => department(row.department),
              cell: (row) => department(row.department),
            },
            {
              key: 'keep',
              header: t.retention.keep,
              nowrap: true,
              sort: (row) => Number(row.retainSnapshots),
              cell: (row) =>
                row.retainSnapshots ? (
                  <Status tone="warning">{t.retention.kept}</Status>
                ) : (
                  <Status tone="success">{t.retention.destroyed}</Status>
                ),
            },
          ]}
        />
      )}
    </section>
  );
}
