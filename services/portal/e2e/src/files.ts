// Reading what the portal lets people take away, by code that is not the portal's.
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

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

/** The files of a ZIP archive, by its central directory. */
export function readZip(path: string): Map<string, Buffer> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const name = zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString('utf8');
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    files.set(name, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

const plain = (xml: string): string =>
  xml
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** The sheets of a workbook by name, as rows of text and numbers. */
export function readXlsx(path: string): Record<string, (string | number)[][]> {
  const files = readZip(path);
  const text = (name: string) => files.get(name)?.toString('utf8') ?? '';
  const shared = [...text('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map((si) =>
    plain(si[1]!),
  );
  const names = [...text('xl/workbook.xml').matchAll(/<sheet [^>]*name="([^"]*)"/g)];
  const sheets = names.map(([, name], i) => {
    const rows = [...text(`xl/worksheets/sheet${i + 1}.xml`).matchAll(/<row .*?<\/row>/gs)];
    const cells = rows.map(([row]) =>
      [...row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(([, how, inner]) => {
        const value = plain(inner ?? '');
        if (/t="s"/.test(how!)) return shared[Number(value)]!;
        return /t="(str|inlineStr)"/.test(how!) || value === '' ? value : Number(value);
      }),
    );
    return [name!, cells] as const;
  });
  return Object.fromEntries(sheets);
}
