import { useMemo } from 'react';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { formatNumber } from '../../lib/format';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import type { ChartData } from './model/charts';

interface Row {
  index: number;
  label: string;
}

/** The figures of a chart or a map, for whoever does not see it and for whoever wants the number. */
export function FigureTable({
  caption,
  first,
  data,
}: {
  caption: string;
  first: string;
  data: ChartData;
}) {
  const t = useText(statistics);
  const rows = useMemo(
    () => data.categories.map((label, index): Row => ({ index, label })),
    [data],
  );
  const columns = useMemo(
    (): TableColumn<Row>[] => [
      { key: 'category', header: first, cell: (row) => row.label, rowHeader: true },
      ...data.series.map((series, at): TableColumn<Row> => ({
        key: String(at),
        header: series.name,
        numeric: true,
        sort: (row) => series.values[row.index] ?? null,
        cell: (row) => {
          const value = series.values[row.index];
          if (value === undefined) return t.chart.absent;
          return value === null ? t.explore.suppressed : formatNumber(value);
        },
      })),
    ],
    [data, first, t],
  );
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={(row) => String(row.index)}
    />
  );
}
