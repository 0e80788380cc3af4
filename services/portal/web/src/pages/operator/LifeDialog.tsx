import { type Tenant, TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { client, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Consequences } from '../../ui/Consequences';
import type { Verb } from './life';
import { words } from './words';

const act = (verb: Verb, { name, municipalityCode }: Tenant): Promise<unknown> => {
  const service = client(TenantService);
  switch (verb) {
    case 'suspend':
      return service.suspendTenant({ name });
    case 'resume':
      return service.resumeTenant({ name });
    case 'seal':
      return service.sealTenant({ name });
    case 'shred':
      return service.shredTenant({ name, confirmMunicipalityCode: municipalityCode });
  }
};

/** Says what will happen and asks for the name; for what never comes back, for the code too. */
export function LifeDialog({
  verb,
  tenant,
  onClose,
}: {
  verb: Verb;
  tenant: Tenant;
  onClose: () => void;
}) {
  const t = useText(words);
  const change = useAction(() => act(verb, tenant), {
    refresh: [TenantService],
    done: t.verbs[verb].done,
    onSuccess: onClose,
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.verbs[verb].title(tenant.displayName)}
      action={t.verbs[verb].action}
      name={verb === 'shred' ? tenant.municipalityCode : tenant.displayName}
      danger={verb !== 'resume'}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
    >
      <Consequences lines={t.verbs[verb].text} />
      {verb === 'shred' && <p>{t.confirmCode}</p>}
    </ConfirmDialog>
  );
}
