// One instance for all test files: started before them, purged after them.
import type { TestProject } from 'vitest/node';

import { Instance, isBuilt } from './instance';

declare module 'vitest' {
  interface ProvidedContext {
    state: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!isBuilt()) throw new Error('the portal is not built: run services/portal/build');
  // A state folder that is given is somebody's running instance, and stays.
  const given = process.env['OBORO_E2E_STATE'];
  const instance = given ? new Instance(given) : await Instance.start();
  project.provide('state', instance.state);
  return async () => {
    if (!given) await instance.purge();
  };
}
