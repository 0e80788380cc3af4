import { useRouteError } from 'react-router';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { Button, LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { PageHeader } from '../ui/PageHeader';
import { useTenantOrNull } from './session';

/** Nothing at this address. */
export function NotFound({ alone }: { alone?: boolean }) {
  const t = useText(common);
  const tenant = useTenantOrNull();
  const page = (
    <>
      <PageHeader title={t.notFound.title} />
      <EmptyState
        title={t.notFound.text}
        icon="search"
        action={
          <LinkButton kind="primary" to={tenant ? tenant.path() : '/'}>
            {t.notFound.home}
          </LinkButton>
        }
      />
    </>
  );
  return alone ? <main className="o-alone">{page}</main> : page;
}

/** A page threw: say so, never show a blank page. */
export function Crashed({ alone }: { alone?: boolean }) {
  const t = useText(common);
  const error = useRouteError();
  const page = (
    <div role="alert">
      <h1>{t.crashed.title}</h1>
      <p>{t.crashed.text}</p>
      <div className="o-actions">
        <Button kind="primary" onClick={() => window.location.reload()}>
          {t.crashed.reload}
        </Button>
      </div>
      <details className="o-small">
        <summary>{t.errors.details}</summary>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </details>
    </div>
  );
  return alone ? <main className="o-alone">{page}</main> : page;
}
