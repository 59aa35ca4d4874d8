import { describe, expect, test } from 'vitest';
import type { HostTarget } from '../../../../src/plan/host/decide-host.ts';
import { expectationFor, type Timing } from '../../../../src/plan/verdict/expectation.ts';

const target = (facts: Partial<HostTarget> = {}): HostTarget => ({
  label: 'example.com',
  record: 'example.com',
  addresses: ['10.0.20.203'],
  cname: undefined,
  clusterIPs: ['10.111.111.95', 'fd00::95'],
  alsoSeen: [],
  kept: undefined,
  ...facts,
});
const timing = (facts: Partial<Timing> = {}): Timing => ({
  changedAt: 1000,
  levelAt: 2000,
  isNew: false,
  former: [],
  ...facts,
});
const zone = { soa: undefined, publicBlocks: [{ cidr: '203.0.113.10/32', kind: 'Hairpin' as const }] };
const expectation = (audience: 'Nodes' | 'Pods' | 'LAN', of = target(), times = timing()) =>
  expectationFor('git.example.com', of, audience, { timing: times, zone });

describe('the expected addresses', () => {
  test.each([
    { audience: 'Nodes', want: ['10.0.20.203', '10.111.111.95', 'fd00::95'] },
    { audience: 'Pods', want: ['10.0.20.203', '10.111.111.95', 'fd00::95'] },
    { audience: 'LAN', want: ['10.0.20.203'] },
  ] as const)('of $audience', ({ audience, want }) => {
    expect(expectation(audience).addresses).toEqual(want);
  });

  test('tell the families of the target alone: a ClusterIP makes no AAAA expected', () => {
    expect(expectation('Pods')).toMatchObject({ hasIPv4: true, hasIPv6: false });
    const both = target({ addresses: ['10.0.20.203', 'fd00::203'] });
    expect(expectation('LAN', both)).toMatchObject({ hasIPv4: true, hasIPv6: true });
    expect(expectation('LAN', target({ addresses: ['fd00::203'] }))).toMatchObject({ hasIPv4: false, hasIPv6: true });
  });

  test('of a target that is a name are what that name is; the ClusterIPs are of nobody then', () => {
    const named = target({ record: undefined, addresses: [], cname: 'site.pages.example.net' });
    expect(expectation('Pods', named)).toMatchObject({
      addresses: [],
      cname: 'site.pages.example.net',
      hasIPv4: false,
      hasIPv6: false,
    });
  });
});

test('earlier sets are kept with their TTL, since when they were replaced, and the name that they stood behind', () => {
  const former = [
    { addresses: ['10.0.20.202'], ttlSeconds: 60, levelSince: 1500 },
    { addresses: [], cname: 'old.example.net', ttlSeconds: 300, levelSince: undefined },
  ];
  expect(expectation('LAN', target(), timing({ former })).previous).toEqual([
    { addresses: ['10.0.20.202'], cname: undefined, ttlSeconds: 60, replacedAt: 1500 },
    { addresses: [], cname: 'old.example.net', ttlSeconds: 300, replacedAt: undefined },
  ]);
});

test('the times of the change, and whether the name is new, go along', () => {
  expect(expectation('LAN', target(), timing({ changedAt: 5, levelAt: undefined, isNew: true }))).toMatchObject({
    host: 'git.example.com',
    changedAt: 5,
    levelAt: undefined,
    isNew: true,
    publicBlocks: zone.publicBlocks,
  });
});

test('a denial lives as long as the SOA says, and as by default where none was read', () => {
  const soa = { mname: 'dns1.test', rname: 'hostadmin.dns1.test', refresh: 900, negativeTtl: 30 };
  const about = { timing: timing(), zone: { soa, publicBlocks: [] } };
  const known = expectationFor('git.example.com', target(), 'LAN', about);
  expect(known).toMatchObject({ negativeTtl: 30, soa: { mname: 'dns1.test', rname: 'hostadmin.dns1.test' } });
  expect(expectation('LAN')).toMatchObject({ negativeTtl: 900, soa: undefined });
});
