import type { Language } from '../../i18n';

/**
 * The title at the head of a recipe or policy, in either of its forms: `title: words` or `title: {ja: words, en: words}`.
 * Enough for a list of choices; a parser of YAML would be fetched for one line.
 */
export function titleOf(document: string, language: Language): string {
  const line = /^title:[ \t]*(.+)$/m.exec(document)?.[1]?.trim() ?? '';
  if (!line.startsWith('{')) return unquoted(line);
  const own = (key: Language) =>
    unquoted(new RegExp(`[{,]\\s*${key}:\\s*("[^"]*"|'[^']*'|[^,}]*)`).exec(line)?.[1] ?? '');
  return own(language) || own('ja');
}

const unquoted = (value: string): string => value.trim().replace(/^(["'])(.*)\1$/, '$2');
