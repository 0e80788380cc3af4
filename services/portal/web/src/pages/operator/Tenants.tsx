import {
  type TenantUsage,
  TenantService,
  type Tenant,
} from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo, useState } from 'react';
import { useCall } from '../../app/api';
import { tenantWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { Button } from '../../ui/Button';
import { countColumn } from '../../ui/columns';
import { DataTable, type TableColumn } from '../../ui/DataTable';
import { TimeText } from '../../ui/DateText';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import { CreateTenant } from './CreateTenant';
import { type Verb, verbsFor } from './life';
import { LifeDialog } from './LifeDialog';
import { QuotaDialog } from './QuotaDialog';
import { tenantTone, words } from './words';

type Open =
  | { kind: 'create' }
  | { kind: 'quota'; row: TenantUsage }
  | { kind: Verb; row: TenantUsage }
  | null;

export function Tenants() {
  const t = useText(words);
  const answer = useCall(TenantService.method.listUsage, {});
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const rows = answer.data?.tenants ?? [];
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'create' })}>
      {t.tenants.create}
    </Button>
  );
  return (
    <section className="o-section" aria-labelledby="tenants">
      <div className="o-section__head">
        <h2 id="tenants">{t.tenants.title}</h2>
        {rows.length > 0 && create}
      </div>
      {answer.error && <ErrorNotice error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <Loading />}
      {answer.data && rows.length === 0 && (
        <EmptyState title={t.tenants.none} icon="operator" level={3} action={create}>
          <p>{t.tenants.noneText}</p>
        </EmptyState>
      )}
      {rows.length > 0 && <TenantTable rows={rows} onOpen={setOpen} />}
      {open?.kind === 'create' && <CreateTenant onClose={close} />}
      {open?.kind === 'quota' && <QuotaDialog row={open.row} onClose={close} />}
      {open && open.kind !== 'create' && open.kind !== 'quota' && open.row.tenant && (
        <LifeDialog verb={open.kind} tenant={open.row.tenant} onClose={close} />
      )}
    </section>
  );
}

const of = (row: TenantUsage): Partial<Tenant> => row.tenant ?? {};

function TenantTable({ rows, onOpen }: { rows: TenantUsage[]; onOpen: (open: Open) => void }) {
  const t = useText(words);
  const shared = useText(common);
  const columns = useMemo<TableColumn<TenantUsage>[]>(
    () => [
      {
        key: 'name',
        header: t.tenants.name,
        rowHeader: true,
        nowrap: true,
        sort: (row) => of(row).displayName ?? '',
        cell: (row) => of(row).displayName,
      },
      {
        key: 'code',
        header: t.tenants.code,
        sort: (row) => of(row).municipalityCode ?? '',
        cell: (row) => of(row).municipalityCode,
      },
      countColumn('population', t.tenants.population, (row) => of(row).population ?? 0),
      {
        key: 'state',
        header: t.tenants.state,
        nowrap: true,
        sort: (row) => of(row).state ?? 0,
        cell: (row) => (
          <Status tone={tenantTone(of(row).state ?? 0)}>
            {tenantWord(shared, of(row).state ?? 0)}
          </Status>
        ),
      },
      {
        key: 'created',
        header: t.tenants.created,
        sort: (row) => Number(of(row).createTime?.seconds ?? 0),
        cell: (row) => <TimeText time={of(row).createTime} dateOnly />,
      },
      {
        key: 'act',
        header: t.tenants.act,
        cell: (row) => (
          <div className="o-actions">
            <Button
              size="small"
              aria-label={`${of(row).displayName}: ${t.quota.action}`}
              onClick={() => onOpen({ kind: 'quota', row })}
            >
              {t.quota.action}
            </Button>
            {verbsFor(of(row).state ?? 0).map((verb) => (
              <Button
                key={verb}
                size="small"
                kind={verb === 'shred' ? 'danger' : 'secondary'}
                aria-label={`${of(row).displayName}: ${t.verbs[verb].action}`}
                onClick={() => onOpen({ kind: verb, row })}
              >
                {t.verbs[verb].action}
              </Button>
            ))}
          </div>
        ),
      },
    ],
    [t, shared, onOpen],
  );
  return (
    <DataTable
      caption={t.tenants.table}
      hideCaption
      columns={columns}
      rows={rows}
      rowKey={(row) => row.tenant?.name ?? ''}
    />
  );
}
