import { useLanguage, useText } from '../i18n';
import { common } from '../i18n/common';

/** Each language is written in itself and marked so for screen readers. */
export function LanguageSwitch() {
  const { language, setLanguage } = useLanguage();
  const t = useText(common);
  return (
    <div className="o-language" role="group" aria-label={t.shell.language}>
      <button
        type="button"
        lang="ja"
        aria-pressed={language === 'ja'}
        onClick={() => setLanguage('ja')}
      >
        日本語
      </button>
      <button
        type="button"
        lang="en"
        aria-pressed={language === 'en'}
        onClick={() => setLanguage('en')}
      >
        English
      </button>
    </div>
  );
}
