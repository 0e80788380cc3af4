import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

export type Language = 'ja' | 'en';

/** A catalogue in both languages. The type checker holds that English has exactly the keys of Japanese. */
export interface Text<T> {
  ja: T;
  en: T;
}

export const text = <T,>(ja: T, en: NoInfer<T>): Text<T> => ({ ja, en });

interface LanguageState {
  language: Language;
  setLanguage: (language: Language) => void;
}

const Context = createContext<LanguageState>({ language: 'ja', setLanguage: () => {} });
const STORED = 'oboro.language';

function stored(): Language {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'ja';
  } catch {
    return 'ja';
  }
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(stored);
  useEffect(() => {
    document.documentElement.lang = language;
    try {
      localStorage.setItem(STORED, language);
    } catch {
      // A browser that keeps nothing: the choice holds for this page.
    }
  }, [language]);
  const state = useMemo(() => ({ language, setLanguage }), [language]);
  return <Context value={state}>{children}</Context>;
}

export const useLanguage = (): LanguageState => useContext(Context);

/** The catalogue in the language now shown. */
export function useText<T>(catalogue: Text<T>): T {
  return catalogue[useContext(Context).language];
}
