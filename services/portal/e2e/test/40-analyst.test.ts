// An analyst's work: a table without a mouse, looked at as table, chart and map, and taken away as files.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { downloaded, launch, member, type Person, picture, settled } from '../src/browser';
import { readCsv, readXlsx } from '../src/files';
import { Instance, SHARED } from '../src/instance';
import { focusShows, pick, walk } from '../src/keyboard';
import { basis, prepare } from '../src/population';
import * as steps from '../src/steps';
import { type ServiceTable, serviceTable } from '../src/tables';

const instance = new Instance(inject('state'));
let browser: Browser;
let analyst: Person;
const NAME = '町丁目別年齢別男女別人口（区ごと）';
const DATE = '2025-10-01';
/** The path of the table that the first test makes. */
let table = '';

beforeAll(async () => {
  await prepare(instance);
  await basis(instance, 'hamamatsu', DATE);
  browser = await launch();
  analyst = await member(browser, instance, 'hamamatsu-analyst');
});
afterAll(() => browser.close());

/** Puts a field into a zone: to its row of the grid, into the row, its menu, the zone. */
async function place(page: Page, field: string, zone: string): Promise<void> {
  await walk(page, 'Tab', /^(使える項目|市|区|町丁目|年齢|性別)$/);
  await page.keyboard.press('Home');
  await walk(page, 'ArrowDown', new RegExp(`^${field}$`));
  await walk(page, 'Tab', new RegExp(`^${field}の移動$`));
  await page.keyboard.press('Enter');
  await walk(page, 'ArrowDown', new RegExp(`^「${zone}」へ$`));
  await page.keyboard.press('Enter');
}

test('a table of three dimensions, 町丁目 within its 区, without a mouse', async () => {
  const { page, complaints } = analyst;
  await walk(page, 'Tab', /^本文へ移動$/);
  expect(await focusShows(page)).toBe(true);
  await walk(page, 'Tab', /^統計$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '統計', exact: true }).waitFor();
  await settled(page);
  await walk(page, 'Tab', /^新しい表を作る$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '新しい表を作る' }).waitFor();
  await settled(page);
  await walk(page, 'Tab', /^どのデータから/);
  await page.keyboard.type(`resident-register | ${DATE}`);
  await place(page, '町丁目', '行');
  await place(page, '年齢', '列');
  await place(page, '性別', '列');
  await walk(page, 'Tab', /^町丁目$/);
  await walk(page, 'Tab', /^町丁目 上位の区分 1/);
  await pick(page, '上位の区分: 区');
  await walk(page, 'Tab', /^表の名前/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(NAME);
  await picture(page, 'table-new', page.getByRole('region', { name: '使える項目' }));
  await walk(page, 'Tab', /^表を作る$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  await settled(page);
  table = new URL(page.url()).pathname;
  const { statistic } = await serviceTable(page);
  expect(statistic.dimensions.map(({ column }) => column)).toEqual(['town', 'age_band', 'sex']);
  expect(statistic.dimensions[0]!.within).toEqual(['ward']);
  steps.expectQuiet(complaints);
});

test('the table on the screen is the one of the service, and says 秘匿 in words', async () => {
  const { page } = analyst;
  await page.goto(table);
  await settled(page);
  const answer = await serviceTable(page);
  expect(answer.size).toBe(Number(answer.statistic.cells));
  const [head, ...rows] = await steps.tableText(page, NAME);
  expect(rows.length).toBeGreaterThan(10);
  expectSame(answer, head!, rows.slice(0, 20));
  // Folded to its 区, sorted by one column and turned round: each by its button, each in the address.
  await page.getByRole('button', { name: 'すべて折りたたむ' }).click();
  const text = () => steps.tableText(page, NAME);
  await expect.poll(async () => (await text()).length).toBeLessThan(8);
  const folded = await text();
  expectSame(answer, folded[0]!, folded.slice(1));
  const address = page.url();
  await page.reload();
  await settled(page);
  expect(page.url()).toBe(address);
  await expect.poll(text).toEqual(folded);
  await page.getByRole('button', { name: 'すべて開く' }).click();
  await page.getByRole('button', { name: '行と列を入れ替える' }).click();
  await expect.poll(async () => (await text())[0]![0]).toBe('年齢');
  const turned = await text();
  expectSame(answer, turned[0]!, turned.slice(1), ['age_band', 'town']);
  await page.goBack();
  await page.goBack();
  await expect.poll(text).toEqual(folded);
});

