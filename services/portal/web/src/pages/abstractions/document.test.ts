import { describe, expect, it } from 'vitest';
import { titleOf } from './document';

describe('the title of a document', () => {
  it('is read in the language asked for, else in Japanese', () => {
    const both =
      'recipe: oboro/1\ntitle: {ja: 住民基本台帳の抽象化, en: Abstraction of the register}\n';
    expect(titleOf(both, 'ja')).toBe('住民基本台帳の抽象化');
    expect(titleOf(both, 'en')).toBe('Abstraction of the register');
    expect(titleOf('title: {ja: "一、二", en: }', 'en')).toBe('一、二');
  });
  it('may be one for all, or missing', () => {
    expect(titleOf("policy: oboro/1\ntitle: '標準方針'\n", 'en')).toBe('標準方針');
    expect(titleOf('policy: oboro/1\n', 'ja')).toBe('');
  });
});
