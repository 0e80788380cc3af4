import { timestampDate } from '@bufbuild/protobuf/wkt';
import { JointService, type JointStatistic } from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { OperationService } from '@oboro/gen/oboro/operation/v1/operation_pb';
import { useState } from 'react';
import { Link } from 'react-router';
import { client, useAction } from '../../app/api';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { columnTitle } from '../../lib/columns';
import { idOf } from '../../lib/format';
import { formatDate, formatInstant } from '../../lib/wareki';
import { Button, LinkButton } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice, Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { useBases } from './bases';
import { fitting, type Missing } from './fit';
import { ownPart, type Verb } from './gate';
import { words } from './words';

interface DialogProps {
  verb: Verb;
  joint: JointStatistic;
  onClose: () => void;
  /** Told the operation that makes the table. */
  onStarted: (operation: string) => void;
}

/** Says what the step does to whom, and takes it; what is final asks for the name. */
export function AnswerDialog(props: DialogProps) {
  if (props.verb === 'consent') return <Consent {...props} />;
  if (props.verb === 'make') return <Make {...props} />;
  return <Final {...props} verb={props.verb} />;
}

function Final({ verb, joint, onClose }: DialogProps & { verb: 'decline' | 'withdraw' }) {
  const t = useText(words);
  const tenant = useTenant();
  const proposer = ownPart(joint, tenant.municipalityCode)?.proposer === true;
  const told =
    verb === 'withdraw' && !proposer
      ? {
          action: t.withdraw.ownAction,
          title: t.withdraw.ownTitle,
          text: t.withdraw.ownText,
          done: t.withdraw.ownDone,
        }
      : t[verb];
  const { name } = joint;
  const act = useAction(
    (): Promise<unknown> =>
      verb === 'decline'
        ? client(JointService).declineJointStatistic({ name })
        : client(JointService).withdrawJointStatistic({ name }),
    { refresh: [JointService], done: told.done, onSuccess: onClose },
  );
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={told.title}
      action={told.action}
      name={joint.proposal?.displayName ?? ''}
      busy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate()}
    >
      <p>{told.text}</p>
    </ConfirmDialog>
  );
}

function Make({ joint, onClose, onStarted }: DialogProps) {
  const t = useText(words);
  // Sent twice, it is one piece of work.
  const [requestId] = useState(() => crypto.randomUUID());
  const make = useAction(
    () => client(JointService).makeJointStatistic({ name: joint.name, requestId }),
    {
      refresh: [OperationService],
      onSuccess: ({ operation }) => {
        onStarted(operation?.name ?? '');
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      open
      danger={false}
      onClose={onClose}
      title={t.make.title}
      action={t.make.action}
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
    >
      <p>{t.make.text}</p>
      <p>{t.make.ledger}</p>
    </ConfirmDialog>
  );
}

/** For which data of one's own; where there is none, what is missing and who mends it. */
function Consent({ joint, onClose }: DialogProps) {
  const t = useText(words);
  const c = useText(common);
  const tenant = useTenant();
  const { language } = useLanguage();
  const { bases, titleOf, ready, error } = useBases();
  const { fit, missing } = fitting(bases, {
    referenceDate: joint.proposal?.referenceDate ?? '',
    axes: joint.proposal?.axes ?? [],
  });
  const [chosen, setChosen] = useState('');
  const basis = fit.find(({ verdict }) => verdict?.name === chosen) ?? fit[0];
  const consent = useAction(
    () =>
      client(JointService).consentJointStatistic({
        name: joint.name,
        abstraction: basis?.abstraction.name ?? '',
        verdict: basis?.verdict?.name ?? '',
      }),
    { refresh: [JointService], done: t.consent.done, onSuccess: onClose },
  );
  return (
    <Dialog
      open
      alert
      wide
      onClose={onClose}
      title={t.consent.title}
      footer={
        <>
          {basis && (
            <Button kind="primary" busy={consent.isPending} onClick={() => consent.mutate()}>
              {t.consent.action}
            </Button>
          )}
          <Button onClick={onClose}>{c.actions.cancel}</Button>
        </>
      }
    >
      {error && <ErrorNotice error={error} />}
      {!error && !ready && <Loading />}
      {ready && missing && <NoBasis joint={joint} missing={missing} />}
      {ready && basis && (
        <>
          <p>{t.consent.text}</p>
          <p>{t.consent.revoke}</p>
          <Select
            label={t.consent.data}
            hint={t.consent.dataHint}
            value={basis.verdict?.name ?? ''}
            onChange={setChosen}
            options={fit.map(({ abstraction, verdict }) => ({
              value: verdict?.name ?? '',
              label: t.consent.dataOf(
                titleOf(abstraction),
                formatDate(abstraction.referenceDate, language),
                verdict?.createTime
                  ? formatInstant(timestampDate(verdict.createTime), language)
                  : '',
              ),
            }))}
          />
          <p>
            <Link to={tenant.path('verdicts', idOf(basis.verdict?.name ?? ''))}>
              {t.consent.verdict}
            </Link>
          </p>
        </>
      )}
      {consent.error ? <ErrorNotice error={consent.error} /> : null}
    </Dialog>
  );
}

function NoBasis({ joint, missing }: { joint: JointStatistic; missing: Missing }) {
  const t = useText(words);
  const tenant = useTenant();
  const { language } = useLanguage();
  const columns = (joint.proposal?.axes ?? [])
    .flatMap(({ column, within }) => [column, ...within])
    .map((column) => columnTitle(column, language));
  const told = {
    date: t.consent.missing.date(formatDate(joint.proposal?.referenceDate ?? '', language)),
    columns: t.consent.missing.columns(columns.join('・')),
    verdict: t.consent.missing.verdict,
  }[missing];
  return (
    <Notice
      tone="warning"
      title={t.consent.none}
      actions={
        missing === 'verdict' ? (
          <LinkButton size="small" to={tenant.path('verdicts')}>
            {t.consent.toVerdicts}
          </LinkButton>
        ) : (
          <LinkButton size="small" to={tenant.path('data')}>
            {t.consent.toData}
          </LinkButton>
        )
      }
    >
      <p>{told}</p>
    </Notice>
  );
}
