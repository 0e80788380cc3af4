// A file whose headers and codes are another system's: matched once, saved, and used for the next file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call } from '../src/api';
import { launch, member, type Person, picture, settled } from '../src/browser';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
const dataset = `other-system-${Date.now().toString(36)}`;
const PROFILE = '住基システム 2026年度出力';
let browser: Browser;
let steward: Person;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  steward = await member(browser, instance, 'tsukuba-steward');
});
afterAll(() => browser.close());

/** A register in UTF-8 in which 性別 is called otherwise and written in words. */
async function foreign(date: string, seed: number): Promise<string> {
  const path = join(instance.state, '..', `foreign-${seed}.csv`);
  const words = `synth --municipality 082201 --population 300 --as-of ${date} --seed ${seed} --out`;
  await instance.oboroText(...words.split(' '), path);
  const [head, ...lines] = new TextDecoder('shift_jis').decode(readFileSync(path)).split(/\r?\n/);
  const names = head!.split(',');
  const at = names.indexOf('性別');
  names[at] = '性別表記';
  const changed = lines.filter(Boolean).map((line) => {
    const values = line.split(',');
    values[at] = { '1': '男', '2': '女' }[values[at]!] ?? values[at]!;
    return values.join(',');
  });
  writeFileSync(path, [names.join(','), ...changed, ''].join('\n'));
  return path;
}

test('headers and codes are matched in the first upload, and read by the saved profile in the second', async () => {
  const { page, complaints } = steward;
  await steps.addDataset(page, '住民基本台帳', '住民基本台帳（別システム）', dataset);
  await steps.chooseFile(page, await foreign('2025-04-01', 21), '2025-04-01');
  const sex = page.getByRole('combobox', { name: '「性別表記」を読む項目' });
  await sex.waitFor();
  expect(await sex.inputValue()).toBe('');
  await steps.told(page, '対応する見出しがない項目');
  await sex.selectOption('性別');
  for (const [from, to] of [
    ['男', '1'],
    ['女', '2'],
  ] as const) {
    await page.getByRole('combobox', { name: `性別の「${from}」を置き換える値` }).selectOption(to);
  }
  await page.getByRole('textbox', { name: /^設定の名前/ }).fill(PROFILE);
  await picture(page, 'upload-profile', page.getByRole('textbox', { name: /^設定の名前/ }));
  await page.getByRole('button', { name: '次へ' }).click();
  await steps.told(page, '読み取り設定を保存しました');
  await page.getByText('問題は見つかりませんでした').waitFor();
  await page.getByRole('button', { name: '次へ' }).click();
  expect(await steps.send(page)).toContain('300件、エラー 0件');

  // The next file: chosen with the profile, everything is matched already and nothing is asked.
  await steps.open(page, `data/${dataset}`);
  await page.getByRole('link', { name: '新しい時点をアップロード' }).first().click();
  await page.locator('input[type=file]').setInputFiles(await foreign('2025-10-01', 22));
  await page.getByRole('textbox', { name: /^時点/ }).fill('2025-10-01');
  await page.getByRole('combobox', { name: /^読み取り設定/ }).selectOption({ label: PROFILE });
  await page.getByRole('button', { name: '次へ' }).click();
  await sex.waitFor();
  await settled(page);
  expect(await sex.inputValue()).toBe('性別');
  expect(await page.getByRole('textbox', { name: /^設定の名前/ }).count()).toBe(0);
  await page.getByRole('button', { name: '次へ' }).click();
  await page.getByText('問題は見つかりませんでした').waitFor();
  await page.getByRole('button', { name: '次へ' }).click();
  expect(await steps.send(page)).toContain('300件、エラー 0件');

  const parent = `${steps.home(page).replace('/t/', 'tenants/')}/datasets/${dataset}`;
  const { profiles } = await call<{ profiles: { name: string; displayName: string }[] }>(
    page,
    'oboro.upload.v1.ProfileService/ListProfiles',
    { parent },
  );
  expect(profiles.map(({ displayName }) => displayName)).toEqual([PROFILE]);
  const { snapshots } = await call<{ snapshots: { profile?: string }[] }>(
    page,
    'oboro.upload.v1.SnapshotService/ListSnapshots',
    { parent },
  );
  expect(snapshots.map(({ profile }) => profile)).toEqual([profiles[0]!.name, profiles[0]!.name]);
  steps.expectQuiet(complaints);
});
