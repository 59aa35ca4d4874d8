import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { INTERVALS } from '../../../../src/controller/intervals.ts';
import { createNudges } from '../../../../src/controller/probe/nudges.ts';
import type { FoundServer } from '../../../../src/plan/zone/server-list.ts';
import type { TechnitiumClient } from '../../../../src/technitium/client.ts';
import { TechnitiumError, type TechnitiumReason } from '../../../../src/technitium/errors.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const server = (name: string, url: string | undefined = `http://${name}:5380`): FoundServer => ({
  ...{ name, address: '192.0.2.2', maxLagSeconds: undefined },
  nudge: url === '' ? undefined : { url, secretName: undefined },
});

/** Copies at URLs, each of which takes every nudge unless it refuses with a reason. */
const setUp = () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const world = { identity: 'dns1 today' as string | undefined, refuse: new Map<string, TechnitiumReason>() };
  const [told, refused]: [string[], string[]] = [[], []];
  let connections = 0;
  let changes = 0;
  const nudges = createNudges({
    zone: 'example.com',
    connect: (nudge) => {
      connections += 1;
      const url = 'url' in nudge ? nudge.url : nudge.node;
      const client: Pick<TechnitiumClient, 'resync' | 'session'> = {
        resync: () => {
          told.push(url);
          const reason = world.refuse.get(url);
          return reason === undefined ? Promise.resolve() : Promise.reject(new TechnitiumError(reason, 'no'));
        },
        session: () =>
          Promise.resolve({
            ...{ version: '15.2', dnsServerDomain: 'dns1', uptimestamp: 'today', canModifyZones: true },
            ...{ clusterInitialized: false, clusterNodes: [] },
          }),
      };
      return Promise.resolve(client as TechnitiumClient);
    },
    primaryIdentity: () => world.identity,
    changed: () => (changes += 1),
    refused: (name) => refused.push(name),
    intervals: INTERVALS,
    now: Date.now,
    signal: stop.signal,
  });
  return {
    ...{ world, nudges, told, refused },
    connections: () => connections,
    changes: () => changes,
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
};
const A = 'http://a:5380';

test('a copy is told when it is found, and at once after a change', async () => {
  const { nudges, told, connections, pass } = setUp();
  nudges.update([server('a'), server('silent', '')]);
  await pass(1_000);
  expect(told).toEqual([A]);
  nudges.changed();
  await pass(1);
  expect(told).toEqual([A, A]);
  expect(connections()).toBe(1);
});

test('of many changes together it is told twice: of the first, and when that is done', async () => {
  const { nudges, told, pass } = setUp();
  nudges.update([server('a')]);
  await pass(1_000);
  for (let n = 0; n < 1_000; n += 1) nudges.changed();
  await pass(10);
  for (let n = 0; n < 1_000; n += 1) nudges.changed();
  await pass(10_000);
  expect(told).toHaveLength(3);
});

test('it is reminded, but not all the time', async () => {
  const { nudges, told, pass } = setUp();
  nudges.update([server('a')]);
  for (let n = 0; n < 12; n += 1) {
    await pass(5_000);
    nudges.remind('a');
    nudges.remind('nobody');
  }
  expect(told).toHaveLength(5);
});

test.each(['AccessDenied', 'NotAuthenticated', 'LoginBlocked'] as const)(
  'one that answers %s is left alone for five minutes, and that is said once',
  async (reason) => {
    const { world, nudges, told, refused, pass } = setUp();
    world.refuse.set(A, reason);
    nudges.update([server('a')]);
    for (let n = 0; n < 29; n += 1) {
      await pass(10_000);
      nudges.changed();
    }
    expect([told.length, refused]).toEqual([1, ['a']]);
    world.refuse.clear();
    await pass(20_000);
    nudges.changed();
    await pass(1);
    expect(told).toHaveLength(2);
  },
);

test('one that is away is connected to anew at the next change', async () => {
  const { world, nudges, told, connections, pass } = setUp();
  world.refuse.set(A, 'Unreachable');
  nudges.update([server('a')]);
  await pass(1_000);
  world.refuse.clear();
  nudges.changed();
  await pass(1);
  expect([told.length, connections()]).toEqual([2, 2]);
});

test('one that holds the zone as its own is another primary, unless it is the very one that we write on', async () => {
  const { world, nudges, changes, pass } = setUp();
  world.refuse.set(A, 'NotACopy');
  nudges.update([server('a')]);
  await pass(1_000);
  expect([nudges.isOtherPrimary('a'), nudges.isUnsettled('a')]).toEqual([false, false]);
  world.identity = 'dns2 today';
  nudges.changed();
  await pass(1);
  expect([nudges.isOtherPrimary('a'), nudges.isUnsettled('a'), changes()]).toEqual([true, true, 1]);
  world.refuse.clear();
  await pass(20_000);
  nudges.remind('a');
  await pass(1);
  expect([nudges.isOtherPrimary('a'), nudges.isUnsettled('a'), changes()]).toEqual([false, false, 2]);
});

test('before the primary is known nobody is called another one, but is asked again', async () => {
  const { world, nudges, pass } = setUp();
  world.identity = undefined;
  world.refuse.set(A, 'NotACopy');
  nudges.update([server('a')]);
  await pass(1_000);
  expect([nudges.isOtherPrimary('a'), nudges.isUnsettled('a')]).toEqual([false, true]);
});

test('one that is not listed any more is told nothing, and one with another API is told there', async () => {
  const { nudges, told, pass } = setUp();
  nudges.update([server('a'), server('b')]);
  await pass(1_000);
  told.length = 0;
  nudges.update([server('a', 'http://c:5380')]);
  await pass(1_000);
  nudges.changed();
  await pass(1_000);
  expect(told).toEqual(['http://c:5380', 'http://c:5380']);
});
