import { AbstractionService } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import {
  type Dataset,
  type Snapshot,
  SnapshotService,
  SnapshotState,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { OperationService } from '@oboro/gen/oboro/operation/v1/operation_pb';
import { useState } from 'react';
import { Link } from 'react-router';
import { call, refresh, useAction } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { outcomeTone, outcomeWord, snapshotTone, snapshotWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatBytes, formatNumber, idOf } from '../../lib/format';
import { formatDateShort } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DateText, TimeText } from '../../ui/DateText';
import { OperationProgress } from '../../ui/Progress';
import { Status } from '../../ui/Status';
import { NextStep } from './NextStep';
import { StepBar } from './StepBar';
import { type Chain, innerOutcome, wayOf } from './steps';
import { words } from './words';

/** One snapshot of the timeline: state, steps, figures, what was made of it, the next step. */
export function SnapshotCard({
  dataset,
  snapshot,
  chain,
}: {
  dataset: Dataset;
  snapshot: Snapshot;
  chain: Chain;
}) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { stewardOf } = useRoles();
  const steward = stewardOf(dataset.department);
  const way = wayOf(snapshot, chain);
  const made = chain.abstractions.filter((abstraction) => abstraction.snapshot === snapshot.name);
  const gone = snapshot.state === SnapshotState.DESTROYED;
  const checked = snapshot.errors + snapshot.alerts > 0n;
  return (
    <article className="o-panel o-snapshot">
      <div className="o-dataset__head">
        <h2>
          <DateText iso={snapshot.referenceDate} />
        </h2>
        <Status tone={snapshotTone(snapshot.state)}>{snapshotWord(shared, snapshot.state)}</Status>
      </div>
      <StepBar states={way.states} />
      {snapshot.state === SnapshotState.CHECKING && snapshot.operation && (
        <OperationProgress
          name={snapshot.operation}
          onEnd={() => void refresh(SnapshotService, AbstractionService)}
        />
      )}
      <Facts snapshot={snapshot} />
      {gone && <p className="o-small">{t.timeline.purged}</p>}
      {made.length > 0 && <Made snapshot={snapshot} chain={chain} />}
      <div className="o-dataset__row">
        <NextStep dataset={dataset} snapshot={snapshot} next={way.next} />
        <div className="o-actions">
          {steward && checked && !gone && way.next.kind !== 'settle' && (
            <LinkButton
              size="small"
              to={tenant.path('data', idOf(dataset.name), idOf(snapshot.name), 'findings')}
            >
              {t.nexts.findings}
            </LinkButton>
          )}
          {steward && !gone && <Destroy dataset={dataset} snapshot={snapshot} />}
        </div>
      </div>
    </article>
  );
}

function Facts({ snapshot }: { snapshot: Snapshot }) {
  const t = useText(words);
  const facts = t.timeline.facts;
  const open = snapshot.state === SnapshotState.OPEN;
  const rows: [string, React.ReactNode][] = open
    ? [[facts.bytes, formatBytes(snapshot.committedBytes)]]
    : [
        [facts.records, formatNumber(snapshot.records)],
        [facts.errors, formatNumber(snapshot.errors)],
        [facts.alerts, formatNumber(snapshot.alerts)],
      ];
  if (snapshot.excludedRecords > 0n)
    rows.push([facts.excluded, formatNumber(snapshot.excludedRecords)]);
  rows.push([facts.created, <TimeText key="time" time={snapshot.createTime} />]);
  return (
    <dl className="o-snapshot__facts">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Made({ snapshot, chain }: { snapshot: Snapshot; chain: Chain }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const made = chain.abstractions.filter((abstraction) => abstraction.snapshot === snapshot.name);
  const names = new Set(made.map((abstraction) => abstraction.name));
  const statistics = chain.statistics.filter((item) =>
    names.has(item.provenance?.abstraction ?? ''),
  );
  return (
    <div className="o-stack o-stack--tight">
      <ul className="o-made" aria-label={t.timeline.abstractions}>
        {made.map((abstraction) => {
          const verdict = chain.verdicts.find((item) => item.abstraction === abstraction.name);
          return (
            <li key={abstraction.name}>
              <Link to={tenant.path('abstractions', idOf(abstraction.name))}>
                {t.timeline.abstractions}（{idOf(abstraction.recipe)}{' '}
                {t.timeline.version(abstraction.recipeVersion)}）
              </Link>
              {verdict ? (
                <>
                  <Link to={tenant.path('verdicts', idOf(verdict.name))}>{t.timeline.verdict}</Link>
                  <Status tone={outcomeTone(innerOutcome(verdict))}>
                    {`${shared.tiers.internal}: ${outcomeWord(shared, innerOutcome(verdict))}`}
                  </Status>
                </>
              ) : (
                <Status tone="neutral">{t.timeline.notVerified}</Status>
              )}
            </li>
          );
        })}
      </ul>
      {statistics.length > 0 && (
        <p>
          <Link to={tenant.path('statistics')}>
            {t.timeline.statistics(formatNumber(statistics.length))}
          </Link>
        </p>
      )}
    </div>
  );
}

function Destroy({ dataset, snapshot }: { dataset: Dataset; snapshot: Snapshot }) {
  const t = useText(words);
  const { language } = useLanguage();
  const [asking, setAsking] = useState(false);
  const destroy = useAction(
    () => call(SnapshotService.method.destroySnapshot, { name: snapshot.name }),
    {
      refresh: [SnapshotService, OperationService],
      done: t.timeline.destroyed,
      onSuccess: () => setAsking(false),
    },
  );
  return (
    <>
      <Button kind="text" size="small" icon="trash" onClick={() => setAsking(true)}>
        {t.timeline.destroy}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t.timeline.destroyTitle}
        action={t.timeline.destroy}
        name={`${dataset.displayName} ${formatDateShort(snapshot.referenceDate, language)}`}
        busy={destroy.isPending}
        error={destroy.error}
        onConfirm={() => destroy.mutate()}
      >
        <p>{t.timeline.destroyText}</p>
      </ConfirmDialog>
    </>
  );
}
