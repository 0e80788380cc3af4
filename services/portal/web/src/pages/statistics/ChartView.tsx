import { useQueries } from '@tanstack/react-query';
import { type Statistic, StatisticService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { lazy, Suspense, useMemo } from 'react';
import { call, useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { formatNumber } from '../../lib/format';
import { Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { barData, type ChartData, lineData, pyramidData, sameShape } from './model/charts';
import { CHARTS, type ChartKind, type Layout } from './model/layout';
import type { Pivot } from './model/pivot';
import type { StatTable } from './model/table';
import { readTable } from './figures';
import { sourceLine } from './provenance';
import type { Painter } from './painter';
import { FigureTable } from './FigureTable';

const Drawing = lazy(() => import('./ChartDrawing'));

interface ChartViewProps {
  statistic: Statistic;
  table: StatTable;
  layout: Layout;
  pivot: Pivot;
  onKind: (kind: ChartKind) => void;
  onPainter: (painter: Painter | null) => void;
}

export function ChartView({ statistic, table, layout, pivot, onKind, onPainter }: ChartViewProps) {
  const t = useText(statistics);
  const dates = useDates(statistic, table, layout.chart === 'line');
  const data = useMemo(() => {
    if (layout.chart === 'pyramid') return pyramidData(table, layout);
    if (layout.chart === 'line') return lineData(dates.tables, layout, table);
    return barData(table, layout, pivot);
  }, [table, layout, pivot, dates.tables]);
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
          <div className="o-figure__drawing">
            <Suspense fallback={<Loading />}>
              <Drawing
                kind={layout.chart}
                data={data}
                title={statistic.displayName}
                source={sourceLine(statistic)}
                label={t.chart.label(statistic.displayName)}
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

/** The same table at its other reference dates: same columns, name and tier. */
function useDates(statistic: Statistic, table: StatTable, enabled: boolean) {
  const tenant = useTenant();
  const list = useCall(
    StatisticService.method.listStatistics,
    { parent: tenant.name },
    { enabled },
  );
  const columns = table.axes.map((axis) => axis.column);
  const others = (list.data?.statistics ?? []).filter(
    (other) =>
      other.name !== statistic.name &&
      other.tier === statistic.tier &&
      other.provenance?.referenceDate !== statistic.provenance?.referenceDate &&
      other.measure?.kind === statistic.measure?.kind &&
      sameShape({ axes: other.dimensions }, columns),
  );
  // One table a date: the newest, which stands first in the list.
  const byDate = new Map(
    others.toReversed().map((other) => [other.provenance?.referenceDate ?? '', other]),
  );
  const wanted = [...byDate.values()].slice(0, 24);
  const read = useQueries({
    queries: wanted.map((other) => ({
      queryKey: [StatisticService.typeName, 'dated', other.name],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const { statistic: whole } = await call(
          StatisticService.method.getStatistic,
          { name: other.name },
          signal,
        );
        return {
          date: other.provenance?.referenceDate ?? '',
          table: await readTable(whole ?? other, signal),
        };
      },
      enabled,
      staleTime: Infinity,
    })),
  });
  const own = { date: statistic.provenance?.referenceDate ?? '', table };
  const tables = [own, ...read.flatMap((query) => (query.data ? [query.data] : []))];
  return { tables, pending: enabled && (list.isPending || read.some((query) => query.isPending)) };
}
