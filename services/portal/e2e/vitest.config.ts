import { defineConfig } from 'vitest/config';

import { ByName } from './src/sequencer';

export default defineConfig({
  test: {
    // Journeys; or, by OBORO_E2E, the look of the pages, or the figures.
    include: [`${process.env['OBORO_E2E'] ?? 'test'}/**/*.test.ts`],
    globalSetup: './src/setup.ts',
    setupFiles: ['./src/failures.ts'],
    // One browser and one instance on two cores: files run one after another, in the order of their names.
    fileParallelism: false,
    isolate: false,
    sequence: { shuffle: false, sequencer: ByName },
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 180_000,
    hookTimeout: 300_000,
    reporters: ['verbose'],
  },
});
