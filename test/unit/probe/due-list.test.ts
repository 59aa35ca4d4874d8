import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDueList } from '../../../src/probe/due-list.ts';

const drain = (list: ReturnType<typeof createDueList>, now: number): string[] => {
  const taken: string[] = [];
  for (let name = list.take(now); name !== undefined; name = list.take(now)) taken.push(name);
  return taken;
};

test('names come when they are due, the earliest first', () => {
  const list = createDueList();
  list.add('c', 30);
  list.add('a', 10);
  list.add('b', 20);
  expect(list.nextAt).toBe(10);
  expect(drain(list, 20)).toEqual(['a', 'b']);
  expect(list.nextAt).toBe(30);
  expect(drain(list, 30)).toEqual(['c']);
  expect(list.nextAt).toBe(Infinity);
});

test('of two times the earlier stands, whichever was said first', () => {
  const list = createDueList();
  list.add('a', 30);
  list.add('a', 10);
  list.add('b', 10);
  list.add('b', 30);
  expect(drain(list, 10)).toEqual(['b', 'a'].sort());
  expect(drain(list, 100)).toEqual([]);
});

test('a name that was taken may be planned again', () => {
  const list = createDueList();
  list.add('a', 10);
  list.add('a', 5);
  expect(drain(list, 5)).toEqual(['a']);
  list.add('a', 10);
  expect(drain(list, 10)).toEqual(['a']);
});

test('any plan comes out once per name, at its earliest time, in order of time', { timeout: 60_000 }, () => {
  const plan = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(20)), { maxLength: 30 });
  fc.assert(
    fc.property(plan, (entries) => {
      const list = createDueList();
      const want = new Map<string, number>();
      for (const [name, at] of entries) {
        list.add(name, at);
        want.set(name, Math.min(at, want.get(name) ?? Infinity));
      }
      const got = new Map<string, number>();
      for (let now = 0; now <= 20; now += 1) for (const name of drain(list, now)) got.set(name, now);
      expect(got).toEqual(want);
    }),
    { numRuns: 500 },
  );
});
