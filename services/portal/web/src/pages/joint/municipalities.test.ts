import { expect, test } from 'vitest';
import {
  isMunicipalityCode,
  labelOf,
  prefectureOf,
  purposeWithNames,
  readPurpose,
} from './municipalities';

test.each(['082201', '221309', '011002', '131016', '472018'])('%s is a code', (code) => {
  expect(isMunicipalityCode(code)).toBe(true);
});

test.each(['082202', '802201', '992201', '08220', '０８２２０１', ''])('%s is none', (code) => {
  expect(isMunicipalityCode(code)).toBe(false);
});

test('prefectures by the first two digits', () => {
  expect([prefectureOf('011002'), prefectureOf('221309'), prefectureOf('472018')]).toEqual([
    '北海道',
    '静岡県',
    '沖縄県',
  ]);
});

test('names go with the purpose and come back from it', () => {
  const names = new Map([
    ['221309', '浜松市'],
    ['082201', 'つくば市'],
    ['131016', ''],
  ]);
  const told = purposeWithNames('圏域計画の基礎資料\n第2期', names);
  expect(told).toBe('圏域計画の基礎資料\n第2期\n参加団体: 082201 つくば市、221309 浜松市');
  const read = readPurpose(told);
  expect(read.purpose).toBe('圏域計画の基礎資料\n第2期');
  expect([...read.names]).toEqual([
    ['082201', 'つくば市'],
    ['221309', '浜松市'],
  ]);
  expect(labelOf('221309', read.names)).toBe('221309 浜松市');
  expect(labelOf('131016', read.names)).toBe('131016 東京都');
});

test('a purpose without names stays as it is', () => {
  expect(readPurpose('参加団体: 未定')).toEqual({ purpose: '参加団体: 未定', names: new Map() });
});
