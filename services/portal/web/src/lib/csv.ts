export type CsvEncodingName = 'utf-8-bom' | 'cp932';

/**
 * A field as RFC 4180 writes it. A text that a spreadsheet would run as a formula gets an apostrophe before it: the
 * files hold what strangers typed into registers.
 */
export function csvField(value: string | number | bigint): string {
  let field = String(value);
  if (/^[=+\-@\t\r]/.test(field) && !/^[+-]?\d+(\.\d+)?$/.test(field)) field = `'${field}`;
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

export const csvText = (rows: readonly (readonly (string | number | bigint)[])[]): string =>
  rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');

let table: Map<string, number> | undefined;

/** From character to code, turned round from the browser's own decoder (WHATWG Shift_JIS is CP932). */
function cp932Table(): Map<string, number> {
  if (table) return table;
  const decoder = new TextDecoder('shift_jis');
  table = new Map();
  for (let code = 0xa1; code <= 0xdf; code += 1)
    table.set(decoder.decode(Uint8Array.of(code)), code);
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    // Behind these leads are NEC's copies of IBM's characters, which Windows does not write; E000-F8FF is gaiji.
    const skipped =
      lead === 0xed ||
      lead === 0xee ||
      (lead >= 0xa0 && lead <= 0xdf) ||
      (lead >= 0xf0 && lead <= 0xf9);
    if (skipped) continue;
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      if (trail === 0x7f) continue;
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (character.length === 1 && character !== '\ufffd' && !table.has(character)) {
        table.set(character, lead * 256 + trail);
      }
    }
  }
  return table;
}

/** Characters that are the same to a reader but have no code of their own in CP932. */
const ALIKE: Record<string, string> = {
  '\u301c': '\uff5e',
  '\u2212': '\uff0d',
  '\u2016': '\u2225',
  '\u00a0': ' ',
};

/** CP932 bytes; what has no code there becomes 〓, and how often is told. */
export function encodeCp932(value: string): { bytes: Uint8Array<ArrayBuffer>; replaced: number } {
  const codes = cp932Table();
  const out: number[] = [];
  let replaced = 0;
  for (const character of value) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) {
      out.push(point);
      continue;
    }
    let code = codes.get(character) ?? codes.get(ALIKE[character] ?? '');
    if (code === undefined) {
      replaced += 1;
      code = codes.get('〓')!;
    }
    if (code > 0xff) out.push(code >> 8, code & 0xff);
    else out.push(code);
  }
  return { bytes: Uint8Array.from(out), replaced };
}

/** The bytes of a CSV file for Excel. */
export function encodeCsv(
  rows: readonly (readonly (string | number | bigint)[])[],
  encoding: CsvEncodingName,
): { bytes: Uint8Array<ArrayBuffer>; replaced: number } {
  const csv = csvText(rows);
  if (encoding === 'cp932') return encodeCp932(csv);
  return { bytes: new TextEncoder().encode(`\ufeff${csv}`), replaced: 0 };
}
