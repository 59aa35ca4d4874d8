import { expect, test } from 'vitest';
import { createVantageCounts } from '../../../../src/controller/probe/vantage-counts.ts';

test('hosts are counted as words come, change and go', () => {
  const counts = createVantageCounts();
  expect(counts.of('lan')).toBeUndefined();
  expect(counts.put('lan', 'a', true)).toBe(true);
  expect(counts.put('lan', 'b', false)).toBe(true);
  expect(counts.put('lan', 'b', false)).toBe(false);
  expect(counts.of('lan')).toEqual({ total: 2, internal: 1 });
  expect(counts.put('lan', 'b', true)).toBe(true);
  expect(counts.of('lan')).toEqual({ total: 2, internal: 2 });
  expect(counts.put('lan', 'a', undefined)).toBe(true);
  expect(counts.put('lan', 'a', undefined)).toBe(false);
  expect(counts.of('lan')).toEqual({ total: 1, internal: 1 });
});

test('a host that is gone is told to the vantages that had counted it', () => {
  const counts = createVantageCounts();
  counts.put('lan', 'a', true);
  counts.put('pods', 'a', false);
  counts.put('pods', 'b', true);
  counts.put('node', 'b', true);
  expect(counts.forgetHost('a')).toEqual(['lan', 'pods']);
  expect(counts.of('lan')).toEqual({ total: 0, internal: 0 });
  expect(counts.of('pods')).toEqual({ total: 1, internal: 1 });
  counts.forgetVantage('pods');
  expect(counts.of('pods')).toBeUndefined();
});
