import { type Key, KeyService, Role, TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction, useCall } from '../../app/api';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { countColumn, timeColumn } from '../../ui/columns';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Consequences } from '../../ui/Consequences';
import { DataTable } from '../../ui/DataTable';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Status, type StatusTone } from '../../ui/Status';
import { words } from './words';

const TONE: Record<string, StatusTone> = {
  PRIMARY: 'success',
  RETIRED: 'info',
  DESTROYED: 'neutral',
};

export function Keys() {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const { has } = useRoles();
  const keys = useCall(KeyService.method.listKeys, { parent: tenant.name });
  return (
    <section className="o-section" aria-labelledby="keys">
      <h2 id="keys">{t.keys.title}</h2>
      <p>{t.keys.text}</p>
      <p className="o-small">{t.who(shared.roles.administrator)}</p>
      {keys.error && <ErrorNotice error={keys.error} retry={() => void keys.refetch()} />}
      {keys.isPending && <Loading />}
      {keys.data && <KeyTable keys={keys.data.keys} />}
      {has(Role.ADMINISTRATOR) && <KeyActions />}
    </section>
  );
}

function KeyTable({ keys }: { keys: Key[] }) {
  const t = useText(words);
  return (
    <DataTable
      caption={t.keys.table}
      hideCaption
      rows={keys}
      rowKey={(row) => `${row.purpose}-${row.version}`}
      columns={[
        {
          key: 'purpose',
          header: t.keys.purpose,
          rowHeader: true,
          sort: (row) => row.purpose,
          cell: (row) => t.keys.purposes[row.purpose] ?? row.purpose,
        },
        countColumn('version', t.keys.version, (row: Key) => row.version),
        {
          key: 'state',
          header: t.keys.state,
          nowrap: true,
          sort: (row) => row.state,
          cell: (row) => (
            <Status tone={TONE[row.state] ?? 'neutral'}>
              {t.keys.states[row.state] ?? row.state}
            </Status>
          ),
        },
        timeColumn('created', t.keys.created, (row: Key) => row.createTime),
      ]}
    />
  );
}

function KeyActions() {
  const t = useText(words);
  const tenant = useTenant();
  const [open, setOpen] = useState<'rotate' | 'seal' | null>(null);
  const close = () => setOpen(null);
  const rotate = useAction(() => call(KeyService.method.rotateKeys, { parent: tenant.name }), {
    refresh: [KeyService],
    done: ({ rewrapped }) => t.keys.rotated(formatNumber(rewrapped)),
    onSuccess: close,
  });
  const seal = useAction(() => call(TenantService.method.sealTenant, { name: tenant.name }), {
    refresh: [KeyService, TenantService],
    done: t.keys.sealed,
    onSuccess: close,
  });
  return (
    <>
      <div className="o-actions">
        <Button icon="check" onClick={() => setOpen('rotate')}>
          {t.keys.rotate}
        </Button>
      </div>
      <div className="o-panel o-section">
        <h3>{t.keys.sealHead}</h3>
        <p>{t.keys.sealNote}</p>
        <div className="o-actions">
          <Button kind="danger" icon="warning" onClick={() => setOpen('seal')}>
            {t.keys.seal}
          </Button>
        </div>
      </div>
      <ConfirmDialog
        open={open === 'rotate'}
        onClose={close}
        title={t.keys.rotateTitle}
        action={t.keys.rotate}
        name={tenant.displayName}
        busy={rotate.isPending}
        error={rotate.error}
        onConfirm={() => rotate.mutate()}
      >
        <Consequences lines={t.keys.rotateText} />
      </ConfirmDialog>
      <ConfirmDialog
        open={open === 'seal'}
        onClose={close}
        title={t.keys.sealTitle}
        action={t.keys.seal}
        name={tenant.displayName}
        busy={seal.isPending}
        error={seal.error}
        onConfirm={() => seal.mutate()}
      >
        <Consequences lines={t.keys.sealText} />
      </ConfirmDialog>
    </>
  );
}
