import { Fragment, type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation, useNavigationType } from 'react-router';
import { useTenantOrNull } from '../app/session';
import { useText } from '../i18n';
import { common } from '../i18n/common';

export interface Crumb {
  to: string;
  label: string;
}

let firstPage = true;

/**
 * The page's title, the way to it (the pages above, without itself) and what can be done with the whole page. Sets the
 * window's title, and takes the focus after a change of page so that a screen reader begins there.
 */
export function PageHeader({
  title,
  crumbs = [],
  lead,
  actions,
  status,
}: {
  title: string;
  crumbs?: Crumb[];
  lead?: ReactNode;
  actions?: ReactNode;
  status?: ReactNode;
}) {
  const t = useText(common);
  const tenant = useTenantOrNull();
  const { pathname } = useLocation();
  const navigation = useNavigationType();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = [title, tenant?.displayName, t.product].filter(Boolean).join(' | ');
  }, [title, tenant?.displayName, t.product]);
  useEffect(() => {
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
    // The heading is focused once for each page, not for each change of its query.
  }, [pathname, navigation]);
  return (
    <header className="o-page-header">
      {crumbs.length > 0 && (
        <nav aria-label={t.shell.breadcrumb} className="o-crumbs">
          <ol>
            {crumbs.map((crumb) => (
              <Fragment key={crumb.to}>
                <li>
                  <Link to={crumb.to}>{crumb.label}</Link>
                </li>
              </Fragment>
            ))}
            <li aria-current="page">{title}</li>
          </ol>
        </nav>
      )}
      <div className="o-page-header__row">
        <div className="o-page-header__title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {status}
        </div>
        {actions && <div className="o-actions">{actions}</div>}
      </div>
      {lead && <div className="o-page-header__lead">{lead}</div>}
    </header>
  );
}
