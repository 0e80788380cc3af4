import './statistics.css';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { AbstractionService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { type Statistic, StatisticService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { OperationService, OperationState } from '@oboro/gen/oboro/operation/v1/operation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import {
  type Verdict,
  VerificationService,
} from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { client, refresh, useAction, useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useTenant } from '../../app/session';
import { tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { idOf, partOf } from '../../lib/format';
import { formatDateShort, formatInstant } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { OperationProgress } from '../../ui/Progress';
import { Select } from '../../ui/Select';
import { useDatasets } from '../data/queries';
import { DraftShape } from './DraftShape';
import { FilterEditor } from './FilterEditor';
import {
  type Draft,
  draftOf,
  emptyDraft,
  openTiers,
  requestOf,
  tableColumns,
  usableVerdicts,
} from './model/draft';
import { measureWord } from './provenance';

/** Puts a table together and has it made. `?from=` begins with the shape of a table that exists. */
export function Component() {
  const t = useText(statistics);
  const tenant = useTenant();
  const [query] = useSearchParams();
  const from = query.get('from') ?? '';
  const verdicts = useCall(VerificationService.method.listVerdicts, { parent: tenant.name });
  const list = useCall(StatisticService.method.listStatistics, { parent: tenant.name });
  const model = useCall(
    StatisticService.method.getStatistic,
    { name: `${tenant.name}/statistics/${from}` },
    { enabled: from !== '' },
  );
  const failure = verdicts.error ?? list.error ?? model.error;
  const usable = usableVerdicts(verdicts.data?.verdicts ?? []);
  const ready = verdicts.data && list.data && (from === '' || model.data);
  return (
    <RequireRole roles={[Role.ANALYST, Role.PRIVACY_OFFICER]} title={t.build.title}>
      <PageHeader
        title={t.build.title}
        crumbs={[{ to: tenant.path('statistics'), label: t.title }]}
      />
      {failure && <ErrorNotice error={failure} />}
      {!failure && !ready && <Loading />}
      {ready && usable.length === 0 && (
        <EmptyState
          title={t.build.noBasisTitle}
          icon="verdicts"
          action={<LinkButton to={tenant.path('verdicts')}>{t.explore.source.verdict}</LinkButton>}
        >
          <p>{t.build.noBasisBody}</p>
        </EmptyState>
      )}
      {ready && usable.length > 0 && (
        <Builder
          verdicts={usable}
          earlier={list.data.statistics}
          model={model.data?.statistic}
          initialVerdict={query.get('verdict') ?? ''}
        />
      )}
    </RequireRole>
  );
}

interface BuilderProps {
  verdicts: Verdict[];
  earlier: Statistic[];
  model: Statistic | undefined;
  initialVerdict: string;
}

function Builder({ verdicts, earlier, model, initialVerdict }: BuilderProps) {
  const t = useText(statistics);
  const c = useText(common);
  const tenant = useTenant();
  const { language } = useLanguage();
  const first =
    verdicts.find(({ name }) => name === model?.provenance?.verdict) ??
    verdicts.find(({ name }) => idOf(name) === initialVerdict) ??
    verdicts[0]!;
  const [verdictName, setVerdict] = useState(first.name);
  const verdict = verdicts.find(({ name }) => name === verdictName) ?? first;
  const tiers = openTiers(verdict);
  const [tierWanted, setTier] = useState(model?.tier ?? tiers[0]!);
  const tier = tiers.includes(tierWanted) ? tierWanted : tiers[0]!;
  const [draft, setDraft] = useState<Draft>(model ? draftOf(model) : emptyDraft);
  const [named, setNamed] = useState<string>();
  const [tried, setTried] = useState(false);
  const abstractions = useCall(AbstractionService.method.listAbstractions, { parent: tenant.name });
  const datasets = useDatasets();
  const abstraction = abstractions.data?.abstractions.find(
    ({ name }) => name === verdict.abstraction,
  );
  const placed = [...draft.rows, ...draft.columns];
  const name =
    named ??
    (placed.length > 0
      ? t.build.nameSuggestion(
          placed.map((column) => columnTitle(column, language)).join('・'),
          measureWord(t, draft.measure),
        )
      : '');
  const making = useMaking({ draft, verdict, tier, name });

  if (abstractions.error) return <ErrorNotice error={abstractions.error} />;
  const basisLabel = (v: Verdict) => {
    const found = abstractions.data?.abstractions.find(({ name }) => name === v.abstraction);
    const id = partOf(found?.snapshot ?? '', 'datasets');
    return t.build.basisOf(
      datasets.data?.datasets.find((item) => idOf(item.name) === id)?.displayName ?? id,
      formatDateShort(found?.referenceDate ?? '', language),
      v.createTime ? formatInstant(timestampDate(v.createTime), language) : idOf(v.name),
    );
  };
  const submit = () => {
    setTried(true);
    if (placed.length > 0 && name.trim() !== '') making.start.mutate();
  };
  return (
    <>
      <section className="o-section o-form">
        <Select
          label={t.build.basis}
          hint={t.build.basisHelp}
          value={verdict.name}
          onChange={setVerdict}
          options={verdicts.map((v) => ({ value: v.name, label: basisLabel(v) }))}
        />
        <Select
          label={t.build.tier}
          value={String(tier)}
          onChange={(value) => setTier(Number(value))}
          options={tiers.map((open) => ({ value: String(open), label: tierWord(c, open) }))}
        />
      </section>
      <DraftShape draft={draft} abstraction={abstraction} onChange={setDraft} />
      {tried && placed.length === 0 && (
        <Notice tone="error" live>
          {t.build.needDimension}
        </Notice>
      )}
      <FilterEditor
        filters={draft.filters}
        columns={tableColumns(abstraction).map((column) => column.name)}
        known={knownValues(earlier, verdict.abstraction)}
        onChange={(filters) => setDraft({ ...draft, filters })}
      />
      <section className="o-section o-form">
        <Field
          label={t.build.name}
          placeholder={t.build.namePlaceholder}
          value={name}
          onChange={setNamed}
          required
          maxLength={100}
          error={tried && name.trim() === '' ? t.build.needName : null}
        />
        {making.start.error ? <ErrorNotice error={making.start.error} /> : null}
        {making.operation ? (
          <OperationProgress name={making.operation} onEnd={making.onEnd} cancellable />
        ) : null}
        <div className="o-actions">
          <Button kind="primary" busy={making.busy} onClick={submit}>
            {making.busy ? t.build.working : t.build.submit}
          </Button>
        </div>
      </section>
    </>
  );
}

/** Sends the draft, follows the work, and opens the table when it is there. */
function useMaking({
  draft,
  verdict,
  tier,
  name,
}: {
  draft: Draft;
  verdict: Verdict;
  tier: number;
  name: string;
}) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const [operation, setOperation] = useState('');
  const [running, setRunning] = useState(false);
  const start = useAction(
    () =>
      client(StatisticService).createStatistic({
        parent: tenant.name,
        displayName: name.trim(),
        abstraction: verdict.abstraction,
        verdict: verdict.name,
        tier,
        requestId: crypto.randomUUID(),
        ...requestOf(draft),
      }),
    {
      refresh: [OperationService],
      onSuccess: (answer) => {
        setRunning(true);
        setOperation(answer.operation?.name ?? '');
      },
    },
  );
  const onEnd = ({ state, resultName }: { state: OperationState; resultName: string }) => {
    setRunning(false);
    void refresh(StatisticService, OperationService);
    if (state === OperationState.SUCCEEDED)
      void navigate(tenant.path('statistics', idOf(resultName)));
  };
  return { start, operation, onEnd, busy: start.isPending || running };
}

/** Members that earlier tables of the same data show, by column. */
function knownValues(earlier: Statistic[], abstraction: string): Map<string, string[]> {
  const known = new Map<string, string[]>();
  for (const { provenance, dimensions } of earlier) {
    if (provenance?.abstraction !== abstraction) continue;
    for (const { column, members, parents } of dimensions) {
      const root = members.length - 1;
      const leaves = members.filter(
        (_, i) => i !== root && !parents.some((parent) => parent === i),
      );
      if (leaves.length > (known.get(column)?.length ?? 0)) known.set(column, leaves);
    }
  }
  return known;
}
