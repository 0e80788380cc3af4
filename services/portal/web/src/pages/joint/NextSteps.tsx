import {
  JointAnswer,
  JointService,
  JointState,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { OperationService, OperationState } from '@oboro/gen/oboro/operation/v1/operation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { refresh, useCall } from '../../app/api';
import { hasEnded } from '../../app/operation';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { Button, type ButtonKind } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import type { IconName } from '../../ui/icons';
import { OperationProgress, operationError } from '../../ui/Progress';
import { AnswerDialog } from './AnswerDialog';
import { ownPart, proposerOf, readyFor, type Verb, verbsOf, waitsFor } from './gate';
import { useNameOf } from './Municipality';
import type { Names } from './municipalities';
import { words } from './words';

const LOOK: Record<Verb, { kind: ButtonKind; icon: IconName }> = {
  make: { kind: 'primary', icon: 'statistics' },
  consent: { kind: 'primary', icon: 'check' },
  decline: { kind: 'secondary', icon: 'close' },
  withdraw: { kind: 'secondary', icon: 'trash' },
};

interface StepsProps {
  joint: JointStatistic;
  names: Names;
}

/** What comes next, by whom, and the buttons of whoever may do it. */
export function NextSteps({ joint, names }: StepsProps) {
  const t = useText(words);
  const tenant = useTenant();
  const { has } = useRoles();
  const officer = has(Role.PRIVACY_OFFICER);
  const own = ownPart(joint, tenant.municipalityCode);
  const work = useMaking(joint, officer && own?.proposer === true);
  const [open, setOpen] = useState<Verb | null>(null);
  const verbs = officer && !work.running ? verbsOf(joint, tenant.municipalityCode) : [];
  const label = (verb: Verb) =>
    verb === 'withdraw' && !own?.proposer ? t.withdraw.ownAction : t[verb].action;
  return (
    <section className="o-section o-panel" aria-labelledby="next">
      <h2 id="next">{t.page.next}</h2>
      <Told joint={joint} names={names} />
      {work.failure && <ErrorNotice error={work.failure} title={t.make.failed} />}
      {work.running && <OperationProgress name={work.running} onEnd={work.onEnd} />}
      {verbs.length > 0 && (
        <div className="o-actions">
          {verbs.map((verb) => (
            <Button key={verb} {...LOOK[verb]} onClick={() => setOpen(verb)}>
              {label(verb)}
            </Button>
          ))}
        </div>
      )}
      {!officer && waitsFor(joint, tenant.municipalityCode) && (
        <p className="o-small">{t.page.onlyOfficers}</p>
      )}
      {open && (
        <AnswerDialog
          verb={open}
          joint={joint}
          onClose={() => setOpen(null)}
          onStarted={work.onStarted}
        />
      )}
    </section>
  );
}

/** Where it stands, in a sentence for this municipality. */
function Told({ joint, names }: StepsProps) {
  const t = useText(words);
  const tenant = useTenant();
  const nameOf = useNameOf(names);
  const code = tenant.municipalityCode;
  const proposer = proposerOf(joint);
  if (joint.state === JointState.MADE) return <p>{t.page.madeBy}</p>;
  if (joint.state === JointState.CLOSED) {
    const who = joint.participants
      .filter(({ answer }) => answer === JointAnswer.DECLINED || answer === JointAnswer.WITHDRAWN)
      .map(({ municipalityCode }) => nameOf(municipalityCode));
    return (
      <>
        <p>{t.steps.closed(who.join('・'))}</p>
        {verbsOf(joint, code).includes('withdraw') && (
          <p className="o-small">{t.steps.closedOwn}</p>
        )}
      </>
    );
  }
  if (readyFor(joint, code)) return <p>{t.steps.make}</p>;
  if (waitsFor(joint, code))
    return <p>{proposer === code ? t.steps.answerOwn : t.steps.answer(nameOf(proposer))}</p>;
  const waiting = joint.participants.filter(({ answer }) => answer === JointAnswer.WAITING).length;
  return (
    <p>
      {waiting > 0 ? t.steps.waitOthers(formatNumber(waiting)) : t.steps.waitMake(nameOf(proposer))}
    </p>
  );
}

/** The work that makes it: found again after the page was left, and how the last try ended. */
function useMaking(joint: JointStatistic, enabled: boolean) {
  const tenant = useTenant();
  const [started, setStarted] = useState('');
  const list = useCall(
    OperationService.method.listOperations,
    { parent: tenant.name, pageSize: 100 },
    { enabled: enabled && joint.state === JointState.PROPOSED },
  );
  const last = list.data?.operations.find(({ targetName }) => targetName === joint.name);
  const running = started || (last && !hasEnded(last) ? last.name : '');
  const onEnd = () => {
    void refresh(JointService, OperationService).then(() => setStarted(''));
  };
  const failed = !running && last?.state === OperationState.FAILED ? operationError(last) : null;
  return { running, failure: failed, onEnd, onStarted: setStarted };
}
