// A data holding section's whole work in the page: a published file in CP932, and a register with defects.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call } from '../src/api';
import { downloaded, launch, member, type Person, picture, settled } from '../src/browser';
import { readCsv } from '../src/files';
import { Instance, SHARED } from '../src/instance';
import { prepare } from '../src/population';
import * as steps from '../src/steps';

const instance = new Instance(inject('state'));
// An instance that was given may have had this journey before.
const mark = process.env['OBORO_E2E_STATE'] ? `-${Date.now().toString(36)}` : '';
let browser: Browser;
let steward: Person;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  steward = await member(browser, instance, 'tsukuba-steward');
});
afterAll(() => browser.close());

test('88,961 parties of accidents in CP932: from the new dataset to the verdict', async () => {
  const { page, complaints } = steward;
  await steps.addDataset(page, '交通事故 補充票', '交通事故 補充票', `accidents${mark}`);
  await steps.chooseFile(page, join(SHARED, 'data/npa/hojuhyo_2019.csv'), '2019-12-31');
  await steps.tryOut(page);
  const end = await steps.send(page);
  expect(end).toContain('88,961件、エラー 0件、アラート 0件');
  expect(end).toContain('受け入れました。次は抽象化です。');
  await steps.abstract(page, /交通事故 補充票の抽象化/);
  expect(await steps.fact(page, '件数')).toBe('88,961');
  const columns = await steps.tableText(page, '列');
  expect(columns.slice(1).map((row) => row[0])).toContain('injury');
  await steps.verify(page, /交通事故補充票の方針/);
  expectTiers(await page.locator('main').innerText());
  steps.expectQuiet(complaints);
});

