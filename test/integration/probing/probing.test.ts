import { vi } from 'vitest';

/*
 * Most of the time here is waiting: for second looks, which are 3 s apart, and for TTLs. So all tests run beside each
 * other, each on a stage of its own, which they do within one file only.
 */
vi.setConfig({ maxConcurrency: 30, testTimeout: 90_000 });

await import('./story.ts');
await import('./verdicts.ts');
await import('./moves.ts');
await import('./caches.ts');
await import('./pace.ts');
await import('./quiet.ts');
await import('./search.ts');
await import('./metrics.ts');
