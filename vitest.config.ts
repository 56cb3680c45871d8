import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests that change their process (its environment, which SDK clients keep) or start the whole stack in it. */
const changesItsProcess =
  /support\/(services|handlers|stack|step-functions-api)\.ts|process\.env\b|stubEnv|chaos-stack/;
const alone = globSync('test/**/*.test.ts').filter((file) => changesItsProcess.test(readFileSync(file, 'utf8')));

const shared = {
  setupFiles: ['test/support/property-seed.ts'],
  // Real PostgreSQL, sharp and sockets on two cores: a slow machine is not a failed test.
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-setup.ts'],
    maxWorkers: 2,
    projects: [
      // Files that share a process import each package once: half of the time of a run was imports.
      { test: { ...shared, name: 'together', include: ['test/**/*.test.ts'], exclude: alone, isolate: false } },
      { test: { ...shared, name: 'alone', include: alone } },
    ],
  },
});
