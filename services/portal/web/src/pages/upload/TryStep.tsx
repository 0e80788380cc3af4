import { type Finding, Severity } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { useLanguage, useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import { readingOfProfile } from './mapping';
import { useTrial } from './trial';
import { type Chosen, useProfiles, type WizardProps } from './UploadPage';
import { words } from './words';

/** What the check finds in the beginning of each file. */
export function TryStep(props: WizardProps) {
  const t = useText(words);
  const { files, go } = props;
  return (
    <section className="o-section" aria-labelledby="try">
      <h2 id="try">{t.try.title}</h2>
      <p>{t.try.text}</p>
      {files.map((item) => (
        <FileTrial key={item.id} {...props} item={item} />
      ))}
      <div className="o-actions">
        <Button kind="primary" onClick={() => go('send')}>
          {t.next}
        </Button>
        <Button onClick={() => go('map')}>{t.back}</Button>
      </div>
    </section>
  );
}

function FileTrial({ dataset, profile, item, files }: WizardProps & { item: Chosen }) {
  const t = useText(words);
  const { language } = useLanguage();
  const saved = useProfiles(dataset).data?.profiles.find((one) => one.name === profile);
  const detected = useTrial(dataset, item.id, item.file, null);
  const reading = saved && detected.data ? readingOfProfile(saved, detected.data) : null;
  const trial = useTrial(dataset, item.id, item.file, reading);
  const result = trial.data;
  if (trial.error) return <ErrorNotice error={trial.error} retry={() => void trial.refetch()} />;
  if (!result) return <Loading />;
  const example = (rule: string): Finding | undefined =>
    result.findings.find((finding) => finding.rule === rule);
  const message = (finding: Finding | undefined) =>
    (language === 'ja' ? finding?.message : finding?.messageEn) ?? '';
  const fatal = result.findings.some(
    (finding) => finding.row === 0n && finding.severity === Severity.ERROR,
  );
  return (
    <div className="o-stack o-stack--tight">
      {files.length > 1 && <h3>{t.try.file(item.file.name)}</h3>}
      <p>
        {t.try.checked(formatNumber(result.checkedRecords))}{' '}
        {item.file.size <= 1 << 20 ? t.try.whole : t.try.part}
      </p>
      {result.findingCounts.length === 0 ? (
        <Notice tone="success" title={t.try.clean} live />
      ) : (
        <>
          {fatal && <Notice tone="error">{t.try.fatal}</Notice>}
          <DataTable
            caption={t.try.rules}
            rows={result.findingCounts}
            rowKey={(count) => count.rule}
            columns={[
              {
                key: 'severity',
                header: t.try.severity,
                cell: (count) => (
                  <Status tone={count.severity === Severity.ERROR ? 'error' : 'warning'}>
                    {count.severity === Severity.ERROR ? t.try.error : t.try.alert}
                  </Status>
                ),
              },
              {
                key: 'rule',
                header: t.try.rule,
                rowHeader: true,
                cell: (count) => message(example(count.rule)) || count.rule,
              },
              {
                key: 'count',
                header: t.try.count,
                numeric: true,
                cell: (count) => formatNumber(count.count),
              },
            ]}
          />
          <DataTable
            caption={t.try.examples}
            rows={result.findings}
            rowKey={(finding) => `${finding.row}-${finding.column}-${finding.rule}`}
            columns={[
              {
                key: 'row',
                header: t.try.row,
                numeric: true,
                cell: (finding) => (finding.row ? formatNumber(finding.row) : ''),
              },
              {
                key: 'column',
                header: t.try.column,
                rowHeader: true,
                cell: (finding) => finding.column,
              },
              { key: 'value', header: t.try.value, cell: (finding) => finding.value },
              { key: 'remedy', header: t.try.remedy, cell: (finding) => message(finding) },
            ]}
          />
        </>
      )}
    </div>
  );
}
