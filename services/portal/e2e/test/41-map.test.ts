// Maps by their pixels: meshes computed from their codes, towns as points, boundaries of a municipality's own.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import {
  downloaded,
  launch,
  type Person,
  picture,
  settled,
  shoot,
  signIn,
  violations,
} from '../src/browser';
import { Instance, SHARED } from '../src/instance';
import {
  canvasShares,
  classesIn,
  drawnMap,
  pngShares,
  shownShare,
  SUPPRESSED,
} from '../src/pictures';
import { basis, prepare } from '../src/population';
import * as steps from '../src/steps';
import { serviceTable } from '../src/tables';

const instance = new Instance(inject('state'));
const CODE = '221309';
const DATE = '2025-12-01';
const mark = process.env['OBORO_E2E_STATE'] ? Date.now().toString(36) : 'land';
let browser: Browser;
let analyst: Person;
let meshes = '';
let towns = '';
let ages = '';

beforeAll(async () => {
  await prepare(instance);
  // So many people that most towns may be shown.
  const register = await basis(instance, 'hamamatsu', DATE, 30_000);
  towns = await statistic(register, '町丁目別男女別人口', 'town,sex', 'town=ward');
  // Of another date: of the same one the ledger holds tables together.
  const earlier = await basis(instance, 'hamamatsu', '2025-11-01', 8000);
  ages = await statistic(earlier, '年齢別男女別人口', 'age_band,sex');
  meshes = await statistic(
    await squares(),
    '250mメッシュ別世帯類型別世帯数',
    'mesh250,kind',
    'mesh250=mesh500',
  );
  browser = await launch();
  analyst = await signIn(browser, instance, 'hamamatsu-analyst', '/', { axe: true });
  await analyst.page.waitForURL(/\/t\//);
  await settled(analyst.page);
});
afterAll(() => browser.close());

/** Makes a table by the client; its id. */
async function statistic(
  { abstraction, verdict }: { abstraction: string; verdict: string },
  title: string,
  by: string,
  within?: string,
): Promise<string> {
  const made = (await instance.oboro(
    ...(['hamamatsu-analyst', CODE, 'statistics', 'create', '--display-name', title] as const),
    ...[
      '--abstraction',
      abstraction,
      '--verdict',
      verdict,
      '--by',
      by,
      ...(within ? ['--within', within] : []),
    ],
  )) as { statistic: { name: string } };
  return made.statistic.name.split('/').at(-1)!;
}

/** A file with a mesh a record, denser to the middle: its codes are all that a map needs. */
async function squares(): Promise<{ abstraction: string; verdict: string }> {
  const id = `households-${mark}`;
  const files = {
    schema: `dataset: households
title: {ja: 世帯の所在, en: Households}
encoding: utf-8
delimiter: ","
key: [番号]
error_limit: 0
columns:
  - {name: 番号, type: digits, required: true, length: 6}
  - {name: メッシュ, type: digits, required: true, length: 10}
  - {name: 類型, type: code, required: true, codes: ["1", "2"]}
`,
    recipe: `recipe: households
title: {ja: 世帯の抽象化, en: Households}
reference: none
unlisted: refuse
direct_identifiers: [番号]
drop: [番号]
columns:
  - {name: mesh250, source: メッシュ, transform: keep}
  - {name: mesh500, source: メッシュ, transform: hierarchy, prefix: 9}
  - {name: kind, source: 類型, transform: keep}
quasi_identifiers: [mesh250, mesh500, kind]
sensitive: []
`,
    csv: records(),
  };
  const path = (name: keyof typeof files) =>
    join(instance.state, '..', `${id}.${name === 'csv' ? 'csv' : `${name}.yaml`}`);
  for (const name of ['schema', 'recipe', 'csv'] as const) writeFileSync(path(name), files[name]);
  const steward = (...words: string[]) => instance.oboro('hamamatsu-steward', CODE, ...words);
  await steward('recipes', 'create', id, '--file', path('recipe'));
  await steward(
    ...['datasets', 'create', id, '--display-name', '世帯の所在', '--department', 'citizens'],
    ...['--schema', path('schema')],
  );
  const { snapshot } = (await steward(
    ...['upload', path('csv'), '--dataset', id, '--reference-date', DATE],
  )) as { snapshot: { name: string } };
  await steward('abstraction', 'run', '--snapshot', snapshot.name, '--recipe', id);
  const { abstractions } = (await steward('abstraction', 'list')) as {
    abstractions: { name: string; snapshot: string }[];
  };
  const { name } = abstractions.find((one) => one.snapshot === snapshot.name)!;
  await steward('verification', 'run', '--abstraction', name, '--policy', 'default');
  const { verdicts } = (await steward('verification', 'list')) as {
    verdicts: { name: string; abstraction: string }[];
  };
  return { abstraction: name, verdict: verdicts.find((one) => one.abstraction === name)!.name };
}

/** 24 × 24 quarter meshes (250 m) of six by six third meshes in Hamamatsu, each with 4 to 120 households. */
function records(): string {
  const lines = ['番号,メッシュ,類型'];
  for (let y = 0; y < 24; y++) {
    for (let x = 0; x < 24; x++) {
      const third = `523705${Math.floor(y / 4) + 2}${Math.floor(x / 4) + 2}`;
      const quarter = (row: number, column: number) => String(1 + column + 2 * row);
      const code = third + quarter((y >> 1) & 1, (x >> 1) & 1) + quarter(y & 1, x & 1);
      const near = 1 - Math.min(1, Math.hypot(x - 11, y - 13) / 15);
      const households = 4 + Math.round(116 * near * near) + ((x * 7 + y * 5) % 4);
      for (let i = 0; i < households; i++)
        lines.push(`${String(lines.length).padStart(6, '0')},${code},${i % 3 === 0 ? 2 : 1}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A CSV of the towns with their places, as a municipality would have it. */
function positions(): { town: string; lat: number; lng: number }[] {
  const folder = join(SHARED, 'data/towns');
  return readdirSync(folder)
    .filter((name) => name.startsWith('2213'))
    .flatMap(
      (name) =>
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
          town: string;
          lat: number | null;
          lng: number;
        }[],
    )
    .flatMap(({ town, lat, lng }) => (lat === null ? [] : [{ town, lat, lng }]));
}

async function openMap(page: Page, id: string, query = ''): Promise<void> {
  await page.goto(`${steps.home(page)}/statistics/${id}?tab=map${query}`);
  await settled(page);
}

/** What 「図（PNG）」 and 「図（SVG）」 of 「持ち出す」 hold. */
async function pictures(page: Page): Promise<{ png: Buffer; svg: string }> {
  const take = async (what: string) => {
    await page.getByRole('button', { name: '持ち出す' }).click();
    const file = await downloaded(page, () =>
      page.getByRole('menuitem', { name: what, exact: true }).click(),
    );
    return readFileSync(file.path);
  };
  return { png: await take('図（PNG）'), svg: (await take('図（SVG）')).toString('utf8') };
}

test('a pyramid of a whole city has a bar for nearly every age', async () => {
  const { page } = analyst;
  await page.goto(`${steps.home(page)}/statistics/${ages}?tab=chart&chart=pyramid`);
  await settled(page);
  const chart = page.getByRole('img', { name: /のグラフ。/ });
  await chart.waitFor();
  await picture(page, 'pyramid', chart);
  const bars = (await steps.tableText(page, 'グラフのデータ')).slice(1);
  const answer = await serviceTable(page);
  for (const [age, ...figures] of bars)
    expect([age, ...figures.map((text) => text.replaceAll(',', ''))]).toEqual([
      age,
      ...['男', '女'].map((sex) => answer.at({ age_band: age!, sex })),
    ]);
  expect(bars.filter(([, man]) => /^\d/.test(man!)).length).toBeGreaterThan(15);
});

test('meshes of 250 m are drawn from their codes, and of 500 m one level above', async () => {
  const { page } = analyst;
  await openMap(page, meshes);
  await steps.told(page, '576区域のうち576区域の位置が分かりました。');
  // They need no file.
  expect(await page.getByText('区域の位置が要ります').count()).toBe(0);
  const fine = await canvasShares(page, await drawnMap(page));
  expect(shownShare(fine)).toBeGreaterThan(0.05);
  expect(fine[SUPPRESSED]).toBeGreaterThan(0.01);
  expect(classesIn(fine)).toBeGreaterThanOrEqual(4);
  await picture(page, 'map-mesh', page.locator('[data-drawn]'));
  await shoot(page, 'statistic-map-mesh');
  expect(await violations(page)).toEqual([]);

  const answer = await serviceTable(page);
  const figures = await steps.tableText(page, '地図のデータ');
  for (const [code, value] of figures.slice(1, 30))
    expect([code, value!.replaceAll(',', '')]).toEqual([code, answer.at({ mesh250: code! })]);

  await page
    .getByRole('combobox', { name: '区分の細かさ' })
    .selectOption({ label: '500mメッシュ' });
  await steps.told(page, '144区域のうち144区域の位置が分かりました。');
  const address = page.url();
  const coarse = await canvasShares(page, await drawnMap(page));
  expect(classesIn(coarse)).toBeGreaterThanOrEqual(4);
  // Four squares in one are above the threshold where one alone is not.
  expect(coarse[SUPPRESSED]).toBeLessThan(fine[SUPPRESSED]);
  await page.reload();
  await steps.told(page, '144区域のうち144区域の位置が分かりました。');
  expect(page.url()).toBe(address);
});

test('the files hold the drawn meshes too', async () => {
  const { page } = analyst;
  await openMap(page, meshes);
  await drawnMap(page);
  const { png, svg } = await pictures(page);
  const shares = await pngShares(page, png);
  expect(shownShare(shares)).toBeGreaterThan(0.1);
  expect(classesIn(shares)).toBeGreaterThanOrEqual(4);
  expect([...svg.matchAll(/<path /g)].length).toBe(576);
  expect(svg).toContain('秘匿');
});

test('towns are points where a CSV places them, and areas where a GeoJSON bounds them', async () => {
  const { page, complaints } = analyst;
  await page.goto(`${steps.home(page)}/statistics/${towns}`);
  await settled(page);
  await picture(page, 'table', page.getByRole('tablist', { name: '見方' }));
  await openMap(page, towns);
  await steps.told(page, /^区域の位置が要ります/);
  const csv = join(instance.state, '..', 'positions.csv');
  const places = positions();
  const lines = places.map(({ town, lat, lng }) => `${town},${lat},${lng}`);
  writeFileSync(csv, ['町丁目,緯度,経度', ...new Set(lines), ''].join('\n'));
  await page.locator('input[type=file]').setInputFiles(csv);
  await page.getByText(/区域のうち\d+区域の位置が分かりました/).waitFor();
  const points = await canvasShares(page, await drawnMap(page));
  expect(shownShare(points)).toBeGreaterThan(0.005);
  expect(classesIn(points)).toBeGreaterThanOrEqual(4);
  await picture(page, 'map', page.locator('[data-drawn]'));
  await shoot(page, 'statistic-map-points');

  const answer = await serviceTable(page);
  const figures = await steps.tableText(page, '地図のデータ');
  for (const [town, value] of figures.slice(1, 30))
    expect([town, value!.replaceAll(',', '')]).toEqual([town, answer.at({ town: town! })]);

  const bounds = join(instance.state, '..', 'bounds.geojson');
  const named = new Map(places.map((place) => [place.town, place]));
  const features = [...named.values()].map(({ town, lat, lng }) => {
    const [n, e] = [0.008, 0.01];
    const ring = [
      [lng - e, lat - n],
      [lng + e, lat - n],
      [lng + e, lat + n],
      [lng - e, lat + n],
      [lng - e, lat - n],
    ];
    return {
      type: 'Feature',
      properties: { S_NAME: town },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
  });
  writeFileSync(bounds, JSON.stringify({ type: 'FeatureCollection', features }));
  await page.locator('input[type=file]').setInputFiles(bounds);
  await steps.told(page, '使っているファイル: bounds.geojson');
  const areas = await canvasShares(page, await drawnMap(page));
  expect(shownShare(areas)).toBeGreaterThan(0.005);
  const { png, svg } = await pictures(page);
  expect(shownShare(await pngShares(page, png))).toBeGreaterThan(0.01);
  expect(svg).toContain('bounds.geojson');
  await page.getByRole('button', { name: '位置のファイルを忘れる' }).click();
  await steps.told(page, /^区域の位置が要ります/);
  steps.expectQuiet(complaints.filter((text) => !/WebGL/.test(text)));
});
