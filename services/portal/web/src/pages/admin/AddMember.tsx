import { MemberService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useSession, useTenant } from '../../app/session';
import { roleWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Field, RadioGroup } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { useDepartments } from '../data/queries';
import { words } from './words';

const ROLES = [
  [Role.STEWARD, 'steward'],
  [Role.ANALYST, 'analyst'],
  [Role.PRIVACY_OFFICER, 'privacyOfficer'],
  [Role.AUDITOR, 'auditor'],
  [Role.ADMINISTRATOR, 'administrator'],
] as const;

/** A person, a role and what it means, and the department. */
export function AddMember({ onClose }: { onClose: () => void }) {
  const t = useText(words);
  const shared = useText(common);
  const tenant = useTenant();
  const session = useSession();
  const departments = useDepartments();
  const [subject, setSubject] = useState('');
  const [issuer, setIssuer] = useState(session.issuer);
  const [role, setRole] = useState('');
  const [department, setDepartment] = useState('');
  const [tried, setTried] = useState(false);
  const ready = subject.trim() !== '' && role !== '';
  const add = useAction(
    () =>
      call(MemberService.method.addMember, {
        parent: tenant.name,
        principal: { issuer: issuer.trim(), subject: subject.trim() },
        role: Number(role) as Role,
        department,
      }),
    {
      refresh: [MemberService],
      done: () => t.members.done(subject.trim(), roleWord(shared, Number(role) as Role)),
      onSuccess: onClose,
    },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.members.addTitle}
      footer={
        <>
          <Button
            kind="primary"
            busy={add.isPending}
            onClick={() => (ready ? add.mutate() : setTried(true))}
          >
            {t.members.add}
          </Button>
          <Button onClick={onClose}>{shared.actions.cancel}</Button>
        </>
      }
    >
      <Field
        label={t.members.subject}
        hint={t.members.subjectHint}
        required
        autoComplete="off"
        value={subject}
        onChange={setSubject}
        error={tried && subject.trim() === '' ? t.members.subjectMissing : null}
      />
      <RadioGroup
        legend={t.members.role}
        value={role}
        onChange={setRole}
        error={tried && role === '' ? t.members.roleMissing : null}
        options={ROLES.map(([value, key]) => ({
          value: String(value),
          label: roleWord(shared, value),
          hint: t.members.means[key],
        }))}
      />
      <Select
        label={t.members.department}
        hint={t.members.departmentHint}
        value={department}
        placeholder={t.members.noDepartment}
        options={(departments.data?.departments ?? []).map((item) => ({
          value: item.name,
          label: item.displayName,
        }))}
        onChange={setDepartment}
      />
      <Field
        label={t.members.issuer}
        hint={t.members.issuerHint}
        value={issuer}
        onChange={setIssuer}
      />
      {add.error && <ErrorNotice error={add.error} />}
    </Dialog>
  );
}
