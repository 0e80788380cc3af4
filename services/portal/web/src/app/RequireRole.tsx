import type { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { ReactNode } from 'react';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { EmptyState } from '../ui/EmptyState';
import { PageHeader } from '../ui/PageHeader';
import { useRoles } from './session';
import { roleWord } from './words';

/** The page for people with one of these roles; the others read which role it takes. */
export function RequireRole({
  roles,
  title,
  children,
}: {
  roles: Role[];
  title: string;
  children: ReactNode;
}) {
  const t = useText(common);
  const { has } = useRoles();
  if (has(...roles)) return children;
  const words = roles.map((role) => roleWord(t, role)).join('・');
  return (
    <>
      <PageHeader title={title} />
      <EmptyState title={t.noPermission.title} icon="admin">
        <p>{t.noPermission.text(words)}</p>
      </EmptyState>
    </>
  );
}
