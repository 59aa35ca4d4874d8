import { describe, expect, test } from 'vitest';
import { storedAudience, wasInternal } from '../../../../src/controller/probe/stored-audience.ts';
import type { HostStatus } from '../../../../src/model/api.ts';

const failing = (vantage: string) => ({
  vantage,
  nameserver: '10.0.20.1',
  verdict: 'External',
  answers: ['203.0.113.10'],
});
const status = (verdict: string, more?: number, ...vantages: string[]): HostStatus => ({
  audiences: [{ name: 'LAN', verdict, failing: vantages.map(failing), ...(more !== undefined && { more }) }],
  conditions: [{ type: 'LANResolve', status: 'False', reason: 'Hairpin', message: 'm', observedGeneration: 1 }],
});

test('an audience is read as it would be written again', () => {
  const given = status('External', undefined, 'lan-a');
  expect(storedAudience(given, 'LAN')).toEqual({
    audience: {
      verdict: 'External',
      failing: [failing('lan-a')],
      more: 0,
      condition: { status: 'False', reason: 'Hairpin', message: 'm' },
    },
    report: {
      stored: given.audiences?.[0],
      faults: [{ ...failing('lan-a'), expected: [], cause: 'Hairpin' }],
      condition: { type: 'LANResolve', status: 'False', reason: 'Hairpin', message: 'm' },
    },
  });
});

test.each([
  { name: 'the cause of the worst', given: status('External', 0, 'lan-a'), want: 'External Hairpin' },
  { name: 'Mixed where the audience is', given: status('Mixed', 0, 'lan-a'), want: 'Mixed External' },
  { name: 'no cause beside a worse one', given: status('Stale', 0, 'lan-a'), want: 'External External' },
])('a fault that is remembered has $name', ({ given, want }) => {
  const faults = storedAudience(given, 'LAN')?.report?.faults ?? [];
  expect(faults.map(({ verdict, cause }) => `${verdict} ${cause}`)).toEqual([want]);
});

test('nothing is read where nothing is said', () => {
  expect(storedAudience({ conditions: [] }, 'LAN')).toBeUndefined();
  expect(storedAudience(status('External'), 'Pods')).toBeUndefined();
  expect(storedAudience({ ...status('External'), conditions: [] }, 'LAN')?.report).toBeUndefined();
});

describe('a host was Internal at a vantage', () => {
  test.each([
    { name: 'where the audience was', given: status('Internal'), want: true },
    { name: 'where another vantage alone is to blame', given: status('External', 0, 'lan-b'), want: true },
    { name: 'not where it is to blame itself', given: status('External', 0, 'lan-b', 'lan-a'), want: false },
    { name: 'not where those to blame are not all listed', given: status('External', 1, 'lan-b'), want: false },
    { name: 'not where nothing is known', given: status('Unknown'), want: false },
  ])('$name', ({ given, want }) => {
    expect(wasInternal(storedAudience(given, 'LAN')!.audience, 'lan-a')).toBe(want);
  });
});
