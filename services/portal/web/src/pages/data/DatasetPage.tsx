import './data.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { DatasetService, type Dataset, type Snapshot } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useParams, useSearchParams } from 'react-router';
import { useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Tabs } from '../../ui/Tabs';
import { DatasetSettings } from './DatasetSettings';
import { READERS, useChain, useDepartmentName, useSnapshots } from './queries';
import { SnapshotCard } from './SnapshotCard';
import type { Chain } from './steps';
import { words } from './words';

/** One dataset: its snapshots as a timeline, its columns and settings. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { dataset: id = '' } = useParams();
  const name = `${tenant.name}/datasets/${id}`;
  const answer = useCall(DatasetService.method.getDataset, { name });
  const crumbs = [{ to: tenant.path('data'), label: t.title }];
  if (answer.error) {
    return (
      <>
        <PageHeader title={t.title} crumbs={crumbs} />
        <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />
      </>
    );
  }
  const dataset = answer.data?.dataset;
  if (!dataset) return <Loading />;
  return <DatasetView dataset={dataset} crumbs={crumbs} />;
}

function DatasetView({
  dataset,
  crumbs,
}: {
  dataset: Dataset;
  crumbs: { to: string; label: string }[];
}) {
  const t = useText(words);
  const tenant = useTenant();
  const department = useDepartmentName();
  const { stewardOf, has } = useRoles();
  const [query, setQuery] = useSearchParams();
  const steward = stewardOf(dataset.department);
  const id = idOf(dataset.name);
  return (
    <>
      <PageHeader
        title={dataset.displayName}
        crumbs={crumbs}
        lead={
          <p>
            {t.department}: {department(dataset.department)}
          </p>
        }
        actions={
          <>
            {(steward || has(Role.AUDITOR)) && (
              <LinkButton icon="audit" to={tenant.path('data', id, 'uses')}>
                {t.settings.uses}
              </LinkButton>
            )}
            {steward && (
              <LinkButton kind="primary" icon="upload" to={tenant.path('data', id, 'new')}>
                {t.timeline.upload}
              </LinkButton>
            )}
          </>
        }
      />
      <Tabs
        label={dataset.displayName}
        selected={query.get('view') ?? 'timeline'}
        onSelect={(view) => setQuery(view === 'timeline' ? {} : { view }, { replace: true })}
        items={[
          { id: 'timeline', label: t.timeline.title, content: <Timeline dataset={dataset} /> },
          {
            id: 'settings',
            label: t.settings.title,
            content: <DatasetSettings dataset={dataset} />,
          },
        ]}
      />
    </>
  );
}

function Timeline({ dataset }: { dataset: Dataset }) {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.timeline.title}>
      <TimelineList dataset={dataset} />
    </RequireRole>
  );
}

function TimelineList({ dataset }: { dataset: Dataset }) {
  const t = useText(words);
  const tenant = useTenant();
  const { stewardOf } = useRoles();
  const snapshots = useSnapshots(dataset.name);
  const { chain, pending, error, retry } = useChain();
  if (snapshots.error)
    return <ErrorNotice error={snapshots.error} retry={() => void snapshots.refetch()} />;
  if (error) return <ErrorNotice error={error} retry={retry} />;
  if (snapshots.isPending || pending) return <Loading />;
  const list = snapshots.data.snapshots;
  if (list.length === 0) {
    return (
      <EmptyState
        title={t.timeline.empty}
        icon="clock"
        action={
          stewardOf(dataset.department) && (
            <LinkButton
              kind="primary"
              icon="upload"
              to={tenant.path('data', idOf(dataset.name), 'new')}
            >
              {t.timeline.upload}
            </LinkButton>
          )
        }
      >
        <p>{t.timeline.emptyText}</p>
      </EmptyState>
    );
  }
  return <TimelineItems dataset={dataset} snapshots={list} chain={chain} />;
}

function TimelineItems({
  dataset,
  snapshots,
  chain,
}: {
  dataset: Dataset;
  snapshots: Snapshot[];
  chain: Chain;
}) {
  // By 時点; of one date the last received first.
  const sorted = snapshots.toSorted((a, b) => b.referenceDate.localeCompare(a.referenceDate));
  return (
    <ol className="o-timeline">
      {sorted.map((snapshot) => (
        <li key={snapshot.name}>
          <SnapshotCard dataset={dataset} snapshot={snapshot} chain={chain} />
        </li>
      ))}
    </ol>
  );
}
