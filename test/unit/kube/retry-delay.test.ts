import { expect, it } from 'vitest';
import { retryDelayMs } from '../../../src/kube/retry-delay.ts';

const shape = { firstMs: 250, mostMs: 30_000 };

it.each([
  { name: 'the first time', failures: 1, random: 1, retryAfterMs: undefined, want: 250 },
  { name: 'with luck, half of it', failures: 1, random: 0, retryAfterMs: undefined, want: 125 },
  { name: 'doubled with each failure', failures: 4, random: 1, retryAfterMs: undefined, want: 2_000 },
  { name: 'never longer than the most', failures: 20, random: 1, retryAfterMs: undefined, want: 30_000 },
  { name: 'however long it lasts', failures: 1e6, random: 1, retryAfterMs: undefined, want: 30_000 },
  { name: 'behind what the server asked for', failures: 1, random: 1, retryAfterMs: 3_000, want: 3_250 },
  { name: 'but not for a day', failures: 1, random: 1, retryAfterMs: 86_400_000, want: 60_250 },
])('waits $name', ({ failures, random, retryAfterMs, want }) => {
  expect(retryDelayMs(shape, failures, random, retryAfterMs)).toBe(want);
});
