import { describe, expect, it } from 'vitest';
import { readable } from './figures';

describe('a message of the service', () => {
  it('has separators and titles of columns on the screen', () => {
    expect(readable('10 件未満の組に 1234567 件のレコードがあります。', 'ja')).toBe(
      '10 件未満の組に 1,234,567 件のレコードがあります。',
    );
    expect(readable('列 relation の値が一つに定まる組があります。', 'ja')).toBe(
      '列「続柄」の値が一つに定まる組があります。',
    );
  });

  it('keeps years and columns that nobody knows', () => {
    expect(readable('2025 年の列 my_column です。', 'ja')).toBe('2025 年の列「my_column」です。');
  });
});
