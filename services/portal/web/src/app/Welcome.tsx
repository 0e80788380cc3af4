import './welcome.css';
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { useText } from '../i18n';
import { common } from '../i18n/common';
import { LanguageSwitch } from './LanguageSwitch';
import { Logo } from './Logo';
import { loginUrl } from './session-store';

/** For people who are not signed in. */
export function Welcome() {
  const t = useText(common);
  const { pathname, search } = useLocation();
  useEffect(() => {
    document.title = `${t.session.login} | ${t.product}`;
  }, [t]);
  return (
    <main className="o-welcome">
      <div className="o-welcome__card">
        <Logo large />
        <h1>{t.session.welcome}</h1>
        <p>{t.session.about}</p>
        <a
          className="o-button o-button--primary o-button--normal"
          href={loginUrl(pathname + search)}
        >
          {t.session.login}
        </a>
        <LanguageSwitch />
      </div>
    </main>
  );
}
