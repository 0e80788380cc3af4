import { describe, expect, it } from 'vitest';
import { csvField, encodeCp932, encodeCsv } from './csv';

describe('CSV', () => {
  it('quotes what RFC 4180 asks to quote', () => {
    expect(csvField('a,b')).toBe('"a,b"');
    expect(csvField('say "x"')).toBe('"say ""x"""');
    expect(csvField('two\nlines')).toBe('"two\nlines"');
  });

  it('lets no spreadsheet run what a register holds, and leaves numbers numbers', () => {
    expect(csvField('=HYPERLINK("x")')).toBe('"\'=HYPERLINK(""x"")"');
    expect(csvField('@SUM')).toBe("'@SUM");
    expect(csvField('-5')).toBe('-5');
    expect(csvField(-1.5)).toBe('-1.5');
  });

  it('writes UTF-8 with its mark and CRLF', () => {
    const { bytes } = encodeCsv([['あ', 1n]], 'utf-8-bom');
    expect([...bytes]).toEqual([0xef, 0xbb, 0xbf, 0xe3, 0x81, 0x82, 0x2c, 0x31, 0x0d, 0x0a]);
  });

  it.each([
    ['あ', [0x82, 0xa0]],
    ['表', [0x95, 0x5c]],
    ['①', [0x87, 0x40]],
    ['髙', [0xfb, 0xfc]],
    ['ｱ', [0xb1]],
    ['～', [0x81, 0x60]],
    ['〜', [0x81, 0x60]],
    ['−', [0x81, 0x7c]],
  ])('CP932 of %s as Windows writes it', (character, bytes) =>
    expect([...encodeCp932(character).bytes]).toEqual(bytes),
  );

  it('replaces what CP932 lacks by 〓 and counts it', () => {
    const { bytes, replaced } = encodeCp932('𠮷野é');
    expect(replaced).toBe(2);
    expect(new TextDecoder('shift_jis').decode(bytes)).toBe('〓野〓');
  });
});
