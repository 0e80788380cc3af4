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

const CODES = { tsukuba: '082201', hamamatsu: '221309' };

/**
 * A register of a city at DATE, accepted, abstracted and verified by the client: what a table can be made of. The page
 * knows it as 「resident-register | DATE | default」.
 */
export async function basis(
  instance: Instance,
  city: keyof typeof CODES,
  date: string,
  people = 2500,
): Promise<{ abstraction: string; verdict: string }> {
  const code = CODES[city];
  const file = join(instance.state, '..', `register-${city}-${date}.csv`);
  const words = `synth --municipality ${code} --population ${people} --as-of ${date} --seed 3 --out`;
  await instance.oboroText(...words.split(' '), file);
  const steward = (...rest: string[]) => instance.oboro(`${city}-steward`, code, ...rest);
  const { snapshot } = (await steward(
    ...['upload', file, '--dataset', 'resident-register', '--reference-date', date],
  )) as { snapshot: { name: string } };
  await steward(
    ...['abstraction', 'run', '--snapshot', snapshot.name, '--recipe', 'resident-register'],
  );
  const { abstractions } = (await steward('abstraction', 'list')) as {
    abstractions: { name: string; snapshot: string }[];
  };
  const { name } = abstractions.find((one) => one.snapshot === snapshot.name)!;
  await steward('verification', 'run', '--abstraction', name, '--policy', 'default');
  const { verdicts } = (await steward('verification', 'list')) as {
    verdicts: { name: string; abstraction: string }[];
  };
  return {
    abstraction: name,
    verdict: verdicts.find((one) => one.abstraction === name)!.name,
  };
}
