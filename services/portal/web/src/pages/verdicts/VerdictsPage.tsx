import './verdicts.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { Outcome, type Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { outcomeTone, outcomeWord, tierWord } from '../../app/words';
import { useLanguage, useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf } from '../../lib/format';
import { formatDateShort } from '../../lib/wareki';
import { LinkButton } from '../../ui/Button';
import { countColumn, timeColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { READERS } from '../data/queries';
import { useSources } from './sources';
import { words } from './words';

/** Every verdict of the municipality, newest first. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.title}>
      <Verdicts />
    </RequireRole>
  );
}

function Verdicts() {
  const t = useText(words);
  const tenant = useTenant();
  const may = useRoles().has(Role.STEWARD, Role.PRIVACY_OFFICER);
  const { verdicts, error, pending, retry } = useSources();
  const toAbstractions = (
    <LinkButton icon="recipes" to={tenant.path('abstractions')}>
      {t.none.action}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} actions={toAbstractions} />
      {error && <ErrorNotice error={error} retry={retry} />}
      {!error && pending && <Loading />}
      {!error && !pending && verdicts.length === 0 && (
        <EmptyState title={t.none.title} icon="verdicts" action={toAbstractions}>
          <p>{may ? t.none.may : t.none.other}</p>
        </EmptyState>
      )}
      {verdicts.length > 0 && <VerdictTable verdicts={verdicts} />}
    </>
  );
}

function VerdictTable({ verdicts }: { verdicts: readonly Verdict[] }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { language } = useLanguage();
  const { sourceOf } = useSources();
  const columns = useMemo<TableColumn<Verdict>[]>(() => {
    const tiers = [...new Set(verdicts.flatMap((item) => item.tiers.map(({ tier }) => tier)))];
    const outcomeOf = (row: Verdict, tier: number) =>
      row.tiers.find((item) => item.tier === tier)?.outcome ?? Outcome.UNSPECIFIED;
    return [
      {
        key: 'dataset',
        header: t.list.dataset,
        rowHeader: true,
        sort: (row) => sourceOf(row).title,
        cell: (row) => (
          <Link to={tenant.path('verdicts', idOf(row.name))}>
            {sourceOf(row).title || t.list.unknown}
          </Link>
        ),
      },
      {
        key: 'date',
        header: t.list.date,
        sort: (row) => sourceOf(row).date,
        cell: (row) => {
          const { date } = sourceOf(row);
          return date ? formatDateShort(date, language) : shared.none;
        },
      },
      ...tiers.toSorted().map((tier): TableColumn<Verdict> => ({
        key: `tier-${tier}`,
        header: tierWord(shared, tier),
        nowrap: true,
        sort: (row) => outcomeOf(row, tier),
        cell: (row) => (
          <Status tone={outcomeTone(outcomeOf(row, tier))}>
            {outcomeWord(shared, outcomeOf(row, tier))}
          </Status>
        ),
      })),
      countColumn('k', t.list.k, (row) => row.figures?.k ?? 0),
      {
        key: 'policy',
        header: t.list.policy,
        sort: (row) => row.policy,
        cell: (row) => `${idOf(row.policy)} ${t.version(row.policyVersion)}`,
      },
      timeColumn('time', t.list.time, (row) => row.createTime),
    ];
  }, [t, shared, tenant, language, verdicts, sourceOf]);
  return (
    <DataTable
      caption={t.list.caption}
      columns={columns}
      rows={verdicts}
      rowKey={(row) => row.name}
    />
  );
}
