import './joint.css';
import {
  JointService,
  JointState,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useParams } from 'react-router';
import { useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { isNotFound } from '../../lib/errors';
import { LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { READERS } from '../data/queries';
import { About } from './About';
import { JointTable } from './JointTable';
import { useNames } from './Municipality';
import { readPurpose } from './municipalities';
import { NextSteps } from './NextSteps';
import { stateOf, stateWords } from './states';
import { words } from './words';

/** One joint statistic: what is proposed, who answered what, what may be done, and the table once it is made. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.title}>
      <Joint />
    </RequireRole>
  );
}

function Joint() {
  const t = useText(words);
  const states = useText(stateWords);
  const tenant = useTenant();
  const { joint: id = '' } = useParams();
  const found = useCall(
    JointService.method.getJointStatistic,
    { name: `${tenant.name}/jointStatistics/${id}` },
    {
      // Others answer meanwhile.
      refetchInterval: (data) =>
        data?.jointStatistic?.state === JointState.PROPOSED ? 10_000 : false,
    },
  );
  const joint = found.data?.jointStatistic;
  const crumbs = [{ to: tenant.path('joint'), label: t.title }];
  if (isNotFound(found.error)) {
    return (
      <>
        <PageHeader title={t.page.notFound} crumbs={crumbs} />
        <EmptyState
          title={t.page.notFoundText}
          icon="search"
          action={
            <LinkButton kind="primary" to={tenant.path('joint')}>
              {t.page.back}
            </LinkButton>
          }
        />
      </>
    );
  }
  const state = joint && stateOf(states, joint);
  return (
    <>
      <PageHeader
        title={joint?.proposal?.displayName ?? t.title}
        crumbs={crumbs}
        status={state && <Status tone={state.tone}>{state.word}</Status>}
      />
      {found.error && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {joint && <Opened key={joint.name} joint={joint} />}
    </>
  );
}

function Opened({ joint }: { joint: JointStatistic }) {
  const t = useText(words);
  const { has } = useRoles();
  const names = useNames(readPurpose(joint.proposal?.purpose ?? '').names);
  const made = joint.state === JointState.MADE;
  const reader = has(Role.ANALYST, Role.PRIVACY_OFFICER);
  return (
    <>
      <NextSteps joint={joint} names={names} />
      {made && reader && <JointTable joint={joint} names={names} />}
      {made && !reader && <p>{t.page.onlyReaders}</p>}
      <About joint={joint} names={names} />
    </>
  );
}
