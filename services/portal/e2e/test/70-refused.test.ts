// What nobody may do: other cities' addresses, pages of other roles, work of a session that has ended.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call, tryCall } from '../src/api';
import { csrfOf, fillSignIn, launch, member, type Person, settled, signIn } from '../src/browser';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
let browser: Browser;
let tsukuba: Person;
let inside: { base: string; statistic: string; verdict: string };

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  tsukuba = await member(browser, instance, 'tsukuba-privacy');
  const parent = steps.home(tsukuba.page).replace('/t/', 'tenants/');
  const { statistics } = await call<{ statistics: { name: string }[] }>(
    tsukuba.page,
    'oboro.aggregation.v1.StatisticService/ListStatistics',
    { parent },
  );
  const { verdicts } = await call<{ verdicts: { name: string }[] }>(
    tsukuba.page,
    'oboro.verification.v1.VerificationService/ListVerdicts',
    { parent },
  );
  inside = {
    base: steps.home(tsukuba.page),
    statistic: statistics[0]!.name,
    verdict: verdicts[0]!.name,
  };
});
afterAll(() => browser.close());

test("another city's addresses show nothing of it", async () => {
  const { page, context } = await member(browser, instance, 'hamamatsu-privacy');
  for (const path of [
    '',
    '/data',
    '/data/resident-register',
    `/statistics/${inside.statistic.split('/').at(-1)}`,
    `/verdicts/${inside.verdict.split('/').at(-1)}`,
    '/releases',
    '/audit',
    '/admin/members',
  ]) {
    await page.goto(inside.base + path);
    await settled(page);
    const text = await page.locator('body').innerText();
    expect(text).not.toMatch(/つくば市|tsukuba/);
    expect(text.length).toBeGreaterThan(20);
  }
  for (const [method, name] of [
    ['oboro.aggregation.v1.StatisticService/GetStatistic', inside.statistic],
    ['oboro.verification.v1.VerificationService/GetVerdict', inside.verdict],
  ] as const) {
    const { status, body } = await tryCall(page, method, { name });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).not.toContain('つくば');
  }
  await context.close();
});

test.each([
  ['tsukuba-analyst', ['admin/members', 'audit', 'data/new']],
  ['tsukuba-steward', ['statistics/new', 'admin/keys']],
  ['tsukuba-auditor', ['abstractions/new']],
])('%s is told which pages are for others, and who they are for', async (user, paths) => {
  const { page, context } = await member(browser, instance, user);
  for (const path of paths) {
    await steps.open(page, path);
    await steps.told(page, 'このページを見る役割がありません');
    expect(await page.locator('main form, main table').count()).toBe(0);
  }
  await context.close();
});

test.each(['tsukuba-steward', 'tsukuba-auditor'])(
  '%s sees which statistics there are, and is told who may see the figures',
  async (user) => {
    const { page, context, complaints } = await member(browser, instance, user);
    await steps.goTo(page, '統計');
    await steps.told(page, '表の数値を見られるのは、分析職員と個人情報保護担当です');
    await page.locator('main table a').first().click();
    await page.getByRole('heading', { level: 2, name: '出典と作りかた' }).waitFor();
    await steps.told(page, '表の数値を見られるのは、分析職員と個人情報保護担当です');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('main table').count()).toBe(0);
    steps.expectQuiet(complaints);
    await context.close();
  },
);

test('members of a city have no way into the operation, and strangers none into a city', async () => {
  const { page } = tsukuba;
  await page.goto('/operator/tenants');
  await settled(page);
  expect(await page.locator('main table').count()).toBe(0);
  const stranger = await signIn(browser, instance, 'stranger');
  await stranger.page.getByText('まだどの自治体にも登録されていません').waitFor();
  await stranger.page.goto(inside.base);
  await settled(stranger.page);
  expect(await stranger.page.locator('body').innerText()).not.toContain('つくば市');
  await stranger.context.close();
});

test('a session that ends in the middle of the work is said so, and the same page comes back', async () => {
  const { page, context } = await member(browser, instance, 'tsukuba-analyst');
  await steps.open(page, 'statistics?x=1');
  // Signed out in another tab, at the provider too.
  const tab = await context.newPage();
  await tab.goto('/');
  const away = await tab.evaluate(
    async (token) =>
      (
        await fetch('/auth/logout', { method: 'POST', headers: { 'x-oboro-csrf': token } })
      ).json() as Promise<{ location: string }>,
    await csrfOf(tab),
  );
  await tab.goto(away.location);
  await tab.getByRole('button', { name: 'サインアウトする' }).click();
  await tab.waitForURL(`${instance.origin}/**`);
  await tab.close();
  await page
    .getByRole('navigation', { name: 'メインメニュー' })
    .getByRole('link', { name: '公開' })
    .click();
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByText('ログインの有効期限が切れました').waitFor();
  await dialog
    .getByRole('button', { name: 'もう一度ログイン' })
    .or(dialog.getByRole('link', { name: 'もう一度ログイン' }))
    .click();
  await fillSignIn(page, 'tsukuba-analyst', instance.password('tsukuba-analyst'));
  await page.getByRole('heading', { level: 1, name: '公開' }).waitFor();
  await context.close();
});

test('an address that is none says so, and leads home', async () => {
  const { page } = tsukuba;
  await page.goto(`${inside.base}/nothing/here`);
  await page.getByRole('heading', { name: 'ページが見つかりません' }).waitFor();
  await page.getByRole('link', { name: 'ホームへ戻る' }).click();
  await page.getByRole('heading', { level: 1, name: 'ホーム' }).waitFor();
});
