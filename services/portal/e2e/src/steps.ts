// What people do on the pages, by the words that stand there. Each step begins and ends where a person would.
import { expect } from 'vitest';

import { type Page } from 'playwright-core';

import { picture, settled } from './browser';

/** /t/... of the municipality that the page is in. */
export function home(page: Page): string {
  const found = /^\/t\/[^/]+/.exec(new URL(page.url()).pathname);
  if (!found) throw new Error(`${page.url()} is in no municipality`);
  return found[0];
}

/** Opens PATH of the municipality: 'data', 'statistics/new' ...; '' is its ホーム. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${home(page)}/${path}`);
  await settled(page);
}

/** By the menu, as people go. */
export async function goTo(page: Page, entry: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'メインメニュー' })
    .getByRole('link', { name: entry, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name: entry, exact: true }).waitFor();
  await settled(page);
}

/** 「データを追加」: a dataset of a shipped layout. */
export async function addDataset(
  page: Page,
  layout: string,
  name: string,
  id: string,
): Promise<void> {
  await goTo(page, 'データ');
  await page.getByRole('link', { name: 'データを追加' }).click();
  await page.getByRole('combobox', { name: /^様式/ }).selectOption({ label: layout });
  await page.getByLabel('データの名前').fill(name);
  await page.getByLabel('識別名').fill(id);
  await picture(page, 'dataset-add');
  await page.getByRole('button', { name: 'データを追加する' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await settled(page);
}

/** From the dataset's page to the file chosen, with its 時点. */
export async function chooseFile(page: Page, path: string, date: string): Promise<void> {
  await page.getByRole('link', { name: '新しい時点をアップロード' }).first().click();
  await page.locator('input[type=file]').setInputFiles(path);
  await page.getByRole('textbox', { name: /^時点/ }).fill(date);
  await picture(page, 'upload-choose');
  await page.getByRole('button', { name: '次へ' }).click();
}

/** From the file chosen to the step that sends: columns as they were read, then the first megabyte tried. */
export async function tryOut(page: Page): Promise<void> {
  await page.getByRole('table', { name: '先頭の行' }).waitFor();
  await settled(page);
  await picture(page, 'upload-map');
  await page.getByRole('button', { name: '次へ' }).click();
  await page.getByRole('heading', { name: '試しに確認' }).waitFor();
  await page
    .getByText(/件を調べました/)
    .first()
    .waitFor();
  await settled(page);
  await picture(page, 'upload-try');
  await page.getByRole('button', { name: '次へ' }).click();
}

/** Sends what was chosen, and waits for the end of the check: the words that tell how it ended. */
export async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: '送信を始める' }).click();
  const end = page.getByRole('status').filter({ hasText: /受け入れ|エラーの確認が必要/ });
  await end.waitFor();
  await settled(page);
  await picture(page, 'upload-sent');
  return end.innerText();
}

/** From 「抽象化へ進む」 to the abstraction's page. */
export async function abstract(page: Page, recipe: RegExp): Promise<void> {
  await page
    .getByRole('link', { name: /抽象化へ進む|抽象化する/ })
    .first()
    .click();
  await settled(page);
  const choice = page.getByRole('combobox', { name: /^抽象化レシピ/ });
  const value = await choice.locator('option', { hasText: recipe }).first().getAttribute('value');
  await choice.selectOption(value);
  await picture(page, 'abstraction-form');
  await page.getByRole('button', { name: '抽象化を始める' }).click();
  await page.getByRole('heading', { level: 1, name: /の抽象化$/ }).waitFor();
  await settled(page);
}

/** From the abstraction's page to the verdict's. */
export async function verify(page: Page, policy: RegExp): Promise<void> {
  const choice = page.getByRole('combobox', { name: /^方針/ });
  const value = await choice.locator('option', { hasText: policy }).first().getAttribute('value');
  await choice.selectOption(value);
  await picture(page, 'abstraction');
  await page.getByRole('button', { name: '検証を始める' }).click();
  await page.getByRole('heading', { level: 1, name: /の検証結果$/ }).waitFor();
  await settled(page);
  await picture(page, 'verdict');
}

/** The rows of a table as a reader sees them, headers first. */
export async function tableText(page: Page, caption: string): Promise<string[][]> {
  const table = page.getByRole('table', { name: caption, exact: true });
  await table.waitFor();
  return table
    .locator('tr:not([aria-hidden])')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...(row as HTMLTableRowElement).cells]
          .filter((cell) => cell.ariaHidden !== 'true')
          .map((cell) => cell.innerText.trim()),
      ),
    );
}

/** The figure beside a term of a list of facts. */
export async function fact(page: Page, term: string): Promise<string> {
  return page
    .locator('dt', { hasText: new RegExp(`^${term}`) })
    .first()
    .locator('xpath=following-sibling::dd[1]')
    .innerText();
}

/** A toast or notice with these words. */
export async function told(page: Page, words: string | RegExp): Promise<void> {
  await page.getByText(words).first().waitFor();
}

export const number = (text: string): number => Number(text.replaceAll(/[,件 ]/g, ''));

/** Nothing that the browser complained about, refusals of the CSP among it. */
export function expectQuiet(complaints: string[]): void {
  expect(complaints).toEqual([]);
}
