import { TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useSession } from '../../app/session';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { wholeNumber } from './life';
import { QuotaFields, readQuota, startQuota } from './QuotaFields';
import { words } from './words';

export function CreateTenant({ onClose }: { onClose: () => void }) {
  const t = useText(words);
  const shared = useText(common);
  const session = useSession();
  const [code, setCode] = useState('');
  const [displayName, setName] = useState('');
  const [people, setPeople] = useState('');
  const [subject, setSubject] = useState('');
  const [issuer, setIssuer] = useState(session.issuer);
  const [draft, setDraft] = useState(() => startQuota());
  const [tried, setTried] = useState(false);
  const quota = readQuota(draft);
  const population = wholeNumber(people);
  const faults = {
    code: /^\d{6}$/.test(code.trim()) ? null : t.form.codeBad,
    name: displayName.trim() ? null : t.form.nameBad,
    population: population === null ? t.form.figureBad : null,
    subject: subject.trim() ? null : t.form.administratorBad,
  };
  const ready = quota !== null && Object.values(faults).every((fault) => fault === null);
  const shown = (fault: string | null) => (tried ? fault : null);
  const create = useAction(
    () =>
      call(TenantService.method.createTenant, {
        municipalityCode: code.trim(),
        displayName: displayName.trim(),
        population: population ?? 0n,
        administrator: { issuer: issuer.trim(), subject: subject.trim() },
        ...(quota ? { quota } : {}),
      }),
    {
      refresh: [TenantService],
      done: t.form.done(displayName.trim()),
      onSuccess: onClose,
    },
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t.form.title}
      footer={
        <>
          <Button
            kind="primary"
            busy={create.isPending}
            onClick={() => (ready ? create.mutate() : setTried(true))}
          >
            {t.form.save}
          </Button>
          <Button onClick={onClose}>{shared.actions.cancel}</Button>
        </>
      }
    >
      <p>{t.form.text}</p>
      <Field
        label={t.form.code}
        hint={t.form.codeHint}
        required
        inputMode="numeric"
        autoComplete="off"
        value={code}
        onChange={setCode}
        error={shown(faults.code)}
      />
      <Field
        label={t.form.name}
        hint={t.form.nameHint}
        required
        autoComplete="off"
        value={displayName}
        onChange={setName}
        error={shown(faults.name)}
      />
      <Field
        label={t.form.population}
        hint={t.form.populationHint}
        required
        inputMode="numeric"
        value={people}
        onChange={setPeople}
        error={shown(faults.population)}
      />
      <Field
        label={t.form.administrator}
        required
        autoComplete="off"
        value={subject}
        onChange={setSubject}
        error={shown(faults.subject)}
      />
      <Field label={t.form.issuer} value={issuer} onChange={setIssuer} />
      <QuotaFields draft={draft} onChange={setDraft} tried={tried} />
      {create.error && <ErrorNotice error={create.error} />}
    </Dialog>
  );
}
