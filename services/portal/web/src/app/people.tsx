import { type Member, MemberService, Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useMemo } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { useCall } from './api';
import { useRoles, useSession, useTenant } from './session';

/** Who may see what colleagues are called: those who judge what others did. */
const NAMERS = [Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER, Role.STEWARD];

/** What members are called, by subject; people whose names differ by role or issuer are called by none. */
export function namesOf(members: readonly Member[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { principal, displayName } of members) {
    const subject = principal?.subject ?? '';
    const known = names.get(subject);
    if (!displayName) continue;
    names.set(subject, known === undefined || known === displayName ? displayName : '');
  }
  return names;
}

/** The name of a subject; empty where there is none, or it is not for this person to see. */
export function useNames(): (subject: string) => string {
  const tenant = useTenant();
  const enabled = useRoles().has(...NAMERS);
  const members = useCall(
    MemberService.method.listMembers,
    { parent: tenant.name },
    { enabled, staleTime: 60_000 },
  );
  const names = useMemo(() => namesOf(members.data?.members ?? []), [members.data]);
  return (subject) => names.get(subject) ?? '';
}

/** A person as colleagues call them, with the number that the records have; the number alone where there is no name. */
export function PersonName({ subject }: { subject: string }) {
  const t = useText(common);
  const session = useSession();
  const name = useNames()(subject);
  const you = subject !== '' && subject === session.subject && t.you;
  if (!name) {
    return (
      <>
        {subject || t.none}
        {you}
      </>
    );
  }
  return (
    <span className="o-person-name">
      {name}
      {you} <span className="o-person-name__id">{subject}</span>
    </span>
  );
}
