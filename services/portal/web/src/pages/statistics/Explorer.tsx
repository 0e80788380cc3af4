import {
  type Statistic,
  StatisticService,
  type View,
  ViewService,
} from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { Tier } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { Fragment, useMemo } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { statistics } from '../../i18n/statistics';
import { idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { DateText } from '../../ui/DateText';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import type { IconName } from '../../ui/icons';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { Exploration, useLayout } from './Exploration';
import { useTable } from './figures';
import { overDates } from './model/layout';
import type { StatTable } from './model/table';
import { Provenance } from './Provenance';
import { RequestRelease } from './RequestRelease';
import { SaveView } from './SaveView';
import { useSubject } from './subject';

/** One statistic: its table, charts and map. How it is looked at stands in the URL, or in a saved view that the URL names. */
export function Component() {
  const t = useText(statistics);
  const tenant = useTenant();
  const { statistic: id = '' } = useParams();
  const found = useCall(StatisticService.method.getStatistic, {
    name: `${tenant.name}/statistics/${id}`,
  });
  const statistic = found.data?.statistic;
  const reader = useRoles().has(Role.ANALYST, Role.PRIVACY_OFFICER);
  const figures = useTable(reader ? statistic : undefined);
  const [query] = useSearchParams();
  const viewId = query.get('view') ?? '';
  const view = useCall(
    ViewService.method.getView,
    { name: `${tenant.name}/views/${viewId}` },
    { enabled: viewId !== '' && reader },
  );
  const crumbs = [{ to: tenant.path('statistics'), label: t.title }];
  const failure = found.error ?? figures.error ?? view.error;
  if (failure) {
    return (
      <>
        <PageHeader title={statistic?.displayName ?? t.title} crumbs={crumbs} />
        <ErrorNotice
          error={failure}
          retry={() => void found.refetch().then(() => figures.refetch())}
        />
        {statistic && view.error && (
          <div className="o-actions">
            <LinkButton to={tenant.path('statistics', id)}>{t.explore.withoutView}</LinkButton>
          </div>
        )}
      </>
    );
  }
  if (statistic && !reader) return <Described statistic={statistic} />;
  if (!statistic || !figures.data || (viewId !== '' && !view.data)) {
    return (
      <>
        <PageHeader title={statistic?.displayName ?? t.title} crumbs={crumbs} />
        <Loading />
      </>
    );
  }
  return (
    <Opened
      key={statistic.name}
      statistic={statistic}
      table={figures.data}
      view={view.data?.view}
    />
  );
}

function readSaved(json: string): Record<string, string> {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch {
    return {};
  }
}

/** Who may see it: the office, those who share the instance, anybody. */
const TIER_ICON: Partial<Record<Tier, IconName>> = {
  [Tier.INTERNAL]: 'admin',
  [Tier.JOINT]: 'operator',
  [Tier.PUBLIC]: 'external',
};

/** For those who may know of a statistic and not read its figures. */
function Described({ statistic }: { statistic: Statistic }) {
  const t = useText(statistics);
  const tenant = useTenant();
  const { language } = useLanguage();
  const subject = useSubject(statistic, false);
  return (
    <>
      <PageHeader
        title={statistic.displayName}
        crumbs={[{ to: tenant.path('statistics'), label: t.title }]}
      />
      <Notice title={t.readers.title}>
        <p>{t.readers.text}</p>
      </Notice>
      <section className="o-section" aria-labelledby="made">
        <h2 id="made">{t.explore.provenance}</h2>
        <dl className="o-facts">
          {subject.provenance(language).map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
        </dl>
      </section>
    </>
  );
}

interface OpenedProps {
  statistic: Statistic;
  table: StatTable;
  view: View | undefined;
}

function Opened({ statistic, table, view }: OpenedProps) {
  const t = useText(statistics);
  const c = useText(common);
  const tenant = useTenant();
  const saved = useMemo(() => (view ? readSaved(view.layoutJson) : undefined), [view]);
  const keep = useMemo(
    (): Record<string, string> => (view ? { view: idOf(view.name) } : {}),
    [view],
  );
  const [layout, setLayout] = useLayout(table, saved, keep);
  const [, setQuery] = useSearchParams();
  const subject = useSubject(statistic, overDates(layout));
  const open = (saved: View) => setQuery({ view: idOf(saved.name) });
  return (
    <Exploration
      subject={subject}
      table={table}
      layout={layout}
      onLayout={setLayout}
      head={(exportMenu) => (
        <PageHeader
          title={view?.displayName || statistic.displayName}
          crumbs={[{ to: tenant.path('statistics'), label: t.title }]}
          status={
            <Status tone="info" icon={TIER_ICON[statistic.tier] ?? 'info'}>
              {tierWord(c, statistic.tier)}
            </Status>
          }
          lead={
            statistic.provenance && (
              <>
                {t.explore.source.date}: <DateText iso={statistic.provenance.referenceDate} />
              </>
            )
          }
          actions={
            <>
              {exportMenu}
              <SaveView
                statistic={statistic.name}
                layout={layout}
                view={view}
                onSaved={open}
                onDeleted={() => setQuery({})}
              />
              <LinkButton to={`${tenant.path('statistics', 'new')}?from=${idOf(statistic.name)}`}>
                {t.explore.again}
              </LinkButton>
              <RequestRelease table={statistic.name} />
            </>
          }
        />
      )}
    >
      <Provenance subject={subject} evidence={statistic.evidenceJson} />
    </Exploration>
  );
}
