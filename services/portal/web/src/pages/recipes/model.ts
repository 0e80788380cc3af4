import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  Pair,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from 'yaml';

export const TRANSFORMS = [
  'keep',
  'age_band',
  'year_month',
  'numeric_band',
  'code_map',
  'hierarchy',
  'relation',
  'event_class',
  'link_number',
] as const;
export type Transform = (typeof TRANSFORMS)[number];
export type ColumnRole = 'other' | 'quasi' | 'sensitive';

/** A column of the abstraction as the form holds it: what is written stays text until it is saved. */
export interface FormColumn {
  /** Where it stands in the document that the form was read from; -1 when it is new. */
  origin: number;
  /** Stays the same while columns move. */
  id: number;
  name: string;
  source: string;
  transform: string;
  role: ColumnRole;
  unknown: string;
  blank: string;
  kind: string;
  width: string;
  bottom: string;
  top: string;
  /** With blanks or commas between. */
  cuts: string;
  age_rule: string;
  unit: string;
  prefix: string;
  otherwise: string;
  label: string;
  map: [code: string, label: string][];
}

export interface RecipeForm {
  recipe: string;
  title: { ja: string; en: string };
  reference: string;
  unlisted: string;
  drop: string[];
  direct: string[];
  columns: FormColumn[];
}

/** The keys that a transform reads, in the order that they are written. */
export const OPTIONS: Record<Transform, readonly OptionKey[]> = {
  keep: ['label'],
  age_band: ['width', 'top', 'cuts', 'age_rule', 'unit'],
  year_month: [],
  numeric_band: ['bottom', 'width', 'top', 'cuts', 'unit'],
  code_map: ['otherwise', 'map'],
  hierarchy: ['prefix', 'map', 'otherwise'],
  relation: [],
  event_class: [],
  link_number: ['kind'],
};
export type OptionKey =
  | 'kind'
  | 'width'
  | 'bottom'
  | 'top'
  | 'cuts'
  | 'age_rule'
  | 'unit'
  | 'prefix'
  | 'map'
  | 'otherwise'
  | 'label';
const ALL_OPTIONS = [...new Set(Object.values(OPTIONS).flat())];

/** Keys of this column's transform; none for a transform that the form does not know. */
export const optionsOf = (column: Pick<FormColumn, 'transform'>): readonly OptionKey[] =>
  OPTIONS[column.transform as Transform] ?? [];

export const words = (text: string): string[] =>
  text
    .split(/[\s,、，]+/)
    .map((item) => item.trim())
    .filter(Boolean);

// Every scalar is text: a code such as 08220 keeps its zero, as the service reads it.
const open = (text: string): Document => parseDocument(text, { schema: 'failsafe' });

export class DocumentFault extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

const str = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(str) : []);
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

function readColumn(value: unknown, at: number, roleOf: (name: string) => ColumnRole): FormColumn {
  const from = record(value);
  const name = str(from['name']);
  // Entries by the document's order: an object would put numeric codes first.
  const map = from['map'];
  return {
    origin: at,
    id: at,
    name,
    source: str(from['source']),
    transform: str(from['transform']),
    role: roleOf(name),
    unknown: str(from['unknown']),
    blank: str(from['blank']),
    kind: str(from['kind']),
    width: str(from['width']),
    bottom: str(from['bottom']),
    top: str(from['top']),
    cuts: list(from['cuts']).join(', '),
    age_rule: str(from['age_rule']),
    unit: str(from['unit']),
    prefix: str(from['prefix']),
    otherwise: str(from['otherwise']),
    label: str(from['label']),
    map: map instanceof Map ? [...map].map(([code, label]) => [str(code), str(label)]) : [],
  };
}

/** Maps stay maps (their order holds), all others become objects. */
function plain(value: unknown, key = ''): unknown {
  if (value instanceof Map) {
    if (key === 'map') return value;
    return Object.fromEntries([...value].map(([name, item]) => [name, plain(item, str(name))]));
  }
  return Array.isArray(value) ? value.map((item) => plain(item)) : value;
}

