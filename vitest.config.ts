import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** For commands that are started as processes: Node keeps what it compiled. */
const ENV = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') };
/** Answers must come in time. */
const VERDICTS = ['test/integration/probing/*.test.ts', 'test/cluster/real-*.test.ts'];

/** One project per level of what is real, and one for tests that measure time, which run when all else is over: see test/README.md. */
export default defineConfig({
  test: {
    silent: 'passed-only',
    // Most tests wait for something most of the time: cores are not what they lack.
    maxWorkers: Math.max(6, availableParallelism()),
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, testTimeout: 30_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: VERDICTS,
          isolate: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          env: ENV,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          exclude: VERDICTS,
          isolate: false,
          env: ENV,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'probing',
          include: VERDICTS,
          testTimeout: 90_000,
          // Most of the time here is waiting: for second looks, which are 3 s apart, and for TTLs. So all run at once.
          maxWorkers: 12,
          maxConcurrency: 30,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'containers',
          include: ['test/containers/**/*.test.ts'],
          testTimeout: 120_000,
          // Images may have to be pulled.
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
