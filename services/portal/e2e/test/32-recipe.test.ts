// A recipe changed in the form: seen on made-up records, saved as its next version, compared with the one before.
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { launch, member, type Person, picture, settled } from '../src/browser';
import { Instance, ROOT } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const recipe = `changed-${Date.now().toString(36)}`;
const file = join(ROOT, 'deploy/recipes/resident_register.yaml');
let browser: Browser;
let steward: Person;

const store = (who: string) =>
  instance.oboro(who, '082201', 'recipes', 'create', recipe, '--file', file);

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  await store('tsukuba-steward');
  steward = await member(browser, instance, 'tsukuba-steward');
});
afterAll(() => browser.close());

/** The fields of a column, opened. */
async function column(page: Page, title: string) {
  const entry = page.locator('details.o-recipe__column', {
    has: page.locator('summary', { hasText: title }),
  });
  if ((await entry.getAttribute('open')) === null) await entry.locator('summary').click();
  return entry;
}

/** The ages that the preview of what is typed gives. */
async function ages(page: Page): Promise<string[]> {
  await page.getByRole('tab', { name: '試しに見る' }).click();
  await page.getByRole('button', { name: '試しに見る', exact: true }).click();
  await steps.told(page, /件の作り物のデータを抽象化しました/);
  await settled(page);
  const [head, ...rows] = await steps.tableText(page, '抽象化の後');
  const at = head!.indexOf('年齢');
  expect(at).toBeGreaterThan(0);
  return rows.map((row) => row[at]!);
}

test('a width is changed in the form, tried on made-up records, saved, and the difference shown', async () => {
  const { page, complaints } = steward;
  await steps.open(page, `recipes/${recipe}`);
  const save = page.getByRole('button', { name: '第2版として保存する' });
  expect(await save.isDisabled()).toBe(true);
  const narrow = await ages(page);
  for (const age of narrow) expect(age).toMatch(/^(\d*[05]-\d*[49]歳|100歳以上)$/);

  await page.getByRole('tab', { name: '項目で見る' }).click();
  const age = await column(page, '年齢（age_band）');
  await age.getByRole('textbox', { name: '幅', exact: true }).fill('20');
  await picture(page, 'recipe-form', age);
  // The same made-up people, now in bands of twenty years.
  const wide = await ages(page);
  await picture(page, 'recipe-preview');
  expect(wide).toHaveLength(narrow.length);
  expect(wide).not.toEqual(narrow);
  wide.forEach((band, at) => {
    const [from, to] = band.split(/[-歳]/).map(Number);
    const [low] = narrow[at]!.split(/[-歳]/).map(Number);
    if (band !== '100歳以上') expect([from! % 20, to! - from!]).toEqual([0, 19]);
    expect(low).toBeGreaterThanOrEqual(from!);
  });

  await save.click();
  await steps.told(page, '第2版として保存しました');
  await settled(page);
  await page.getByRole('tab', { name: '版と違い' }).click();
  const [, ...changes] = await steps.tableText(page, '第1版と第2版の違い');
  expect(changes).toEqual([['列「年齢（age_band）」 幅', '5', '20']]);
  await picture(page, 'recipe-versions');
  const versions = await steps.tableText(page, '版の一覧');
  expect(versions.slice(1).map((row) => row[0])).toEqual(['第2版（最新）', '第1版']);
  steps.expectQuiet(complaints);
});

test('what is typed stays when somebody else saves a version meanwhile, and the page says so', async () => {
  const { page, complaints } = steward;
  await steps.open(page, `recipes/${recipe}`);
  const age = await column(page, '年齢（age_band）');
  const width = age.getByRole('textbox', { name: '幅', exact: true });
  await width.fill('10');
  await store('tsukuba-privacy');
  // Back from another window: what the page knows is asked for again, once it is older than a moment.
  const notice = page.getByText('編集しているあいだに第3版が保存されました');
  await expect
    .poll(async () => {
      await page.evaluate(() =>
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
      );
      return notice.isVisible();
    })
    .toBe(true);
  expect(await width.inputValue()).toBe('10');
  await page.getByRole('button', { name: '第4版として保存する' }).click();
  await steps.told(page, '第4版として保存しました');
  await notice.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: '版と違い' }).click();
  const [, ...changes] = await steps.tableText(page, '第3版と第4版の違い');
  expect(changes).toEqual([['列「年齢（age_band）」 幅', '5', '10']]);

  // Another version is another document: what is not saved is asked about first.
  await page.getByRole('tab', { name: '項目で見る' }).click();
  await (
    await column(page, '年齢（age_band）')
  )
    .getByRole('textbox', { name: '幅', exact: true })
    .fill('15');
  await page.getByRole('tab', { name: '版と違い' }).click();
  await page.getByRole('link', { name: '第1版' }).click();
  const asked = page.getByRole('alertdialog', { name: '保存せずに離れますか' });
  await asked.getByRole('button', { name: 'キャンセル' }).click();
  await page.getByRole('tab', { name: '項目で見る' }).click();
  expect(
    await (
      await column(page, '年齢（age_band）')
    )
      .getByRole('textbox', { name: '幅', exact: true })
      .inputValue(),
  ).toBe('15');
  await page.getByRole('button', { name: '変更を取り消す' }).click();
  steps.expectQuiet(complaints);
});
