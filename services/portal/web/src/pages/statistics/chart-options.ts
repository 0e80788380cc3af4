// How ECharts draws what model/charts.ts found.
import type { EChartsCoreOption } from 'echarts/core';
import { formatNumber } from '../../lib/format';
import type { ChartData } from './model/charts';
import type { ChartKind } from './model/layout';

export interface Drawn {
  kind: ChartKind;
  data: ChartData;
  title: string;
  /** One line of provenance, drawn into pictures that leave the page. */
  source: string;
}

/** Told apart by lightness too; the first two are those of a pyramid. */
const COLOURS = [
  '#0031d8',
  '#c16800',
  '#1d8b56',
  '#8b1d6b',
  '#6b7280',
  '#00a3bf',
  '#7a5c00',
  '#5c10be',
  '#b3261e',
  '#2b6777',
  '#a05195',
  '#4d4d4d',
];
// Without quotation marks: they would end the attribute that ECharts writes the font into.
const FONT = 'Noto Sans JP Variable, Noto Sans JP, sans-serif';
const WINDOW = 60;

export function optionsOf({ kind, data, title, source }: Drawn, whole: boolean): EChartsCoreOption {
  const pyramid = kind === 'pyramid';
  const long = data.categories.length > WINDOW;
  const category = {
    type: 'category',
    data: data.categories,
    axisLabel: {
      hideOverlap: true,
      formatter: (label: string) => label.replace(/^\d{5,12}\s+/u, ''),
    },
  };
  const value = {
    type: 'value',
    axisLabel: { formatter: (number: number) => formatNumber(Math.abs(number)) },
  };
  const series = data.series.map(({ name, values }, i) => ({
    name,
    type: kind === 'line' ? 'line' : 'bar',
    // Men stand to the left of the axis, as pyramids are drawn in Japan.
    data: pyramid && i === 0 ? values.map((v) => (typeof v === 'number' ? -v : null)) : values,
    ...(pyramid ? { stack: 'all', barCategoryGap: '15%' } : {}),
    ...(kind === 'line' ? { connectNulls: false, symbolSize: 8 } : {}),
  }));
  return {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: FONT, fontSize: 14 },
    aria: { enabled: false, decal: { show: kind === 'bar' && series.length > 1 } },
    title: whole
      ? [
          { text: title, left: 16, top: 8, textStyle: { fontSize: 18 } },
          { text: source, left: 16, bottom: 6, textStyle: { fontSize: 12, fontWeight: 'normal' } },
        ]
      : [],
    legend: { top: whole ? 40 : 0, type: 'scroll' },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (number: unknown) =>
        typeof number === 'number'
          ? formatNumber(Math.abs(number))
          : number === undefined
            ? '－'
            : '秘匿',
    },
    grid: {
      left: 16,
      right: 24,
      top: whole ? 84 : 48,
      bottom: whole ? 40 : long && !pyramid ? 56 : 16,
      containLabel: true,
    },
    ...(long && !pyramid && !whole
      ? { dataZoom: [{ type: 'slider', startValue: 0, endValue: WINDOW - 1, showDetail: false }] }
      : {}),
    xAxis: pyramid ? value : category,
    yAxis: pyramid ? { ...category, axisLabel: { interval: 0, fontSize: 11 } } : value,
    series,
  };
}
