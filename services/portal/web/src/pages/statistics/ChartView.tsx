import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { formatNumber } from '../../lib/format';
import { formatDate } from '../../lib/wareki';
import { Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { barData, type ChartData, lineData, pyramidData } from './model/charts';
import { CHARTS, type ChartKind, type Layout } from './model/layout';
import type { Pivot } from './model/pivot';
import type { StatTable } from './model/table';
import type { Painter } from './painter';
import type { Subject } from './subject';
import { FigureTable } from './FigureTable';

const Drawing = lazy(() => import('./ChartDrawing'));

interface ChartViewProps {
  subject: Subject;
  table: StatTable;
  layout: Layout;
  pivot: Pivot;
  onKind: (kind: ChartKind) => void;
  onPainter: (painter: Painter | null) => void;
}

/** Two years of months; more lines' points are no picture any more. */
const MAX_DATES = 24;

export function ChartView({ subject, table, layout, pivot, onKind, onPainter }: ChartViewProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const dates = useDates(subject, table, layout.chart === 'line');
  const data = useMemo(() => {
    if (layout.chart === 'pyramid') return pyramidData(table, layout);
    if (layout.chart === 'line')
      return lineData(dates.tables, layout, table, (iso) => formatDate(iso, language));
    return barData(table, layout, pivot);
  }, [table, layout, pivot, dates.tables, language]);
  return (
    <div className="o-figure">
      <div className="o-form">
        <Select
          label={t.chart.kind}
          value={layout.chart}
          onChange={(value) => onKind(CHARTS.find((kind) => kind === value) ?? 'bar')}
          options={CHARTS.map((kind) => ({ value: kind, label: t.chart.kinds[kind] }))}
        />
      </div>
      {layout.chart === 'line' && dates.tables.length < 2 && !dates.pending && (
        <Notice>{t.chart.oneDate}</Notice>
      )}
      {dates.pending && <Loading />}
      {data ? (
        <>
          {isBare(data) && <Notice tone="warning">{t.chart.nothing}</Notice>}
          {data.suppressed > 0 && (
            <Notice tone="info">{t.chart.gap(formatNumber(data.suppressed))}</Notice>
          )}
          {(data.omitted ?? 0) > 0 && (
            <Notice tone="info">{t.chart.limited(data.series.length)}</Notice>
          )}
          <div className="o-figure__drawing">
            <Suspense fallback={<Loading />}>
              <Drawing
                kind={layout.chart}
                data={data}
                title={subject.title}
                source={subject.source}
                label={t.chart.label(subject.title)}
                onPainter={onPainter}
              />
            </Suspense>
          </div>
          <FigureTable caption={t.chart.dataTable} first={t.chart.category} data={data} />
        </>
      ) : (
        <Notice tone="warning">{t.chart.noPyramid}</Notice>
      )}
    </div>
  );
}

/** Nothing but zeros and suppressed values: the drawing stays empty. */
const isBare = ({ series }: ChartData) =>
  series.every(({ values }) => values.every((value) => !value));

/** The table at all of its reference dates, its own among them. */
function useDates({ date, others, othersPending }: Subject, table: StatTable, enabled: boolean) {
  const read = useQueries({
    queries: others.slice(0, MAX_DATES).map((other) => ({
      queryKey: ['dated', other.key],
      queryFn: async ({ signal }: { signal: AbortSignal }) => ({
        date: other.date,
        table: await other.read(signal),
      }),
      enabled,
      staleTime: Infinity,
    })),
  });
  const tables = [
    { date, table },
    ...read.flatMap(({ data }) => (data?.table ? [{ date: data.date, table: data.table }] : [])),
  ];
  return { tables, pending: enabled && (othersPending || read.some((query) => query.isPending)) };
}
