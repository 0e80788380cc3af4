// Reading what the portal lets people take away, by code that is not the portal's.
import { readFileSync } from 'node:fs';

/** A CSV file as rows of text; `encoding` as TextDecoder names it. A byte order mark is dropped. */
export function readCsv(path: string, encoding: 'utf-8' | 'shift_jis'): string[][] {
  const text = new TextDecoder(encoding, { fatal: true }).decode(readFileSync(path));
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
