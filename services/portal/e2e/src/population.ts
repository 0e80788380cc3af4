// Two cities with their people and one statistic each, made by the client's main job; once for an instance.
import { join } from 'node:path';

import { type Instance, ROOT } from './instance';

const prepared = new Map<string, Promise<unknown>>();

export function prepare(instance: Instance): Promise<unknown> {
  // An instance that was given has people already.
  if (process.env['OBORO_E2E_STATE']) return Promise.resolve();
  let running = prepared.get(instance.state);
  if (!running) {
    const words = 'main-job --population tsukuba=2500,hamamatsu=3000 --seed 1 --documents'.split(
      ' ',
    );
    running = instance.oboroText(...words, join(ROOT, 'deploy')).then(() => documents(instance));
    prepared.set(instance.state, running);
  }
  return running;
}

/** The recipe and the policy of the published accident file, which the main job does not need. */
async function documents(instance: Instance): Promise<void> {
  const file = (kind: string) => join(ROOT, 'deploy', kind, 'npa_hojuhyo.yaml');
  const create = (who: string, kind: string) =>
    instance.oboro(who, '082201', kind, 'create', 'accidents', '--file', file(kind));
  await create('tsukuba-steward', 'recipes');
  await create('tsukuba-privacy', 'policies');
}
