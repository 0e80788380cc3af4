import { RecipeService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { StatisticService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { TenantService, TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { DatasetService } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { VerificationService } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { Code, ConnectError } from '@connectrpc/connect';
import { useQuery } from '@tanstack/react-query';
import { call, useCall } from '../../app/api';
import { tenantWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import { type Answer, judge } from './probe';
import { words } from './words';

type Service = keyof (typeof words)['ja']['health']['services'];

/** Lists of data, asked for on purpose: a service that works refuses them to 運営. */
const DATA: Record<Exclude<Service, 'tenancy'>, (parent: string) => Promise<unknown>> = {
  upload: (parent) => call(DatasetService.method.listDatasets, { parent }),
  abstraction: (parent) => call(RecipeService.method.listRecipes, { parent }),
  verification: (parent) => call(VerificationService.method.listVerdicts, { parent }),
  aggregation: (parent) => call(StatisticService.method.listStatistics, { parent }),
};

async function probe(
  service: Service,
  ask: () => Promise<unknown>,
): Promise<Answer & { service: Service }> {
  const begin = performance.now();
  let code: Code | null = null;
  try {
    await ask();
  } catch (error) {
    code = ConnectError.from(error).code;
  }
  const milliseconds = Math.round(performance.now() - begin);
  return { service, milliseconds, ...judge(code, service !== 'tenancy') };
}

/** Whether each service answers, and refuses data to 運営. */
export function Health() {
  const t = useText(words);
  const usage = useCall(TenantService.method.listUsage, {}, { refetchInterval: 30_000 });
  const rows = usage.data?.tenants ?? [];
  const tenant =
    rows.find((row) => row.tenant?.state === TenantState.ACTIVE)?.tenant ?? rows[0]?.tenant;
  const parent = tenant?.name ?? '';
  const checks = useQuery({
    queryKey: ['health', parent],
    enabled: usage.isFetched,
    refetchInterval: 30_000,
    queryFn: () =>
      Promise.all([
        probe('tenancy', () => call(TenantService.method.listUsage, {})),
        ...(parent
          ? (Object.keys(DATA) as (keyof typeof DATA)[]).map((service) =>
              probe(service, () => DATA[service](parent)),
            )
          : []),
      ]),
  });
  const open = checks.data?.some(({ data }) => data === 'open');
  return (
    <section className="o-section" aria-labelledby="health">
      <div className="o-section__head">
        <h2 id="health">{t.health.title}</h2>
        <Button busy={checks.isFetching} onClick={() => void checks.refetch()}>
          {t.health.again}
        </Button>
      </div>
      <p>{t.health.text}</p>
      {usage.error && <ErrorNotice error={usage.error} retry={() => void usage.refetch()} />}
      {open && (
        <Notice tone="error" live>
          <p>{t.health.openText}</p>
        </Notice>
      )}
      {checks.isPending ? <Loading /> : <Checks answers={checks.data ?? []} />}
      {usage.data && parent === '' && <p>{t.health.noTenant}</p>}
      <Totals states={rows.map((row) => row.tenant?.state ?? 0)} />
      <dl className="o-facts">
        <dt>{t.health.running}</dt>
        <dd>
          {t.health.count(
            formatNumber(rows.reduce((sum, row) => sum + (row.usage?.runningJobs ?? 0), 0)),
          )}
        </dd>
      </dl>
      <p className="o-small">{t.health.metrics}</p>
    </section>
  );
}

function Checks({ answers }: { answers: (Answer & { service: Service })[] }) {
  const t = useText(words);
  const tone = { refused: 'success', open: 'error', notTried: 'neutral' } as const;
  return (
    <DataTable
      caption={t.health.table}
      hideCaption
      rows={answers}
      rowKey={(row) => row.service}
      columns={[
        {
          key: 'service',
          header: t.health.service,
          rowHeader: true,
          cell: (row) => t.health.services[row.service],
        },
        {
          key: 'answers',
          header: t.health.answers,
          nowrap: true,
          cell: (row) => (
            <Status tone={row.up ? 'success' : 'error'}>
              {row.up ? t.health.up : t.health.down}
            </Status>
          ),
        },
        {
          key: 'time',
          header: t.health.time,
          numeric: true,
          cell: (row) => t.health.ms(formatNumber(row.milliseconds)),
        },
        {
          key: 'data',
          header: t.health.data,
          nowrap: true,
          cell: (row) => <Status tone={tone[row.data]}>{t.health[row.data]}</Status>,
        },
      ]}
    />
  );
}

function Totals({ states }: { states: TenantState[] }) {
  const t = useText(words);
  const shared = useText(common);
  return (
    <>
      <h3>{t.health.states}</h3>
      <dl className="o-facts">
        {[TenantState.ACTIVE, TenantState.SUSPENDED, TenantState.SEALED, TenantState.SHREDDED].map(
          (state) => (
            <div key={state} className="o-actions">
              <dt>{tenantWord(shared, state)}</dt>
              <dd>
                {t.health.count(formatNumber(states.filter((each) => each === state).length))}
              </dd>
            </div>
          ),
        )}
      </dl>
    </>
  );
}
