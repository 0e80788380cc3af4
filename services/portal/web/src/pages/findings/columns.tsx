import { type Finding, Settlement } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useMemo } from 'react';
import { useLanguage, useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import type { TableColumn } from '../../ui/DataTable';
import { Status, type StatusTone } from '../../ui/Status';
import { settlementKey, settlementWord } from './model';
import { words } from './words';

const TONES: Record<Settlement, StatusTone> = {
  [Settlement.UNSPECIFIED]: 'neutral',
  [Settlement.OPEN]: 'info',
  [Settlement.ACCEPTED]: 'success',
  [Settlement.EXCLUDED]: 'neutral',
  [Settlement.RETURNED]: 'warning',
};

/** Of one rule, the column of rules is left out. */
export function useFindingColumns(ofOneRule: boolean): TableColumn<Finding>[] {
  const t = useText(words);
  const { language } = useLanguage();
  const columns = useMemo<TableColumn<Finding>[]>(
    () => [
      {
        key: 'row',
        header: t.columns.row,
        rowHeader: true,
        numeric: true,
        sort: (finding) => finding.row,
        cell: (finding) => (finding.row > 0n ? formatNumber(finding.row) : t.wholeFile),
      },
      {
        key: 'column',
        header: t.columns.column,
        sort: (finding) => finding.column,
        cell: (finding) => finding.column,
      },
      {
        key: 'rule',
        header: t.columns.rule,
        sort: (finding) => finding.rule,
        cell: (finding) => t.rules[finding.rule] ?? finding.rule,
      },
      {
        key: 'value',
        nowrap: true,
        header: t.columns.value,
        sort: (finding) => finding.value,
        cell: (finding) => (finding.value ? <code>{finding.value}</code> : ''),
      },
      {
        key: 'remedy',
        header: t.columns.remedy,
        cell: (finding) => (
          <span className="o-remedy">
            {language === 'ja' ? finding.message : finding.messageEn}
          </span>
        ),
      },
      {
        key: 'settlement',
        header: t.columns.settlement,
        sort: (finding) => finding.settlement,
        cell: (finding) => (
          <>
            {finding.settlement === Settlement.UNSPECIFIED ? (
              // Accepted by itself: nobody was asked.
              t.filter[settlementWord(finding.settlement)]
            ) : (
              <Status tone={TONES[finding.settlement]}>
                {t.filter[settlementKey(finding.settlement)]}
              </Status>
            )}
            {finding.reason && <span className="o-small o-remedy">{finding.reason}</span>}
          </>
        ),
      },
    ],
    [t, language],
  );
  return useMemo(
    () => (ofOneRule ? columns.filter(({ key }) => key !== 'rule') : columns),
    [columns, ofOneRule],
  );
}
