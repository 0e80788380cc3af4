import { type Release, ReleaseService } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { useState } from 'react';
import { client, useAction } from '../../app/api';
import { tierWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { TextArea } from '../../ui/Field';
import { FormDialog } from '../../ui/FormDialog';
import type { Verb } from './gate';
import { words } from './words';

const act = (verb: Verb, name: string, reason: string): Promise<unknown> => {
  const service = client(ReleaseService);
  if (verb === 'publish') return service.publishRelease({ name });
  if (verb === 'withdraw') return service.withdrawRelease({ name, reason });
  return service.reviewRelease({ name, approve: verb === 'approve', reason });
};

/** Says what the step means, asks for its reason and takes it. */
export function StepDialog({
  verb,
  release,
  onClose,
}: {
  verb: Verb;
  release: Release;
  onClose: () => void;
}) {
  const t = useText(words);
  const shared = useText(common);
  const [reason, setReason] = useState('');
  const needed = verb === 'reject' || verb === 'withdraw';
  const missing = needed && reason.trim() === '';
  const step = useAction(() => act(verb, release.name, reason.trim()), {
    refresh: [ReleaseService],
    done: t.done[verb],
    onSuccess: onClose,
  });
  const explained = {
    approve: t.approveText,
    reject: t.rejectText,
    publish: t.publishText(tierWord(shared, release.tier)),
    withdraw: t.withdrawText,
  }[verb];
  return (
    <FormDialog
      alert
      title={t[`${verb}Title`]}
      action={t[verb]}
      kind={needed ? 'danger' : 'primary'}
      onClose={onClose}
      ready={!missing}
      onSubmit={() => step.mutate()}
      busy={step.isPending}
      error={step.error}
    >
      {(tried) => (
        <>
          <p>{explained}</p>
          {verb !== 'publish' && (
            <TextArea
              label={needed ? t.reason : t.reasonOptional}
              hint={t.reasonHint}
              required={needed}
              maxLength={500}
              value={reason}
              onChange={setReason}
              error={tried && missing ? t.reasonMissing : null}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
