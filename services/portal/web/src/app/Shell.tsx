import './shell.css';
import { Role, TenantState } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { Link, Outlet, useLocation, useNavigation } from 'react-router';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { Button } from '../ui/Button';
import { Notice } from '../ui/ErrorNotice';
import { Icon, type IconName } from '../ui/icons';
import { Loading } from '../ui/Loading';
import { NotFound } from './Faults';
import { LanguageSwitch } from './LanguageSwitch';
import { Logo } from './Logo';
import { navigationFor } from './navigation';
import { useRoles, useSession, useTenantOrNull, useTenants } from './session';
import { logout } from './session-store';
import { useDeadline } from './SessionWatch';
import { roleWord } from './words';

interface MenuItem {
  to: string;
  label: string;
  icon: IconName;
  end?: boolean;
  /** Pages elsewhere that belong to it. */
  also?: string | undefined;
}

/** Header, menu and content of one municipality. */
export function TenantLayout() {
  const t = useText(common);
  const tenant = useTenantOrNull();
  const { list } = useRoles();
  if (!tenant) return <NotFound alone />;
  const items = navigationFor(list).map((item) => ({
    to: item.path ? tenant.path(item.path) : tenant.path(),
    label: t.nav[item.key],
    icon: item.icon,
    end: item.path === '',
    also: item.also && tenant.path(item.also),
  }));
  return (
    <Frame place={tenant.displayName} items={items} home={tenant.path()}>
      <TenantStateNotice state={tenant.state} />
    </Frame>
  );
}

/** The same for central operations: its own pages, no way to data. */
export function OperatorLayout() {
  const t = useText(common);
  const { operator } = useSession();
  if (!operator) return <NotFound alone />;
  const items: MenuItem[] = [
    { to: '/operator', label: t.nav.operator, icon: 'operator', end: false },
  ];
  return <Frame place={t.nav.operator} items={items} home="/operator" />;
}

function TenantStateNotice({ state }: { state: TenantState }) {
  const t = useText(common);
  const word = {
    [TenantState.SUSPENDED]: t.shell.tenantState.suspended,
    [TenantState.SEALED]: t.shell.tenantState.sealed,
    [TenantState.SHREDDED]: t.shell.tenantState.shredded,
  }[state as 2 | 3 | 4];
  return word ? <Notice tone="warning">{word}</Notice> : null;
}

const isBelow = (path: string, top: string) => path === top || path.startsWith(`${top}/`);
const isHere = ({ to, end, also }: MenuItem, path: string) =>
  end ? path === to : isBelow(path, to) || (also !== undefined && isBelow(path, also));

interface FrameProps {
  place: string;
  items: MenuItem[];
  home: string;
  children?: ReactNode;
}

function Frame({ place, items, home, children }: FrameProps) {
  const t = useText(common);
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  // A chosen page closes the menu of small screens.
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className="o-shell">
      <a className="o-skip" href="#main">
        {t.shell.skip}
      </a>
      <Busy />
      <header className="o-header">
        <div className="o-header__start">
          <button
            type="button"
            className="o-header__menu"
            aria-expanded={open}
            aria-controls="o-menu"
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'close' : 'menu'} />
            <span>{open ? t.nav.close : t.nav.menu}</span>
          </button>
          <Link to={home} className="o-header__logo">
            <Logo />
          </Link>
          <Place place={place} />
        </div>
        <Person />
      </header>
      <div className="o-body">
        <nav id="o-menu" className={`o-nav${open ? ' o-nav--open' : ''}`} aria-label={t.nav.label}>
          <ul>
            {items.map((item) => (
              <li key={item.to}>
                <Link to={item.to} aria-current={isHere(item, pathname) ? 'page' : undefined}>
                  <Icon name={item.icon} />
                  {item.label}
                </Link>
              </li>
            ))}
          </ul>
          <div className="o-nav__foot">
            <LanguageSwitch />
          </div>
        </nav>
        <main id="main" className="o-main" tabIndex={-1}>
          {useDeadline()}
          {children}
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  );
}

function Place({ place }: { place: string }) {
  const t = useText(common);
  const others = useTenants().length > 1;
  const { operator } = useSession();
  // Central operations have nowhere to go from their own pages.
  const here = useTenantOrNull() !== null;
  return (
    <p className="o-place">
      <strong>{place}</strong>
      {(operator ? here : others) && (
        <Link to="/" state={{ choose: true }}>
          {t.shell.changeTenant}
        </Link>
      )}
    </p>
  );
}

function Person() {
  const t = useText(common);
  const { name } = useSession();
  const { list } = useRoles();
  const [leaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    logout().catch(() => setLeaving(false));
  };
  const words = list.filter((role) => role !== Role.UNSPECIFIED).map((role) => roleWord(t, role));
  return (
    <div className="o-person">
      <p>
        <span className="o-person__name">{t.shell.signedInAs(name)}</span>
        <span className="o-person__roles">
          <span className="o-visually-hidden">{t.shell.roles}: </span>
          {words.join('・')}
        </span>
      </p>
      <Button size="small" icon="logout" busy={leaving} onClick={leave}>
        {t.shell.logout}
      </Button>
    </div>
  );
}

/** The next page's code is on its way. */
function Busy() {
  const { state } = useNavigation();
  const t = useText(common);
  return state === 'idle' ? null : (
    <div className="o-busy" role="progressbar" aria-label={t.loading} />
  );
}
