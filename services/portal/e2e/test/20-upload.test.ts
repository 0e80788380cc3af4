// Uploads that are cut: by the services' death, by the portal's, by another tab.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { call, ended, tenantOf } from '../src/api';
import { launch, type Person, signIn } from '../src/browser';
import { Instance, until } from '../src/instance';
import { prepare } from '../src/population';
import { tusUpload } from '../src/tus';

const SNAPSHOTS = 'oboro.upload.v1.SnapshotService';
const instance = new Instance(inject('state'));
let browser: Browser;
let steward: Person;
let dataset: string;
let file: Buffer;

beforeAll(async () => {
  await prepare(instance);
  browser = await launch();
  steward = await signIn(browser, instance, 'tsukuba-steward');
  dataset = `${await tenantOf(steward.page, '082201')}/datasets/resident-register`;
  const path = join(instance.state, '..', 'upload.csv');
  await instance.oboro(
    'tsukuba-steward',
    '',
    ...'synth --municipality 082201 --population 40000 --as-of 2025-04-01 --out'.split(' '),
    path,
  );
  file = readFileSync(path);
});
afterAll(() => browser.close());

const open = async (): Promise<string> => {
  const { snapshot } = await call<{ snapshot: { name: string } }>(
    steward.page,
    `${SNAPSHOTS}/CreateSnapshot`,
    {
      parent: dataset,
      referenceDate: '2025-04-01',
      requestId: crypto.randomUUID(),
    },
  );
  return snapshot.name;
};

/** Closes the snapshot and has it checked: a byte that was lost, doubled or changed would show. */
const expectWhole = async (name: string): Promise<void> => {
  const { operation } = await call<{ operation: { name: string } }>(
    steward.page,
    `${SNAPSHOTS}/CompleteSnapshot`,
    {
      name,
      totalBytes: String(file.length),
    },
  );
  expect(await ended(steward.page, operation.name)).toMatchObject({
    state: 'OPERATION_STATE_SUCCEEDED',
  });
  const { snapshot } = await call<{ snapshot: { records: string; errors?: string } }>(
    steward.page,
    `${SNAPSHOTS}/GetSnapshot`,
    { name },
  );
  expect(snapshot.records).toBe('40000');
  expect(snapshot.errors ?? '0').toBe('0');
};

test('goes on where it was after oborod and the portal were killed', async () => {
  const name = await open();
  let restarted: Promise<unknown> = Promise.resolve();
  const killed: string[] = [];
  const killAt = (victim: string, sent: number, share: number) => {
    if (killed.includes(victim) || sent < file.length * share) return;
    killed.push(victim);
    // One restart after the other: they share the instance's lock.
    restarted = restarted.then(() => {
      instance.kill(victim);
      return instance.restart();
    });
  };
  await tusUpload(instance, steward.page, name, file, {
    chunkSize: Math.ceil(file.length / 5),
    onProgress: (sent) => {
      killAt('oborod', sent, 0.3);
      killAt('portal', sent, 0.7);
    },
  });
  await restarted;
  expect(killed).toEqual(['oborod', 'portal']);
  await expectWhole(name);
});

test('a second tab takes over and the first one does not write between its bytes', async () => {
  const name = await open();
  let second: Promise<unknown> | undefined;
  const first = tusUpload(instance, steward.page, name, file, {
    chunkSize: Math.ceil(file.length / 4),
    onProgress: (sent) => {
      if (sent > file.length / 3) second ??= tusUpload(instance, steward.page, name, file);
    },
  });
  await Promise.all([
    first,
    until('the second tab', () => second !== undefined).then(() => second),
  ]);
  await expectWhole(name);
});

test('what is not an open snapshot of the person is no place to upload to', async () => {
  const other = await signIn(browser, instance, 'hamamatsu-steward');
  const name = await open();
  const refused = (snapshot: string, who = steward) =>
    tusUpload(instance, who.page, snapshot, file, { retryDelays: [] }).then(
      () => 'accepted',
      (error: { originalResponse?: { getStatus(): number } }) =>
        error.originalResponse?.getStatus(),
    );
  expect(await refused(name, other)).toBe(404);
  expect(await refused(`${dataset}/snapshots/none`)).toBe(404);
  expect(await refused('tenants/x')).toBe(400);
  const { url } = await tusUpload(instance, steward.page, name, file);
  // The address of somebody else's upload is nobody's.
  const statuses = await other.page.evaluate(
    async (paths) =>
      Promise.all(
        paths.map(
          async (path) =>
            (await fetch(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })).status,
        ),
      ),
    [new URL(url).pathname, '/files/forged'],
  );
  expect(statuses).toEqual([404, 404]);
  await other.context.close();
});
