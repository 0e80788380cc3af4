import './welcome.css';
import { useEffect } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { formatNumber, idOf } from '../lib/format';
import { LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { Status } from '../ui/Status';
import { LanguageSwitch } from './LanguageSwitch';
import { Logo } from './Logo';
import { useSession, useTenants } from './session';
import { tenantWord } from './words';

/** The only municipality at once, else the choice. 運営 reads no municipality's data and goes to its own pages. */
export function Chooser() {
  const t = useText(common);
  const { operator, issuer, subject } = useSession();
  const all = useTenants();
  const tenants = operator ? [] : all;
  const chosen = Boolean((useLocation().state as { choose?: boolean } | null)?.choose);
  useEffect(() => {
    document.title = `${t.chooser.title} | ${t.product}`;
  }, [t]);
  const only = tenants[0];
  if (operator && !chosen) return <Navigate to="/operator" replace />;
  if (only && tenants.length === 1) return <Navigate to={`/t/${idOf(only.name)}`} replace />;
  return (
    <main className="o-welcome">
      <div className="o-welcome__card o-welcome__card--wide">
        <Logo large />
        {tenants.length > 0 && (
          <>
            <h1>{t.chooser.title}</h1>
            <p>{t.chooser.text}</p>
            <ul className="o-chooser">
              {tenants.map((tenant) => (
                <li key={tenant.name}>
                  <Link to={`/t/${idOf(tenant.name)}`}>
                    <strong>{tenant.displayName}</strong>
                    <span>
                      {tenant.municipalityCode}　
                      {t.chooser.population(formatNumber(tenant.population))}
                    </span>
                    {tenant.state !== TenantState.ACTIVE && (
                      <Status tone="warning">{tenantWord(t, tenant.state)}</Status>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
        {tenants.length === 0 && !operator && (
          <>
            <h1>{t.chooser.none}</h1>
            <EmptyState title={t.chooser.noneText} icon="admin">
              <dl className="o-facts">
                <dt>{t.chooser.issuer}</dt>
                <dd>
                  <code>{issuer}</code>
                </dd>
                <dt>{t.chooser.subject}</dt>
                <dd>
                  <code>{subject}</code>
                </dd>
              </dl>
            </EmptyState>
          </>
        )}
        {operator && (
          <LinkButton kind="primary" to="/operator">
            {t.chooser.operator}
          </LinkButton>
        )}
        <div className="o-actions">
          <LanguageSwitch />
        </div>
      </div>
    </main>
  );
}
