// Chromium on the portal: a context for each person, signed in through the provider's own pages.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

import { type Instance, ROOT } from './instance';

export const SHOTS =
  process.env['OBORO_SCREENSHOTS'] ?? join(ROOT, 'build/release/portal/screenshots');
/** Machines are slow, and nothing waits longer than it must. */
const PATIENCE = Number(process.env['OBORO_E2E_PATIENCE'] ?? 60_000);
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['OBORO_CHROMIUM'] ?? '/usr/bin/chromium',
    // The sandbox needs namespaces that a container seldom gives; pages are our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

export interface Person {
  user: string;
  context: BrowserContext;
  page: Page;
  /** Errors that the page wrote to its console, uncaught ones and refusals of the CSP among them. */
  complaints: string[];
}

/** Whose pages are open. */
export const people = new Set<Person>();

/** A browser of its own for a seeded user; not signed in yet. */
export async function visitor(
  browser: Browser,
  instance: Instance,
  options: { axe?: boolean } = {},
): Promise<Person> {
  const context = await browser.newContext({
    baseURL: instance.origin,
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    viewport: WIDE,
    // The instance's authority is nobody's; the http tests verify its certificate.
    ignoreHTTPSErrors: true,
    acceptDownloads: true,
    bypassCSP: options.axe ?? false,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE);
  context.setDefaultNavigationTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // An answer of 401 is how the page learns that nobody is signed in.
    if (message.type() === 'error' && !/status of 40[0-9]/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const person: Person = { user: '', context, page, complaints };
  people.add(person);
  context.on('close', () => people.delete(person));
  return person;
}

/** Signs in on the provider's page, wherever the browser was sent there from. */
export async function fillSignIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('利用者').fill(user);
  await page.getByLabel('パスワード').fill(password);
  await page.getByRole('button', { name: 'サインイン' }).click();
}

export async function signIn(
  browser: Browser,
  instance: Instance,
  user: string,
  path = '/',
  options: { axe?: boolean } = {},
): Promise<Person> {
  const person = await visitor(browser, instance, options);
  person.user = user;
  await person.page.goto(`/auth/login?return=${encodeURIComponent(path)}`);
  await fillSignIn(person.page, user, instance.password(user));
  await person.page.waitForURL(
    (url) => url.origin === instance.origin && !url.pathname.startsWith('/auth/'),
  );
  return person;
}

/** Signs in a member, and waits for ホーム of the municipality. */
export async function member(browser: Browser, instance: Instance, user: string): Promise<Person> {
  const person = await signIn(browser, instance, user);
  await person.page.waitForURL(/\/(t\/|operator)/);
  await settled(person.page);
  return person;
}

/** The CSRF value of the session, as the page gets it. */
export async function csrfOf(page: Page): Promise<string> {
  const answer = await page.evaluate(
    async () => (await fetch('/auth/session')).json() as Promise<{ csrf: string }>,
  );
  return answer.csrf;
}

/** The page as it is when nothing is on its way: its heading is there, and no spinner, in three frames one after the other. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  // Counted from frame to frame, anew for each call: a promise would be taken for true.
  await page.waitForFunction(
    (call) => {
      const { dataset } = document.documentElement;
      const [before, frames] = (dataset['quiet'] ?? '').split(':');
      const busy = document.querySelector('[aria-busy="true"], .o-loading, .o-spinner');
      const quiet = busy ? 0 : (before === call ? Number(frames) : 0) + 1;
      dataset['quiet'] = `${call}:${quiet}`;
      return quiet >= 3;
    },
    crypto.randomUUID(),
    { polling: 'raf' },
  );
}

/** Pictures of a page at both widths, for people to look at. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  for (const [suffix, size] of [
    ['390', NARROW],
    ['1440', WIDE],
  ] as const) {
    await page.setViewportSize(size);
    await page.screenshot({
      path: join(SHOTS, `${name}-${suffix}.png`),
      fullPage: true,
      animations: 'disabled',
    });
  }
}

/** What a person sees at this moment, with WHAT in the middle and messages put away: for the manual. */
export async function picture(page: Page, name: string, what?: Locator): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  const messages = (visibility: string) =>
    page.evaluate((value) => {
      const region = document.querySelector<HTMLElement>('[aria-label="お知らせ"]');
      if (region) region.style.visibility = value;
    }, visibility);
  await messages('hidden');
  await what?.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await page.screenshot({ path: join(SHOTS, `step-${name}.png`), animations: 'disabled' });
  await messages('');
}

export interface Violation {
  rule: string;
  impact: string;
  where: string[];
}

/** What axe finds by the rules of WCAG 2.2 A and AA and by its best practices; at both widths. The context was made with axe: true. */
export async function violations(page: Page): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    await page.evaluate(axe.source);
    const result = await page.evaluate(async () => {
      const { axe: checker } = window as unknown as { axe: typeof import('axe-core') };
      return checker.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
    });
    for (const { id, impact, nodes } of result.violations) {
      found.push({
        rule: `${id} at ${size.width}`,
        impact: impact ?? '',
        where: nodes.map((node) =>
          `${node.target.join(' ')} ${node.failureSummary ?? ''}`.slice(0, 300),
        ),
      });
    }
  }
  await page.setViewportSize(WIDE);
  return found;
}

/** How far the page is wider than the smallest screen that must do (WCAG 1.4.10: 320 px, also 1280 px at 400 %). */
export async function overflow(page: Page): Promise<number> {
  await page.setViewportSize({ width: 320, height: 640 });
  const over = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  // What floats finds its new place a moment after the change.
  await page
    .waitForFunction(
      () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
      undefined,
      { timeout: 2000 },
    )
    .catch(() => undefined);
  const left = await over();
  await page.setViewportSize(WIDE);
  return left;
}

/** Saves what a click downloads and returns its path. */
export async function downloaded(
  page: Page,
  click: () => Promise<void>,
): Promise<{ path: string; name: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  const path = await download.path();
  if (!existsSync(path)) throw new Error('the download failed');
  return { path, name: download.suggestedFilename() };
}
