import { BarChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { type Painter, svgToPng } from './painter';
import { type Drawn, optionsOf } from './chart-options';

// SVG: sharp at any zoom, printable, and without a canvas nothing asks the CSP for data: images.
echarts.use([
  BarChart,
  LineChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
  SVGRenderer,
]);

interface DrawingProps extends Drawn {
  label: string;
  onPainter: (painter: Painter | null) => void;
}

export default function ChartDrawing({ label, onPainter, ...drawn }: DrawingProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(null);
  useEffect(() => {
    const made = echarts.init(element.current!, undefined, { renderer: 'svg' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current!);
    const svg = () => pictureOf(drawnNow.current);
    onPainter({ svg, png: () => svgToPng(svg()) });
    return () => {
      onPainter(null);
      observer.disconnect();
      made.dispose();
    };
  }, [onPainter]);
  const drawnNow = useRef<Drawn>(drawn);
  drawnNow.current = drawn;
  useEffect(() => {
    chart.current?.setOption(optionsOf(drawn, false), { notMerge: true });
    // The same data draws the same picture.
  }, [drawn.kind, drawn.data, drawn.title, drawn.source]); // eslint-disable-line react-hooks/exhaustive-deps
  return <div ref={element} className="o-figure__chart" role="img" aria-label={label} />;
}

/** The whole chart at a size of its own, with its title and source, whatever part of it is on the screen. */
function pictureOf(drawn: Drawn): string {
  const width = Math.min(2400, Math.max(960, drawn.data.categories.length * 18));
  const chart = echarts.init(null, undefined, { renderer: 'svg', ssr: true, width, height: 600 });
  try {
    chart.setOption(optionsOf(drawn, true));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