/** Every cell that is drawn: the first cell of a row names it, the headers name the columns. */
function expectSame(
  answer: ServiceTable,
  head: string[],
  rows: string[][],
  [down, across] = ['town', 'age_band'],
): void {
  for (const row of rows) {
    row.slice(1).forEach((cell, i) => {
      const label = memberOf(answer, down!, row[0]!);
      const place = { [down!]: label, [across!]: memberOf(answer, across!, head[i + 1]!) };
      expect([label, head[i + 1], cell.replaceAll(',', '')]).toEqual([
        label,
        head[i + 1],
        answer.at(place),
      ]);
    });
  }
}

/** 「吾妻一丁目 082200006001」, as it is drawn, is the member 「082200006001 吾妻一丁目」. */
function memberOf(answer: ServiceTable, column: string, drawn: string): string {
  const { members } = answer.statistic.dimensions.find((d) => d.column === column)!;
  const turned = drawn.replace(/^(.+?)\s+(\d{5,12})$/, '$2 $1');
  const found = members.find((one) => one === turned || one === drawn);
  if (!found) throw new Error(`no member ${drawn} of ${column}`);
  return found;
}

test('bars, pyramid and map have their picture and their table', async () => {
  const { page, complaints } = analyst;
  await page.goto(table);
  await settled(page);
  const answer = await serviceTable(page);
  await page.getByRole('tab', { name: 'グラフ' }).click();
  await page
    .getByRole('combobox', { name: 'グラフの種類' })
    .selectOption({ label: '人口ピラミッド' });
  const chart = page.getByRole('img', { name: `${NAME}のグラフ。同じ数値が下の表にあります。` });
  await chart.waitFor();
  const pyramid = await steps.tableText(page, 'グラフのデータ');
  expect(pyramid[0]).toEqual(['区分', '男', '女']);
  expect(pyramid.length).toBeGreaterThan(15);
  const same = (rows: string[][], sexes: string[]) => {
    for (const [age, ...figures] of rows) {
      const told = sexes.map((sex) => answer.at({ age_band: age!, sex }));
      expect([age, ...figures.map((text) => text.replaceAll(',', ''))]).toEqual([age, ...told]);
    }
  };
  same(pyramid.slice(1), ['男', '女']);
  // Ages by sexes as bars; of towns so small every figure is 秘匿 or 0, and the page says why nothing is drawn.
  await page.getByRole('combobox', { name: 'グラフの種類' }).selectOption({ label: '棒グラフ' });
  await steps.told(page, /^描ける値がありません/);
  await page.goto(`${table}?r=1&c=2&tab=chart`);
  await settled(page);
  await page.getByRole('img', { name: /のグラフ。/ }).waitFor();
  const [sexes, ...bars] = await steps.tableText(page, 'グラフのデータ');
  expect(sexes!.slice(1).toSorted()).toEqual(['女', '男']);
  same(bars, sexes!.slice(1));

  await page.getByRole('tab', { name: '地図' }).click();
  await page.locator('input[type=file]').setInputFiles(towns());
  await page.getByText(/区域のうち\d+区域の位置が分かりました/).waitFor();
  await page.getByRole('list', { name: '凡例' }).waitFor();
  await page.locator('canvas').or(page.getByText('地図を描けませんでした')).first().waitFor();
  const told = await page.getByText(/区域の位置が分かりました/).innerText();
  const [all, placed] = told.match(/\d+/g)!.map(Number);
  expect(placed).toBeGreaterThan(200);
  expect(placed).toBeLessThanOrEqual(all!);
  const map = await steps.tableText(page, '地図のデータ');
  expect(map[0]).toEqual(['区域', '値']);
  for (const [town, value] of map.slice(1, 40)) {
    expect([town, value!.replaceAll(',', '')]).toEqual([town, answer.at({ town: town! })]);
  }
  // Where the device can draw at all, it draws; where not, the page says so and the table stays.
  await page.locator('canvas').or(page.getByText('地図を描けませんでした')).first().waitFor();
  steps.expectQuiet(complaints.filter((text) => !/WebGL/.test(text)));
});