/** Reads a recipe for the form. Throws DocumentFault when it is no YAML of a recipe's shape. */
export function readForm(text: string): RecipeForm {
  const document = open(text);
  const fault = document.errors[0];
  if (fault) throw new DocumentFault(fault.linePos?.[0].line ?? 1, fault.code);
  if (!isMap(document.contents)) throw new DocumentFault(1, 'NOT_A_RECIPE');
  const root = record(plain(document.toJS({ mapAsMap: true })));
  const quasi = list(root['quasi_identifiers']);
  const sensitive = list(root['sensitive']);
  const roleOf = (name: string): ColumnRole =>
    quasi.includes(name) ? 'quasi' : sensitive.includes(name) ? 'sensitive' : 'other';
  const title = record(root['title']);
  const columns = Array.isArray(root['columns']) ? root['columns'] : [];
  return {
    recipe: str(root['recipe']),
    title: { ja: str(title['ja']), en: str(title['en']) },
    reference: str(root['reference']),
    unlisted: str(root['unlisted']),
    drop: list(root['drop']),
    direct: list(root['direct_identifiers']),
    columns: columns.map((column, at) => readColumn(column, at, roleOf)),
  };
}

export function tryForm(text: string): RecipeForm | null {
  try {
    return readForm(text);
  } catch {
    return null;
  }
}

/** Text that other readers of YAML would take for a number or a word of theirs is quoted. */
function scalar(value: string): Scalar<string> {
  const node = new Scalar(value);
  if (/^[\d.+-]+$|^(true|false|null|yes|no|on|off|~|)$/i.test(value)) node.type = 'QUOTE_DOUBLE';
  return node;
}
const number = (value: string) => new Scalar(value.trim());

