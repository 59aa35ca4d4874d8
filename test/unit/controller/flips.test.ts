import { expect, test } from 'vitest';
import { createFlips, MOST_FLIPS_TOLD } from '../../../src/controller/flips.ts';

const counter = () => {
  const told: string[] = [];
  const timers: (() => void)[] = [];
  const flips = createFlips({
    many: (zone, count) => void told.push(`${zone} ${count}`),
    after: (_ms, callback) => void timers.push(callback),
  });
  return {
    told,
    flip: (zone: string, times: number): boolean[] => Array.from({ length: times }, () => flips.isTold(zone)),
    /** Ends the minutes that run. */
    minute: (): void => timers.splice(0).forEach((end) => end()),
  };
};

test('few flips are told one by one, and nothing more is said', () => {
  const { flip, minute, told } = counter();
  expect(flip('example.com', MOST_FLIPS_TOLD)).not.toContain(false);
  minute();
  expect(told).toEqual([]);
});

test('of many the rest is left out, and their number said when the minute is over', () => {
  const { flip, minute, told } = counter();
  expect(flip('example.com', 154).filter(Boolean)).toHaveLength(MOST_FLIPS_TOLD);
  expect(flip('example.net', 1)).toEqual([true]);
  expect(told).toEqual([]);
  minute();
  expect(told).toEqual(['example.com 154']);
});

test('the next minute begins anew', () => {
  const { flip, minute, told } = counter();
  flip('example.com', 30);
  minute();
  expect(flip('example.com', 1)).toEqual([true]);
  minute();
  expect(told).toHaveLength(1);
});
