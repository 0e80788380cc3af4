import {
  type Dataset,
  type Finding,
  Severity,
  type Snapshot,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useLanguage, useText } from '../../i18n';
import { type CsvEncodingName, encodeCsv } from '../../lib/csv';
import { download } from '../../lib/download';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { useToast } from '../../ui/Toast';
import { settlementWord } from './model';
import { words } from './words';

/** The list as it is filtered, as a CSV file for Excel. */
export function Downloads({
  dataset,
  snapshot,
  findings,
}: {
  dataset: Dataset;
  snapshot: Snapshot;
  findings: readonly Finding[];
}) {
  const t = useText(words);
  const { language } = useLanguage();
  const toast = useToast();
  const save = (encoding: CsvEncodingName) => {
    const head = [
      t.columns.row,
      t.columns.column,
      t.columns.rule,
      t.severity,
      t.columns.value,
      t.columns.remedy,
      t.columns.settlement,
      t.columns.reason,
    ];
    const rows = findings.map((finding) => [
      finding.row,
      finding.column,
      t.rules[finding.rule] ?? finding.rule,
      finding.severity === Severity.ERROR ? t.error : t.alert,
      finding.value,
      language === 'ja' ? finding.message : finding.messageEn,
      t.filter[settlementWord(finding.settlement)],
      finding.reason,
    ]);
    const { bytes, replaced } = encodeCsv([head, ...rows], encoding);
    download(bytes, t.fileName(dataset.displayName, snapshot.referenceDate), 'text/csv');
    toast(replaced > 0 ? t.downloadReplaced(formatNumber(replaced)) : t.downloaded);
  };
  return (
    <div className="o-actions">
      <Button
        size="small"
        icon="download"
        disabled={findings.length === 0}
        onClick={() => save('utf-8-bom')}
      >
        {t.downloadUtf8}
      </Button>
      <Button
        size="small"
        icon="download"
        disabled={findings.length === 0}
        onClick={() => save('cp932')}
      >
        {t.downloadCp932}
      </Button>
    </div>
  );
}