interface Town {
  town: string;
  lat: number | null;
  lng: number | null;
}

/** A CSV of the towns with their places, as a municipality would have it. */
function towns(): string {
  const folder = join(SHARED, 'data/towns');
  const files = readdirSync(folder).filter((name) => name.startsWith('2213'));
  const list = files.flatMap(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Town[],
  );
  const lines = list.filter(({ lat }) => lat !== null).map((t) => `${t.town},${t.lat},${t.lng}`);
  const path = join(instance.state, '..', 'towns.csv');
  writeFileSync(path, ['町丁目,緯度,経度', ...new Set(lines), ''].join('\n'));
  return path;
}

/** What 「持ち出す」 offers, by its words. */
async function takeAway(page: Page, what: string): Promise<{ path: string; name: string }> {
  await page.getByRole('button', { name: '持ち出す' }).click();
  await page.getByRole('menuitem', { name: what, exact: true }).waitFor();
  await picture(page, 'export');
  return downloaded(page, () => page.getByRole('menuitem', { name: what, exact: true }).click());
}

test('files hold what the service answers, cell by cell, and where it comes from', async () => {
  const { page } = analyst;
  await page.goto(table);
  await settled(page);
  const answer = await serviceTable(page);
  const bom = await takeAway(page, 'CSV（UTF-8、Excel用）');
  expect(bom.name).toBe(`${NAME}_${DATE}.csv`);
  expect(readFileSync(bom.path).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  const rows = readCsv(bom.path, 'utf-8');
  const end = rows.findIndex((row) => row.join('') === '');
  const body = rows.slice(0, end);
  expect(body.length).toBe(answer.statistic.dimensions[0]!.members.length + 1);
  expect(body[0]!.length).toBe(answer.statistic.dimensions[1]!.members.length + 1);
  for (const row of body.slice(1))
    row.slice(1).forEach((cell, i) => {
      expect(cell).toBe(answer.at({ town: row[0]!, age_band: body[0]![i + 1]! }));
    });
  const about = rows.slice(end + 1).map((row) => row[0]);
  for (const term of ['時点', '元データ', '検証', '方針', '秘匿の方法', 'エンジン'])
    expect(about).toContain(term);

  const cp932 = await takeAway(page, 'CSV（CP932／Shift_JIS）');
  expect(readCsv(cp932.path, 'shift_jis').slice(0, end)).toEqual(body);

  const book = await readXlsx((await takeAway(page, 'Excel（XLSX）')).path);
  expect(Object.keys(book)).toEqual(['表', '出典']);
  expect(book['表']!.map((row) => row.map(String))).toEqual(body);
  const numbers = book['表']!.slice(1).flatMap((row) => row.slice(1));
  // Numbers are numbers, and a suppressed cell is the word.
  expect(new Set(numbers.map((cell) => (typeof cell === 'number' ? 'number' : cell)))).toEqual(
    new Set(['number', '秘匿']),
  );

  // The whole table, as the service writes it: a row a cell.
  const whole = readCsv((await takeAway(page, '表の全体（縦長のCSV、UTF-8）')).path, 'utf-8');
  expect(whole[0]).toEqual([...answer.columns, 'value', 'status']);
  expect(whole.length - 1).toBe(answer.size);
  for (const [town, age_band, sex, value, status] of whole.slice(1)) {
    const told = answer.at({ town: town!, age_band: age_band!, sex: sex! });
    expect([value, status]).toEqual(told === '秘匿' ? ['', 'X'] : [told, '']);
  }
});

test('pictures are files too', async () => {
  const { page } = analyst;
  await page.goto(`${table}?tab=chart&chart=pyramid`);
  await settled(page);
  await page.getByRole('img', { name: /のグラフ。/ }).waitFor();
  const svg = await takeAway(page, '図（SVG）');
  expect(svg.name).toBe(`${NAME}_${DATE}.svg`);
  const drawing = readFileSync(svg.path, 'utf8');
  expect(drawing).toMatch(/^<svg /);
  expect(drawing).not.toMatch(/<script|href="http/);
  expect(drawing).toContain('resident-register 2025-10-01');
  const png = await takeAway(page, '図（PNG）');
  expect(readFileSync(png.path).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
});
