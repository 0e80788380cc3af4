import { parseIso } from '../../lib/wareki';

const ERA_START: Record<string, number> = { R: 2018, H: 1988, 令和: 2018, 平成: 1988 };

const iso = (year: number, month: number, day: number): string | null => {
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return parseIso(text) && year >= 1950 && year <= 2100 ? text : null;
};

/**
 * The 時点 that a file's name tells: 20240401, 2024-04-01, R6.4.1, 令和6年4月1日, R060401; a year and month alone mean the
 * first day. Null when it tells none: a year alone says too little.
 */
export function guessReferenceDate(fileName: string): string | null {
  const name = fileName.normalize('NFKC');
  const era = /(令和|平成|[RH])\s?(\d{1,2}|元)(?:年|[._-])(\d{1,2})(?:月|[._-])(\d{1,2})/.exec(
    name,
  );
  if (era) {
    const year = ERA_START[era[1]!]! + (era[2] === '元' ? 1 : Number(era[2]));
    return iso(year, Number(era[3]), Number(era[4]));
  }
  const short = /(?<![A-Za-z])([RH])(\d{2})(\d{2})(\d{2})(?!\d)/.exec(name);
  if (short)
    return iso(ERA_START[short[1]!]! + Number(short[2]), Number(short[3]), Number(short[4]));
  const full =
    /(?<!\d)(\d{4})(?:年|[._-])(\d{1,2})(?:月|[._-])(\d{1,2})(?!\d)/.exec(name) ??
    /(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)/.exec(name);
  if (full) return iso(Number(full[1]), Number(full[2]), Number(full[3]));
  const month =
    /(?<!\d)(\d{4})(?:年|[._-])(\d{1,2})(?:月|(?!\d))/.exec(name) ??
    /(?<!\d)(\d{4})(\d{2})(?!\d)/.exec(name);
  return month ? iso(Number(month[1]), Number(month[2]), 1) : null;
}
