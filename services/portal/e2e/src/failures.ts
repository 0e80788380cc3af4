// A test that fails leaves a picture of each open page, and what a screen reader would find on it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach } from 'vitest';

import { people, SHOTS } from './browser';

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  mkdirSync(SHOTS, { recursive: true });
  for (const { user, page } of people) {
    if (page.isClosed()) continue;
    const path = join(SHOTS, `failed-${user || 'visitor'}`);
    const words = await page.locator('body').ariaSnapshot({ timeout: 5000 });
    writeFileSync(`${path}.txt`, `${task.name}\n${page.url()}\n${words}\n`);
    await page.screenshot({ path: `${path}.png`, fullPage: true });
  }
});
