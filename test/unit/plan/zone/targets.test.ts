import { describe, expect, test } from 'vitest';
import type { ServiceFacts, ZoneTarget } from '../../../../src/plan/host/target.ts';
import {
  levelTarget,
  rememberTarget,
  resolveTarget,
  targetName,
  type FormerSet,
  type TargetMemory,
} from '../../../../src/plan/zone/targets.ts';
import { APEX, coturn } from '../host/host-facts.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 24 * 3_600_000;
const former = (address: string, levelSince?: number): FormerSet => ({
  addresses: [address],
  ttlSeconds: 60,
  levelSince,
});
const memory = (rest: Partial<TargetMemory> = {}): TargetMemory => ({
  addresses: ['10.0.20.203'],
  since: NOW - DAY,
  former: [],
  ...rest,
});
const at = (...addresses: string[]): ZoneTarget => ({ ...APEX, addresses });

test.each([
  { record: '@', want: 'example.com' },
  { record: 'ingress', want: 'ingress.example.com' },
])('the record of target $record is $want', ({ record, want }) => {
  expect(targetName(record, 'example.com')).toBe(want);
});

describe('a target', () => {
  const SPEC = {
    record: 'ingress',
    serviceRef: { namespace: 'coturn', name: 'coturn' },
    ingressClassNames: ['edge'],
    ttlSeconds: 30,
  };
  const resolve = (service: ServiceFacts | undefined, known?: TargetMemory): ZoneTarget =>
    resolveTarget(SPEC, 'example.com', {
      services: { service: () => service, services: () => [] },
      balancerNames: new Map(),
      memory: known,
    });

  test('has the live addresses of its Service, whatever it had', () => {
    expect(resolve(coturn(), memory())).toMatchObject({
      record: 'ingress.example.com',
      ttlSeconds: 30,
      classes: ['edge'],
      service: SPEC.serviceRef,
      addresses: ['10.0.20.205'],
      kept: undefined,
      clusterIPs: ['10.100.0.5'],
    });
  });

  test.each<{
    name: string;
    service: ServiceFacts | undefined;
    known?: TargetMemory;
    addresses: readonly string[];
    kept: string;
  }>([
    {
      name: 'whose balancer went blank keeps the last addresses',
      service: coturn({ balancer: [] }),
      known: memory(),
      addresses: ['10.0.20.203'],
      kept: 'Service coturn/coturn: its load balancer has no address',
    },
    {
      name: 'whose Service is gone keeps them too',
      service: undefined,
      known: memory(),
      addresses: ['10.0.20.203'],
      kept: 'Service coturn/coturn does not exist',
    },
    {
      name: 'whose Service is no load balancer any more keeps them too',
      service: coturn({ type: 'ClusterIP' }),
      known: memory(),
      addresses: ['10.0.20.203'],
      kept: 'Service coturn/coturn has type ClusterIP, not LoadBalancer',
    },
    {
      name: 'that never had any has none',
      service: undefined,
      addresses: [],
      kept: 'Service coturn/coturn does not exist',
    },
  ])('$name', ({ service, known, addresses, kept }) => {
    expect(resolve(service, known)).toMatchObject({ addresses, kept });
  });

  test('has the ClusterIPs that are addresses', () => {
    expect(resolve(coturn({ clusterIPs: ['None', ''] })).clusterIPs).toEqual([]);
    expect(resolve(undefined).clusterIPs).toEqual([]);
  });
});

describe('the memory of a target', () => {
  test('begins with the first addresses', () => {
    expect(rememberTarget(undefined, at('10.0.20.203'), NOW)).toEqual({
      addresses: ['10.0.20.203'],
      since: NOW,
      former: [],
    });
  });

  test('is the same object where nothing changed', () => {
    const before = memory({ former: [former('10.0.20.1')] });
    expect(rememberTarget(before, at('10.0.20.203'), NOW)).toBe(before);
  });

  test.each<{ name: string; before: TargetMemory; now: ZoneTarget; want: readonly FormerSet[] }>([
    {
      name: 'the set that was left, newest first',
      before: memory({ former: [former('10.0.20.1', NOW - DAY)] }),
      now: at('10.0.20.204'),
      want: [former('10.0.20.203'), former('10.0.20.1', NOW - DAY)],
    },
    {
      name: 'a set that lost one of its addresses',
      before: memory({ addresses: ['10.0.20.1', '10.0.20.2'] }),
      now: at('10.0.20.1'),
      want: [{ ...former(''), addresses: ['10.0.20.1', '10.0.20.2'] }],
    },
    {
      name: 'nothing of a time without addresses',
      before: memory({ addresses: [], former: [former('10.0.20.1')] }),
      now: at('10.0.20.204'),
      want: [former('10.0.20.1')],
    },
    {
      name: 'five sets at most',
      before: memory({ former: ['1', '2', '3', '4', '5'].map((last) => former(`10.0.20.${last}`)) }),
      now: at('10.0.20.204'),
      want: [former('10.0.20.203'), ...['1', '2', '3', '4'].map((last) => former(`10.0.20.${last}`))],
    },
    {
      name: 'none that every server left 7 days ago, but one that a server may still give',
      before: memory({
        former: [former('10.0.20.1', NOW - 7 * DAY + 1), former('10.0.20.2', NOW - 7 * DAY), former('10.0.20.3')],
      }),
      now: at('10.0.20.204'),
      want: [former('10.0.20.203'), former('10.0.20.1', NOW - 7 * DAY + 1), former('10.0.20.3')],
    },
  ])('holds $name', ({ before, now, want }) => {
    expect(rememberTarget(before, now, NOW)).toEqual({ addresses: now.addresses, since: NOW, former: want });
  });

  test('becomes level once, and not again later', () => {
    const before = memory({ former: [former('10.0.20.2'), former('10.0.20.1', NOW - DAY)] });
    const level = levelTarget(before, NOW);
    expect(level.former).toEqual([former('10.0.20.2', NOW), former('10.0.20.1', NOW - DAY)]);
    expect(levelTarget(level, NOW + DAY)).toBe(level);
  });
});
