import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { RequireRole } from '../../app/RequireRole';
import { useRoles, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { PageHeader } from '../../ui/PageHeader';
import { Tabs } from '../../ui/Tabs';
import { Departments } from './Departments';
import { Keys } from './Keys';
import { Members } from './Members';
import { Policies } from './Policies';
import { Retention } from './Retention';
import { TenantUsage } from './TenantUsage';
import { words } from './words';

const { ADMINISTRATOR, STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR } = Role;
const EVERYBODY = [ADMINISTRATOR, STEWARD, ANALYST, PRIVACY_OFFICER, AUDITOR];

type Part = 'members' | 'departments' | 'policies' | 'keys' | 'retention' | 'usage';

/** Who may see which part; what may be changed each part says itself. */
const PARTS: { id: Part; roles: Role[]; content: () => ReactNode }[] = [
  { id: 'members', roles: [ADMINISTRATOR, AUDITOR], content: () => <Members /> },
  { id: 'departments', roles: EVERYBODY, content: () => <Departments /> },
  { id: 'policies', roles: EVERYBODY, content: () => <Policies /> },
  { id: 'keys', roles: [ADMINISTRATOR, AUDITOR], content: () => <Keys /> },
  { id: 'retention', roles: EVERYBODY, content: () => <Retention /> },
  { id: 'usage', roles: [ADMINISTRATOR], content: () => <TenantUsage /> },
];

export function Component() {
  const t = useText(words);
  return (
    <RequireRole roles={EVERYBODY} title={t.title}>
      <Admin />
    </RequireRole>
  );
}

function Admin() {
  const t = useText(words);
  const tenant = useTenant();
  const navigate = useNavigate();
  const { has } = useRoles();
  const { part } = useParams();
  const open = PARTS.filter(({ roles }) => has(...roles));
  const asked = PARTS.find(({ id }) => id === part);
  // An address for people of another role says which one it takes.
  if (asked && !open.includes(asked)) {
    return (
      <RequireRole roles={asked.roles} title={t.tabs[asked.id]}>
        {null}
      </RequireRole>
    );
  }
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.lead}</p>} />
      <Tabs
        label={t.tabsLabel}
        selected={part ?? ''}
        onSelect={(id) => void navigate(tenant.path('admin', id))}
        items={open.map(({ id, content }) => ({ id, label: t.tabs[id], content: content() }))}
      />
    </>
  );
}
