import { expect, test } from 'vitest';
import { createHostChanges } from '../../../../src/controller/probe/host-changes.ts';
import type { FormerSet } from '../../../../src/plan/zone/targets.ts';

const DAY = 24 * 3_600_000;
const set = (address: string, levelSince?: number): FormerSet => ({
  addresses: [address],
  cname: undefined,
  ttlSeconds: 300,
  levelSince,
});

/** Changes of hosts whose status remembers `stored`, at a time that can be set. */
const setUp = (stored: readonly FormerSet[] = []) => {
  const time = { now: 10 * DAY };
  const changes = createHostChanges({
    storedChange: () => ({ at: 5, isNew: false }),
    storedFormer: () => stored,
    now: () => time.now,
  });
  return { time, changes };
};

test('a host that did not change since our start is as its status says', () => {
  const { changes } = setUp([set('10.0.0.1', 9 * DAY)]);
  expect(changes.of('git')).toEqual({ at: 5, isNew: false });
  expect(changes.formerOf('git')).toEqual([set('10.0.0.1', 9 * DAY)]);
});

test('a change is remembered with what it left behind, the newest first', () => {
  const { time, changes } = setUp([set('10.0.0.1', 9 * DAY)]);
  changes.changed('git', false, set('10.0.0.2'));
  expect(changes.of('git')).toEqual({ at: 10 * DAY, isNew: false });
  expect(changes.formerOf('git')).toEqual([set('10.0.0.2'), set('10.0.0.1', 9 * DAY)]);
  time.now += 1000;
  changes.becameLevel('git');
  expect(changes.formerOf('git')).toEqual([set('10.0.0.2', 10 * DAY + 1000), set('10.0.0.1', 9 * DAY)]);
});

test('the wish and the write that fulfils it leave one set behind, not two', () => {
  const { time, changes } = setUp();
  changes.changed('git', false, set('10.0.0.1'));
  time.now += 50;
  changes.changed('git', false, set('10.0.0.1'));
  expect(changes.formerOf('git')).toEqual([set('10.0.0.1')]);
  expect(changes.of('git').at).toBe(10 * DAY + 50);
  changes.becameLevel('git');
  changes.changed('git', false, set('10.0.0.1'));
  expect(changes.formerOf('git')).toHaveLength(2);
});

test('an alias is another thing than the addresses of the same time', () => {
  const { changes } = setUp();
  changes.changed('git', false, { ...set('10.0.0.1'), cname: 'a.example.net' });
  changes.changed('git', false, { ...set('10.0.0.1'), cname: 'b.example.net' });
  expect(changes.formerOf('git')).toHaveLength(2);
});

test('five sets are kept, and for seven days', () => {
  const { time, changes } = setUp();
  for (let index = 1; index <= 7; index += 1) changes.changed('git', false, set(`10.0.0.${index}`));
  expect(changes.formerOf('git').map(({ addresses }) => addresses[0])).toEqual([
    '10.0.0.7',
    '10.0.0.6',
    '10.0.0.5',
    '10.0.0.4',
    '10.0.0.3',
  ]);
  changes.becameLevel('git');
  time.now += 7 * DAY - 1;
  expect(changes.formerOf('git')).toHaveLength(5);
  time.now += 1;
  expect(changes.formerOf('git')).toEqual([]);
});

test('a forgotten host begins anew', () => {
  const { changes } = setUp();
  changes.changed('git', true, undefined);
  expect(changes.of('git').isNew).toBe(true);
  changes.forget('git');
  expect(changes.of('git')).toEqual({ at: 5, isNew: false });
});
