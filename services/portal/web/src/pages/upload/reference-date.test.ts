import { expect, it } from 'vitest';
import { guessReferenceDate } from './reference-date';

it.each([
  ['jumin_20240401.csv', '2024-04-01'],
  ['2024-04-01住基.csv', '2024-04-01'],
  ['住基2024年4月1日現在.csv', '2024-04-01'],
  ['住民基本台帳_R6.4.1.csv', '2024-04-01'],
  ['令和元年５月１日.csv', '2019-05-01'],
  ['R060401_juki.csv', '2024-04-01'],
  ['H31.4.30.csv', '2019-04-30'],
  ['juki_202404.csv', '2024-04-01'],
  ['hojuhyo_2019.csv', null],
  ['20241301.csv', null],
  ['extract.csv', null],
])('%s tells %s', (name, date) => expect(guessReferenceDate(name)).toBe(date));
