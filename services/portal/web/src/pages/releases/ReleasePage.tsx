import {
  type Release,
  ReleaseService,
  type ReleaseStep,
  StatisticService,
} from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { JointService } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useCall } from '../../app/api';
import { PersonName } from '../../app/people';
import { useRoles, useSession, useTenant } from '../../app/session';
import { tierWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { isNotFound } from '../../lib/errors';
import { formatNumber, formatPercent, idOf, partOf } from '../../lib/format';
import { Button, LinkButton } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { DateText, TimeText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import type { IconName } from '../../ui/icons';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { READERS } from '../data/queries';
import { blocked, type Verb } from './gate';
import { StepDialog } from './StepDialog';
import { stateKey, stateTone } from './states';
import { words } from './words';

/** One release: what it is, what may be done with it and by whom, what was done. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { id = '' } = useParams();
  const name = `${tenant.name}/releases/${id}`;
  const release = useCall(ReleaseService.method.getRelease, { name });
  const found = release.data?.release;
  const crumbs = [{ to: tenant.path('releases'), label: t.title }];
  if (isNotFound(release.error)) {
    return (
      <>
        <PageHeader title={t.notFound} crumbs={crumbs} />
        <EmptyState
          title={t.notFoundText}
          icon="search"
          action={
            <LinkButton kind="primary" to={tenant.path('releases')}>
              {t.back}
            </LinkButton>
          }
        />
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={found?.displayName ?? t.title}
        crumbs={crumbs}
        status={
          found && <Status tone={stateTone(found.state)}>{t.states[stateKey(found.state)]}</Status>
        }
      />
      {release.error && <ErrorNotice error={release.error} retry={() => void release.refetch()} />}
      {release.isPending && <Loading />}
      {found && <Opened release={found} />}
    </>
  );
}

function Opened({ release }: { release: Release }) {
  const t = useText(words);
  const { has } = useRoles();
  const reader = has(...READERS);
  const { pending, table } = useReleased(release, reader);
  return (
    <>
      <section className="o-section o-panel" aria-labelledby="next">
        <h2 id="next">{t.next}</h2>
        <p>{t.nextSteps[stateKey(release.state)]}</p>
        {pending ? <Loading /> : <Steps release={release} author={table?.author ?? ''} />}
      </section>
      <About release={release} table={table} />
      <History steps={release.steps} />
    </>
  );
}

/** What is known of the table that a release is about. */
interface Released {
  path: string[];
  author: string;
  date: string;
  cells: bigint;
  suppressed: bigint;
}

/** The statistic, or one's own copy of a joint one, whose author is who consented for the municipality. */
function useReleased(
  { statistic: name }: Release,
  reader: boolean,
): { pending: boolean; table: Released | undefined } {
  const joined = partOf(name, 'jointStatistics') !== '';
  const options = { staleTime: 60_000 };
  const own = useCall(
    StatisticService.method.getStatistic,
    { name },
    { ...options, enabled: reader && !joined },
  );
  const joint = useCall(
    JointService.method.getJointStatistic,
    { name },
    { ...options, enabled: reader && joined },
  );
  const pending = reader && (joined ? joint.isPending : own.isPending);
  const statistic = own.data?.statistic;
  const copy = joint.data?.jointStatistic;
  if (statistic) {
    const { author, cells, suppressed, provenance } = statistic;
    const date = provenance?.referenceDate ?? '';
    return {
      pending,
      table: { path: ['statistics', idOf(name)], author, date, cells, suppressed },
    };
  }
  if (copy) {
    const { consentedBy: author, cells, suppressed, proposal } = copy;
    const date = proposal?.referenceDate ?? '';
    return { pending, table: { path: ['joint', idOf(name)], author, date, cells, suppressed } };
  }
  return { pending, table: undefined };
}

const VERBS: { verb: Verb; kind: 'primary' | 'secondary' | 'danger'; icon: IconName }[] = [
  { verb: 'approve', kind: 'primary', icon: 'check' },
  { verb: 'reject', kind: 'secondary', icon: 'close' },
  { verb: 'publish', kind: 'primary', icon: 'releases' },
  { verb: 'withdraw', kind: 'secondary', icon: 'trash' },
];

/** Buttons for what this person may do; in words why not, where it is possible for another one. */
function Steps({ release, author }: { release: Release; author: string }) {
  const t = useText(words);
  const { subject } = useSession();
  const { has } = useRoles();
  const [open, setOpen] = useState<Verb | null>(null);
  const answers = VERBS.map((entry) => ({
    ...entry,
    why: blocked(
      entry.verb,
      { state: release.state, requester: release.requester, author },
      { subject, has },
    ),
  }));
  const offered = answers.filter(({ why }) => why === null);
  const reasons = new Set(
    answers.map(({ why }) => (why && why !== 'state' ? t.blocked[why] : '')).filter(Boolean),
  );
  return (
    <>
      {offered.length > 0 && (
        <div className="o-actions">
          {offered.map(({ verb, kind, icon }) => (
            <Button key={verb} kind={kind} icon={icon} onClick={() => setOpen(verb)}>
              {t[verb]}
            </Button>
          ))}
        </div>
      )}
      {[...reasons].map((reason) => (
        <p className="o-small" key={reason}>
          {reason}
        </p>
      ))}
      {open && <StepDialog verb={open} release={release} onClose={() => setOpen(null)} />}
    </>
  );
}

function About({ release, table }: { release: Release; table: Released | undefined }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  return (
    <section className="o-section" aria-labelledby="about">
      <div className="o-section__head">
        <h2 id="about">{t.statistic}</h2>
        {table && (
          <LinkButton icon="statistics" to={tenant.path(...table.path)}>
            {t.openStatistic}
          </LinkButton>
        )}
      </div>
      <dl className="o-facts">
        <dt>{t.tier}</dt>
        <dd>{tierWord(shared, release.tier)}</dd>
        <dt>{t.requester}</dt>
        <dd>
          <PersonName subject={release.requester} />
        </dd>
        {table && (
          <>
            <dt>{t.author}</dt>
            <dd>
              <PersonName subject={table.author} />
            </dd>
            <dt>{t.reference}</dt>
            <dd>
              <DateText iso={table.date} />
            </dd>
            <dt>{t.suppressed}</dt>
            <dd>
              {t.cells(formatNumber(table.suppressed))} / {t.cells(formatNumber(table.cells))}
              {table.cells > 0n &&
                ` (${formatPercent(Number(table.suppressed) / Number(table.cells))})`}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function History({ steps }: { steps: ReleaseStep[] }) {
  const t = useText(words);
  return (
    <section className="o-section" aria-labelledby="history">
      <h2 id="history">{t.history}</h2>
      <DataTable
        caption={t.historyOf}
        hideCaption
        rows={steps.map((step, at) => ({ step, at }))}
        rowKey={({ at }) => String(at)}
        columns={[
          {
            key: 'what',
            header: t.what,
            rowHeader: true,
            nowrap: true,
            cell: ({ step }) => (
              <Status tone={stateTone(step.state)}>{t.did[stateKey(step.state)]}</Status>
            ),
          },
          { key: 'who', header: t.who, cell: ({ step }) => <PersonName subject={step.actor} /> },
          { key: 'why', header: t.why, cell: ({ step }) => step.reason || '―' },
          { key: 'when', header: t.when, cell: ({ step }) => <TimeText time={step.time} /> },
        ]}
      />
    </section>
  );
}