test('a register with defects: findings read, downloaded, settled in bulk, then abstracted and verified', async () => {
  const { page, complaints } = steward;
  const { file, truth } = await register(3000, 5);
  await steps.addDataset(page, '住民基本台帳', '住民基本台帳（点検用）', `register-checked${mark}`);
  await steps.chooseFile(page, file, '2025-10-01');
  await steps.tryOut(page);
  expect(await steps.send(page)).toContain('エラーの確認が必要です。');
  await page.getByRole('link', { name: 'エラーを確認する' }).click();
  await page.getByRole('heading', { level: 1, name: /^エラー確認/ }).waitFor();
  await settled(page);

  await picture(page, 'findings');
  const findings = await listed(page);
  const csv = await downloaded(page, () =>
    page.getByRole('button', { name: 'CSV（UTF-8 BOM付き、Excel用）' }).click(),
  );
  expect(csv.name).toBe('エラー一覧_住民基本台帳（点検用）_2025-10-01.csv');
  expect(readFileSync(csv.path).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  const [head, ...rows] = readCsv(csv.path, 'utf-8');
  expect(head).toEqual(['行', '項目', '規則', '重さ', '値', '直し方', '対応', '理由']);
  // Every finding that the service has, and every defect that the synthesis put in, at its place.
  const places = rows.map(([row, column]) => `${row} ${column}`);
  expect(places).toEqual(findings.map(({ row, column }) => `${row} ${column ?? ''}`));
  expect(rows.map((row) => row[4])).toEqual(findings.map(({ value }) => value ?? ''));
  for (const { row, column } of truth) expect(places).toContain(`${row} ${column}`);
  const cp932 = await downloaded(page, () =>
    page.getByRole('button', { name: 'CSV（CP932）' }).click(),
  );
  const kana = readCsv(cp932.path, 'shift_jis');
  expect(kana.map((row) => row.slice(0, 4))).toEqual(
    [head!, ...rows].map((row) => row.slice(0, 4)),
  );

  // Some by their boxes, a rule as a whole, and what is left at once.
  const groups = page.getByRole('navigation', { name: '規則ごとの件数' });
  await groups.getByRole('link', { name: /続柄の書き方/ }).click();
  await settled(page);
  await page
    .getByRole('checkbox', { name: /行目の続柄を選択/ })
    .first()
    .check();
  await page.getByRole('button', { name: '選んだものの対応を決める' }).click();
  await settle(page, '承認する', '台帳の記載どおりのため', 1);
  await groups.getByRole('link', { name: /同じキーのレコード/ }).click();
  await settled(page);
  await page.getByRole('button', { name: 'この規則をまとめて決める' }).click();
  const doubled = truth.filter(({ kind }) => kind === 'DUPLICATE_KEY').length;
  await settle(page, '除外する', '抽出の誤りのため', doubled);
  // A rule of which something is decided: that stays unless somebody says otherwise.
  await groups.getByRole('link', { name: /続柄の書き方/ }).click();
  await settled(page);
  await page.getByRole('button', { name: 'この規則をまとめて決める' }).click();
  const dialog = page.getByRole('dialog', { name: '対応を決める' });
  const anew = dialog.getByRole('checkbox', { name: '先に決めた1件も、この対応に置き換える' });
  expect(await anew.isChecked()).toBe(false);
  await dialog.getByRole('button', { name: 'キャンセル' }).click();
  await groups.getByRole('link', { name: /すべての規則/ }).click();
  await settled(page);
  await page.getByRole('button', { name: '残りすべての対応を決める' }).click();
  await settle(page, '承認する', '住民記録システムで修正予定のため', null);
  await steps.told(page, 'この時点を受け入れました');
  await steps.told(page, 'すべて決まりました');
  // What was decided before the rest is as it was.
  const after = await listed(page);
  expect(after.filter(({ reason }) => reason === '台帳の記載どおりのため')).toHaveLength(1);
  const excluded = after.filter(({ rule }) => rule === 'DUPLICATE_KEY');
  expect(excluded).toHaveLength(doubled);
  for (const { settlement, reason } of excluded)
    expect([settlement, reason]).toEqual(['SETTLEMENT_EXCLUDED', '抽出の誤りのため']);

  await steps.abstract(page, /住民基本台帳の抽象化/);
  expect(await steps.fact(page, '件数')).toBe('3,000');
  await steps.verify(page, /default/);
  expectTiers(await page.locator('main').innerText());
  await expectCombinations(page);
  steps.expectQuiet(complaints);
});

test('a register that is sent back is destroyed, and its section is told what to do', async () => {
  const { page, complaints } = steward;
  const { file } = await register(400, 9);
  await steps.open(page, `data/register-checked${mark}`);
  await steps.chooseFile(page, file, '2025-11-01');
  await steps.tryOut(page);
  await steps.send(page);
  await page.getByRole('link', { name: 'エラーを確認する' }).click();
  await settled(page);
  await page.getByRole('button', { name: '残りすべての対応を決める' }).click();
  // Without a choice and a reason nothing is sent.
  const dialog = page.getByRole('dialog', { name: '対応を決める' });
  await dialog.getByRole('button', { name: '決定する' }).click();
  await dialog.getByText('対応を選んでください。').waitFor();
  await dialog.getByText('理由を入力してください。').waitFor();
  await settle(page, '差し戻す', '元のファイルを直すため', null);
  await steps.told(page, 'この時点は差戻しになりました');
  await page.getByRole('link', { name: 'もう一度アップロード' }).click();
  await page.getByRole('heading', { level: 1, name: '時点のアップロード' }).waitFor();
  steps.expectQuiet(complaints);
});

interface Defect {
  row: number;
  kind: string;
  column: string;
}

/** A synthetic register and the truth about its defects. */
async function register(people: number, seed: number): Promise<{ file: string; truth: Defect[] }> {
  const file = join(instance.state, '..', `register-${seed}.csv`);
  const manifest = `${file}.json`;
  const words = `synth --municipality 082201 --population ${people} --as-of 2025-10-01 --defects 0.004`;
  await instance.oboroText(
    ...words.split(' '),
    ...['--seed', String(seed), '--manifest', manifest, '--out', file],
  );
  const { defects } = JSON.parse(readFileSync(manifest, 'utf8')) as { defects: Defect[] };
  return { file, truth: defects };
}

interface Finding {
  row: string;
  column?: string;
  value?: string;
  rule: string;
  settlement?: string;
  reason?: string;
}

/** The findings of the snapshot whose page is open, as the service has them. */
async function listed(page: Page): Promise<Finding[]> {
  const [, dataset, snapshot] = /data\/([^/]+)\/([^/]+)\/findings/.exec(page.url())!;
  const tenant = steps.home(page).replace('/t/', 'tenants/');
  const { findings } = await call<{ findings: Finding[] }>(
    page,
    'oboro.upload.v1.SnapshotService/ListFindings',
    { parent: `${tenant}/datasets/${dataset}/snapshots/${snapshot}`, pageSize: 1000 },
  );
  return findings;
}

async function settle(page: Page, what: string, why: string, count: number | null): Promise<void> {
  const dialog = page.getByRole('dialog', { name: '対応を決める' });
  await dialog.getByRole('radio', { name: new RegExp(`^${what}`) }).check();
  await dialog.getByRole('textbox', { name: /^理由/ }).fill(why);
  await picture(page, 'findings-settle');
  await dialog.getByRole('button', { name: '決定する' }).click();
  await dialog.waitFor({ state: 'detached' });
  await steps.told(
    page,
    count === null ? /件の対応を決めました/ : `${count}件の対応を決めました。`,
  );
  await settled(page);
}

interface Combination {
  columns: string[];
  recordsBelowK?: string;
  uniques?: string;
  classes: string;
}

/** The columns that together single people out are those that the service measured, worst first, with its figures. */
async function expectCombinations(page: Page): Promise<void> {
  const name = new URL(page.url()).pathname.replace('/t/', 'tenants/');
  const { verdict } = await call<{
    verdict: {
      figures: { combinationsK: string; combinations: Combination[]; without: Combination[] };
    };
  }>(page, 'oboro.verification.v1.VerificationService/GetVerdict', { name });
  const { combinationsK, combinations, without } = verdict.figures;
  expect(combinations.length).toBeGreaterThan(0);
  const section = page.getByRole('region', { name: '誰か分かりやすい列の組み合わせ' });
  await section.getByText(`${combinationsK}件未満の組に入る件数です`).waitFor();
  for (const [caption, expected] of [
    ['件数の少ない組を作る列の組み合わせ', combinations],
    [
      '1つの列を外した場合',
      without.toSorted((a, b) => Number(a.recordsBelowK ?? 0) - Number(b.recordsBelowK ?? 0)),
    ],
  ] as const) {
    const [, ...rows] = await steps.tableText(page, caption);
    expect(rows.map(([columns]) => columns!.split(/\s×\s/).length)).toEqual(
      expected.map(({ columns }) => columns.length),
    );
    expect(rows.map((row) => [1, 3, 4].map((at) => steps.number(row[at]!)))).toEqual(
      expected.map(({ recordsBelowK, uniques, classes }) =>
        [recordsBelowK, uniques, classes].map((figure) => Number(figure ?? 0)),
      ),
    );
  }
  // Names of columns only: no value of a person stands in it.
  expect(await section.innerText()).not.toMatch(/\d歳|男|女/);
  await picture(page, 'verdict-combinations', section);
}

/** The three sentences that tell a reader what may be made. */
function expectTiers(text: string): void {
  expect(text).toMatch(/庁内向けの統計を作れます/);
  expect(text).toMatch(/公表向けの統計は作れません/);
}
