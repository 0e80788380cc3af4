// The offices around the data: the municipality's administrator and officers, the auditor, the central operation.
import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { tenantOf, tryCall } from '../src/api';
import { downloaded, launch, member, picture, settled } from '../src/browser';
import { readCsv } from '../src/files';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const mark = process.env['OBORO_E2E_STATE'] ? Date.now().toString(36) : 'x';
let browser: Browser;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
});
afterAll(() => browser.close());

/** Answers a question that asks for the name of what it is about. */
async function confirm(page: Page, verb: string, name: string): Promise<void> {
  const dialog = page.getByRole('alertdialog');
  // Without the name nothing happens, and the page says what it waits for.
  await dialog.getByRole('button', { name: verb }).click();
  await dialog.getByText(`「${name}」と同じ文字を入力してください`).waitFor();
  await dialog.getByRole('textbox').fill(name);
  await dialog.getByRole('button', { name: verb }).click();
  await dialog.waitFor({ state: 'detached' });
  await settled(page);
}

const rows = async (page: Page, caption: string): Promise<string[]> =>
  (await steps.tableText(page, caption)).slice(1).map((row) => row.join(' '));

test('an administrator: departments, members, keys, retention, usage', async () => {
  const { page, complaints, context } = await member(browser, instance, 'hamamatsu-admin');
  const [name, renamed] = [`企画経営課${mark}`, `企画課${mark}`];
  const newcomer = `企画課 山田${mark}`;
  await steps.goTo(page, '管理');
  await page.getByRole('tab', { name: '課', exact: true }).click();
  await settled(page);
  await page.getByRole('button', { name: '課を作る' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^識別子/ }).fill(`planning-${mark}`);
  await dialog.getByRole('textbox', { name: /^課の名前/ }).fill(name);
  await picture(page, 'department-add');
  await dialog.getByRole('button', { name: '課を作る' }).click();
  await steps.told(page, '課を作りました');
  await page.getByRole('button', { name: `${name}: 名前を変える` }).click();
  await dialog.getByRole('textbox', { name: /^課の名前/ }).fill(renamed);
  await dialog.getByRole('button', { name: '名前を変える' }).click();
  await steps.told(page, '名前を変えました');

  await page.getByRole('tab', { name: '職員と役割' }).click();
  await settled(page);
  await page.getByRole('button', { name: '役割を付ける' }).click();
  await dialog.getByRole('textbox', { name: /^利用者番号/ }).fill(`newcomer-${mark}`);
  await dialog.getByRole('textbox', { name: /^表示名/ }).fill(newcomer);
  await dialog.getByRole('radio', { name: /^分析職員/ }).check();
  await dialog.getByRole('combobox', { name: /^課/ }).selectOption({ label: renamed });
  await picture(page, 'member-add');
  await dialog.getByRole('button', { name: '役割を付ける' }).click();
  await steps.told(page, `${newcomer} に「分析職員」を付けました`);
  await expect
    .poll(() => rows(page, '職員と役割'))
    .toContainEqual(
      expect.stringMatching(
        new RegExp(`${newcomer}\\s+newcomer-${mark}.*分析職員.*${renamed}`, 's'),
      ),
    );
  await picture(page, 'members');
  await page.getByRole('button', { name: `${newcomer} 分析職員: 外す` }).click();
  await confirm(page, '外す', newcomer);
  await steps.told(page, '役割を外しました');

  await page.getByRole('tab', { name: '課', exact: true }).click();
  await page.getByRole('button', { name: `${renamed}: 削除する` }).click();
  await confirm(page, '削除する', renamed);
  await steps.told(page, '課を削除しました');

  await page.getByRole('tab', { name: '鍵' }).click();
  await settled(page);
  await picture(page, 'keys');
  const before = await rows(page, '鍵の一覧');
  await page.getByRole('button', { name: '鍵を更新する' }).click();
  await confirm(page, '鍵を更新する', '浜松市');
  await steps.told(page, /鍵を更新し、\d+件のデータの鍵を包み直しました/);
  await expect.poll(() => rows(page, '鍵の一覧')).not.toEqual(before);

  await page.getByRole('tab', { name: '保持' }).click();
  await settled(page);
  expect((await rows(page, 'データセットごとの保持')).join()).toContain('住民基本台帳');
  await page.getByRole('tab', { name: '利用量' }).click();
  await settled(page);
  await steps.told(page, '保存容量');
  // No door to data for an administrator.
  expect(await page.getByRole('navigation', { name: 'メインメニュー' }).innerText()).not.toContain(
    '統計',
  );
  steps.expectQuiet(complaints);
  await context.close();
});

