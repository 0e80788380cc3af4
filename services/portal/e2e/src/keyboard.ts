// Work without a mouse: what has the focus, and the way to what shall have it.
import type { Page } from 'playwright-core';

/** The name of what has the focus, about as a screen reader would say it. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return '';
    const by = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
    return (
      element.getAttribute('aria-label') ??
      (by.length > 0
        ? by.map((id) => document.getElementById(id)?.innerText ?? '').join(' ')
        : ((element as HTMLInputElement).labels?.[0]?.innerText ?? element.innerText ?? ''))
    ).trim();
  });

/** Presses KEY until what is meant has the focus. */
export async function walk(page: Page, key: string, name: RegExp, limit = 80): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i <= limit; i++) {
    const now = await focused(page);
    if (name.test(now)) return;
    seen.push(now.slice(0, 20));
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${name}: ${seen.join(' > ')}`);
}

/** What has the focus can be seen: an outline or a shadow around it. */
export const focusShows = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const style = getComputedStyle(document.activeElement!);
    return (
      (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) ||
      style.boxShadow !== 'none'
    );
  });

/** Chooses an option of the select that has the focus. */
export async function pick(page: Page, option: string): Promise<void> {
  const chosen = () =>
    page.evaluate(() => (document.activeElement as HTMLSelectElement).selectedOptions[0]?.text);
  await page.keyboard.press('Home');
  for (let i = 0; i < 60; i++) {
    if ((await chosen()) === option) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`no option ${option}`);
}
