// How a table leaves the house: seen by others through a saved view, asked for by one, let out by another.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call } from '../src/api';
import { launch, member, type Person, picture, settled, signIn } from '../src/browser';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const mark = process.env['OBORO_E2E_STATE'] ? ` ${Date.now().toString(36)}` : '';
const VIEW = `男女別の年齢${mark}`;
let browser: Browser;
let analyst: Person;
let statistic = '';
let title = '';

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  analyst = await member(browser, instance, 'tsukuba-analyst');
  // The table that the main job made: its author is this analyst.
  const { statistics } = await call<{ statistics: { name: string; displayName: string }[] }>(
    analyst.page,
    'oboro.aggregation.v1.StatisticService/ListStatistics',
    { parent: steps.home(analyst.page).replace('/t/', 'tenants/') },
  );
  const made = statistics.at(-1)!;
  statistic = `statistics/${made.name.split('/').at(-1)}`;
  title = made.displayName;
});
afterAll(() => browser.close());

test('a saved view opens by its link for every member, as it was left', async () => {
  const { page } = analyst;
  await steps.open(page, `${statistic}?r=1&c=2&f=0.0&tab=chart&chart=pyramid`);
  await page.getByRole('button', { name: '見方を保存' }).click();
  const dialog = page.getByRole('dialog', { name: '見方の保存' });
  await dialog.getByRole('textbox', { name: /^名前/ }).fill(VIEW);
  await dialog.getByRole('checkbox', { name: /庁内のほかの人も/ }).check();
  await picture(page, 'view-save');
  await dialog.getByRole('button', { name: '見方を保存' }).click();
  await page.getByRole('heading', { level: 1, name: VIEW }).waitFor();
  const link = new URL(page.url());
  expect(link.searchParams.get('view')).toBeTruthy();

  const reader = await signIn(browser, instance, 'tsukuba-privacy', link.pathname + link.search);
  await reader.page.getByRole('heading', { level: 1, name: VIEW }).waitFor();
  await settled(reader.page);
  expect(await reader.page.getByRole('tab', { name: 'グラフ' }).getAttribute('aria-selected')).toBe(
    'true',
  );
  expect(await reader.page.getByRole('combobox', { name: 'グラフの種類' }).inputValue()).toBe(
    'pyramid',
  );
  await reader.context.close();

  // Of another city nobody opens it.
  const other = await signIn(browser, instance, 'hamamatsu-analyst', link.pathname + link.search);
  await other.page
    .locator('main')
    .getByText(/見つかりません|所属していません|権限/)
    .first()
    .waitFor();
  expect(await other.page.getByText(VIEW).count()).toBe(0);
  await other.context.close();
});

test('asked for, refused to the author, approved and published by others, withdrawn', async () => {
  const { page, complaints } = analyst;
  await steps.open(page, statistic);
  await page.getByRole('button', { name: '公開を申請する' }).click();
  const ask = page.getByRole('dialog', { name: '公開の申請' });
  await ask.getByRole('textbox', { name: /^申請の理由/ }).fill('市の統計書に載せるため');
  await picture(page, 'release-request');
  await ask.getByRole('button', { name: '公開を申請する' }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await settled(page);
  await steps.told(page, '申請者でも作成者でもない個人情報保護担当が審査します。');
  expect(await page.getByRole('button', { name: '承認する' }).count()).toBe(0);
  const path = new URL(page.url()).pathname;

  // What the page does not offer, the service refuses too.
  const name = path.replace('/t/', 'tenants/');
  const refused = await call(page, 'oboro.aggregation.v1.ReleaseService/ReviewRelease', {
    name,
    approve: true,
  }).catch((error: Error) => error.message);
  expect(refused).toMatch(/403|400|permission_denied|failed_precondition/);

  const reviewer = await member(browser, instance, 'tsukuba-privacy2');
  await reviewer.page.getByRole('link', { name: title }).first().waitFor();
  await picture(reviewer.page, 'home-officer');
  await reviewer.page.goto(path);
  await settled(reviewer.page);
  await step(reviewer.page, '承認する', '秘匿のようすを確かめた', '承認しました。');
  await step(reviewer.page, '公開する', '', '公開しました。');
  await steps.told(reviewer.page, '公開中です。やめるときは取り下げます。');
  const table = reviewer.page.getByRole('table', { name: 'この申請の経過' });
  await picture(reviewer.page, 'release-history', table);
  await step(reviewer.page, '取り下げる', '載せる号が変わったため', '取り下げました。');
  const [, ...history] = await steps.tableText(reviewer.page, 'この申請の経過');
  expect(history.map((row) => row.slice(0, 3))).toEqual([
    ['申請した', 'つくば 分析子\ntsukuba-analyst', '市の統計書に載せるため'],
    ['承認した', 'つくば 保護子（あなた）\ntsukuba-privacy2', '秘匿のようすを確かめた'],
    ['公開した', 'つくば 保護子（あなた）\ntsukuba-privacy2', '―'],
    ['取り下げた', 'つくば 保護子（あなた）\ntsukuba-privacy2', '載せる号が変わったため'],
  ]);
  for (const row of history) expect(row[3]).toMatch(/令和.*\d+:\d+|20\d\d.*\d+:\d+/);
  await steps.told(reviewer.page, /^取り下げられました/);
  steps.expectQuiet([...complaints, ...reviewer.complaints]);
  await reviewer.context.close();
});

test('a privacy officer who asked is told in words that another one must review', async () => {
  const officer = await member(browser, instance, 'tsukuba-privacy');
  await steps.open(officer.page, statistic);
  await officer.page.getByRole('button', { name: '公開を申請する' }).click();
  const ask = officer.page.getByRole('dialog', { name: '公開の申請' });
  await ask.getByRole('textbox', { name: /^申請の理由/ }).fill('広報紙に載せるため');
  await ask.getByRole('button', { name: '公開を申請する' }).click();
  await steps.told(
    officer.page,
    'あなたが申請したため、あなたは審査できません。別の個人情報保護担当に依頼してください。',
  );
  expect(await officer.page.getByRole('button', { name: '承認する' }).count()).toBe(0);
  await step(officer.page, '取り下げる', '申請の理由を直すため', '取り下げました。');
  await officer.context.close();
});

async function step(
  page: Person['page'],
  verb: string,
  reason: string,
  done: string,
): Promise<void> {
  await page.getByRole('button', { name: verb }).click();
  const dialog = page.getByRole('alertdialog');
  if (reason) await dialog.getByRole('textbox').fill(reason);
  await picture(
    page,
    { 承認する: 'release-approve', 公開する: 'release-publish' }[verb] ?? 'release-withdraw',
  );
  await dialog.getByRole('button', { name: verb }).click();
  await dialog.waitFor({ state: 'detached' });
  await steps.told(page, done);
  await settled(page);
}
