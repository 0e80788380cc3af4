import './statistics.css';
import {
  type Statistic,
  StatisticService,
  type View,
  ViewService,
} from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { countColumn, timeColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { DateText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';

export function Component() {
  const t = useText(statistics);
  const tenant = useTenant();
  const writer = useRoles().has(Role.ANALYST, Role.PRIVACY_OFFICER);
  const list = useCall(StatisticService.method.listStatistics, { parent: tenant.name });
  const create = writer && (
    <LinkButton kind="primary" icon="plus" to={tenant.path('statistics', 'new')}>
      {t.list.create}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t.title} lead={t.lead} actions={create} />
      {!writer && (
        <Notice title={t.readers.title}>
          <p>{t.readers.text}</p>
        </Notice>
      )}
      {list.error && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data?.statistics.length === 0 && (
        <EmptyState title={t.list.emptyTitle} icon="statistics" action={create}>
          <p>{writer ? t.list.emptyBody : t.list.emptyReader}</p>
        </EmptyState>
      )}
      {list.data && list.data.statistics.length > 0 && (
        <StatisticList statistics={list.data.statistics} />
      )}
      <SavedViews />
    </>
  );
}

function StatisticList({ statistics: rows }: { statistics: Statistic[] }) {
  const t = useText(statistics);
  const c = useText(common);
  const tenant = useTenant();
  const { language } = useLanguage();
  const columns = useMemo(
    (): TableColumn<Statistic>[] => [
      {
        key: 'name',
        header: t.list.name,
        rowHeader: true,
        sort: (row) => row.displayName,
        cell: (row) => (
          <Link to={tenant.path('statistics', idOf(row.name))}>{row.displayName}</Link>
        ),
      },
      {
        key: 'tier',
        header: t.list.tier,
        nowrap: true,
        sort: (row) => row.tier,
        cell: (row) => tierWord(c, row.tier),
      },
      {
        key: 'date',
        header: t.list.date,
        sort: (row) => row.provenance?.referenceDate ?? '',
        cell: (row) => <DateText iso={row.provenance?.referenceDate ?? ''} short />,
      },
      {
        key: 'shape',
        header: t.list.shape,
        cell: (row) =>
          row.dimensions.map(({ column }) => columnTitle(column, language)).join(' × '),
      },
      countColumn('cells', t.list.cells, (row) => row.cells),
      countColumn('suppressed', t.list.suppressed, (row) => row.suppressed),
      timeColumn('made', t.list.made, (row) => row.createTime),
    ],
    [t, c, tenant, language],
  );
  return (
    <DataTable caption={t.list.caption} columns={columns} rows={rows} rowKey={(row) => row.name} />
  );
}

function SavedViews() {
  const t = useText(statistics);
  const tenant = useTenant();
  const list = useCall(ViewService.method.listViews, { parent: tenant.name });
  const views = list.data?.views ?? [];
  if (views.length === 0) return null;
  const link = (view: View) =>
    `${tenant.path('statistics', idOf(view.statistic))}?view=${idOf(view.name)}`;
  return (
    <section className="o-section" aria-label={t.list.views}>
      <h2>{t.list.views}</h2>
      <ul className="o-views">
        {views.map((view) => (
          <li key={view.name}>
            <Link to={link(view)}>{view.displayName}</Link>
            <Status tone={view.shared ? 'success' : 'neutral'}>
              {view.shared ? t.list.shared : t.list.mine}
            </Status>
          </li>
        ))}
      </ul>
    </section>
  );
}
