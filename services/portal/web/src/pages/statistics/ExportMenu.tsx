import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useAction } from '../../app/api';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { type CsvEncodingName, encodeCsv } from '../../lib/csv';
import { download } from '../../lib/download';
import { Icon } from '../../ui/icons';
import { useToast } from '../../ui/Toast';
import type { Layout } from './model/layout';
import type { Pivot } from './model/pivot';
import { toSheet } from './model/sheet';
import type { StatTable } from './model/table';
import type { Painter } from './painter';
import type { Subject } from './subject';

interface ExportMenuProps {
  subject: Subject;
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

function useTakeAway({ subject, table, layout, pivot, painter, onFault }: ExportMenuProps) {
  const t = useText(statistics);
  const { language } = useLanguage();
  const toast = useToast();
  const name = `${subject.title}_${subject.date}`;
  const asShown = () =>
    toSheet(table, layout, pivot, t.explore.suppressed, (column) => columnTitle(column, language));
  const csv = (encoding: CsvEncodingName) => {
    const sheet = asShown();
    const { bytes, replaced } = encodeCsv(
      [...sheet.rows, [], [subject.title], ...subject.provenance()],
      encoding,
    );
    download(bytes, `${name}.csv`, 'text/csv');
    if (replaced > 0) toast(t.export.replaced(replaced));
  };
  const xlsx = async () => {
    const { writeSheets } = await import('./xlsx');
    const sheet = asShown();
    const about = [[subject.title], ...subject.provenance()];
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
  const whole = async (encoding: CsvEncodingName) =>
    download(await subject.whole(encoding), `${name}_all.csv`, 'text/csv');
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
        return whole('utf-8-bom');
      default:
        return whole('cp932');
    }
  };
  return useAction(async (kind: string) => {
    onFault(null);
    await Promise.resolve(take(kind)).catch(onFault);
  });
}
