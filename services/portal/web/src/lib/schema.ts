import { parse, YAMLParseError } from 'yaml';

/** A column of a dataset's schema, as docs/layouts.md has it. */
export interface SchemaColumn {
  name: string;
  type: string;
  required: boolean;
  trim: boolean;
  length?: number;
  maxLength?: number;
  codes?: string[];
  checkDigit?: string;
}

export interface Schema {
  dataset: string;
  title: { ja: string; en: string };
  encoding: string;
  delimiter: string;
  key: string[];
  errorLimit: number;
  columns: SchemaColumn[];
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function column(value: unknown): SchemaColumn {
  const from = record(value);
  const out: SchemaColumn = {
    name: String(from['name'] ?? ''),
    type: String(from['type'] ?? 'text'),
    required: from['required'] === true,
    trim: from['trim'] === true,
  };
  if (typeof from['length'] === 'number') out.length = from['length'];
  if (typeof from['max_length'] === 'number') out.maxLength = from['max_length'];
  if (Array.isArray(from['codes'])) out.codes = words(from['codes']);
  if (typeof from['check_digit'] === 'string') out.checkDigit = from['check_digit'];
  return out;
}

/**
 * Reads a schema for showing it. The service is the judge of what is valid; this only throws (with the line) when it is no
 * YAML or has no columns.
 */
export function parseSchema(yaml: string): Schema {
  const root = record(parse(yaml, { schema: 'core' }));
  const title = record(root['title']);
  const columns = Array.isArray(root['columns']) ? root['columns'].map(column) : [];
  if (columns.length === 0) throw new Error('columns');
  return {
    dataset: String(root['dataset'] ?? ''),
    title: { ja: String(title['ja'] ?? ''), en: String(title['en'] ?? '') },
    encoding: String(root['encoding'] ?? ''),
    delimiter: String(root['delimiter'] ?? ','),
    key: words(root['key']),
    errorLimit: Number(root['error_limit'] ?? 0),
    columns,
  };
}

/** The schema, or null when it cannot be read. */
export function trySchema(yaml: string): Schema | null {
  try {
    return parseSchema(yaml);
  } catch {
    return null;
  }
}

/** What is wrong with a YAML text, in one line. */
export const yamlFault = (error: unknown): string =>
  error instanceof YAMLParseError
    ? `${error.linePos?.[0]?.line ?? '?'}: ${error.code}`
    : error instanceof Error
      ? error.message
      : String(error);
