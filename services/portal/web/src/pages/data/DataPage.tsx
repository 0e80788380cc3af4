import './data.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { Dataset } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { Link } from 'react-router';
import { useRoles, useTenant } from '../../app/session';
import { snapshotTone, snapshotWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber, idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { DateText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Icon } from '../../ui/icons';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { NextStep } from './NextStep';
import { useChain, useDatasets, useDepartmentName, useSnapshots } from './queries';
import { StepBar } from './StepBar';
import { type Chain, wayOf } from './steps';
import { words } from './words';

/** Datasets: first those of the person's department. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { has, stewardOf, departments } = useRoles();
  const datasets = useDatasets();
  const { chain, error, retry } = useChain();
  const steward = has(Role.STEWARD);
  const add = steward && (
    <LinkButton kind="primary" icon="plus" to={tenant.path('data', 'new')}>
      {t.newDataset}
    </LinkButton>
  );
  const all = datasets.data?.datasets ?? [];
  const isMine = (dataset: Dataset) =>
    stewardOf(dataset.department) || departments.includes(dataset.department);
  const mine = all.filter(isMine);
  const others = all.filter((dataset) => !isMine(dataset));
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} actions={add} />
      {datasets.error && (
        <ErrorNotice error={datasets.error} retry={() => void datasets.refetch()} />
      )}
      {error && <ErrorNotice error={error} retry={retry} />}
      {datasets.isPending && <Loading />}
      {datasets.data && all.length === 0 && (
        <EmptyState title={t.none.title} icon="data" action={add}>
          <p>{steward ? t.none.steward : t.none.other}</p>
          <ol>
            {t.none.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </EmptyState>
      )}
      {all.length > 0 && steward && (
        <section className="o-section" aria-labelledby="mine">
          <h2 id="mine">{t.mine}</h2>
          {mine.length === 0 ? <p>{t.noneMine}</p> : <DatasetList datasets={mine} chain={chain} />}
        </section>
      )}
      {(steward ? others : all).length > 0 && (
        <section className="o-section" aria-labelledby="others">
          <h2 id="others">{steward ? t.others : t.list}</h2>
          <DatasetList datasets={steward ? others : all} chain={chain} />
        </section>
      )}
    </>
  );
}

function DatasetList({ datasets, chain }: { datasets: Dataset[]; chain: Chain }) {
  return (
    <ul className="o-datasets">
      {datasets.map((dataset) => (
        <li key={dataset.name}>
          <DatasetCard dataset={dataset} chain={chain} />
        </li>
      ))}
    </ul>
  );
}

function DatasetCard({ dataset, chain }: { dataset: Dataset; chain: Chain }) {
  const t = useText(words);
  const tenant = useTenant();
  const department = useDepartmentName();
  const snapshots = useSnapshots(dataset.name);
  // Of the latest 時点, not the last received: an older one may be sent later.
  const newest = snapshots.data?.snapshots.toSorted((a, b) =>
    b.referenceDate.localeCompare(a.referenceDate),
  )[0];
  return (
    <article className="o-panel o-dataset">
      <div className="o-dataset__head">
        <h3>
          <Link to={tenant.path('data', idOf(dataset.name))}>
            <Icon name="data" />
            {dataset.displayName}
          </Link>
        </h3>
        <p className="o-small">
          {t.department}: {department(dataset.department)}
          {snapshots.data && `　${t.snapshotsCount(formatNumber(snapshots.data.snapshots.length))}`}
        </p>
      </div>
      {snapshots.error && (
        <ErrorNotice error={snapshots.error} retry={() => void snapshots.refetch()} />
      )}
      {newest ? (
        <Newest dataset={dataset} chain={chain} snapshot={newest} />
      ) : (
        <NoSnapshot dataset={dataset} pending={snapshots.isFetching} />
      )}
    </article>
  );
}

function NoSnapshot({ dataset, pending }: { dataset: Dataset; pending: boolean }) {
  const t = useText(words);
  const tenant = useTenant();
  const { has, stewardOf } = useRoles();
  if (pending) return <Loading />;
  if (
    has(Role.ADMINISTRATOR) &&
    !has(Role.STEWARD, Role.ANALYST, Role.PRIVACY_OFFICER, Role.AUDITOR)
  ) {
    return <p className="o-small">{t.adminOnly}</p>;
  }
  return (
    <div className="o-dataset__row">
      <p>{t.noSnapshot}</p>
      {stewardOf(dataset.department) && (
        <LinkButton
          kind="primary"
          size="small"
          icon="upload"
          to={tenant.path('data', idOf(dataset.name), 'new')}
        >
          {t.timeline.upload}
        </LinkButton>
      )}
    </div>
  );
}

function Newest({
  dataset,
  snapshot,
  chain,
}: {
  dataset: Dataset;
  snapshot: Parameters<typeof wayOf>[0];
  chain: Chain;
}) {
  const t = useText(words);
  const shared = useText(common);
  const way = wayOf(snapshot, chain);
  return (
    <>
      <div className="o-dataset__row">
        <p className="o-dataset__date">
          <span className="o-small">{t.latest}</span>
          <strong>
            <DateText iso={snapshot.referenceDate} />
          </strong>
          <Status tone={snapshotTone(snapshot.state)}>
            {snapshotWord(shared, snapshot.state)}
          </Status>
          {snapshot.records > 0n && <span>{t.records(formatNumber(snapshot.records))}</span>}
        </p>
        <NextStep dataset={dataset} snapshot={snapshot} next={way.next} size="small" />
      </div>
      <StepBar states={way.states} />
    </>
  );
}
