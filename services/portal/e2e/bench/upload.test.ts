// Memory of the back end while 1 GB goes through it, in one PATCH. OBORO_E2E=bench services/portal/test e2e
import { createReadStream, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, inject, test } from 'vitest';

import { call, tenantOf } from '../src/api';
import { launch, signIn } from '../src/browser';
import { Instance } from '../src/instance';
import { prepare } from '../src/population';
import { tusUpload } from '../src/tus';

const SIZE = 1_000_000_000;
const SNAPSHOTS = 'oboro.upload.v1.SnapshotService';

test('1 GB', { timeout: 900_000 }, async () => {
  const instance = new Instance(inject('state'));
  await prepare(instance);
  const browser = await launch();
  const { page } = await signIn(browser, instance, 'tsukuba-steward');
  const { snapshot } = await call<{ snapshot: { name: string } }>(
    page,
    `${SNAPSHOTS}/CreateSnapshot`,
    {
      parent: `${await tenantOf(page, '082201')}/datasets/resident-register`,
      referenceDate: '2025-04-01',
      requestId: crypto.randomUUID(),
    },
  );
  // From a file, as a browser reads it: a generator would be sent chunk by chunk.
  const file = join(instance.state, '..', 'large.csv');
  writeFileSync(file, Buffer.alloc(SIZE, '北条一丁目,'));
  const before = instance.memory('portal');
  const began = Date.now();
  await tusUpload(instance, page, snapshot.name, createReadStream(file), {
    uploadSize: SIZE,
    chunkSize: SIZE,
  });
  const seconds = (Date.now() - began) / 1000;
  const mb = (n: number) => Math.round(n / 1e6);
  console.log(
    `portal: ${mb(before)} MB before, ${mb(instance.memory('portal', true))} MB at most; ${seconds.toFixed(1)} s, ${mb(SIZE / seconds)} MB/s`,
  );
  rmSync(file);
  expect(instance.memory('portal', true)).toBeLessThan(400e6);
  await call(page, `${SNAPSHOTS}/DestroySnapshot`, { name: snapshot.name });
  await browser.close();
});
