import type { Quota } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Field } from '../../ui/Field';
import { wholeNumber } from './life';
import { words } from './words';

const GIGABYTE = 1_000_000_000n;

export interface QuotaDraft {
  gigabytes: string;
  rows: string;
  jobs: string;
}

export const startQuota = (quota?: Quota): QuotaDraft => ({
  gigabytes: formatNumber(quota ? quota.bytes / GIGABYTE : 100),
  rows: formatNumber(quota?.rows ?? 10_000_000),
  jobs: formatNumber(quota?.concurrentJobs ?? 2),
});

/** Null while a field holds no number. */
export function readQuota(draft: QuotaDraft) {
  const gigabytes = wholeNumber(draft.gigabytes);
  const rows = wholeNumber(draft.rows);
  const jobs = wholeNumber(draft.jobs);
  if (gigabytes === null || rows === null || jobs === null || jobs > 1000n) return null;
  return { bytes: gigabytes * GIGABYTE, rows, concurrentJobs: Number(jobs) };
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
  const fault = (typed: string) => (tried && wholeNumber(typed) === null ? t.form.figureBad : null);
  return (['gigabytes', 'rows', 'jobs'] as const).map((key) => (
    <Field
      key={key}
      label={t.form[key]}
      inputMode="numeric"
      value={draft[key]}
      onChange={(typed) => onChange({ ...draft, [key]: typed })}
      error={fault(draft[key])}
    />
  ));
}
