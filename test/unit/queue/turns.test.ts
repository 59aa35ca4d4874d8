import { expect, test } from 'vitest';
import { inTurns } from '../../../src/queue/turns.ts';

const busyForMs = (ms: number): void => {
  for (const until = performance.now() + ms; performance.now() < until;);
};

test('a little work is done at once', () => {
  const done: number[] = [];
  inTurns([1, 2], (n) => done.push(n));
  expect(done).toEqual([1, 2]);
});

test('much work lets others have their turn in between, and is done in full', async () => {
  const done: number[] = [];
  inTurns([1, 2, 3, 4], (n) => {
    busyForMs(2);
    done.push(n);
  });
  expect(done).toEqual([1]);
  await expect.poll(() => done).toEqual([1, 2, 3, 4]);
});