/** Sets a key only when it says something else: untouched lines keep their writing and comments. */
function put(map: YAMLMap, key: string, value: string, make: (value: string) => Scalar = scalar) {
  const now = map.get(key, true);
  if (value === '') map.delete(key);
  else if (!isScalar(now)) map.set(new Scalar(key), make(value));
  else if (now.value !== value) {
    now.value = value;
    if (now.type !== 'QUOTE_DOUBLE' && now.type !== 'QUOTE_SINGLE') now.type = make(value).type;
  }
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((item, at) => item === b[at]);

function putList(map: YAMLMap, key: string, values: readonly string[], keepEmpty = false) {
  const now = map.get(key, true);
  const old = isSeq(now) ? now.items : [];
  const texts = old.map((item) => (isScalar(item) ? String(item.value) : ''));
  if (same(texts, values) && (isSeq(now) || !keepEmpty)) return;
  if (values.length === 0 && !keepEmpty) {
    map.delete(key);
    return;
  }
  const next = isSeq(now) ? now : new YAMLSeq();
  if (!isSeq(now)) next.flow = true;
  next.items = values.map((value) => {
    const at = texts.indexOf(value);
    return at >= 0 ? old[at] : new Scalar(value);
  });
  if (!isSeq(now)) map.set(new Scalar(key), next);
}

function putTable(column: YAMLMap, rows: readonly [string, string][]) {
  const now = column.get('map', true);
  const filled = rows.filter(([code, label]) => code !== '' || label !== '');
  if (filled.length === 0) {
    column.delete('map');
    return;
  }
  const table = isMap(now) ? now : new YAMLMap();
  const old = new Map(
    table.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', pair]),
  );
  table.items = filled.map(([code, label]) => {
    const pair = old.get(code);
    old.delete(code);
    if (!pair) return new Pair<unknown, unknown>(scalar(code), scalar(label));
    if (!isScalar(pair.value)) pair.value = scalar(label);
    else if (pair.value.value !== label) pair.value.value = label;
    return pair;
  });
  if (!isMap(now)) column.set(new Scalar('map'), table);
}

function putColumn(node: YAMLMap, column: FormColumn) {
  put(node, 'name', column.name);
  put(node, 'source', column.source);
  put(node, 'transform', column.transform);
  const used = optionsOf(column);
  const known = used.length > 0 || TRANSFORMS.includes(column.transform as Transform);
  for (const key of known ? ALL_OPTIONS.filter((option) => !used.includes(option)) : []) {
    node.delete(key);
  }
  for (const key of used) {
    if (key === 'map') putTable(node, column.map);
    else if (key === 'cuts') putList(node, 'cuts', words(column.cuts));
    else
      put(
        node,
        key,
        key === 'unit' || key === 'otherwise' ? column[key] : column[key].trim(),
        key === 'unit' || key === 'otherwise' || key === 'label' ? scalar : number,
      );
  }
  put(node, 'unknown', column.unknown);
  put(node, 'blank', column.blank);
}

/** Writes the form into the document that it was read from: what did not change keeps its lines and comments. */
export function writeForm(text: string, form: RecipeForm): string {
  const document = open(text);
  if (!isMap(document.contents)) document.contents = new YAMLMap();
  const root = document.contents as unknown as YAMLMap;
  put(root, 'recipe', form.recipe);
  const title = root.get('title', true);
  const titles = isMap(title) ? title : new YAMLMap();
  if (!isMap(title)) {
    titles.flow = true;
    root.set(new Scalar('title'), titles);
  }
  put(titles, 'ja', form.title.ja);
  put(titles, 'en', form.title.en);
  put(root, 'reference', form.reference, number);
  put(root, 'unlisted', form.unlisted);
  putList(root, 'direct_identifiers', form.direct);
  putList(root, 'drop', form.drop);
  const columns = root.get('columns', true);
  const sequence = isSeq(columns) ? columns : new YAMLSeq();
  const old = [...sequence.items];
  sequence.items = form.columns.map((column) => {
    const before = old[column.origin];
    const node = isMap(before) ? (before as YAMLMap) : new YAMLMap();
    putColumn(node, column);
    return node;
  });
  if (!isSeq(columns)) root.set(new Scalar('columns'), sequence);
  const named = (role: ColumnRole) =>
    form.columns.filter((column) => column.role === role).map((column) => column.name);
  putList(root, 'quasi_identifiers', inOrder(root, 'quasi_identifiers', named('quasi')), true);
  putList(root, 'sensitive', inOrder(root, 'sensitive', named('sensitive')));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Names that the list has already stay where they are. */
function inOrder(root: YAMLMap, key: string, names: string[]): string[] {
  const now = root.get(key, true);
  const old = isSeq(now) ? now.items.map((item) => (isScalar(item) ? String(item.value) : '')) : [];
  const kept = old.filter((name) => names.includes(name));
  return [...kept, ...names.filter((name) => !kept.includes(name))];
}

let lastId = 1_000_000;

/** A column to fill in, or a copy of another. */
export function newColumn(from: Partial<FormColumn> = {}): FormColumn {
  lastId += 1;
  return {
    name: '',
    source: '',
    transform: 'keep',
    role: 'other',
    unknown: '',
    blank: '',
    kind: '',
    width: '',
    bottom: '',
    top: '',
    cuts: '',
    age_rule: '',
    unit: '',
    prefix: '',
    otherwise: '',
    label: '',
    map: [],
    ...from,
    origin: -1,
    id: lastId,
  };
}

/** The id, or the first of id-2, id-3 ... that no recipe has. */
export function freeId(id: string, taken: readonly string[]): string {
  const plain = id.replace(/-\d+$/, '');
  for (let n = 2, next = id; ; n += 1) {
    if (!taken.includes(next)) return next;
    next = `${plain}-${n}`;
  }
}

/** A recipe with nothing in it yet. */
export const EMPTY = `recipe: ''
title: {ja: '', en: ''}
reference: snapshot
unlisted: refuse
columns: []
quasi_identifiers: []
`;

/** Columns of the source that the recipe names, in the order that it first does. */
export function sourcesOf(form: RecipeForm): string[] {
  const named = form.columns.flatMap((column) =>
    column.transform === 'keep' ? [column.source, column.label] : [column.source],
  );
  return [...new Set([...named, ...form.drop, ...form.direct])].filter(Boolean);
}

export interface Fault {
  /** 0: the whole document. */
  line: number;
  text: string;
}

/** The faults that the service names: "recipe: line 12: ...; line 30: ...". */
export function faultsOf(message: string): Fault[] {
  const parts = message.split(/(?:^|[:;]\s+)line (\d+): /);
  const out: Fault[] = [];
  for (let at = 1; at + 1 < parts.length; at += 2) {
    out.push({ line: Number(parts[at]), text: (parts[at + 1] ?? '').trim() });
  }
  return out;
}

/** Which column of the form a line of its document belongs to; null for the lines outside of columns. */
export function columnAtLine(text: string, line: number): string | null {
  const document = open(text);
  const columns = isMap(document.contents) ? document.contents.get('columns', true) : null;
  if (!isSeq(columns)) return null;
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  for (const item of columns.items) {
    if (!isMap(item) || !item.range) continue;
    if (line >= lineOf(item.range[0]) && line <= lineOf(Math.max(item.range[0], item.range[1] - 1)))
      return str(item.get('name'));
  }
  return null;
}
