import { TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useCall } from '../../app/api';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatBytes, formatDuration, formatNumber } from '../../lib/format';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { ProgressBar } from '../../ui/Progress';
import { words } from './words';

const NEAR = 0.9;

export function TenantUsage() {
  const t = useText(words);
  const shared = useText(common);
  const { language } = useLanguage();
  const tenant = useTenant();
  const answer = useCall(
    TenantService.method.getUsage,
    { name: tenant.name },
    { refetchInterval: 10_000 },
  );
  const usage = answer.data?.usage;
  const quota = answer.data?.quota;
  const share = Number(usage?.bytes ?? 0) / Math.max(1, Number(quota?.bytes ?? 0));
  return (
    <section className="o-section" aria-labelledby="usage">
      <h2 id="usage">{t.usage.title}</h2>
      <p>{t.usage.text}</p>
      <p className="o-small">{t.who(shared.roles.operator)}</p>
      {answer.error && <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <Loading />}
      {usage && quota && (
        <>
          {share > NEAR && (
            <Notice tone="warning">
              <p>{t.usage.near}</p>
            </Notice>
          )}
          <dl className="o-facts">
            <dt>{t.usage.bytes}</dt>
            <dd>
              {t.usage.of(formatBytes(usage.bytes), formatBytes(quota.bytes))}
              <ProgressBar
                value={Math.min(1, share)}
                label={t.usage.bytes}
                text={t.usage.of(formatBytes(usage.bytes), formatBytes(quota.bytes))}
              />
            </dd>
            <dt>{t.usage.jobs}</dt>
            <dd>
              {t.usage.of(formatNumber(usage.runningJobs), formatNumber(quota.concurrentJobs))}
            </dd>
            <dt>{t.usage.rows}</dt>
            <dd>{t.usage.count(formatNumber(quota.rows))}</dd>
            <dt>{t.usage.taken}</dt>
            <dd>{t.usage.count(formatNumber(usage.rows))}</dd>
            <dt>{t.usage.seconds}</dt>
            <dd>{formatDuration(usage.workerSeconds, language)}</dd>
          </dl>
        </>
      )}
    </section>
  );
}
