import { expect, test } from 'vitest';
import { backoffMs } from '../../../src/queue/backoff.ts';

const SHAPE = { firstMs: 250, mostMs: 60_000 };

test.each<{ name: string; failures: number; random: number; want: number }>([
  { name: 'the first wait, at most', failures: 1, random: 1, want: 250 },
  { name: 'the first wait, at least half of it', failures: 1, random: 0, want: 125 },
  { name: 'twice as long after the second', failures: 2, random: 1, want: 500 },
  { name: 'and after the third', failures: 3, random: 1, want: 1_000 },
  { name: 'half way in between', failures: 3, random: 0.5, want: 750 },
  { name: 'below the ceiling', failures: 8, random: 1, want: 32_000 },
  { name: 'at the ceiling', failures: 9, random: 1, want: 60_000 },
  { name: 'spread out at the ceiling too', failures: 9, random: 0, want: 30_000 },
  { name: 'after days of failures', failures: 1_000_000, random: 1, want: 60_000 },
])('waits $want ms: $name', ({ failures, random, want }) => {
  expect(backoffMs(SHAPE, failures, random)).toBe(want);
});
