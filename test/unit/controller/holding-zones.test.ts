import { beforeEach, describe, expect, test } from 'vitest';
import { createHoldingZones, type HoldingZones } from '../../../src/controller/holding-zones.ts';
import type { ZoneView } from '../../../src/model/views.ts';

const UPPER = 'example.com';
const LOWER = 'lab.example.com';
const HOST = 'git.lab.example.com';

interface Rest {
  readonly uid?: string;
  readonly policy?: ZoneView['spec']['policy'];
  readonly hosts?: number;
}
const zone = (name: string, { uid = name, policy = 'Sync', hosts = 0 }: Rest = {}): ZoneView => ({
  name,
  uid,
  generation: 1,
  createdAt: 0,
  annotations: {},
  spec: { policy } as ZoneView['spec'],
  status: { conditions: [], hosts: { total: hosts, ready: 0, conflicting: 0 } },
});

let zones: HoldingZones;
beforeEach(() => {
  zones = createHoldingZones();
});

test('a zone with none above holds its hosts, whatever its server says', () => {
  expect(zones.put(zone(UPPER, { policy: 'DryRun' }))).toEqual([UPPER]);
  expect(zones.mark(UPPER, false)).toEqual([]);
  expect([zones.zoneOf(HOST), zones.zoneOf(UPPER), zones.zoneOf('example.net')]).toEqual([UPPER, UPPER, undefined]);
  zones.put(zone('notexample.com'));
  expect(zones.zoneOf('git.notexample.com')).toBe('notexample.com');
});

describe('a zone below another', () => {
  beforeEach(() => void zones.put(zone(UPPER)));

  test('has its hosts until it is known that it cannot be had, and again once it can', () => {
    expect(zones.put(zone(LOWER))).toEqual([LOWER]);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
    expect(zones.mark(LOWER, false)).toEqual([LOWER]);
    expect(zones.zoneOf(HOST)).toBe(UPPER);
    expect(zones.mark(LOWER, false)).toEqual([]);
    expect(zones.mark(LOWER, true)).toEqual([LOWER]);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
  });

  test('keeps them once it has taken them, though its server goes away or its policy says DryRun', () => {
    zones.put(zone(LOWER));
    zones.mark(LOWER, true);
    expect(zones.mark(LOWER, false)).toEqual([]);
    expect(zones.put(zone(LOWER, { policy: 'DryRun' }))).toEqual([]);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
  });

  test('has had hosts before a restart, as its status tells', () => {
    zones.put(zone(LOWER, { hosts: 1 }));
    expect(zones.mark(LOWER, false)).toEqual([]);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
  });

  test('takes none under DryRun, until it may write', () => {
    expect(zones.put(zone(LOWER, { policy: 'DryRun' }))).toEqual([]);
    expect(zones.zoneOf(HOST)).toBe(UPPER);
    expect(zones.put(zone(LOWER, { policy: 'UpsertOnly' }))).toEqual([LOWER]);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
  });

  test('gives them back when it goes, and begins anew when it is made again', () => {
    zones.put(zone(LOWER));
    zones.mark(LOWER, true);
    expect(zones.remove(LOWER)).toEqual([LOWER]);
    expect(zones.zoneOf(HOST)).toBe(UPPER);
    zones.put(zone(LOWER));
    zones.mark(LOWER, true);
    zones.put(zone(LOWER, { uid: 'another' }));
    expect(zones.mark(LOWER, false)).toEqual([LOWER]);
    expect(zones.zoneOf(HOST)).toBe(UPPER);
  });

  test('holds its hosts in any case once the one above is gone', () => {
    zones.put(zone(LOWER));
    zones.mark(LOWER, false);
    expect(zones.remove(UPPER)).toEqual([UPPER, LOWER]);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
  });

  test('may lie below a third: then the longest that can be had has them', () => {
    zones.put(zone(LOWER));
    zones.put(zone(`git.${LOWER}`));
    expect(zones.zoneOf(HOST)).toBe(`git.${LOWER}`);
    zones.mark(`git.${LOWER}`, false);
    zones.mark(LOWER, true);
    expect(zones.zoneOf(HOST)).toBe(LOWER);
  });
});
