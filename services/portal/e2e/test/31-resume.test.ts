// An upload in the page that is paused, left, and gone on with in another tab after both servers were killed.
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { launch, member, settled } from '../src/browser';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const PEOPLE = 40_000;
let browser: Browser;
let file: string;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  file = join(instance.state, '..', 'resume.csv');
  const words = `synth --municipality 221309 --population ${PEOPLE} --as-of 2025-09-01 --seed 4 --out`;
  await instance.oboroText(...words.split(' '), file);
});
afterAll(() => browser.close());

/** A line as slow as an office's may be: the upload must be seen under way. */
async function slow(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 5,
    downloadThroughput: -1,
    uploadThroughput: 400_000,
  });
}

test('paused, left, and gone on with where it was', async () => {
  const { page, context } = await member(browser, instance, 'hamamatsu-steward');
  await steps.open(page, 'data/resident-register');
  const timeline = page.url();
  await steps.chooseFile(page, file, '2025-09-01');
  await steps.tryOut(page);
  await slow(page);
  await page.getByRole('button', { name: '送信を始める' }).click();
  const bar = page.getByRole('progressbar', { name: 'resume.csvの送信' });
  await bar.waitFor();
  const share = () => bar.evaluate((element) => (element as HTMLProgressElement).value);
  await expect.poll(share, { timeout: 30_000 }).toBeGreaterThan(0);
  await page.getByRole('button', { name: '一時停止' }).click();
  await steps.told(page, '一時停止中');
  await page.getByRole('button', { name: '再開する' }).click();
  await page.getByRole('button', { name: '一時停止' }).waitFor();
  // The tab is closed in the middle; then the services and the portal die.
  const tab = await context.newPage();
  await page.close();
  for (const name of ['oborod', 'portal']) instance.kill(name);
  await instance.restart();

  await tab.goto(timeline);
  await settled(tab);
  await tab.getByRole('link', { name: '続きをアップロード' }).first().click();
  await tab.getByRole('heading', { name: '途中のアップロード' }).waitFor();
  await tab.locator('input[type=file]').setInputFiles(file);
  await tab.getByRole('button', { name: '続きから送る' }).click();
  expect(await steps.send(tab)).toContain('40,000件、エラー 0件');
  await context.close();
});
