import { type TenantUsage, TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { QuotaFields, readQuota, startQuota } from './QuotaFields';
import { words } from './words';

export function QuotaDialog({ row, onClose }: { row: TenantUsage; onClose: () => void }) {
  const t = useText(words);
  const shared = useText(common);
  const [draft, setDraft] = useState(() => startQuota(row.quota));
  const [tried, setTried] = useState(false);
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
    <Dialog
      open
      onClose={onClose}
      title={t.quota.title(row.tenant?.displayName ?? '')}
      footer={
        <>
          <Button
            kind="primary"
            busy={save.isPending}
            onClick={() => (quota ? save.mutate() : setTried(true))}
          >
            {t.quota.save}
          </Button>
          <Button onClick={onClose}>{shared.actions.cancel}</Button>
        </>
      }
    >
      <p>{t.quota.text}</p>
      <QuotaFields draft={draft} onChange={setDraft} tried={tried} />
      {save.error && <ErrorNotice error={save.error} />}
    </Dialog>
  );
}
