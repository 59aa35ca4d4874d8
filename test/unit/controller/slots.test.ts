import { expect, test } from 'vitest';
import { createSlots } from '../../../src/controller/slots.ts';

/** The waits of as many as ask at the same time. */
const take = (slots: { take(): number }, count: number): number[] => Array.from({ length: count }, () => slots.take());

test('gives a burst at once, then one moment after the other', () => {
  const slots = createSlots(50, 3, () => 0);
  expect(take(slots, 6)).toEqual([0, 0, 0, 20, 40, 60]);
});

test('gives no burst where none is wanted', () => {
  const slots = createSlots(10, 1, () => 1_000);
  expect(take(slots, 3)).toEqual([0, 100, 200]);
});

test('gives whoever asks in time a moment at once, for ever', () => {
  let now = 0;
  const slots = createSlots(10, 2, () => now);
  const waits: number[] = [];
  for (; now < 10_000; now += 100) waits.push(slots.take());
  expect(new Set(waits)).toEqual(new Set([0]));
});

test('gives the burst back after a quiet time, as much of it as was quiet', () => {
  let now = 0;
  const slots = createSlots(10, 3, () => now);
  expect(take(slots, 4)).toEqual([0, 0, 0, 100]);
  now = 300;
  expect(take(slots, 3)).toEqual([0, 0, 100]);
  now = 60_000;
  expect(take(slots, 4)).toEqual([0, 0, 0, 100]);
});

test('keeps to so many a second however they come', () => {
  let now = 0;
  const slots = createSlots(50, 10, () => now);
  const moments: number[] = [];
  for (const pause of [0, 0, 5, 0, 130, 1, 0, 0, 7, 0]) {
    now += pause;
    for (let asked = 0; asked < 20; asked += 1) moments.push(now + slots.take());
  }
  const inSecond = moments.map((from) => moments.filter((at) => at >= from && at < from + 1_000).length);
  expect(Math.max(...inSecond)).toBeLessThanOrEqual(60);
});
