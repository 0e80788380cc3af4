// The mouse alone puts a table together; the same table of two dates is lines; households that count in several cells.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { launch, member, type Person, picture, settled } from '../src/browser';
import { readCsv } from '../src/files';
import { Instance } from '../src/instance';
import { basis, prepare } from '../src/population';
import * as steps from '../src/steps';
import { type ServiceTable, serviceTable } from '../src/tables';

const instance = new Instance(inject('state'));
// Dates that no other test makes a table of.
const EARLIER = { iso: '2024-06-01', short: '令和6年6月1日', text: '令和6年（2024年）6月1日' };
const LATER = { iso: '2025-06-01', short: '令和7年6月1日', text: '令和7年（2025年）6月1日' };
const OTHER = { iso: '2025-07-01', short: '令和7年7月1日' };
const mark = process.env['OBORO_E2E_STATE'] ? ` ${Date.now().toString(36)}` : '';
const NAME = `男女別年齢別人口${mark}`;
const HOUSEHOLDS = `年齢別男女別世帯数${mark}`;
let browser: Browser;
let analyst: Person;
/** The path of the table of the later date. */
let table = '';

beforeAll(async () => {
  await prepare(instance);
  await Promise.all([
    basis(instance, 'hamamatsu', EARLIER.iso, 2000),
    basis(instance, 'hamamatsu', LATER.iso, 2600),
    basis(instance, 'hamamatsu', OTHER.iso, 1500),
  ]);
  browser = await launch();
  analyst = await member(browser, instance, 'hamamatsu-analyst');
});
afterAll(() => browser.close());

const zone = (page: Page, name: string): Locator => page.getByRole('grid', { name, exact: true });
/** The fields of a zone, in their order. */
const fieldsOf = (page: Page, name: string): Promise<string[]> =>
  zone(page, name)
    .locator('.o-zone__label')
    .evaluateAll((labels) => labels.map((label) => label.firstChild?.textContent ?? ''));

async function middle(place: Locator): Promise<{ x: number; y: number; height: number }> {
  const box = (await place.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, height: box.height };
}

/** Takes a field by its name with the mouse and lets it go in a zone: below its last field, or where none is. */
async function drag(page: Page, field: string, from: string, to: string): Promise<void> {
  const item = zone(page, from).getByRole('row', { name: field, exact: true });
  await zone(page, from).evaluate((grid) => grid.scrollIntoView({ block: 'center' }));
  const start = await middle(item.locator('.o-zone__label'));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 8, start.y + 8, { steps: 3 });
  // A zone may grow while something is on its way: its place is asked for now.
  const last = zone(page, to).getByRole('row').last();
  const filled = (await zone(page, to).locator('.o-zone__label').count()) > 0;
  const end = await middle(filled ? last : zone(page, to));
  await page.mouse.move(end.x, end.y + (filled ? end.height * 0.4 : 0), { steps: 12 });
  await zone(page, to).and(page.locator('[data-drop-target], :has([data-drop-target])')).waitFor();
  await page.mouse.up();
  await expect.poll(() => fieldsOf(page, to)).toContain(field);
}

/** The page that makes a table, of data of one date. */
async function build(page: Page, date: string, query = ''): Promise<void> {
  await steps.open(page, `statistics/new${query}`);
  const data = page.getByRole('combobox', { name: /^どのデータから/ });
  const wanted = data.locator('option', { hasText: date }).first();
  await data.selectOption(await wanted.getAttribute('value'));
}

