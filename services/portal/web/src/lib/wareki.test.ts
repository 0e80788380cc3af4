import { describe, expect, it } from 'vitest';
import {
  eraYear,
  formatDate,
  formatDateShort,
  formatInstant,
  parseIso,
  todayInJapan,
} from './wareki';

describe('和暦', () => {
  it.each([
    ['2019-04-30', '平成31年（2019年）4月30日'],
    ['2019-05-01', '令和元年（2019年）5月1日'],
    ['2024-02-29', '令和6年（2024年）2月29日'],
    ['1989-01-07', '昭和64年（1989年）1月7日'],
    ['1989-01-08', '平成元年（1989年）1月8日'],
    ['1926-12-24', '大正15年（1926年）12月24日'],
    ['1926-12-25', '昭和元年（1926年）12月25日'],
    ['1912-07-29', '明治45年（1912年）7月29日'],
    ['1912-07-30', '大正元年（1912年）7月30日'],
    ['1872-12-31', '1872年12月31日'],
  ])('%s is %s', (iso, said) => expect(formatDate(iso, 'ja')).toBe(said));

  it('says the era in English too', () => {
    expect(formatDate('2024-04-01', 'en')).toBe('2024-04-01 (Reiwa 6)');
    expect(formatDateShort('2024-04-01', 'ja')).toBe('令和6年4月1日');
  });

  it('gives back what is no date', () => {
    expect(parseIso('2023-02-29')).toBeNull();
    expect(eraYear('2023-13-01')).toBeNull();
    expect(formatDate('不詳', 'ja')).toBe('不詳');
  });

  it('tells instants in the time of Japan', () => {
    expect(formatInstant(new Date('2019-04-30T15:00:00Z'), 'ja')).toBe(
      '令和元年（2019年）5月1日 00:00',
    );
    expect(todayInJapan(new Date('2026-03-31T14:59:59Z'))).toBe('2026-03-31');
  });
});
