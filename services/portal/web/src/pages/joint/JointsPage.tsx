import './joint.css';
import {
  JointAnswer,
  JointService,
  type JointStatistic,
} from '@oboro/gen/oboro/aggregation/v1/joint_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useCall } from '../../app/api';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { formatNumber, idOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { countColumn, timeColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { DateText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { READERS } from '../data/queries';
import { type Group, groupOf } from './gate';
import { Municipality } from './Municipality';
import { readPurpose } from './municipalities';
import { stateOf, stateWords } from './states';
import { words } from './words';

const GROUPS: Group[] = ['mine', 'others', 'made', 'closed'];

/** All joint statistics that the municipality takes part in, what waits for it first. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.title}>
      <Joints />
    </RequireRole>
  );
}

function Joints() {
  const t = useText(words);
  const tenant = useTenant();
  const { has } = useRoles();
  const officer = has(Role.PRIVACY_OFFICER);
  const list = useCall(
    JointService.method.listJointStatistics,
    { parent: tenant.name },
    { refetchInterval: 30_000 },
  );
  const all = list.data?.jointStatistics ?? [];
  const propose = officer && (
    <LinkButton kind="primary" icon="plus" to={tenant.path('joint', 'new')}>
      {t.propose}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} actions={propose} />
      {list.error && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && all.length === 0 && (
        <EmptyState title={t.list.none} icon="joint" action={propose}>
          <p>{officer ? t.list.noneOfficer : t.list.noneReader}</p>
        </EmptyState>
      )}
      {GROUPS.map((group) => {
        const rows = all.filter((joint) => groupOf(joint, tenant.municipalityCode) === group);
        return (
          rows.length > 0 && (
            <section key={group} className="o-section" aria-labelledby={`joint-${group}`}>
              <h2 id={`joint-${group}`}>{t.list[group]}</h2>
              <JointTable rows={rows} caption={t.list[group]} made={group === 'made'} />
            </section>
          )
        );
      })}
      <section className="o-section o-panel o-panel--soft" aria-labelledby="what">
        <h2 id="what">{t.what.title}</h2>
        <p>{t.what.text}</p>
        <ol>
          {t.what.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p>{t.what.who}</p>
      </section>
    </>
  );
}

interface TableProps {
  rows: JointStatistic[];
  caption: string;
  made: boolean;
}

function JointTable({ rows, caption, made }: TableProps) {
  const t = useText(words);
  const states = useText(stateWords);
  const tenant = useTenant();
  const columns = useMemo((): TableColumn<JointStatistic>[] => {
    const consents = ({ participants }: JointStatistic) =>
      participants.filter(({ answer }) => answer === JointAnswer.CONSENTED).length;
    const answered: TableColumn<JointStatistic>[] = [
      {
        key: 'answers',
        header: t.list.answers,
        nowrap: true,
        sort: consents,
        cell: (row) =>
          t.list.answered(formatNumber(consents(row)), formatNumber(row.participants.length)),
      },
      timeColumn('proposed', t.list.proposed, (row) => row.createTime),
    ];
    const figures: TableColumn<JointStatistic>[] = [
      countColumn('cells', t.list.cells, (row) => row.cells),
      countColumn('suppressed', t.list.suppressed, (row) => row.suppressed),
      timeColumn('made', t.list.madeAt, (row) => row.makeTime),
    ];
    return [
      {
        key: 'name',
        header: t.list.name,
        rowHeader: true,
        sort: (row) => row.proposal?.displayName ?? '',
        cell: (row) => (
          <Link to={tenant.path('joint', idOf(row.name))}>{row.proposal?.displayName}</Link>
        ),
      },
      {
        key: 'state',
        header: t.list.state,
        nowrap: true,
        sort: (row) => row.state,
        cell: (row) => {
          const { word, tone } = stateOf(states, row);
          return <Status tone={tone}>{word}</Status>;
        },
      },
      {
        key: 'date',
        header: t.list.date,
        sort: (row) => row.proposal?.referenceDate ?? '',
        cell: (row) => <DateText iso={row.proposal?.referenceDate ?? ''} />,
      },
      { key: 'with', header: t.list.with, cell: (row) => <Participants joint={row} /> },
      ...(made ? figures : answered),
    ];
  }, [t, states, tenant, made]);
  return (
    <DataTable
      caption={caption}
      hideCaption
      columns={columns}
      rows={rows}
      rowKey={(row) => row.name}
    />
  );
}

function Participants({ joint }: { joint: JointStatistic }) {
  const { names } = readPurpose(joint.proposal?.purpose ?? '');
  return (
    <ul className="o-joint__with">
      {joint.participants.map(({ municipalityCode: code }) => (
        <li key={code}>
          <Municipality code={code} names={names} />
        </li>
      ))}
    </ul>
  );
}
