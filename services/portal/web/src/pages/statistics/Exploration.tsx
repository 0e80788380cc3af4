import './statistics.css';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Tabs } from '../../ui/Tabs';
import { Arrangement, shapeText } from './Arrangement';
import { ChartView } from './ChartView';
import { ExportMenu } from './ExportMenu';
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
import type { Subject } from './subject';

/** What the URL says; where it says nothing, `saved`; where that says nothing, the default. `keep` stays in the URL. */
export function useLayout(
  table: StatTable,
  saved: Record<string, string> | undefined,
  keep: Record<string, string>,
): [Layout, (layout: Layout) => void] {
  const [query, setQuery] = useSearchParams();
  const layout = useMemo(() => {
    const kept = saved ? layoutFromQuery(new URLSearchParams(saved)) : {};
    return repairLayout(table, { ...kept, ...layoutFromQuery(query) });
  }, [table, saved, query]);
  const change = useCallback(
    (next: Layout) => setQuery({ ...keep, ...layoutToQuery(next) }, { preventScrollReset: true }),
    [setQuery, keep],
  );
  return [layout, change];
}

interface ExplorationProps {
  subject: Subject;
  table: StatTable;
  layout: Layout;
  onLayout: (layout: Layout) => void;
  /** What stands above it, with the menu that takes files away. */
  head: (exportMenu: ReactNode) => ReactNode;
  children?: ReactNode;
}

/** A protected table: where its dimensions stand, and how it is looked at. */
export function Exploration({
  subject,
  table,
  layout,
  onLayout,
  head,
  children,
}: ExplorationProps) {
  const t = useText(statistics);
  const [painter, setPainter] = useState<Painter | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const pivot = useMemo(() => makePivot(table, layout), [table, layout]);
  const counts = useMemo(() => countShown(pivot), [pivot]);
  const toggle = (dimension: number, member: number) => {
    const others = layout.collapsed.filter(([d, m]) => d !== dimension || m !== member);
    const closed = others.length < layout.collapsed.length;
    onLayout({ ...layout, collapsed: closed ? others : [...others, [dimension, member]] });
  };
  const content: Record<Tab, ReactNode> = {
    table: (
      <>
        <p role="status">
          {shapeText(t, pivot.rows.length, pivot.columns.length, counts.suppressed)}
        </p>
        <PivotTable
          table={table}
          layout={layout}
          pivot={pivot}
          caption={subject.title}
          onSort={(sort) => onLayout({ ...layout, sort })}
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
        subject={subject}
        table={table}
        layout={layout}
        pivot={pivot}
        onKind={(chart) => onLayout({ ...layout, chart })}
        onPainter={setPainter}
      />
    ),
    map: (
      <MapView
        subject={subject}
        table={table}
        layout={layout}
        onLayout={onLayout}
        onPainter={setPainter}
      />
    ),
  };
  return (
    <div className="o-explorer">
      {head(
        <ExportMenu
          subject={subject}
          table={table}
          layout={layout}
          pivot={pivot}
          painter={layout.tab === 'table' ? null : painter}
          onFault={setFault}
        />,
      )}
      {fault ? <ErrorNotice error={fault} /> : null}
      <Arrangement table={table} layout={layout} onChange={onLayout} />
      <Tabs
        label={t.explore.tabsLabel}
        selected={layout.tab}
        onSelect={(tab) => onLayout({ ...layout, tab: tab as Tab })}
        items={TABS.map((id) => ({
          id,
          label: t.explore.tabs[id],
          content: id === layout.tab ? content[id] : null,
        }))}
      />
      {children}
    </div>
  );
}
