import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pause } from '../../../src/controller/pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const isOverAfter = async (ms: number, wait: Promise<void>): Promise<boolean> => {
  let over = false;
  void wait.then(() => (over = true));
  await vi.advanceTimersByTimeAsync(ms);
  return over;
};

test('ends when its time has passed', async () => {
  const wait = pause(100, new AbortController().signal);
  expect(await isOverAfter(99, wait)).toBe(false);
  expect(await isOverAfter(1, wait)).toBe(true);
});

test('ends when the signal is aborted, and leaves no timer behind', async () => {
  const stop = new AbortController();
  const wait = pause(100, stop.signal);
  stop.abort();
  expect(await isOverAfter(0, wait)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('does not begin where the signal is aborted', async () => {
  expect(await isOverAfter(0, pause(100, AbortSignal.abort()))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
