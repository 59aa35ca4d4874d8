import { expect, test } from 'vitest';
import { createHostTallies } from '../../../src/controller/host-tallies.ts';
import type { HostStatus } from '../../../src/model/api.ts';

const condition = (text: string) => {
  const [type = '', status = '', reason = ''] = text.split(' ');
  return { type, status, reason, message: '' };
};
/** Causes are of External verdicts; the other reasons are the verdicts' own names. */
const verdictOf = (reason: string): string => (reason === 'Hairpin' || reason === 'Edge' ? 'External' : reason);
const status = (zone: string | undefined, ...conditions: string[]): HostStatus => ({
  ...(zone !== undefined && { zone }),
  audiences: conditions
    .map(condition)
    .filter(({ type }) => type.endsWith('Resolve'))
    .map(({ type, reason }) => ({ name: type.replace('Resolve', ''), verdict: verdictOf(reason), failing: [] })),
  conditions: conditions.map(condition),
});
const NOTHING = { total: 0, ready: 0, conflicting: 0, failing: new Map(), unknown: 0 };

test('hosts count for their zone: ready, in conflict, failing by the reason of their worst audience, unknown', () => {
  const tallies = createHostTallies();
  tallies.put('a', status('z', 'Ready True Published'));
  tallies.put('b', status('z', 'RecordPublished False Conflict', 'Ready False Conflict'));
  tallies.put('c', status('z', 'NodesResolve False Hairpin', 'LANResolve False External', 'Ready False Hairpin'));
  tallies.put('d', status('z', 'NodesResolve False Mixed', 'PodsResolve False Edge', 'LANResolve False Hairpin'));
  tallies.put('e', status('z', 'NodesResolve Unknown Unknown'));
  tallies.put('f', status('other', 'Ready True Published'));
  expect(tallies.of('z')).toEqual({
    total: 5,
    ready: 1,
    conflicting: 1,
    failing: new Map([['Hairpin', 2]]),
    unknown: 1,
  });
});

test('only what changes the counts is told, with every zone that it changes', () => {
  const tallies = createHostTallies();
  expect(tallies.put('a', status('z', 'NodesResolve False Hairpin'))).toEqual(['z']);
  expect(tallies.put('a', status('z', 'NodesResolve False Hairpin'))).toEqual([]);
  expect(tallies.put('a', status('z', 'NodesResolve False Edge'))).toEqual(['z']);
  expect(tallies.of('z').failing).toEqual(new Map([['Edge', 1]]));
  expect(tallies.put('a', status('below', 'Ready True Published'))).toEqual(['z', 'below']);
  expect(tallies.of('z')).toEqual(NOTHING);
  expect(tallies.of('below')).toMatchObject({ total: 1, ready: 1 });
});

test('a host without a zone, and one that is gone, count nowhere', () => {
  const tallies = createHostTallies();
  tallies.put('a', status('z', 'Ready True Published'));
  expect(tallies.put('a', status(undefined, 'Ready False ZoneMissing'))).toEqual(['z']);
  tallies.put('b', status('z'));
  expect(tallies.forget('b')).toEqual(['z']);
  expect(tallies.forget('b')).toEqual([]);
  expect(tallies.of('z')).toEqual(NOTHING);
});
