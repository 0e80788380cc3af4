import { describe, expect, it } from 'vitest';
import { shippedRecipes } from '../../lib/shipped';
import { compareForms } from './compare';
import { columnAtLine, EMPTY, faultsOf, freeId, newColumn, readForm, writeForm } from './model';

const register = shippedRecipes.find((item) => item.id === 'resident_register')!.document;

describe('the document and its form', () => {
  it('is the same document when nothing was changed, for every shipped recipe', () => {
    for (const { document } of shippedRecipes) {
      const written = writeForm(document, readForm(document));
      expect(readForm(written)).toEqual(readForm(document));
      expect(written.match(/#.*/g)).toEqual(document.match(/#.*/g));
    }
  });

  it('reads codes as text, in the order of the document', () => {
    const city = readForm(register).columns.find((column) => column.name === 'city')!;
    expect(city.map[0]).toEqual(['08220', '082201']);
    expect(city.prefix).toBe('5');
    expect(city.role).toBe('quasi');
  });

  it('writes only what was changed and keeps comments', () => {
    const form = readForm(register);
    form.columns.find((column) => column.name === 'age_band')!.width = '10';
    const written = writeForm(register, form);
    const changed = (text: string) => text.split('\n');
    const old = changed(writeForm(register, readForm(register)));
    const lines = changed(written).filter((line, at) => line !== old[at]);
    expect(lines).toEqual([
      '  - {name: age_band, source: 生年月日, transform: age_band, width: 10, top: 100, age_rule: birthday}',
    ]);
    expect(written).toContain('# Hamamatsu: the wards since 2024-01-01');
  });

  it('takes the keys of the former transform away', () => {
    const form = readForm(register);
    const age = form.columns.find((column) => column.name === 'age_band')!;
    age.transform = 'year_month';
    const written = readForm(writeForm(register, form));
    const after = written.columns.find((column) => column.name === 'age_band')!;
    expect([after.transform, after.width, after.top, after.age_rule]).toEqual([
      'year_month',
      '',
      '',
      '',
    ]);
  });

  it('adds, moves and removes columns with their roles', () => {
    const form = readForm(register);
    const [person, household, ...others] = form.columns;
    form.columns = [
      household!,
      ...others,
      newColumn({
        name: 'age_group',
        source: '生年月日',
        transform: 'age_band',
        cuts: '15、 65',
        role: 'quasi',
      }),
    ];
    const after = readForm(writeForm(register, form));
    expect(after.columns.map((column) => column.name)).not.toContain(person!.name);
    expect(after.columns[0]!.name).toBe('household');
    expect(after.columns.at(-1)).toMatchObject({
      name: 'age_group',
      cuts: '15, 65',
      role: 'quasi',
    });
  });

  it('makes a recipe from nothing, with codes quoted', () => {
    const form = readForm(EMPTY);
    form.recipe = 'mine';
    form.title = { ja: '試み', en: 'a trial' };
    form.columns = [
      newColumn({ name: 'sex', source: '性別', transform: 'code_map', map: [['01', '男']] }),
    ];
    const written = writeForm(EMPTY, form);
    expect(written).toContain('"01": 男');
    expect(readForm(written)).toMatchObject({ recipe: 'mine', title: { ja: '試み' } });
  });

  it('names the line of a text that is no YAML', () => {
    expect(() => readForm('recipe: a\ntitle: [a')).toThrowError(
      expect.objectContaining({ line: 2 }),
    );
    expect(() => readForm('just words')).toThrow();
  });
});

describe('the id that is proposed', () => {
  it('is one that no recipe has', () => {
    expect(freeId('register', [])).toBe('register');
    expect(freeId('register', ['register'])).toBe('register-2');
    expect(freeId('register-2', ['register', 'register-2', 'register-3'])).toBe('register-4');
    expect(freeId('', ['a'])).toBe('');
  });
});

describe('faults of the service', () => {
  it('are told by line', () => {
    expect(
      faultsOf(
        "レシピに誤りがあります: recipe: line 3: 'top' is missing; line 12: column 'a' stands twice",
      ),
    ).toEqual([
      { line: 3, text: "'top' is missing" },
      { line: 12, text: "column 'a' stands twice" },
    ]);
    expect(faultsOf('something else')).toEqual([]);
  });

  it('are found in their column', () => {
    const line = register.split('\n').findIndex((item) => item.includes('name: sex')) + 1;
    expect(columnAtLine(register, line)).toBe('sex');
    expect(columnAtLine(register, 1)).toBeNull();
  });
});

describe('differences of versions', () => {
  it('are none between a recipe and itself', () => {
    expect(compareForms(readForm(register), readForm(register))).toEqual([]);
  });

  it('are told column by column', () => {
    const after = readForm(register);
    after.columns.find((column) => column.name === 'age_band')!.width = '10';
    const sex = after.columns.find((column) => column.name === 'sex')!;
    sex.map = [
      ['1', '男性'],
      ['2', '女'],
    ];
    after.columns = after.columns.filter((column) => column.name !== 'country');
    after.drop = [...after.drop, '国籍'];
    const changes = compareForms(readForm(register), after);
    expect(changes).toEqual([
      { kind: 'list', field: 'drop', added: ['国籍'], removed: [] },
      expect.objectContaining({
        kind: 'changed',
        fields: [{ field: 'width', before: '5', after: '10' }],
      }),
      expect.objectContaining({
        kind: 'changed',
        fields: [{ field: 'map', code: '1', before: '男', after: '男性' }],
      }),
      expect.objectContaining({ kind: 'removed' }),
    ]);
  });
});
