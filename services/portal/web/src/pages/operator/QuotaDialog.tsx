import { type TenantUsage, TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { FormDialog } from '../../ui/FormDialog';
import { QuotaFields, readQuota, startQuota } from './QuotaFields';
import { words } from './words';

export function QuotaDialog({ row, onClose }: { row: TenantUsage; onClose: () => void }) {
  const t = useText(words);
  const [draft, setDraft] = useState(() => startQuota(row.quota));
  const quota = readQuota(draft, row.quota);
  const save = useAction(
    () =>
      call(TenantService.method.setQuota, {
        name: row.tenant?.name ?? '',
        ...(quota ? { quota } : {}),
      }),
    { refresh: [TenantService], done: t.quota.done, onSuccess: onClose },
  );
  return (
    <FormDialog
      title={t.quota.title(row.tenant?.displayName ?? '')}
      action={t.quota.save}
      onClose={onClose}
      ready={quota !== null}
      onSubmit={() => save.mutate()}
      busy={save.isPending}
      error={save.error}
    >
      {(tried) => (
        <>
          <p>{t.quota.text}</p>
          <QuotaFields draft={draft} onChange={setDraft} tried={tried} />
        </>
      )}
    </FormDialog>
  );
}
