import {
  CsvEncoding,
  type Statistic,
  StatisticService,
} from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { client, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { statistics } from '../../i18n/statistics';
import { type CsvEncodingName, encodeCsv } from '../../lib/csv';
import { download } from '../../lib/download';
import { Icon } from '../../ui/icons';
import { useToast } from '../../ui/Toast';
import type { Layout } from './model/layout';
import type { Pivot } from './model/pivot';
import { toSheet } from './model/sheet';
import type { StatTable } from './model/table';
import type { Painter } from './painter';
import { provenanceRows } from './provenance';

interface ExportMenuProps {
  statistic: Statistic;
  table: StatTable;
  layout: Layout;
  pivot: Pivot;
  /** What draws the chart or the map that is on the screen. */
  painter: Painter | null;
  /** Told what went wrong; null when a new try begins. */
  onFault: (error: unknown) => void;
}

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What is on the screen as a file, with its provenance inside; and the whole table as the service writes it. */
export function ExportMenu(props: ExportMenuProps) {
  const t = useText(statistics);
  const take = useTakeAway(props);
  const kinds = [
    'csvBom',
    'csvCp932',
    'xlsx',
    ...(props.painter ? ['png', 'svg'] : []),
    'all',
    'allCp932',
  ] as const;
  return (
    <>
      <MenuTrigger>
        <AriaButton
          className="o-button o-button--secondary o-button--normal"
          isPending={take.isPending}
        >
          <Icon name="download" />
          <span>{t.export.menu}</span>
        </AriaButton>
        <Popover className="o-popover">
          <Menu className="o-menu" onAction={(key) => take.mutate(String(key))}>
            {kinds.map((kind) => (
              <MenuItem key={kind} id={kind} className="o-menu__item">
                {t.export[kind as 'csvBom']}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

function useTakeAway({ statistic, table, layout, pivot, painter, onFault }: ExportMenuProps) {
  const t = useText(statistics);
  const c = useText(common);
  const toast = useToast();
  const name = `${statistic.displayName}_${statistic.provenance?.referenceDate ?? ''}`;
  const provenance = () => provenanceRows(statistic, t, c);
  const csv = (encoding: CsvEncodingName) => {
    const sheet = toSheet(table, layout, pivot, t.explore.suppressed);
    const { bytes, replaced } = encodeCsv(
      [...sheet.rows, [], [statistic.displayName], ...provenance()],
      encoding,
    );
    download(bytes, `${name}.csv`, 'text/csv');
    if (replaced > 0) toast(t.export.replaced(replaced));
  };
  const xlsx = async () => {
    const { writeSheets } = await import('./xlsx');
    const sheet = toSheet(table, layout, pivot, t.explore.suppressed);
    const about = [[statistic.displayName], ...provenance()];
    const blob = await writeSheets([
      {
        name: t.export.tableSheet,
        rows: sheet.rows,
        headerRows: sheet.headerRows,
        headerColumns: sheet.headerColumns,
      },
      { name: t.export.provenanceSheet, rows: about, headerRows: 1, headerColumns: 1 },
    ]);
    download(blob, `${name}.xlsx`, XLSX_TYPE);
  };
  const whole = async (encoding: CsvEncoding) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const { data } of client(StatisticService).exportStatistic({
      name: statistic.name,
      encoding,
    })) {
      parts.push(data as Uint8Array<ArrayBuffer>);
    }
    download(parts, `${name}_all.csv`, 'text/csv');
  };
  const take = async (kind: string) => {
    switch (kind) {
      case 'csvBom':
        return csv('utf-8-bom');
      case 'csvCp932':
        return csv('cp932');
      case 'xlsx':
        return xlsx();
      case 'png':
        return painter && download(await painter.png(), `${name}.png`, 'image/png');
      case 'svg':
        return painter && download(painter.svg(), `${name}.svg`, 'image/svg+xml');
      case 'all':
        return whole(CsvEncoding.UTF8_BOM);
      default:
        return whole(CsvEncoding.CP932);
    }
  };
  return useAction(async (kind: string) => {
    onFault(null);
    await Promise.resolve(take(kind)).catch(onFault);
  });
}
