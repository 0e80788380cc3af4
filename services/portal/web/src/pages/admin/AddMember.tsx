import { MemberService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useState } from 'react';
import { call, useAction } from '../../app/api';
import { useSession, useTenant } from '../../app/session';
import { roleWord } from '../../app/words';
import { useText } from '../../i18n';
import { common } from '../../i18n/common';
import { Field, RadioGroup } from '../../ui/Field';
import { FormDialog } from '../../ui/FormDialog';
import { PrincipalFields, trimmed } from '../../ui/PrincipalFields';
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
  const [principal, setPrincipal] = useState({ subject: '', issuer: session.issuer });
  const [displayName, setName] = useState('');
  const [role, setRole] = useState('');
  const [department, setDepartment] = useState('');
  const person = trimmed(principal);
  const add = useAction(
    () =>
      call(MemberService.method.addMember, {
        parent: tenant.name,
        principal: person,
        role: Number(role) as Role,
        department,
        displayName: displayName.trim(),
      }),
    {
      refresh: [MemberService],
      done: () =>
        t.members.done(
          displayName.trim() || person.subject,
          roleWord(shared, Number(role) as Role),
        ),
      onSuccess: onClose,
    },
  );
  return (
    <FormDialog
      title={t.members.addTitle}
      action={t.members.add}
      onClose={onClose}
      ready={person.subject !== '' && role !== ''}
      onSubmit={() => add.mutate()}
      busy={add.isPending}
      error={add.error}
    >
      {(tried) => (
        <>
          <PrincipalFields
            words={t.members}
            value={principal}
            onChange={setPrincipal}
            error={tried && person.subject === '' ? t.members.subjectMissing : null}
          />
          <Field
            label={t.members.name}
            hint={t.members.nameHint}
            autoComplete="off"
            maxLength={100}
            value={displayName}
            onChange={setName}
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
        </>
      )}
    </FormDialog>
  );
}
