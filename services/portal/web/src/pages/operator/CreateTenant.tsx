import { TenantService } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useSession } from '../../app/session';
import { useText } from '../../i18n';
import { Field } from '../../ui/Field';
import { FormDialog } from '../../ui/FormDialog';
import { PrincipalFields, trimmed } from '../../ui/PrincipalFields';
import { wholeNumber } from './life';
import { QuotaFields, readQuota, startQuota } from './QuotaFields';
import { words } from './words';

export function CreateTenant({ onClose }: { onClose: () => void }) {
  const t = useText(words);
  const session = useSession();
  const [code, setCode] = useState('');
  const [displayName, setName] = useState('');
  const [people, setPeople] = useState('');
  const [administrator, setAdministrator] = useState({ subject: '', issuer: session.issuer });
  const [draft, setDraft] = useState(() => startQuota());
  const quota = readQuota(draft);
  const population = wholeNumber(people);
  const faults = {
    code: /^\d{6}$/.test(code.trim()) ? null : t.form.codeBad,
    name: displayName.trim() ? null : t.form.nameBad,
    population: population === null ? t.form.figureBad : null,
    subject: administrator.subject.trim() ? null : t.form.subjectMissing,
  };
  const ready = quota !== null && Object.values(faults).every((fault) => fault === null);
  const create = useAction(
    () =>
      call(TenantService.method.createTenant, {
        municipalityCode: code.trim(),
        displayName: displayName.trim(),
        population: population ?? 0n,
        administrator: trimmed(administrator),
        ...(quota ? { quota } : {}),
      }),
    {
      refresh: [TenantService],
      done: t.form.done(displayName.trim()),
      onSuccess: onClose,
    },
  );
  return (
    <FormDialog
      wide
      title={t.form.title}
      action={t.form.save}
      onClose={onClose}
      ready={ready}
      onSubmit={() => create.mutate()}
      busy={create.isPending}
      error={create.error}
    >
      {(tried) => {
        const shown = (fault: string | null) => (tried ? fault : null);
        return (
          <>
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
            <PrincipalFields
              words={t.form}
              value={administrator}
              onChange={setAdministrator}
              error={shown(faults.subject)}
            />
            <QuotaFields draft={draft} onChange={setDraft} tried={tried} />
          </>
        );
      }}
    </FormDialog>
  );
}
