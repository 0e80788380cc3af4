import { type FormColumn, type OptionKey, optionsOf, type RecipeForm, words } from './model';

export type ColumnField = 'source' | 'transform' | 'role' | 'unknown' | 'blank' | OptionKey;

export interface FieldChange {
  field: ColumnField;
  /** For the table: the code. */
  code?: string;
  before: string;
  after: string;
}

export type Change =
  | { kind: 'added' | 'removed'; column: FormColumn }
  | { kind: 'moved'; column: FormColumn; from: number; to: number }
  | { kind: 'changed'; column: FormColumn; fields: FieldChange[] }
  | {
      kind: 'setting';
      field: 'recipe' | 'ja' | 'en' | 'reference' | 'unlisted';
      before: string;
      after: string;
    }
  | { kind: 'list'; field: 'drop' | 'direct'; added: string[]; removed: string[] };

const PLAIN = ['source', 'transform', 'role', 'unknown', 'blank'] as const;

/** What the recipe says, whatever the form still holds of another transform. */
function said(column: FormColumn, field: Exclude<ColumnField, 'map'>): string {
  if (PLAIN.includes(field as (typeof PLAIN)[number])) return column[field];
  if (!optionsOf(column).includes(field as never)) return '';
  return field === 'cuts' ? words(column.cuts).join(', ') : column[field];
}

function tableChanges(before: FormColumn, after: FormColumn): FieldChange[] {
  const table = (column: FormColumn) =>
    new Map(optionsOf(column).includes('map') ? column.map : []);
  const old = table(before);
  const now = table(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((code) => old.get(code) !== now.get(code))
    .map((code) => ({
      field: 'map' as const,
      code,
      before: old.get(code) ?? '',
      after: now.get(code) ?? '',
    }));
}

function fieldChanges(before: FormColumn, after: FormColumn): FieldChange[] {
  const fields = [
    ...PLAIN,
    ...new Set([...optionsOf(before), ...optionsOf(after)].filter((key) => key !== 'map')),
  ] as Exclude<ColumnField, 'map'>[];
  return [
    ...fields
      .map((field) => ({ field, before: said(before, field), after: said(after, field) }))
      .filter((change) => change.before !== change.after),
    ...tableChanges(before, after),
  ];
}

/** Columns that changed their place among those that both have. */
function moves(before: FormColumn[], after: FormColumn[]): Change[] {
  const names = (columns: FormColumn[], others: FormColumn[]) =>
    columns.map((item) => item.name).filter((name) => others.some((other) => other.name === name));
  const old = names(before, after);
  const now = names(after, before);
  return after
    .filter((column) => old.includes(column.name))
    .map((column) => ({
      kind: 'moved' as const,
      column,
      from: old.indexOf(column.name) + 1,
      to: now.indexOf(column.name) + 1,
    }))
    .filter((change) => change.from !== change.to);
}

/** What is different in `after`: settings first, then column by column by name. */
export function compareForms(before: RecipeForm, after: RecipeForm): Change[] {
  const settings = (
    [
      ['recipe', before.recipe, after.recipe],
      ['ja', before.title.ja, after.title.ja],
      ['en', before.title.en, after.title.en],
      ['reference', before.reference, after.reference],
      ['unlisted', before.unlisted, after.unlisted],
    ] as const
  )
    .filter(([, old, now]) => old !== now)
    .map(([field, old, now]) => ({ kind: 'setting' as const, field, before: old, after: now }));
  const lists = (['drop', 'direct'] as const)
    .map((field) => ({
      kind: 'list' as const,
      field,
      added: after[field].filter((item) => !before[field].includes(item)),
      removed: before[field].filter((item) => !after[field].includes(item)),
    }))
    .filter((change) => change.added.length + change.removed.length > 0);
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const now = new Set(after.columns.map((column) => column.name));
  const columns: Change[] = after.columns.flatMap((column): Change[] => {
    const earlier = old.get(column.name);
    if (!earlier) return [{ kind: 'added', column }];
    const fields = fieldChanges(earlier, column);
    return fields.length > 0 ? [{ kind: 'changed', column, fields }] : [];
  });
  const removed = before.columns
    .filter((column) => !now.has(column.name))
    .map((column) => ({ kind: 'removed' as const, column }));
  return [...settings, ...lists, ...columns, ...removed, ...moves(before.columns, after.columns)];
}
