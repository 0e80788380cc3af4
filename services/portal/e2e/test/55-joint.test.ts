// A table of two cities: one proposes, each consents with data of its own, one makes it, both see the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call, tryCall } from '../src/api';
import {
  downloaded,
  launch,
  member,
  type Person,
  picture,
  settled,
  shoot,
  signIn,
  violations,
} from '../src/browser';
import { readCsv } from '../src/files';
import { Instance, ROOT } from '../src/instance';
import { basis, prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const mark = process.env['OBORO_E2E_STATE'] ? ` ${Date.now().toString(36)}` : '';
const TITLE = `圏域の年齢別男女別人口${mark}`;
const REFUSED = `圏域の国籍別人口${mark}`;
const DATE = '2026-04-01';
const CODES = { tsukuba: '082201', hamamatsu: '221309' } as const;
const SERVICE = 'oboro.aggregation.v1.JointService';
let browser: Browser;
let tsukuba: Person;
let hamamatsu: Person;
/** Ids of the proposals, the same in every participant's copy. */
let table = '';

beforeAll(async () => {
  await prepare(instance);
  await Promise.all([forJoint('tsukuba', 2500), forJoint('hamamatsu', 3000)]);
  browser = await launch();
  tsukuba = await officer('tsukuba-privacy');
  hamamatsu = await officer('hamamatsu-privacy');
});
afterAll(() => browser.close());

/** Data of the date with a verdict that lets it out to the joint tier: by the standard rules, records of which are few, none is. */
async function forJoint(city: keyof typeof CODES, people: number): Promise<void> {
  const { abstraction } = await basis(instance, city, DATE, people);
  const document = readFileSync(join(ROOT, 'deploy/policies/default.yaml'), 'utf8').replace(
    /(^ {2}joint:[\s\S]*?)at_least: 3, action: REFUSE/m,
    '$1at_least: 1, action: REFUSE',
  );
  const file = join(instance.state, '..', `joint-${city}.yaml`);
  writeFileSync(file, document);
  const privacy = (...words: string[]) => instance.oboro(`${city}-privacy`, CODES[city], ...words);
  await privacy('policies', 'create', 'joint', '--file', file).catch((error: Error) => {
    if (!mark) throw error;
  });
  await privacy('verification', 'run', '--abstraction', abstraction, '--policy', 'joint');
}

/** A privacy officer whose pages axe may look at. */
async function officer(user: string): Promise<Person> {
  const person = await signIn(browser, instance, user, '/', { axe: true });
  await person.page.waitForURL(/\/t\//);
  await settled(person.page);
  return person;
}

/** Faults of the page as it stands, and its pictures. */
async function look(page: Page, name: string): Promise<void> {
  await settled(page);
  await shoot(page, name);
  expect(await violations(page)).toEqual([]);
}

async function place(page: Page, field: string): Promise<void> {
  await page.getByRole('button', { name: `${field}の移動`, exact: true }).click();
  await page.getByRole('menuitem', { name: '「表の項目」へ' }).click();
}

/** Cells by their labels, as the service answers one city. */
async function cellsOf({ page }: Person): Promise<Map<string, string>> {
  const { dimensions, cells } = await call<{
    dimensions: { members: string[] }[];
    cells: { members?: number[]; value?: string; status: string }[];
  }>(page, `${SERVICE}/ReadJointStatistic`, {
    name: `${steps.home(page).replace('/t/', 'tenants/')}/jointStatistics/${table}`,
  });
  return new Map(
    cells.map(({ members, value, status }) => [
      dimensions.map((d, i) => d.members[members?.[i] ?? 0]).join('|'),
      /VALUE/.test(status) ? (value ?? '0') : '秘匿',
    ]),
  );
}

/** What stands on the screen: a row a city's ages, a column a sex. */
async function screen(page: Page): Promise<string[][]> {
  await page.goto(`${steps.home(page)}/joint/${table}?r=0,1&c=2`);
  await settled(page);
  return steps.tableText(page, TITLE);
}

test('the empty page teaches, and the proposal says what is missing', async () => {
  const { page } = tsukuba;
  await steps.goTo(page, '共同統計');
  if (!mark) await steps.told(page, 'まだ共同統計はありません');
  await steps.told(page, '共同統計とは');
  await look(page, 'joint-empty');
  await page.getByRole('link', { name: '共同統計を提案する' }).first().click();
  await page.getByRole('heading', { level: 1, name: '共同統計を提案する' }).waitFor();
  await settled(page);
  await page.getByRole('button', { name: '提案する', exact: true }).click();
  await steps.told(page, '表の項目を1つ以上選んでください。');
  await steps.told(page, '6桁の団体コードを入れてください。最後の1桁は検査数字です。');
  await look(page, 'joint-new-faults');
});

test('Tsukuba proposes, Hamamatsu finds it on its ホーム and consents', async () => {
  const { page } = tsukuba;
  await steps.open(page, 'joint/new');
  const data = page.getByRole('combobox', { name: /^もとにするデータ/ });
  const wanted = data.locator('option', { hasText: '2026年' }).first();
  await data.selectOption(await wanted.getAttribute('value'));
  await place(page, '年齢');
  await place(page, '性別');
  await page.getByRole('textbox', { name: /^表の名前/ }).fill(TITLE);
  await page.getByRole('textbox', { name: /^目的/ }).fill('圏域計画の基礎資料');
  await page.getByRole('textbox', { name: /^団体コード 1/ }).fill(CODES.hamamatsu);
  await steps.told(page, '団体コード 1（静岡県）');
  await page.getByRole('textbox', { name: /^団体名 1/ }).fill('浜松市');
  await look(page, 'joint-new');
  await picture(page, 'joint-new', page.getByRole('heading', { name: '表の項目' }).first());
  await page.getByRole('button', { name: '提案する', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  await settled(page);
  table = new URL(page.url()).pathname.split('/').at(-1)!;
  // Not yet: the table is for when all have consented.
  expect(await page.getByRole('button', { name: '表を作る' }).count()).toBe(0);

  const { page: there } = hamamatsu;
  await steps.open(there, '');
  await there.getByRole('link', { name: `共同統計の提案に答える: ${TITLE}` }).click();
  await there.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  await settled(there);
  await steps.told(
    there,
    'つくば市から提案が届いています。内容を確かめて、同意するか、同意しないかを回答してください。',
  );
  await look(there, 'joint-proposed');
  await picture(there, 'joint-proposed');
  await there.getByRole('button', { name: '同意する', exact: true }).click();
  const dialog = there.getByRole('alertdialog', { name: 'この提案に同意しますか' });
  await dialog.getByRole('combobox', { name: /^使うデータ/ }).waitFor();
  await picture(there, 'joint-consent');
  expect(await violations(there)).toEqual([]);
  await dialog.getByRole('button', { name: '同意する', exact: true }).click();
  await steps.told(there, 'あなたの団体は同意しています。あと1団体の回答を待っています。');
  expect(await answers(there)).toEqual([
    ['つくば市', '回答待ち'],
    ['浜松市', '同意'],
  ]);
});

/** Names and answers of the participants, without the codes and marks beside them. */
async function answers(page: Page): Promise<(string | undefined)[][]> {
  const rows = await steps.tableText(page, '参加団体の回答');
  return rows.slice(1).map(([name, answer]) => [name?.split(' ')[0], answer]);
}

test('Tsukuba consents too and makes it; both see the same table', async () => {
  const { page } = tsukuba;
  await steps.open(page, `joint/${table}`);
  await page.getByRole('button', { name: '同意する', exact: true }).click();
  const dialog = page.getByRole('alertdialog', { name: 'この提案に同意しますか' });
  await dialog.getByRole('button', { name: '同意する', exact: true }).click();
  await steps.told(page, '全団体が同意しました。表を作れます。');
  await look(page, 'joint-ready');
  await page.getByRole('button', { name: '表を作る' }).click();
  const make = page.getByRole('alertdialog', { name: '表を作りますか' });
  await picture(page, 'joint-make');
  await make.getByRole('button', { name: '表を作る' }).click();
  await steps.told(
    page,
    '全団体の同意がそろい、表ができました。参加した団体は、同じ表を見られます。',
  );
  await settled(page);
  await look(page, 'joint-made');

  const truth = await cellsOf(tsukuba);
  expect([...truth.values()].filter((value) => value === '秘匿').length).toBeGreaterThan(0);
  expect(await cellsOf(hamamatsu)).toEqual(truth);
  const here = await screen(page);
  expect(await screen(hamamatsu.page)).toEqual(here);
  const [, ...rows] = here;
  expect(rows.length).toBeGreaterThan(20);
  const code = (name: string) => /\d{6}$/.exec(name)?.[0] ?? name;
  for (const [city, age, ...figures] of rows) {
    const told = here[0]!.slice(2).map((sex) => truth.get(`${code(city!)}|${age}|${sex}`));
    expect([city, age, ...figures.map((text) => text.replaceAll(',', ''))]).toEqual([
      city,
      age,
      ...told,
    ]);
  }
  await page.goto(`${steps.home(page)}/joint/${table}?r=1&c=0`);
  await settled(page);
  await picture(page, 'joint-table', page.getByRole('tablist', { name: '見方' }));
  // Each municipality's rule stands beside its answer.
  const policies = await steps.tableText(page, '参加団体の回答');
  expect(policies[0]).toEqual(['団体', '回答', '時点', '方針', '出さない数']);
  for (const row of policies.slice(1)) expect(row[4]).toMatch(/^1～\d+$/);
});

test('it is taken away with where it comes from, and drawn', async () => {
  const { page } = hamamatsu;
  await page.goto(`${steps.home(page)}/joint/${table}?r=0,1&c=2`);
  await settled(page);
  await page.getByRole('button', { name: '持ち出す' }).click();
  const file = await downloaded(page, () =>
    page.getByRole('menuitem', { name: 'CSV（UTF-8、Excel用）' }).click(),
  );
  expect(file.name).toBe(`${TITLE}_${DATE}.csv`);
  const rows = readCsv(file.path, 'utf-8');
  expect(rows[0]!.slice(0, 2)).toEqual(['団体', '年齢']);
  const about = new Map(
    rows.slice(rows.findIndex((row) => row.join('') === '')) as [string, string][],
  );
  expect(about.get('範囲')).toBe('圏域（共同統計）');
  for (const city of ['082201 つくば市', '221309 浜松市'])
    expect(about.get(city)).toMatch(/^2026-04-01、方針 第\d+版、1～\d+は出さない$/);
  const whole = await instance.oboroText(
    ...['--as', 'hamamatsu-analyst', '--tenant', CODES.hamamatsu, 'joint', 'read', table],
  );
  await page.getByRole('button', { name: '持ち出す' }).click();
  const long = await downloaded(page, () =>
    page.getByRole('menuitem', { name: '表の全体（縦長のCSV、UTF-8）' }).click(),
  );
  const plain = readCsv(long.path, 'utf-8').map(([city, ...rest]) =>
    [city!.replace(/^(\d{6}) .*$/, '$1'), ...rest].join(),
  );
  expect(plain).toEqual(whole.replaceAll('\r', '').trimEnd().split('\n'));
  await page.goto(`${steps.home(page)}/joint/${table}?r=1&c=2&f=0.0&tab=chart&chart=pyramid`);
  await settled(page);
  await page.getByRole('img', { name: `${TITLE}のグラフ。同じ数値が下の表にあります。` }).waitFor();
  await look(page, 'joint-pyramid');
});

test('a copy is released by its municipality alone, and not by who consented', async () => {
  const analyst = await member(browser, instance, 'hamamatsu-analyst');
  const { page } = analyst;
  await steps.open(page, `joint/${table}`);
  await page.getByRole('button', { name: '公開を申請する' }).click();
  const ask = page.getByRole('dialog', { name: '公開の申請' });
  await ask.getByRole('button', { name: '公開を申請する' }).click();
  await steps.told(page, '申請の理由を書いてください。');
  await ask.getByRole('textbox', { name: /^申請の理由/ }).fill('圏域計画の資料編');
  await ask.getByRole('button', { name: '公開を申請する' }).click();
  await page.waitForURL(/\/releases\//);
  await settled(page);
  await page.getByRole('link', { name: '統計表を開く' }).waitFor();
  expect(await page.getByRole('link', { name: '統計表を開く' }).getAttribute('href')).toBe(
    `${steps.home(page)}/joint/${table}`,
  );
  await hamamatsu.page.goto(new URL(page.url()).pathname);
  await settled(hamamatsu.page);
  await steps.told(hamamatsu.page, /あなたが作ったため、あなたは審査できません/);
  expect(await hamamatsu.page.getByRole('button', { name: '承認する' }).count()).toBe(0);
  await analyst.context.close();
  // Nothing of it reaches the other.
  await steps.open(tsukuba.page, 'releases');
  expect(await tsukuba.page.locator('main').innerText()).not.toContain(TITLE);
});

test('who declines says so with the name, and nobody can consent any more', async () => {
  await instance.oboro(
    ...(['tsukuba-privacy', CODES.tsukuba, 'joint', 'propose'] as const),
    ...['--display-name', REFUSED, '--purpose', '多文化共生計画', '--dataset-kind', '住民基本台帳'],
    ...['--reference-date', DATE, '--with', CODES.hamamatsu, '--by', 'country'],
  );
  const { page } = hamamatsu;
  await steps.goTo(page, '共同統計');
  await look(page, 'joint-list');
  await picture(page, 'joint-list');
  await page.getByRole('link', { name: REFUSED }).click();
  await page.getByRole('heading', { level: 1, name: REFUSED }).waitFor();
  await settled(page);
  await page.getByRole('button', { name: '同意しない' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'この提案に同意しない' });
  await dialog.getByRole('button', { name: '同意しない' }).click();
  await steps.told(page, `「${REFUSED}」と同じ文字を入力してください`);
  await dialog.getByRole('textbox').fill(REFUSED);
  await picture(page, 'joint-decline');
  await dialog.getByRole('button', { name: '同意しない' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('中止', { exact: true }).first().waitFor();
  expect(await page.getByRole('button', { name: '同意する', exact: true }).count()).toBe(0);

  const { page: here } = tsukuba;
  await steps.goTo(here, '共同統計');
  await here.getByRole('link', { name: REFUSED }).click();
  await steps.told(here, /^静岡県の団体が同意しなかったか、取り下げたため/);
  await settled(here);
  await here.getByRole('button', { name: '提案を取り下げる' }).click();
  const withdraw = here.getByRole('alertdialog', { name: '提案を取り下げる' });
  await withdraw.getByRole('textbox').fill(REFUSED);
  await withdraw.getByRole('button', { name: '提案を取り下げる' }).click();
  await withdraw.waitFor({ state: 'detached' });
  expect((await answers(here)).map(([, answer]) => answer)).toEqual(['取下げ', '不同意']);
});

test('other roles look as far as they may, and are refused by the services too', async () => {
  const steward = await member(browser, instance, 'tsukuba-steward');
  await steps.open(steward.page, `joint/${table}`);
  await steps.told(steward.page, '表の値は、分析職員と個人情報保護担当が見られます。');
  expect(await steward.page.getByRole('tab').count()).toBe(0);
  await steps.open(steward.page, 'joint/new');
  await steps.told(steward.page, 'このページを見る役割がありません');
  const name = `${steps.home(steward.page).replace('/t/', 'tenants/')}/jointStatistics/${table}`;
  for (const method of ['WithdrawJointStatistic', 'MakeJointStatistic', 'ReadJointStatistic']) {
    const { status, body } = await tryCall(steward.page, `${SERVICE}/${method}`, { name });
    expect([method, status, body.code]).toEqual([method, 403, 'permission_denied']);
  }
  await steward.context.close();

  const analyst = await member(browser, instance, 'tsukuba-analyst');
  await steps.open(analyst.page, `joint/${table}`);
  await analyst.page.getByRole('table', { name: TITLE }).waitFor();
  expect(await analyst.page.getByRole('button', { name: /取り下げる|作る$/ }).count()).toBe(0);
  await analyst.context.close();

  const admin = await member(browser, instance, 'tsukuba-admin');
  expect(await admin.page.getByRole('link', { name: '共同統計' }).count()).toBe(0);
  await steps.open(admin.page, 'joint');
  await steps.told(admin.page, 'このページを見る役割がありません');
  await admin.context.close();
  steps.expectQuiet([...tsukuba.complaints, ...hamamatsu.complaints]);
});
