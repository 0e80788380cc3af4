import { ReleaseService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { client, useAction } from '../../app/api';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { TextArea } from '../../ui/Field';
import { FormDialog } from '../../ui/FormDialog';

/** Asks that a table is released, a statistic or a copy of a joint one by its name; goes to the request. */
export function RequestRelease({ table }: { table: string }) {
  const t = useText(statistics);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="releases" onClick={() => setOpen(true)}>
        {t.explore.request}
      </Button>
      {open && <RequestDialog table={table} onClose={() => setOpen(false)} />}
    </>
  );
}

function RequestDialog({ table, onClose }: { table: string; onClose: () => void }) {
  const t = useText(statistics);
  const tenant = useTenant();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  // One request for each opening of the dialog, however often the button is pressed.
  const [requestId] = useState(() => crypto.randomUUID());
  const request = useAction(
    () =>
      client(ReleaseService).requestRelease({
        parent: tenant.name,
        statistic: table,
        reason,
        requestId,
      }),
    {
      refresh: [ReleaseService],
      done: t.explore.requestDone,
      onSuccess: ({ release }) => void navigate(tenant.path('releases', idOf(release?.name ?? ''))),
    },
  );
  const missing = reason.trim() === '';
  return (
    <FormDialog
      title={t.explore.requestTitle}
      action={t.explore.request}
      onClose={onClose}
      ready={!missing}
      onSubmit={() => request.mutate()}
      busy={request.isPending}
      error={request.error}
    >
      {(tried) => (
        <>
          <p>{t.explore.requestBody}</p>
          <TextArea
            label={t.explore.requestReason}
            hint={t.explore.requestReasonHelp}
            required
            maxLength={500}
            value={reason}
            onChange={setReason}
            error={tried && missing ? t.explore.requestMissing : null}
          />
        </>
      )}
    </FormDialog>
  );
}
