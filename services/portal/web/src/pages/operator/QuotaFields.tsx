import type { Quota } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Field } from '../../ui/Field';
import { bytesOf, gigabytesText, wholeNumber } from './life';
import { words } from './words';

export interface QuotaDraft {
  gigabytes: string;
  rows: string;
  jobs: string;
}

export const startQuota = (quota?: Quota): QuotaDraft => ({
  gigabytes: quota ? gigabytesText(quota.bytes) : '100',
  rows: formatNumber(quota?.rows ?? 10_000_000),
  jobs: formatNumber(quota?.concurrentJobs ?? 2),
});

/** Null while a field holds no number. What was not touched stays to the byte. */
export function readQuota(draft: QuotaDraft, before?: Quota) {
  const untouched = before && draft.gigabytes === gigabytesText(before.bytes);
  const bytes = untouched ? before.bytes : bytesOf(draft.gigabytes);
  const rows = wholeNumber(draft.rows);
  const jobs = wholeNumber(draft.jobs);
  if (bytes === null || rows === null || jobs === null || jobs > 1000n) return null;
  return { bytes, rows, concurrentJobs: Number(jobs) };
}

export function QuotaFields({
  draft,
  onChange,
  tried,
}: {
  draft: QuotaDraft;
  onChange: (draft: QuotaDraft) => void;
  tried: boolean;
}) {
  const t = useText(words);
  const fault = (key: keyof QuotaDraft) => {
    const read = key === 'gigabytes' ? bytesOf : wholeNumber;
    return tried && read(draft[key]) === null ? t.form.figureBad : null;
  };
  return (['gigabytes', 'rows', 'jobs'] as const).map((key) => (
    <Field
      key={key}
      label={t.form[key]}
      inputMode={key === 'gigabytes' ? 'decimal' : 'numeric'}
      value={draft[key]}
      onChange={(typed) => onChange({ ...draft, [key]: typed })}
      error={fault(key)}
    />
  ));
}