test('a privacy officer changes a figure of the policy: a new version, the old one stays', async () => {
  const { page, complaints, context } = await member(browser, instance, 'hamamatsu-privacy');
  await steps.goTo(page, '管理');
  await page.getByRole('tab', { name: '方針' }).click();
  await settled(page);
  const versions = page.getByRole('combobox', { name: '版' });
  await page.getByRole('button', { name: '数値を変える' }).waitFor();
  await settled(page);
  const before = await versions.locator('option').count();
  await picture(page, 'policy');
  await page.getByRole('button', { name: '数値を変える' }).click();
  const figure = page.getByRole('textbox', { name: '同じ特徴の人数の数値' }).last();
  const was = Number(await figure.inputValue());
  await figure.fill(String(was + 1));
  await picture(page, 'policy-edit');
  await page.getByRole('button', { name: '新しい版として保存する' }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: '新しい版として保存する' })
    .click();
  await steps.told(page, `第${before + 1}版を保存しました`);
  await expect.poll(() => versions.locator('option').count()).toBe(before + 1);
  await steps.told(page, `${was + 1} 以上`);
  await versions.selectOption(String(before));
  await steps.told(page, `${was} 以上`);
  steps.expectQuiet(complaints);
  await context.close();
});

test('an auditor filters, exports and proves the record; a section sees who used its data', async () => {
  const { page, complaints, context } = await member(browser, instance, 'hamamatsu-auditor');
  await steps.goTo(page, '監査');
  await page.getByRole('combobox', { name: '操作' }).selectOption('ROTATE_KEYS');
  await page.getByRole('textbox', { name: '利用者' }).fill('admin');
  await page.getByRole('button', { name: '絞り込む' }).click();
  await settled(page);
  await steps.told(page, '条件に合う記録はこれですべてです。');
  const shown = await steps.tableText(page, '監査記録');
  expect(shown.length).toBeGreaterThan(1);
  for (const row of shown.slice(1)) expect(row.join(' ')).toMatch(/hamamatsu-admin.*鍵を更新/);
  await picture(page, 'audit');
  const address = page.url();
  await page.reload();
  await settled(page);
  expect(page.url()).toBe(address);
  const csv = await downloaded(page, () =>
    page.getByRole('button', { name: 'CSV（Excel用 UTF-8）' }).click(),
  );
  const file = readCsv(csv.path, 'utf-8');
  expect(file.length).toBe(shown.length);
  expect(file.slice(1).map((row) => row[0])).toEqual(
    shown.slice(1).map((row) => row[0]!.replaceAll(',', '')),
  );
  const head = await downloaded(page, () =>
    page.getByRole('button', { name: '署名付きの先端を持ち出す' }).click(),
  );
  expect(JSON.parse(readFileSync(head.path, 'utf8'))).toHaveProperty('signature');
  await page.getByRole('button', { name: '検査する' }).click();
  await steps.told(page, '持ち出した先端とは比べていません');
  await page.getByLabel('以前に持ち出した先端').setInputFiles(head.path);
  await page.getByRole('button', { name: '検査する' }).click();
  await steps.told(page, '記録は書かれたときのままです');
  await steps.told(page, /持ち出した先端（番号 [\d,]+）とも一致しました/);
  await picture(page, 'audit-verified', page.getByText('記録は書かれたときのままです'));
  steps.expectQuiet(complaints);
  await context.close();

  const steward = await member(browser, instance, 'hamamatsu-steward');
  await steps.open(steward.page, 'data/resident-register');
  await steward.page.getByRole('link', { name: 'このデータの利用状況' }).click();
  await steward.page.getByRole('heading', { level: 1, name: '住民基本台帳の利用状況' }).waitFor();
  await settled(steward.page);
  await picture(steward.page, 'uses');
  const uses = await steward.page.locator('main table').innerText();
  expect(uses).toContain('hamamatsu-analyst');
  expect(uses).toContain('統計');
  await steward.context.close();
});

