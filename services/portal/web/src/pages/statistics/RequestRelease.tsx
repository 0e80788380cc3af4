import { ReleaseService, type Statistic } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { client, useAction } from '../../app/api';
import { useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { idOf } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { TextArea } from '../../ui/Field';

/** Asks that the statistic is released; goes to the request. */
export function RequestRelease({ statistic }: { statistic: Statistic }) {
  const t = useText(statistics);
  const tenant = useTenant();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  // One request for each opening of the dialog, however often the button is pressed.
  const [requestId, setRequestId] = useState('');
  const request = useAction(
    () =>
      client(ReleaseService).requestRelease({
        parent: tenant.name,
        statistic: statistic.name,
        reason,
        requestId,
      }),
    {
      refresh: [ReleaseService],
      done: t.explore.requestDone,
      onSuccess: ({ release }) => void navigate(tenant.path('releases', idOf(release?.name ?? ''))),
    },
  );
  const begin = () => {
    setRequestId(crypto.randomUUID());
    setOpen(true);
  };
  return (
    <>
      <Button icon="releases" onClick={begin}>
        {t.explore.request}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t.explore.requestTitle}
        footer={
          <Button
            kind="primary"
            busy={request.isPending}
            onClick={() => reason.trim() !== '' && request.mutate()}
          >
            {t.explore.request}
          </Button>
        }
      >
        <p>{t.explore.requestBody}</p>
        <TextArea
          label={t.explore.requestReason}
          hint={t.explore.requestReasonHelp}
          required
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
        {request.error ? <ErrorNotice error={request.error} /> : null}
      </Dialog>
    </>
  );
}
