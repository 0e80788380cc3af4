import { type Release, ReleaseService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useCall } from '../../app/api';
import { PersonName } from '../../app/people';
import { useRoles, useSession, useTenant } from '../../app/session';
import { tierWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber, idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { timeColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Select } from '../../ui/Select';
import { Status } from '../../ui/Status';
import { blocked } from './gate';
import { STATES, stateKey, stateTone } from './states';
import { words } from './words';

/** All requests and releases, newest first; the state is chosen in the URL. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { subject } = useSession();
  const { has } = useRoles();
  const [query, setQuery] = useSearchParams();
  const list = useCall(ReleaseService.method.listReleases, { parent: tenant.name });
  const all = list.data?.releases ?? [];
  const wanted = query.get('state') ?? '';
  const shown = all.filter((release) => !wanted || stateKey(release.state) === wanted);
  // The author is not in the list: who made the table learns it on the page of the request.
  const waiting = all.filter(
    (release) => blocked('approve', { ...release, author: '' }, { subject, has }) === null,
  ).length;
  const toStatistics = has(Role.ANALYST, Role.PRIVACY_OFFICER) && (
    <LinkButton kind="primary" icon="statistics" to={tenant.path('statistics')}>
      {t.newRequest}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} actions={toStatistics} />
      {waiting > 0 && wanted !== 'requested' && (
        <Notice
          tone="info"
          title={t.waiting(formatNumber(waiting))}
          actions={<Link to="?state=requested">{t.showWaiting}</Link>}
        />
      )}
      {list.error && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && all.length === 0 && (
        <EmptyState title={t.none} icon="releases" action={toStatistics}>
          <p>{t.noneText}</p>
        </EmptyState>
      )}
      {all.length > 0 && (
        <section className="o-section">
          <Select
            label={t.filter}
            value={wanted}
            placeholder={t.all}
            options={STATES.slice(1).map((key) => ({ value: key, label: t.states[key] }))}
            onChange={(state) => setQuery(state ? { state } : {}, { replace: true })}
          />
          <ReleaseTable releases={shown} />
        </section>
      )}
      <section className="o-section o-panel o-panel--soft" aria-labelledby="how">
        <h2 id="how">{t.howTo}</h2>
        <ol>
          {t.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
    </>
  );
}

function ReleaseTable({ releases }: { releases: Release[] }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const columns = useMemo<TableColumn<Release>[]>(
    () => [
      {
        key: 'statistic',
        header: t.columns.statistic,
        rowHeader: true,
        sort: (row) => row.displayName,
        cell: (row) => <Link to={tenant.path('releases', idOf(row.name))}>{row.displayName}</Link>,
      },
      {
        key: 'state',
        header: t.columns.state,
        nowrap: true,
        sort: (row) => row.state,
        cell: (row) => <Status tone={stateTone(row.state)}>{t.states[stateKey(row.state)]}</Status>,
      },
      {
        key: 'tier',
        header: t.columns.tier,
        nowrap: true,
        sort: (row) => row.tier,
        cell: (row) => tierWord(shared, row.tier),
      },
      {
        key: 'requester',
        header: t.columns.requester,
        sort: (row) => row.requester,
        cell: (row) => <PersonName subject={row.requester} />,
      },
      timeColumn('time', t.columns.time, (row) => row.createTime),
      timeColumn('last', t.columns.last, (row) => row.steps.at(-1)?.time),
    ],
    [t, shared, tenant],
  );
  return (
    <DataTable
      caption={t.table}
      hideCaption
      columns={columns}
      rows={releases}
      rowKey={(row) => row.name}
      empty={t.noneFiltered}
    />
  );
}
