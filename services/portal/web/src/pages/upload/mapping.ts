import type { Profile, TryFileResponse } from '@oboro/gen/oboro/upload/v1/upload_pb';
import type { Schema } from '../../lib/schema';

/** How a file is read, as the wizard edits it. */
export interface Reading {
  encoding: string;
  delimiter: string;
  /** Header of the file to column of the schema; '' is ignored. */
  columns: Record<string, string>;
  /** Column of the schema, value in the file, value of the schema. */
  codes: { column: string; from: string; to: string }[];
}

export const IGNORED = '';

/** What was detected, with a header that has the schema's own name read as that column. */
export function readingOf(tried: TryFileResponse, codes: Reading['codes'] = []): Reading {
  return {
    encoding: tried.encoding,
    delimiter: tried.delimiter || ',',
    columns: Object.fromEntries(
      tried.headers.map((header, index) => [header, tried.mapped[index] ?? IGNORED]),
    ),
    codes,
  };
}

/** A saved profile on the headers of this file: those that it names are read as it says, others as they were detected. */
export function readingOfProfile(profile: Profile, tried: TryFileResponse): Reading {
  const codes = profile.codes.map(({ column, from, to }) => ({ column, from, to }));
  const { columns, ...detected } = readingOf(tried, codes);
  for (const { from, to } of profile.columns) if (from in columns) columns[from] = to;
  return {
    ...detected,
    columns,
    encoding: profile.encoding || tried.encoding,
    delimiter: profile.delimiter || tried.delimiter,
  };
}

/** Columns of the schema that no header is read as. */
export const missingColumns = (schema: Schema, reading: Reading): string[] => {
  const used = new Set(Object.values(reading.columns));
  return schema.columns.map((column) => column.name).filter((name) => !used.has(name));
};

/** Columns of the schema that two headers are read as. */
export function doubledColumns(reading: Reading): string[] {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const column of Object.values(reading.columns)) {
    if (column && seen.has(column)) doubled.add(column);
    seen.add(column);
  }
  return [...doubled];
}

const plainEncoding = (encoding: string) =>
  encoding.replace('utf-8-sig', 'utf-8').replace('utf-8-bom', 'utf-8');

/**
 * Whether the file can be read by the dataset's own layout: the same columns in the same order, encoding and delimiter, and
 * no code to translate. Then no profile is needed.
 */
export function isOwnLayout(schema: Schema, headers: readonly string[], reading: Reading): boolean {
  const same =
    headers.length === schema.columns.length &&
    schema.columns.every(
      (column, index) =>
        headers[index] === column.name && reading.columns[column.name] === column.name,
    );
  return (
    same &&
    reading.codes.length === 0 &&
    plainEncoding(reading.encoding) === plainEncoding(schema.encoding) &&
    reading.delimiter === schema.delimiter
  );
}

/** The profile's fields: only what differs from the schema's own headers is named. */
export function profileFields(reading: Reading) {
  return {
    encoding: reading.encoding,
    delimiter: reading.delimiter,
    columns: Object.entries(reading.columns)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from, to })),
    codes: reading.codes.filter((code) => code.from !== '' && code.to !== ''),
  };
}

/** Whether two readings are the same; code mappings in any order. */
export function sameReading(a: Reading, b: Reading): boolean {
  const key = (reading: Reading) => {
    const fields = profileFields(reading);
    return JSON.stringify([
      fields.encoding,
      fields.delimiter,
      fields.columns.map((item) => [item.from, item.to]).toSorted(),
      fields.codes.map((item) => [item.column, item.from, item.to]).toSorted(),
    ]);
  };
  return key(a) === key(b);
}

export interface UnknownCode {
  column: string;
  value: string;
}

/** Values that stand in code columns of the sample and are in no code list: to be translated or mended. */
export function unknownCodes(schema: Schema, tried: TryFileResponse): UnknownCode[] {
  const found = new Map<string, UnknownCode>();
  const add = (column: string, value: string) => {
    const definition = schema.columns.find((candidate) => candidate.name === column);
    if (definition?.codes && value !== '' && !definition.codes.includes(value)) {
      found.set(`${column}\u0000${value}`, { column, value });
    }
  };
  tried.mapped.forEach((column, index) => {
    for (const record of tried.records) add(column, (record.values[index] ?? '').trim());
  });
  for (const finding of tried.findings) {
    if (finding.rule === 'CODE_NOT_IN_LIST') add(finding.column, finding.value);
  }
  return [...found.values()];
}

export const newProfileId = (): string => `p-${crypto.randomUUID().slice(0, 13)}`;
