import './statistics.css';
import {
  type Statistic,
  StatisticService,
  type View,
  ViewService,
} from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { Tier } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useCallback, useMemo, useState } from 'react';
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
import { ErrorNotice } from '../../ui/ErrorNotice';
import type { IconName } from '../../ui/icons';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { Tabs } from '../../ui/Tabs';
import { Arrangement, shapeText } from './Arrangement';
import { ChartView } from './ChartView';
import { ExportMenu } from './ExportMenu';
import { useTable } from './figures';
import { MapView } from './MapView';
import {
  type Layout,
  layoutFromQuery,
  layoutToQuery,
  repairLayout,
  type Tab,
  TABS,
} from './model/layout';
import { countShown, makePivot } from './model/pivot';
import type { StatTable } from './model/table';
import type { Painter } from './painter';
import { PivotTable } from './PivotTable';
import { provenanceRows } from './provenance';
import { RequestRelease } from './RequestRelease';
import { SaveView } from './SaveView';

/** One statistic: its table, charts and map. How it is looked at stands in the URL, or in a saved view that the URL names. */
export function Component() {
  const t = useText(statistics);
  const tenant = useTenant();
  const { statistic: id = '' } = useParams();
  const found = useCall(StatisticService.method.getStatistic, {
    name: `${tenant.name}/statistics/${id}`,
  });
  const statistic = found.data?.statistic;
  const figures = useTable(statistic);
  const [query] = useSearchParams();
  const viewId = query.get('view') ?? '';
  const view = useCall(
    ViewService.method.getView,
    { name: `${tenant.name}/views/${viewId}` },
    { enabled: viewId !== '' },
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
  if (!statistic || !figures.data || (viewId !== '' && !view.data)) {
    return (
      <>
        <PageHeader title={statistic?.displayName ?? t.title} crumbs={crumbs} />
        <Loading />
      </>
    );
  }
  return (
    <Exploration
      key={statistic.name}
      statistic={statistic}
      table={figures.data}
      view={view.data?.view}
    />
  );
}

/** What the URL says; where it says nothing, what the view says; where that says nothing, the default. */
function useLayout(table: StatTable, view: View | undefined): [Layout, (layout: Layout) => void] {
  const [query, setQuery] = useSearchParams();
  const layout = useMemo(() => {
    const saved = view ? layoutFromQuery(new URLSearchParams(readSaved(view.layoutJson))) : {};
    return repairLayout(table, { ...saved, ...layoutFromQuery(query) });
  }, [table, view, query]);
  const change = useCallback(
    (next: Layout) => {
      const keep: Record<string, string> = view ? { view: idOf(view.name) } : {};
      setQuery({ ...keep, ...layoutToQuery(next) }, { preventScrollReset: true });
    },
    [setQuery, view],
  );
  return [layout, change];
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

interface ExplorationProps {
  statistic: Statistic;
  table: StatTable;
  view: View | undefined;
}

function Exploration({ statistic, table, view }: ExplorationProps) {
  const t = useText(statistics);
  const c = useText(common);
  const tenant = useTenant();
  const roles = useRoles();
  const writer = roles.has(Role.ANALYST, Role.PRIVACY_OFFICER);
  const [layout, setLayout] = useLayout(table, view);
  const [, setQuery] = useSearchParams();
  const [painter, setPainter] = useState<Painter | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const pivot = useMemo(() => makePivot(table, layout), [table, layout]);
  const counts = useMemo(() => countShown(pivot), [pivot]);
  const toggle = (dimension: number, member: number) => {
    const others = layout.collapsed.filter(([d, m]) => d !== dimension || m !== member);
    const closed = others.length < layout.collapsed.length;
    setLayout({ ...layout, collapsed: closed ? others : [...others, [dimension, member]] });
  };
  const open = (view: View) => setQuery({ view: idOf(view.name) });
  const content: Record<Tab, React.ReactNode> = {
    table: (
      <>
        <p role="status">
          {shapeText(t, pivot.rows.length, pivot.columns.length, counts.suppressed)}
        </p>
        <PivotTable
          table={table}
          layout={layout}
          pivot={pivot}
          caption={statistic.displayName}
          onSort={(sort) => setLayout({ ...layout, sort })}
          onToggle={toggle}
        />
        <details className="o-legend-text">
          <summary>{t.explore.legendTitle}</summary>
          <p>{t.explore.legendBody}</p>
        </details>
      </>
    ),
    chart: (
      <ChartView
        statistic={statistic}
        table={table}
        layout={layout}
        pivot={pivot}
        onKind={(chart) => setLayout({ ...layout, chart })}
        onPainter={setPainter}
      />
    ),
    map: <MapView statistic={statistic} table={table} layout={layout} onPainter={setPainter} />,
  };
  return (
    <div className="o-explorer">
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
            <ExportMenu
              statistic={statistic}
              table={table}
              layout={layout}
              pivot={pivot}
              painter={layout.tab === 'table' ? null : painter}
              onFault={setFault}
            />
            {writer && (
              <>
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
                <RequestRelease statistic={statistic} />
              </>
            )}
          </>
        }
      />
      {fault ? <ErrorNotice error={fault} /> : null}
      <Arrangement table={table} layout={layout} onChange={setLayout} />
      <Tabs
        label={t.explore.tabsLabel}
        selected={layout.tab}
        onSelect={(tab) => setLayout({ ...layout, tab: tab as Tab })}
        items={TABS.map((id) => ({
          id,
          label: t.explore.tabs[id],
          content: id === layout.tab ? content[id] : null,
        }))}
      />
      <Provenance statistic={statistic} />
    </div>
  );
}

function Provenance({ statistic }: { statistic: Statistic }) {
  const { language } = useLanguage();
  const t = useText(statistics);
  const c = useText(common);
  return (
    <>
      <details className="o-provenance">
        <summary>{t.explore.provenance}</summary>
        <dl>
          {provenanceRows(statistic, t, c, language).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {statistic.evidenceJson && (
        <details className="o-provenance">
          <summary>{t.explore.evidence}</summary>
          <pre tabIndex={0}>{indent(statistic.evidenceJson)}</pre>
        </details>
      )}
    </>
  );
}

function indent(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
