import { create } from '@bufbuild/protobuf';
import { ProfileSchema, TryFileResponseSchema } from '@oboro/gen/oboro/upload/v1/upload_pb';
import { describe, expect, it } from 'vitest';
import { parseSchema } from '../../lib/schema';
import {
  doubledColumns,
  isOwnLayout,
  missingColumns,
  profileFields,
  readingOf,
  readingOfProfile,
  sameReading,
  unknownCodes,
} from './mapping';

const schema = parseSchema(`
dataset: d
title: {ja: 台帳, en: register}
encoding: cp932
delimiter: ","
error_limit: 1
columns:
  - {name: 番号, type: digits, required: true, length: 3}
  - {name: 性別, type: code, codes: ["1", "2"]}
`);
const tried = (headers: string[], mapped: string[], values: string[][] = []) =>
  create(TryFileResponseSchema, {
    encoding: 'cp932',
    delimiter: ',',
    headers,
    mapped,
    records: values.map((record) => ({ values: record })),
  });

describe('reading a file', () => {
  it('needs no profile when the file is as the schema says', () => {
    expect(
      isOwnLayout(schema, ['番号', '性別'], readingOf(tried(['番号', '性別'], ['番号', '性別']))),
    ).toBe(true);
  });

  it('needs one for another order, encoding, delimiter or code', () => {
    const own = readingOf(tried(['番号', '性別'], ['番号', '性別']));
    expect(isOwnLayout(schema, ['性別', '番号'], own)).toBe(false);
    expect(isOwnLayout(schema, ['番号', '性別'], { ...own, encoding: 'utf-8' })).toBe(false);
    expect(isOwnLayout(schema, ['番号', '性別'], { ...own, delimiter: ';' })).toBe(false);
    const codes = [{ column: '性別', from: '男', to: '1' }];
    expect(isOwnLayout(schema, ['番号', '性別'], { ...own, codes })).toBe(false);
  });

  it('names what is missing and what is doubled', () => {
    const reading = readingOf(tried(['No', '性', 'sex'], ['', '性別', '性別']));
    expect(missingColumns(schema, reading)).toEqual(['番号']);
    expect(doubledColumns(reading)).toEqual(['性別']);
  });

  it('stores only headers that differ', () => {
    const reading = readingOf(tried(['No', '性別', '備考'], ['番号', '性別', '']));
    expect(profileFields(reading).columns).toEqual([
      { from: 'No', to: '番号' },
      { from: '備考', to: '' },
    ]);
    expect(sameReading(reading, { ...reading, codes: [] })).toBe(true);
    expect(sameReading(reading, { ...reading, encoding: 'utf-8' })).toBe(false);
  });

  it('reads the next file by a saved profile, also where detection knew no column', () => {
    const reading = readingOf(tried(['No', '性', '備考'], ['番号', '性別', '']), [
      { column: '性別', from: '男', to: '1' },
    ]);
    const profile = create(ProfileSchema, { displayName: '出力', ...profileFields(reading) });
    const next = readingOfProfile(profile, tried(['備考', 'No', '性'], ['', '', '']));
    expect(next.columns).toEqual({ No: '番号', 性: '性別', 備考: '' });
    expect(missingColumns(schema, next)).toEqual([]);
    expect(sameReading(next, reading)).toBe(true);
    const other = readingOfProfile(profile, tried(['番号', '性'], ['番号', '']));
    expect(other.columns).toEqual({ 番号: '番号', 性: '性別' });
  });

  it('finds values outside of the code list, once each', () => {
    const answer = tried(
      ['番号', '性別'],
      ['番号', '性別'],
      [
        ['001', '男'],
        ['002', '1'],
        ['003', '男'],
      ],
    );
    expect(unknownCodes(schema, answer)).toEqual([{ column: '性別', value: '男' }]);
  });
});
