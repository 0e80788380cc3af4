// What axe cannot tell: that the focus is seen wherever it goes, that pages have names and a language, that enlarged and
// spread text stays readable. docs/accessibility.md names these tests.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { launch, member, type Person, settled, WIDE } from '../src/browser';
import { Instance } from '../src/instance';
import { focused, focusShows } from '../src/keyboard';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const PAGES = [
  '',
  'data',
  'data/new',
  'recipes/resident-register',
  'statistics',
  'joint',
  'releases',
];
let browser: Browser;
let officer: Person;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  officer = await member(browser, instance, 'tsukuba-privacy');
});
afterAll(() => browser.close());

/** Whether the middle of what has the focus is in sight, and not behind something that stays in its place. */
const inSight = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const element = document.activeElement!;
    const box = element.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    return top !== null && (element.contains(top) || top.contains(element));
  });

/** Marks what has the focus; false where it had it before. */
const reach = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const first = element.dataset['reached'] === undefined;
    element.dataset['reached'] = '';
    return first;
  });

/** Controls in sight that never had the focus. Of radio buttons one of a group has it, the arrows do the rest. */
const missed = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'a[href], button, input, select, textarea, summary, [tabindex]',
    );
    const groups = new Set(
      [...document.querySelectorAll<HTMLInputElement>('input[type=radio][data-reached]')].map(
        ({ name }) => name,
      ),
    );
    return [...controls]
      .filter((element) => element.tabIndex >= 0 && element.dataset['reached'] === undefined)
      .filter((element) => !element.matches(':disabled') && !element.closest('[inert]'))
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter(
        (element) =>
          !(element instanceof HTMLInputElement && element.type === 'radio') ||
          !groups.has(element.name),
      )
      .map((element) => element.outerHTML.slice(0, 200));
  });

test('Tab reaches every control once, seen and not hidden, and comes round again', async () => {
  const { page } = officer;
  for (const path of PAGES) {
    await steps.open(page, path);
    const seen: string[] = [];
    for (let i = 0; i < 150; i++) {
      await page.keyboard.press('Tab');
      const name = await focused(page);
      const outside = await page.evaluate(() => document.activeElement === document.body);
      if (outside) break;
      expect([path, name, await focusShows(page)]).toEqual([path, name, true]);
      expect([path, name, await inSight(page)]).toEqual([path, name, true]);
      if (!(await reach(page))) {
        // Round again, without a stop at the browser's own controls.
        expect([path, name]).toEqual([path, seen[0]]);
        break;
      }
      seen.push(name);
    }
    expect([path, ...(await missed(page))]).toEqual([path]);
    // The skip link first, then the menu, then the page's own controls.
    expect(seen[0]).toBe('本文へ移動');
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.length).toBeLessThan(150);
  }
});

test('the skip link leads to the page, past the menu', async () => {
  const { page } = officer;
  await steps.open(page, 'data');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const inMain = await page.evaluate(() => document.activeElement?.closest('main') !== null);
  expect(inMain).toBe(true);
});

test('every page has a title of its own and the language of its words', async () => {
  const { page } = officer;
  const titles = new Set<string>();
  for (const path of PAGES) {
    await steps.open(page, path);
    const title = await page.title();
    const heading = await page.getByRole('heading', { level: 1 }).innerText();
    expect(title).toContain(heading.trim());
    titles.add(title);
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
  }
  expect(titles.size).toBe(PAGES.length);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('navigation', { name: 'Main menu' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.getByRole('button', { name: '日本語' }).click();
  await page.getByRole('navigation', { name: 'メインメニュー' }).waitFor();
});

test('twice as large and with wide spaces, nothing is cut off and nothing needs sideways scrolling', async () => {
  const { page } = officer;
  for (const path of PAGES) {
    await steps.open(page, path);
    // 200 % of 1440 px; then the spaces of WCAG 1.4.12 on top.
    await page.setViewportSize({ width: 720, height: 450 });
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
         p { margin-bottom: 2em !important }`,
      );
      document.adoptedStyleSheets = [sheet];
    });
    const cut = await page.evaluate(() => [
      document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ...[...document.querySelectorAll('main button, main a, main h1, main h2, main label')]
        .filter((element) => {
          const style = getComputedStyle(element);
          return style.overflow === 'hidden' && element.scrollWidth > element.clientWidth + 1;
        })
        .map((element) => (element as HTMLElement).innerText)
        .filter((text) => text !== ''),
    ]);
    expect([path, ...cut]).toEqual([path, 0]);
  }
  await page.setViewportSize(WIDE);
  await page.reload();
  await settled(page);
});
