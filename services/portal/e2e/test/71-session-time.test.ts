// The end of a session is told in time, can be put off by somebody who is there, and takes nothing that was typed.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';

import { fillSignIn, launch, type Person, settled, signIn, violations } from '../src/browser';
import { Instance, until } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const IDLE_SECONDS = 30;
let browser: Browser;
let person: Person | undefined;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
});
afterEach(async () => {
  await person?.context.close();
  person = undefined;
});
afterAll(async () => {
  await portal({});
  await browser.close();
});

/** The same portal with other times. */
async function portal(times: Record<string, string>): Promise<void> {
  instance.kill('portal');
  await instance.restart(times);
}

/** The steward, in a form with something typed, and how often the page asked to stay signed in. */
async function typing(): Promise<{ page: Page; prolonged: () => number }> {
  person = await signIn(browser, instance, 'tsukuba-steward', '/', { axe: true });
  const { page } = person;
  let count = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/auth/session')) count++;
  });
  await page.waitForURL(/\/t\//);
  await settled(page);
  await steps.open(page, 'data/new');
  await page.getByLabel('データの名前').fill('書きかけの名前');
  return { page, prolonged: () => count };
}

test('before the idle end a dialog asks; 「続ける」 by keyboard goes on, and nothing goes on by itself', async () => {
  await portal({ OBORO_PORTAL_SESSION_IDLE_SECONDS: String(IDLE_SECONDS) });
  const { page, prolonged } = await typing();
  const warning = page.getByRole('alertdialog', { name: 'まもなくログインの期限が切れます' });
  await warning.waitFor();
  expect(prolonged()).toBe(0);
  expect(await warning.innerText()).toMatch(/あと\d+秒でログインが終わります/);
  expect(await warning.innerText()).toContain('入力の途中の内容は消えません');
  await page.keyboard.press('Tab');
  const button = warning.getByRole('button', { name: '続ける' });
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await warning.waitFor({ state: 'hidden' });
  expect(prolonged()).toBe(1);
  expect(await page.getByLabel('データの名前').inputValue()).toBe('書きかけの名前');

  // Nobody answers the second: the session ends, the page stays.
  await warning.waitFor();
  const end = page.getByRole('alertdialog', { name: 'ログインの有効期限が切れました' });
  await end.waitFor();
  expect(prolonged()).toBe(1);
  expect(await page.evaluate(async () => (await fetch('/auth/session')).status)).toBe(401);
  expect(await violations(page)).toEqual([]);

  // Signed in beside it, what was typed is there and can be saved.
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    end.getByRole('link', { name: '別のタブでログインして続ける' }).click(),
  ]);
  const done = tab.getByRole('heading', { level: 1, name: 'ログインしました' });
  await done.or(tab.getByLabel('パスワード')).first().waitFor();
  if (!(await done.isVisible()))
    await fillSignIn(tab, 'tsukuba-steward', instance.password('tsukuba-steward'));
  await done.waitFor();
  await tab.close();
  // Chromium without a window tells no page that it is looked at again.
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await end.waitFor({ state: 'hidden' });
  expect(await page.getByLabel('データの名前').inputValue()).toBe('書きかけの名前');
  await page.getByRole('combobox', { name: /^様式/ }).selectOption({ label: '住民基本台帳' });
  await page.getByLabel('識別名').fill('typed-before');
  await page.getByRole('button', { name: 'データを追加する' }).click();
  await page.getByRole('heading', { level: 1, name: '書きかけの名前' }).waitFor();
});

test('of the absolute end people are told, and can save first', async () => {
  await portal({ OBORO_PORTAL_SESSION_ABSOLUTE_SECONDS: '110' });
  const { page } = await (async () => {
    person = await signIn(browser, instance, 'tsukuba-steward', '/', { axe: true });
    return person;
  })();
  const warning = page.getByRole('alertdialog', { name: 'ログインの終わりの時刻が近づいています' });
  await warning.waitFor();
  expect(await warning.getByRole('button', { name: '続ける' }).count()).toBe(0);
  await warning.getByRole('button', { name: '画面に戻って保存する' }).click();
  await warning.waitFor({ state: 'hidden' });
  const banner = page.getByRole('region', { name: 'ログインの期限' });
  const seconds = async () => Number(/あと(?:1分)?(\d+)秒/.exec(await banner.innerText())?.[1]);
  const first = await seconds();
  await until('the time left goes on', async () => (await seconds()) !== first, 10);
  await settled(page);
  expect(await violations(page)).toEqual([]);
});
