import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One project per level of what is real, and one for tests that measure time, which run alone: see test/README.md. */
export default defineConfig({
  test: {
    silent: 'passed-only',
    // Most tests wait for something most of the time: cores are not what they lack.
    maxWorkers: Math.max(4, availableParallelism()),
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/probing/**'],
          isolate: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          // For commands that are started as processes: Node keeps what it compiled.
          env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
        },
      },
      { test: { name: 'probing', include: ['test/integration/probing/*.test.ts'], sequence: { groupOrder: 1 } } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
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