async function make(page: Page, name: string): Promise<string> {
  await page.getByRole('textbox', { name: /^表の名前/ }).fill(name);
  await page.getByRole('button', { name: '表を作る', exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  await settled(page);
  return new URL(page.url()).pathname;
}

/** Every cell that is drawn is the service's: DOWN names the rows, ACROSS the columns. */
function expectSame(answer: ServiceTable, text: string[][], down: string, across: string): void {
  const [head, ...rows] = text;
  for (const [label, ...cells] of rows) {
    const told = cells.map((_, i) => answer.at({ [down]: label!, [across]: head![i + 1]! }));
    expect([label, ...cells.map((cell) => cell.replaceAll(',', ''))]).toEqual([label, ...told]);
  }
}

test('fields are dragged into rows and columns, and the table is of that shape', async () => {
  const { page, complaints } = analyst;
  await build(page, LATER.short);
  const offered = await fieldsOf(page, '使える項目');
  await drag(page, '性別', '使える項目', '行');
  await drag(page, '年齢', '使える項目', '列');
  expect(await fieldsOf(page, '行')).toEqual(['性別']);
  expect(await fieldsOf(page, '列')).toEqual(['年齢']);
  // What was dragged is offered no more, and comes back when it is dragged there.
  const left = offered.filter((field) => field !== '性別' && field !== '年齢');
  expect(await fieldsOf(page, '使える項目')).toEqual(left);
  await drag(page, left[0]!, '使える項目', '行');
  expect(await fieldsOf(page, '行')).toEqual(['性別', left[0]]);
  await drag(page, left[0]!, '行', '使える項目');
  expect(await fieldsOf(page, '行')).toEqual(['性別']);
  table = await make(page, NAME);
  const answer = await serviceTable(page);
  expect(answer.columns).toEqual(['sex', 'age_band']);
  const text = await steps.tableText(page, NAME);
  expect(text.map(([label]) => label)).toEqual(['性別', '計', '女', '男']);
  expectSame(answer, text, 'sex', 'age_band');
  steps.expectQuiet(complaints);
});

test('on the table itself, dragging turns it round', async () => {
  const { page, complaints } = analyst;
  await page.goto(table);
  await settled(page);
  const answer = await serviceTable(page);
  const text = () => steps.tableText(page, NAME);
  await drag(page, '年齢', '列', '行');
  expect(await fieldsOf(page, '行')).toEqual(['性別', '年齢']);
  await expect.poll(async () => (await text())[0]!.slice(0, 2)).toEqual(['性別', '年齢']);
  await drag(page, '性別', '行', '列');
  await expect.poll(async () => (await text())[0]).toEqual(['年齢', '計', '女', '男']);
  const turned = await text();
  expect(turned.length).toBeGreaterThan(12);
  expectSame(answer, turned, 'age_band', 'sex');
  // Held aside, it is a table of one dimension; and the way back is a way of the browser.
  await drag(page, '性別', '列', '固定する項目');
  await expect.poll(async () => (await text())[0]!.length).toBe(2);
  for (const [age, value] of (await text()).slice(1))
    expect([age, value!.replaceAll(',', '')]).toEqual([age, answer.at({ age_band: age! })]);
  await page.goBack();
  await expect.poll(text).toEqual(turned);
  steps.expectQuiet(complaints);
});

test('the same table of two dates is a line from the one to the other', async () => {
  const { page, complaints } = analyst;
  await page.goto(table);
  await settled(page);
  const later = await serviceTable(page);
  await page.getByRole('tab', { name: 'グラフ' }).click();
  const kind = page.getByRole('combobox', { name: 'グラフの種類' });
  await kind.selectOption({ label: '折れ線（時点の推移）' });
  await steps.told(page, /今は1時点だけです/);

  await build(page, EARLIER.short, `?from=${table.split('/').at(-1)}`);
  expect([await fieldsOf(page, '行'), await fieldsOf(page, '列')]).toEqual([['性別'], ['年齢']]);
  await make(page, `${NAME} 前年`);
  const earlier = await serviceTable(page);
  expect(earlier.at({})).not.toBe(later.at({}));

  await page.goto(table);
  await settled(page);
  await page.getByRole('tab', { name: 'グラフ' }).click();
  await kind.selectOption({ label: '折れ線（時点の推移）' });
  const chart = page.getByRole('img', { name: `${NAME}のグラフ。同じ数値が下の表にあります。` });
  await chart.waitFor();
  const figures = () => steps.tableText(page, 'グラフのデータ');
  await expect.poll(async () => (await figures()).length).toBe(3);
  const [head, ...rows] = await figures();
  expect(head!.slice(1).toSorted()).toEqual(['女', '男']);
  expect(rows.map(([date]) => date)).toEqual([EARLIER.text, LATER.text]);
  [earlier, later].forEach((answer, at) =>
    expect(rows[at]!.slice(1).map((text) => text.replaceAll(',', ''))).toEqual(
      head!.slice(1).map((sex) => answer.at({ sex })),
    ),
  );
  expect(await page.getByText(/今は1時点だけです/).count()).toBe(0);
  // A line a sex, from one point to another.
  const lines = await chart
    .locator('svg path[fill="none"]')
    .evaluateAll((paths) =>
      paths
        .filter((path) => ['#0031d8', '#c16800'].includes(path.getAttribute('stroke') ?? ''))
        .map((path) => [...(path.getAttribute('d') ?? '').matchAll(/[ML]/g)].join('')),
    );
  expect(lines.filter((line) => line === 'M,L' || line === 'ML')).toHaveLength(2);
  await picture(page, 'lines', chart);
  steps.expectQuiet(complaints);
});

test('households count once in a cell and once in its margin, which is no sum', async () => {
  const { page, complaints } = analyst;
  await build(page, OTHER.short);
  const measure = page.getByRole('combobox', { name: /^数えるもの/ });
  const label = await measure.locator('option', { hasText: '世帯数' }).innerText();
  await measure.selectOption({ label });
  await steps.told(page, /同じ世帯が複数のセルに1回ずつ数えられ、計は内訳の和になりません/);
  expect(
    await page
      .getByRole('combobox', { name: /^対象の列/ })
      .evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text),
  ).toBe('世帯');
  await drag(page, '年齢', '使える項目', '行');
  await drag(page, '性別', '使える項目', '列');
  await make(page, HOUSEHOLDS);
  const answer = await serviceTable(page);
  const text = await steps.tableText(page, HOUSEHOLDS);
  expectSame(answer, text, 'age_band', 'sex');
  // Counted here from the register itself.
  const households = (sex?: string) =>
    new Set(
      register(OTHER.iso)
        .filter((row) => !sex || row.sex === sex)
        .map((row) => row.household),
    ).size;
  const [all, men, women] = ['計', '男', '女'].map((sex) => Number(answer.at({ sex })));
  expect([all, men, women]).toEqual([households(), households('1'), households('2')]);
  expect(all!).toBeLessThan(men! + women!);
  await page.getByText('出典と作りかた').first().click();
  expect(await steps.fact(page, '数えたもの')).toBe('世帯数 世帯');
  // The pyramid shows the same figures.
  await page.getByRole('tab', { name: 'グラフ' }).click();
  const kind = page.getByRole('combobox', { name: 'グラフの種類' });
  await kind.selectOption({ label: '人口ピラミッド' });
  await page.getByRole('img', { name: /のグラフ。/ }).waitFor();
  expectSame(answer, await steps.tableText(page, 'グラフのデータ'), 'age_band', 'sex');
  // As the page said, nothing else of this date stands beside it.
  await build(page, OTHER.short);
  await drag(page, '住民種別', '使える項目', '行');
  await page.getByRole('button', { name: '表を作る', exact: true }).click();
  await steps.told(page, /人数・世帯数の表とほかの統計/);
  steps.expectQuiet(complaints);
});

function register(date: string): { household: string; sex: string }[] {
  const path = join(instance.state, '..', `register-hamamatsu-${date}.csv`);
  expect(readFileSync(path).length).toBeGreaterThan(0);
  const [head, ...rows] = readCsv(path, 'shift_jis');
  const [household, sex] = ['世帯番号', '性別'].map((name) => head!.indexOf(name));
  return rows.map((row) => ({ household: row[household!]!, sex: row[sex!]! }));
}