test('the operation opens a municipality, sets its quota, stops and resumes it, and has no way to data', async () => {
  const { page, complaints, context } = await member(browser, instance, 'operator');
  await page.getByRole('heading', { level: 1, name: '運営' }).waitFor();
  await steps.told(page, '運営からデータへの入口はありません');
  await picture(page, 'operator');
  const known = (await rows(page, '自治体の一覧')).join();
  const [code, name] = [
    ['131016', '千代田区'],
    ['131024', '中央区'],
    ['131032', '港区'],
    ['131041', '新宿区'],
  ].find(([code]) => !known.includes(code!))! as [string, string];
  await page.getByRole('button', { name: '自治体を開設する' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^全国地方公共団体コード/ }).fill('131017');
  await dialog.getByRole('textbox', { name: /^正式な名称/ }).fill(name);
  await dialog.getByRole('textbox', { name: /^人口/ }).fill('68000');
  await dialog.getByRole('textbox', { name: /^最初の管理者/ }).fill(`chief-${code}`);
  await dialog.getByRole('button', { name: '開設する' }).click();
  // A code with a wrong check digit is refused by the service, in words.
  await dialog.getByRole('alert').waitFor();
  await dialog.getByRole('textbox', { name: /^全国地方公共団体コード/ }).fill(code);
  await picture(page, 'operator-create');
  await dialog.getByRole('button', { name: '開設する' }).click();
  await steps.told(page, `${name}を開設しました`);
  await page.getByRole('button', { name: `${name}: 割り当てを変える` }).click();
  await dialog.getByRole('textbox', { name: /^保存容量の割り当て/ }).fill('5');
  await dialog.getByRole('button', { name: '保存する' }).click();
  await steps.told(page, '割り当てを変えました');
  await page.getByRole('button', { name: `${name}: 停止する` }).click();
  await confirm(page, '停止する', name);
  await page.getByRole('button', { name: `${name}: 再開する` }).click();
  await confirm(page, '再開する', name);

  await page.getByRole('tab', { name: '利用量と費用' }).click();
  await settled(page);
  await picture(page, 'operator-usage');
  const costs = await downloaded(page, () =>
    page.getByRole('button', { name: 'CSV（Excel用 UTF-8）' }).click(),
  );
  expect(readCsv(costs.path, 'utf-8').join()).toContain('つくば市');
  await page.getByRole('tab', { name: '稼働' }).click();
  await settled(page);
  await picture(page, 'operator-health');
  const health = await rows(page, 'サービスの応答');
  expect(health.length).toBe(5);
  for (const row of health) expect(row).toContain('応答している');
  // Each of the four that have data refused it.
  expect(health.filter((row) => row.includes('断られた'))).toHaveLength(4);
  steps.expectQuiet(complaints);

  // Not by the services either, of a municipality that has all of it.
  const parent = await tenantOf(page, '082201');
  for (const method of [
    'oboro.upload.v1.DatasetService/ListDatasets',
    'oboro.abstraction.v1.AbstractionService/ListAbstractions',
    'oboro.verification.v1.VerificationService/ListVerdicts',
    'oboro.aggregation.v1.StatisticService/ListStatistics',
    'oboro.audit.v1.AuditService/ListEvents',
  ]) {
    const { status, body } = await tryCall(page, method, { parent });
    expect([method, status, body.code]).toEqual([method, 403, 'permission_denied']);
  }
  await context.close();
});
