import './home.css';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useRoles, useSession, useTenant } from '../../app/session';
import { useText } from '../../i18n';
import { LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { PageHeader } from '../../ui/PageHeader';
import { READERS } from '../data/queries';
import { Changes } from './Changes';
import { Running } from './Running';
import { Tasks } from './Tasks';
import { words } from './words';

/** What waits for me, what is running, what changed. */
export function Component() {
  const t = useText(words);
  const tenant = useTenant();
  const { name } = useSession();
  const { list, has } = useRoles();
  const reader = has(...READERS);
  const member = reader || has(Role.ADMINISTRATOR);
  return (
    <>
      <PageHeader title={t.title} lead={<p>{t.hello(name, tenant.displayName)}</p>} />
      {list.length === 0 && (
        <EmptyState title={t.noRole.title} icon="admin">
          <p>{t.noRole.text}</p>
        </EmptyState>
      )}
      {member && <Tasks />}
      {member && <Running />}
      {member && <Changes />}
      {has(Role.ADMINISTRATOR, Role.AUDITOR) && (
        <section className="o-section" aria-labelledby="administration">
          <h2 id="administration">{t.admin.title}</h2>
          <div className="o-actions">
            {has(Role.ADMINISTRATOR) && (
              <LinkButton icon="admin" to={tenant.path('admin', 'members')}>
                {t.admin.members}
              </LinkButton>
            )}
            {has(Role.AUDITOR) && (
              <LinkButton icon="audit" to={tenant.path('audit')}>
                {t.admin.audit}
              </LinkButton>
            )}
          </div>
        </section>
      )}
    </>
  );
}
