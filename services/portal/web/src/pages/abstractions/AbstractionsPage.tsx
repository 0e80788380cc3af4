import type { Abstraction } from '@oboro/gen/oboro/abstraction/v1/abstraction_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { Verdict } from '@oboro/gen/oboro/verification/v1/verification_pb';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { outcomeTone, outcomeWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { idOf, partOf } from '../../lib/format';
import { LinkButton } from '../../ui/Button';
import { countColumn, timeColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { DateText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { READERS, useChain, useDatasets } from '../data/queries';
import { innerOutcome } from '../data/steps';
import { words } from './words';

/** Every abstraction of the municipality, newest first. */
export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={READERS} title={t.title}>
      <Abstractions />
    </RequireRole>
  );
}

function Abstractions() {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const steward = useRoles().has(Role.STEWARD);
  const { chain, pending, error, retry } = useChain();
  const create = steward && (
    <LinkButton kind="primary" icon="plus" to={tenant.path('abstractions', 'new')}>
      {t.create}
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title={t.title}
        crumbs={[{ to: tenant.path('recipes'), label: shared.nav.recipes }]}
        lead={<p>{t.lead}</p>}
        actions={
          <>
            <LinkButton icon="recipes" to={tenant.path('recipes')}>
              {t.recipes}
            </LinkButton>
            {create}
          </>
        }
      />
      {error && <ErrorNotice error={error} retry={retry} />}
      {!error && pending && <Loading />}
      {!error && !pending && chain.abstractions.length === 0 && (
        <EmptyState title={t.none.title} icon="recipes" action={create}>
          <p>{steward ? t.none.steward : t.none.other}</p>
        </EmptyState>
      )}
      {chain.abstractions.length > 0 && (
        <AbstractionTable abstractions={chain.abstractions} verdicts={chain.verdicts} />
      )}
    </>
  );
}

function AbstractionTable({
  abstractions,
  verdicts,
}: {
  abstractions: readonly Abstraction[];
  verdicts: readonly Verdict[];
}) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const datasets = useDatasets().data?.datasets;
  const columns = useMemo<TableColumn<Abstraction>[]>(() => {
    const titles = new Map(datasets?.map((item) => [idOf(item.name), item.displayName]));
    const title = (row: Abstraction) => {
      const id = partOf(row.snapshot, 'datasets');
      return titles.get(id) ?? id;
    };
    const verdictOf = (row: Abstraction) => verdicts.find((item) => item.abstraction === row.name);
    return [
      {
        key: 'dataset',
        header: t.list.dataset,
        rowHeader: true,
        sort: title,
        cell: (row) => <Link to={tenant.path('abstractions', idOf(row.name))}>{title(row)}</Link>,
      },
      {
        key: 'date',
        header: t.list.date,
        sort: (row) => row.referenceDate,
        cell: (row) => <DateText iso={row.referenceDate} short />,
      },
      {
        key: 'recipe',
        header: t.list.recipe,
        sort: (row) => row.recipe,
        cell: (row) => `${idOf(row.recipe)} ${t.version(row.recipeVersion)}`,
      },
      countColumn('records', t.list.records, (row) => row.records),
      {
        key: 'verdict',
        header: t.list.verdict,
        cell: (row) => {
          const verdict = verdictOf(row);
          if (!verdict) return <Status tone="neutral">{t.list.notVerified}</Status>;
          const outcome = innerOutcome(verdict);
          return (
            <Link to={tenant.path('verdicts', idOf(verdict.name))}>
              <Status tone={outcomeTone(outcome)}>
                {`${shared.tiers.internal}: ${outcomeWord(shared, outcome)}`}
              </Status>
            </Link>
          );
        },
      },
      timeColumn('time', t.list.time, (row) => row.createTime),
    ];
  }, [t, shared, tenant, datasets, verdicts]);
  return (
    <DataTable
      caption={t.list.caption}
      columns={columns}
      rows={abstractions}
      rowKey={(row) => row.name}
    />
  );
}
