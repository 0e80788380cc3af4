// What a page costs: the first load, the first meaningful page, a table of more than 20,000 cells.
// OBORO_E2E=bench services/portal/test e2e
import { existsSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call } from '../src/api';
import { launch, member, settled, visitor } from '../src/browser';
import { Instance, ROOT } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const WEB = join(ROOT, 'build/release/portal/web');
let browser: Browser;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  console.log(`load of the machine at the end: ${loadavg()[0]!.toFixed(1)}`);
});

const median = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!;

/** What a browser with nothing kept fetched for the page that it shows now, by kind. */
const fetched = (page: Page) =>
  page.evaluate(() =>
    [...performance.getEntriesByType('resource')].map((entry) => {
      const { name, encodedBodySize } = entry as PerformanceResourceTiming;
      return { path: new URL(name).pathname, bytes: encodedBodySize };
    }),
  );

/** As gzip; what is smaller than a packet goes as it is. */
const gzip = (path: string): number => {
  const whole = join(WEB, path);
  return statSync(existsSync(`${whole}.gz`) ? `${whole}.gz` : whole).size;
};

// Everything until the page says something: what index.html names, and what that fetches in turn.
test('the first load is at most 250 KB gzip, fonts apart', async () => {
  const first = await visitor(browser, instance);
  await first.page.goto('/');
  await first.page.getByRole('heading', { level: 1 }).waitFor();
  const home = await member(browser, instance, 'hamamatsu-analyst');
  const fresh = await browser.newContext({
    storageState: await home.context.storageState(),
    ignoreHTTPSErrors: true,
    locale: 'ja-JP',
  });
  const page = await fresh.newPage();
  await page.goto(home.page.url());
  await settled(page);
  for (const [name, tab] of [
    ['before signing in', first.page],
    ['ホーム', page],
  ] as const) {
    const all = await fetched(tab);
    const sum = (kind: RegExp, size: (item: { path: string; bytes: number }) => number) =>
      all.filter(({ path }) => kind.test(path)).reduce((total, item) => total + size(item), 0);
    const code = sum(/\.(js|css)$/, ({ path }) => gzip(path));
    const kB = (bytes: number) => (bytes / 1000).toFixed(1);
    console.log(
      `first load, ${name}: ${kB(code)} kB gzip (JS ${kB(sum(/\.js$/, ({ path }) => gzip(path)))}, ` +
        `CSS ${kB(sum(/\.css$/, ({ path }) => gzip(path)))}), ` +
        `${kB(sum(/\.(js|css)$/, ({ bytes }) => bytes))} kB as sent; ` +
        `fonts ${kB(sum(/\.woff2$/, ({ bytes }) => bytes))} kB in ${all.filter(({ path }) => path.endsWith('.woff2')).length} files`,
    );
    expect(code).toBeGreaterThan(50_000);
    expect(code).toBeLessThan(250_000);
  }
  await fresh.close();
  await home.context.close();
  await first.context.close();
});

test('ホーム of a person who is signed in', async () => {
  const { page, context } = await member(browser, instance, 'hamamatsu-analyst');
  const address = page.url();
  const cold: number[] = [];
  const warm: number[] = [];
  for (let i = 0; i < 5; i++) {
    // A new context with the session's cookie: nothing cached.
    const fresh = await browser.newContext({
      storageState: await context.storageState(),
      ignoreHTTPSErrors: true,
      locale: 'ja-JP',
    });
    const tab = await fresh.newPage();
    for (const list of [cold, warm]) {
      const began = performance.now();
      await tab.goto(address);
      await settled(tab);
      list.push(performance.now() - began);
    }
    await fresh.close();
  }
  console.log(
    `first meaningful page: ${median(cold).toFixed(0)} ms cold, ${median(warm).toFixed(0)} ms warm (median of 5)`,
  );
  await context.close();
});

test('a table of more than 20,000 cells', async () => {
  const { page, context } = await member(browser, instance, 'hamamatsu-analyst');
  const { statistics } = await call<{ statistics: { name: string; cells: string }[] }>(
    page,
    'oboro.aggregation.v1.StatisticService/ListStatistics',
    { parent: steps.home(page).replace('/t/', 'tenants/') },
  );
  const large = statistics.find(({ cells }) => Number(cells) > 20_000)!;
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await steps.open(page, '');
    const began = performance.now();
    await page.goto(`${steps.home(page)}/statistics/${large.name.split('/').at(-1)}`);
    await page.locator('main table tbody td').first().waitFor();
    await settled(page);
    times.push(performance.now() - began);
  }
  console.log(`a table of ${large.cells} cells: ${median(times).toFixed(0)} ms (median of 5)`);
  await context.close();
});
