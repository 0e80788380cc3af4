// Every page in its states: what axe finds, whether 320 px are enough, and pictures for people to look at.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call } from '../src/api';
import {
  launch,
  member,
  overflow,
  settled,
  shoot,
  violations,
  signIn,
  visitor,
} from '../src/browser';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
let browser: Browser;
/** Ids of what the main job made in つくば市. */
const ids: Record<'statistic' | 'verdict' | 'abstraction', string> = {
  statistic: '',
  verdict: '',
  abstraction: '',
};

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  const { page, context } = await member(browser, instance, 'tsukuba-privacy');
  const parent = steps.home(page).replace('/t/', 'tenants/');
  const last = async (method: string, key: string) => {
    const answer = await call<Record<string, { name: string }[]>>(page, method, { parent });
    return answer[key]!.at(-1)!.name.split('/').at(-1)!;
  };
  ids.statistic = await last('oboro.aggregation.v1.StatisticService/ListStatistics', 'statistics');
  ids.verdict = await last('oboro.verification.v1.VerificationService/ListVerdicts', 'verdicts');
  ids.abstraction = await last(
    'oboro.abstraction.v1.AbstractionService/ListAbstractions',
    'abstractions',
  );
  await context.close();
});
afterAll(() => browser.close());

/** Looks at the page as it stands; answers what is wrong with it. */
async function look(page: Page, name: string): Promise<unknown[]> {
  await settled(page);
  await shoot(page, name);
  const wide = await overflow(page);
  const found: unknown[] = (await violations(page)).map((one) => ({ page: name, ...one }));
  if (wide > 0) found.push({ page: name, rule: `${wide} px wider than 320 px` });
  return found;
}

type State = [name: string, path: string, act?: (page: Page) => Promise<unknown>];

const button = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();

const STATES: Record<string, () => State[]> = {
  'tsukuba-steward': () => [
    ['home-steward', ''],
    ['data', 'data'],
    ['data-new', 'data/new'],
    ['dataset', 'data/resident-register'],
    ['dataset-settings', 'data/resident-register?tab=settings'],
    ['dataset-uses', 'data/resident-register/uses'],
    ['upload-choose', 'data/resident-register/new'],
    ['recipes', 'recipes'],
    ['recipe', 'recipes/resident-register'],
    ['recipe-new', 'recipes/new'],
    ['abstractions', 'abstractions'],
    ['abstraction', `abstractions/${ids.abstraction}`],
    ['abstraction-new', 'abstractions/new'],
    ['verdicts', 'verdicts'],
    ['verdict', `verdicts/${ids.verdict}`],
    ['statistics-reader', 'statistics'],
    ['statistic-reader', `statistics/${ids.statistic}`],
    ['not-found', 'nothing/here'],
    ['no-permission', 'admin/keys'],
  ],
  'tsukuba-analyst': () => [
    ['home-analyst', ''],
    ['statistics', 'statistics'],
    ['statistic-new', 'statistics/new'],
    ['statistic-table', `statistics/${ids.statistic}`],
    ['statistic-pyramid', `statistics/${ids.statistic}?tab=chart&chart=pyramid`],
    ['statistic-bars', `statistics/${ids.statistic}?r=1&c=2&f=0.0&tab=chart`],
    ['statistic-map', `statistics/${ids.statistic}?tab=map`],
    ['statistic-export', `statistics/${ids.statistic}`, button('持ち出す')],
    ['statistic-view', `statistics/${ids.statistic}`, button('見方を保存')],
    ['release-request', `statistics/${ids.statistic}`, button('公開を申請する')],
    ['joint', 'joint'],
    ['releases', 'releases'],
  ],
  'tsukuba-privacy': () => [
    ['home-officer', ''],
    ['joint-new', 'joint/new'],
    ['policies', 'admin/policies?policy=default'],
    ['policies-edit', 'admin/policies?policy=default', button('数値を変える')],
  ],
  'tsukuba-admin': () => [
    ['home-admin', ''],
    ['members', 'admin/members'],
    ['member-add', 'admin/members', button('役割を付ける')],
    ['departments', 'admin/departments'],
    ['department-add', 'admin/departments', button('課を作る')],
    ['keys', 'admin/keys'],
    ['keys-rotate', 'admin/keys', button('鍵を更新する')],
    ['retention', 'admin/retention'],
    ['usage', 'admin/usage'],
  ],
  'tsukuba-auditor': () => [
    ['home-auditor', ''],
    ['audit', 'audit'],
    [
      'audit-verified',
      'audit',
      async (page) => {
        await button('検査する')(page);
        await steps.told(page, '記録は書かれたときのままです');
      },
    ],
  ],
  operator: () => [
    ['operator-tenants', '/operator/tenants'],
    ['operator-create', '/operator/tenants', button('自治体を開設する')],
    ['operator-shred', '/operator/tenants', button('つくば市: 鍵を破棄する')],
    ['operator-usage', '/operator/usage'],
    ['operator-health', '/operator/health'],
  ],
};

test.each(Object.keys(STATES))('every page of %s', { timeout: 600_000 }, async (user) => {
  const { page, context } = await member(browser, instance, user);
  const base = user === 'operator' ? '' : steps.home(page);
  const found: unknown[] = [];
  for (const [name, path, act] of STATES[user]!()) {
    await page.goto(path.startsWith('/') ? path : `${base}/${path}`);
    await settled(page);
    await act?.(page);
    found.push(...(await look(page, name)));
  }
  await context.close();
  expect(found).toEqual([]);
});

test('the pages before a municipality', { timeout: 300_000 }, async () => {
  const { page, context } = await visitor(browser, instance);
  const found: unknown[] = [];
  await page.goto('/');
  await page
    .getByRole('button', { name: 'ログイン' })
    .or(page.getByRole('link', { name: 'ログイン' }))
    .first()
    .waitFor();
  found.push(...(await look(page, 'welcome')));
  await page.goto('/auth/login');
  await page.getByLabel('パスワード').waitFor();
  await shoot(page, 'provider');
  await context.close();
  const stranger = await signIn(browser, instance, 'stranger');
  found.push(...(await look(stranger.page, 'stranger')));
  await stranger.context.close();
  expect(found).toEqual([]);
});
