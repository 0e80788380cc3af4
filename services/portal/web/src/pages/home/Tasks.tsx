import { type Release, ReleaseService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { JointService, type JointStatistic } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { Dataset, Snapshot } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../app/api';
import { useRoles, useSession, useTenant } from '../../app/session';
import { snapshotTone, snapshotWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber, idOf, partOf } from '../../lib/format';
import { formatDateShort } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import { useNextStep } from '../data/NextStep';
import { useChain } from '../data/queries';
import { type Chain, type Next, wayOf } from '../data/steps';
import { groupOf, readyFor } from '../joint/gate';
import { stateOf, stateWords as jointWords } from '../joint/states';
import { blocked } from '../releases/gate';
import { stateKey, stateTone, stateWords } from '../releases/states';
import { useAllSnapshots } from './snapshots';
import { currentOf } from './tasks';
import { words } from './words';

const FIRST = 8;

/** Steps that are this person's to do, the pressing ones first. */
export function Tasks() {
  const t = useText(words);
  const tenant = useTenant();
  const { subject } = useSession();
  const { has } = useRoles();
  const all = useAllSnapshots();
  const { chain, pending, error, retry } = useChain();
  const releases = useCall(
    ReleaseService.method.listReleases,
    { parent: tenant.name },
    { refetchInterval: 30_000 },
  );
  const joint = useCall(
    JointService.method.listJointStatistics,
    { parent: tenant.name },
    { enabled: has(Role.PRIVACY_OFFICER), refetchInterval: 30_000 },
  );
  const mine = useMine(chain);
  const [whole, setWhole] = useState(false);
  const failure = all.error ?? error ?? releases.error ?? joint.error;
  const waiting = pending || all.pending || releases.isPending;

  // The author of the table is not in the list: the page of the request tells it.
  const open = (verb: 'approve' | 'publish') =>
    (releases.data?.releases ?? []).filter(
      (release) => blocked(verb, { ...release, author: '' }, { subject, has }) === null,
    );
  const items: { key: string; node: ReactNode }[] = [
    ...open('approve').map((release) => ({
      key: release.name,
      node: <ReleaseTask release={release} label={t.tasks.approve} />,
    })),
    ...open('publish').map((release) => ({
      key: release.name,
      node: <ReleaseTask release={release} label={t.tasks.publish} />,
    })),
    ...(joint.data?.jointStatistics ?? [])
      .filter((one) => groupOf(one, tenant.municipalityCode) === 'mine')
      .map((one) => ({ key: one.name, node: <JointTask joint={one} /> })),
    ...currentOf(all.snapshots).flatMap((snapshot) => {
      const dataset = all.datasets.find(
        (item) => idOf(item.name) === partOf(snapshot.name, 'datasets'),
      );
      const next = dataset && mine(dataset, snapshot);
      return dataset && next
        ? [
            {
              key: snapshot.name,
              node: <SnapshotTask dataset={dataset} snapshot={snapshot} next={next} />,
            },
          ]
        : [];
    }),
  ];
  const shown = whole ? items : items.slice(0, FIRST);
  return (
    <section className="o-section" aria-labelledby="tasks">
      <h2 id="tasks">
        {t.tasks.title}
        {items.length > 0 && (
          <span className="o-home__count">{t.tasks.count(formatNumber(items.length))}</span>
        )}
      </h2>
      {failure && (
        <ErrorNotice
          error={failure}
          retry={() => {
            all.retry();
            retry();
            void releases.refetch();
            void joint.refetch();
          }}
        />
      )}
      {!failure && waiting && <Loading />}
      {!failure && !waiting && items.length === 0 && <NoTasks />}
      {!waiting && items.length > 0 && (
        <ul className="o-tasks">
          {shown.map(({ key, node }) => (
            <li key={key} className="o-panel">
              {node}
            </li>
          ))}
        </ul>
      )}
      {shown.length < items.length && (
        <div className="o-actions">
          <Button kind="text" icon="chevronDown" onClick={() => setWhole(true)}>
            {t.tasks.more(formatNumber(items.length - shown.length))}
          </Button>
        </div>
      )}
    </section>
  );
}

/** The next step of a snapshot if it is for this person to do. */
function useMine(chain: Chain): (dataset: Dataset, snapshot: Snapshot) => Next | null {
  const { has, stewardOf } = useRoles();
  return (dataset, snapshot) => {
    const { next } = wayOf(snapshot, chain);
    const steward = stewardOf(dataset.department);
    const officer = has(Role.PRIVACY_OFFICER);
    switch (next.kind) {
      case 'upload':
      case 'settle':
      case 'abstract':
      case 'again':
        return steward ? next : null;
      case 'verify':
      case 'mend':
        return steward || officer ? next : null;
      case 'table':
        return has(Role.ANALYST) || officer ? next : null;
      default:
        return null;
    }
  };
}

function NoTasks() {
  const t = useText(words);
  const tenant = useTenant();
  const { has } = useRoles();
  const steward = has(Role.STEWARD);
  const text = steward
    ? t.tasks.noneSteward
    : has(Role.ANALYST)
      ? t.tasks.noneAnalyst
      : has(Role.PRIVACY_OFFICER)
        ? t.tasks.noneOfficer
        : t.tasks.noneOther;
  const action = steward ? (
    <LinkButton icon="data" to={tenant.path('data')}>
      {t.tasks.toData}
    </LinkButton>
  ) : (
    has(Role.ANALYST, Role.PRIVACY_OFFICER) && (
      <LinkButton icon="statistics" to={tenant.path('statistics')}>
        {t.tasks.toStatistics}
      </LinkButton>
    )
  );
  return (
    <EmptyState title={t.tasks.none} icon="check" level={3} action={action}>
      <p>{text}</p>
    </EmptyState>
  );
}

function SnapshotTask({
  dataset,
  snapshot,
  next,
}: {
  dataset: Dataset;
  snapshot: Snapshot;
  next: Next;
}) {
  const shared = useText(common);
  const { language } = useLanguage();
  const { target } = useNextStep(dataset, snapshot, next);
  return (
    <Task
      title={`${dataset.displayName} ${formatDateShort(snapshot.referenceDate, language)}`}
      status={
        <Status tone={snapshotTone(snapshot.state)}>{snapshotWord(shared, snapshot.state)}</Status>
      }
      target={target}
    />
  );
}

function ReleaseTask({ release, label }: { release: Release; label: string }) {
  const t = useText(words);
  const r = useText(stateWords);
  const tenant = useTenant();
  return (
    <Task
      title={release.displayName}
      status={<Status tone={stateTone(release.state)}>{r[stateKey(release.state)]}</Status>}
      note={t.tasks.requestedBy(release.requester)}
      target={{ to: tenant.path('releases', idOf(release.name)), label }}
    />
  );
}

function JointTask({ joint }: { joint: JointStatistic }) {
  const t = useText(words);
  const tenant = useTenant();
  const { word, tone } = stateOf(useText(jointWords), joint);
  return (
    <Task
      title={joint.proposal?.displayName ?? ''}
      status={<Status tone={tone}>{word}</Status>}
      target={{
        to: tenant.path('joint', idOf(joint.name)),
        label: readyFor(joint, tenant.municipalityCode) ? t.tasks.makeJoint : t.tasks.answerJoint,
      }}
    />
  );
}

function Task({
  title,
  status,
  note,
  target,
}: {
  title: string;
  status: ReactNode;
  note?: string;
  target: { to: string; label: string } | null;
}) {
  return (
    <>
      <div className="o-tasks__what">
        <h3>{title}</h3>
        {status}
        {note && <span className="o-small">{note}</span>}
      </div>
      {target && (
        <LinkButton
          kind="primary"
          size="small"
          to={target.to}
          aria-label={`${target.label}: ${title}`}
        >
          {target.label}
        </LinkButton>
      )}
    </>
  );
}
