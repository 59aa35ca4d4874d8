import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWaker } from '../../../src/controller/waker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
/** Whether a wait is over after so many milliseconds. */
const isOverAfter = async (ms: number, wait: Promise<void>): Promise<boolean> => {
  let over = false;
  void wait.then(() => (over = true));
  await vi.advanceTimersByTimeAsync(ms);
  return over;
};

test('a wait ends when its time has passed', async () => {
  const wait = createWaker().wait(100, never);
  expect(await isOverAfter(99, wait)).toBe(false);
  expect(await isOverAfter(1, wait)).toBe(true);
});

test('a wait ends when woken', async () => {
  const waker = createWaker();
  const wait = waker.wait(100, never);
  waker.wake();
  expect(await isOverAfter(0, wait)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('being woken while nobody waits ends the next wait at once, but only one, however often', async () => {
  const waker = createWaker();
  waker.wake();
  waker.wake();
  expect(await isOverAfter(0, waker.wait(100, never))).toBe(true);
  expect(await isOverAfter(99, waker.wait(100, never))).toBe(false);
});

test('being woken during a wait does not end the next', async () => {
  const waker = createWaker();
  const first = waker.wait(100, never);
  waker.wake();
  await first;
  expect(await isOverAfter(99, waker.wait(100, never))).toBe(false);
});

test('being woken between two waits ends the second', async () => {
  const waker = createWaker();
  const first = waker.wait(10, never);
  await vi.advanceTimersByTimeAsync(10);
  await first;
  waker.wake();
  expect(await isOverAfter(0, waker.wait(100, never))).toBe(true);
});

test('a wait ends when the signal is aborted, and does not begin where it is', async () => {
  const waker = createWaker();
  const stop = new AbortController();
  const wait = waker.wait(100, stop.signal);
  stop.abort();
  expect(await isOverAfter(0, wait)).toBe(true);
  expect(await isOverAfter(0, waker.wait(100, stop.signal))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  { name: 'no time', ms: 0 },
  { name: 'a time that is over', ms: -5 },
])('a wait for $name ends at the next turn', async ({ ms }) => {
  expect(await isOverAfter(0, createWaker().wait(ms, never))).toBe(true);
});

test.each([
  { name: 'longer than a timer can hold', ms: 2 ** 31 },
  { name: 'without end', ms: Infinity },
])('a wait $name is no short one', async ({ ms }) => {
  expect(await isOverAfter(24 * 3_600_000, createWaker().wait(ms, never))).toBe(false);
});
