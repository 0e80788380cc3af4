import type { Language } from '../i18n';

/** Eras by their first day (Gregorian; Meiji from when Japan took the Gregorian calendar). Newest first. */
const ERAS = [
  { from: '2019-05-01', year: 2019, ja: '令和', en: 'Reiwa', letter: 'R' },
  { from: '1989-01-08', year: 1989, ja: '平成', en: 'Heisei', letter: 'H' },
  { from: '1926-12-25', year: 1926, ja: '昭和', en: 'Showa', letter: 'S' },
  { from: '1912-07-30', year: 1912, ja: '大正', en: 'Taisho', letter: 'T' },
  { from: '1873-01-01', year: 1868, ja: '明治', en: 'Meiji', letter: 'M' },
] as const;

export interface EraYear {
  ja: string;
  en: string;
  letter: string;
  year: number;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Year, month, day of an ISO date that is in the calendar; null for anything else. */
export function parseIso(iso: string): [number, number, number] | null {
  const match = ISO.exec(iso);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 100) date.setUTCFullYear(year);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? [year, month, day] : null;
}

/** The era and its year of an ISO date; null before Meiji 6 (1873) or when it is no date. */
export function eraYear(iso: string): EraYear | null {
  const parts = parseIso(iso);
  if (!parts) return null;
  const era = ERAS.find((candidate) => iso >= candidate.from);
  return era ? { ja: era.ja, en: era.en, letter: era.letter, year: parts[0] - era.year + 1 } : null;
}

const eraYearText = (era: EraYear): string => `${era.ja}${era.year === 1 ? '元' : era.year}年`;

/** 令和6年（2024年）4月1日; 1 Apr 2024 (Reiwa 6). What is no ISO date is given back. */
export function formatDate(iso: string, language: Language): string {
  const parts = parseIso(iso);
  if (!parts) return iso;
  const [year, month, day] = parts;
  const era = eraYear(iso);
  if (language === 'en') return era ? `${iso} (${era.en} ${era.year})` : iso;
  return era ? `${eraYearText(era)}（${year}年）${month}月${day}日` : `${year}年${month}月${day}日`;
}

/** Without 西暦, for narrow places: 令和6年4月1日. */
export function formatDateShort(iso: string, language: Language): string {
  const parts = parseIso(iso);
  const era = eraYear(iso);
  if (!parts || !era || language === 'en') return iso;
  return `${eraYearText(era)}${parts[1]}月${parts[2]}日`;
}

/** The date and time in Japan of an instant. */
export function inJapan(instant: Date): { iso: string; time: string } {
  // Japan has had no summer time since 1951 and no offset but +9.
  const shifted = new Date(instant.getTime() + 9 * 3_600_000).toISOString();
  return { iso: shifted.slice(0, 10), time: shifted.slice(11, 16) };
}

/** 令和6年（2024年）4月1日 13:05 */
export function formatInstant(instant: Date, language: Language): string {
  const { iso, time } = inJapan(instant);
  return `${formatDate(iso, language)} ${time}`;
}

/** Today in Japan, ISO. */
export const todayInJapan = (now: Date = new Date()): string => inJapan(now).iso;
