import {
  JointState,
  type JointParticipant,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { PersonName } from '../../app/people';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { columnTitle } from '../../lib/columns';
import { formatNumber, idOf } from '../../lib/format';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { DateText, TimeText } from '../../ui/DateText';
import { Status } from '../../ui/Status';
import { proposerOf } from './gate';
import { Municipality, useNameOf } from './Municipality';
import { type Names, readPurpose } from './municipalities';
import { answerTone, answerWord, words } from './words';

interface AboutProps {
  joint: JointStatistic;
  names: Names;
}

/** The proposal, and every participant's answer. */
export function About({ joint, names }: AboutProps) {
  const t = useText(words);
  const { language } = useLanguage();
  const tenant = useTenant();
  const proposal = joint.proposal;
  const title = (column: string) => columnTitle(column, language);
  return (
    <>
      <section className="o-section" aria-labelledby="proposal">
        <h2 id="proposal">{t.page.proposal}</h2>
        <dl className="o-facts">
          <dt>{t.page.purpose}</dt>
          <dd className="o-joint__purpose">{readPurpose(proposal?.purpose ?? '').purpose}</dd>
          <dt>{t.page.kind}</dt>
          <dd>{proposal?.datasetKind}</dd>
          <dt>{t.page.date}</dt>
          <dd>
            <DateText iso={proposal?.referenceDate ?? ''} />
          </dd>
          <dt>{t.page.axes}</dt>
          <dd>
            {proposal?.axes
              .map(({ column, within }) => t.page.axis(title(column), within.map(title).join('・')))
              .join(' × ')}
          </dd>
          <dt>{t.page.measure}</dt>
          <dd>{t.page.records}</dd>
          <dt>{t.page.proposer}</dt>
          <dd>
            <Municipality code={proposerOf(joint)} names={names} />
          </dd>
          <dt>{t.page.created}</dt>
          <dd>
            <TimeText time={joint.createTime} />
          </dd>
          {joint.verdict && (
            <>
              <dt>{t.page.yours}</dt>
              <dd>
                <Link to={tenant.path('verdicts', idOf(joint.verdict))}>{t.page.yourVerdict}</Link>
              </dd>
            </>
          )}
          {joint.consentedBy && joint.verdict && (
            <>
              <dt>{t.page.by}</dt>
              <dd>
                <PersonName subject={joint.consentedBy} />
              </dd>
            </>
          )}
        </dl>
      </section>
      <section className="o-section" aria-labelledby="participants">
        <h2 id="participants">{t.page.participants}</h2>
        <Answers joint={joint} names={names} />
      </section>
    </>
  );
}

function Answers({ joint, names }: AboutProps) {
  const t = useText(words);
  const tenant = useTenant();
  const nameOf = useNameOf(names);
  const made = joint.state === JointState.MADE;
  const columns = useMemo((): TableColumn<JointParticipant>[] => {
    const figures: TableColumn<JointParticipant>[] = [
      {
        key: 'date',
        header: t.page.date,
        cell: (row) => <DateText iso={row.referenceDate} />,
      },
      {
        key: 'policy',
        header: t.page.policy,
        nowrap: true,
        cell: (row) => t.page.version(row.policyVersion),
      },
      {
        key: 'threshold',
        header: t.page.threshold,
        nowrap: true,
        cell: (row) =>
          row.minCount > 1n
            ? t.page.thresholdOf(formatNumber(row.minCount - 1n))
            : t.page.noThreshold,
      },
    ];
    return [
      {
        key: 'municipality',
        header: t.page.municipality,
        rowHeader: true,
        sort: (row) => row.municipalityCode,
        cell: (row) => (
          <>
            <Municipality code={row.municipalityCode} names={names} />
            {row.municipalityCode === tenant.municipalityCode && t.page.you}
            {row.proposer && (
              <>
                {' '}
                <Status tone="info" icon="edit">
                  {t.page.proposing}
                </Status>
              </>
            )}
          </>
        ),
      },
      {
        key: 'answer',
        header: t.page.answer,
        nowrap: true,
        sort: (row) => row.answer,
        cell: (row) => <Status tone={answerTone(row.answer)}>{answerWord(t, row.answer)}</Status>,
      },
      ...(made ? figures : []),
    ];
    // eslint-disable-next-line react-hooks/exhaustive-deps -- names are those of the proposal
  }, [t, tenant, made, joint.name]);
  return (
    <DataTable
      caption={t.page.participants}
      hideCaption
      columns={columns}
      rows={joint.participants}
      rowKey={(row) => row.municipalityCode}
      rowName={(row) => nameOf(row.municipalityCode)}
    />
  );
}
