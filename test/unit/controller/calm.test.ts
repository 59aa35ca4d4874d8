import { expect, test } from 'vitest';
import { createCalm } from '../../../src/controller/calm.ts';

const setUp = () => {
  const time = { now: 1_000_000 };
  return { time, calm: createCalm(() => time.now, 5_000) };
};

test('a figure is written once it has stood still for five seconds', () => {
  const { time, calm } = setUp();
  expect(calm.waitFor('lan', '1/2')).toBe(5000);
  time.now += 4000;
  expect(calm.waitFor('lan', '1/2')).toBe(1000);
  expect(calm.waitFor('lan', '2/2')).toBe(5000);
  time.now += 5000;
  expect(calm.waitFor('lan', '2/2')).toBe(0);
});

test('one that keeps moving is written once a minute', () => {
  const { time, calm } = setUp();
  const written: number[] = [];
  for (let second = 0; second <= 200; second += 1) {
    if (calm.waitFor('lan', String(second)) === 0) {
      written.push(second);
      calm.settle('lan');
    }
    time.now += 1000;
  }
  expect(written).toEqual([60, 121, 182]);
});

test('one that went back to what is stored begins anew, and each has its own time', () => {
  const { time, calm } = setUp();
  calm.waitFor('lan', '1/2');
  time.now += 4000;
  calm.settle('lan');
  expect(calm.waitFor('lan', '1/2')).toBe(5000);
  expect(calm.waitFor('pods', '1/2')).toBe(5000);
});
