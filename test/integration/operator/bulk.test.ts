import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const IMPORT = '/api/zones/import';
const ADD = '/api/zones/records/add';
const HOSTS = '/apis/splithorizon.dev/v1alpha1/splithorizonhosts';
/** For hundreds of hosts, on a busy machine. */
const SOON = { timeout: 90_000, interval: 50 } as const;
/** Requests under way at once while Ingresses are created. */
const SENDERS = 32;

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `h${String(n).padStart(4, '0')}`);
const lines = (hosts: readonly string[]): string[] => [
  '@ A 60 10.0.20.203 ours',
  ...hosts.map((host) => `${host} CNAME 300 @ ours`),
];

/** Creates an Ingress for each host, as fast as the API server takes them. */
const createAll = async (zone: TestZone, hosts: readonly string[]): Promise<void> => {
  const left = [...hosts];
  const send = async (): Promise<void> => {
    for (let host = left.pop(); host !== undefined; host = left.pop()) await zone.ingress(host, [host]);
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
};

describe.each(apiServers('many hosts'))('on the $name', { timeout: 240_000 }, (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
  });
  afterEach(async () => {
    await world.technitium.heal();
    world.technitium.resetCounts();
  });
  afterAll(() => world.stop());

  /** How many SplitHorizonHosts a zone has. */
  const objects = async ({ name }: TestZone): Promise<number> => {
    const { items = [] } = (await world.client.get(HOSTS)).body;
    return items.filter(({ spec }) => String(spec?.['host']).endsWith(name)).length;
  };

  it('1,000 Ingresses at once are published by one import', async () => {
    const zone = await world.zone();
    const hosts = names(1_000);
    await createAll(zone, hosts);
    const operator = await world.start();
    await expect.poll(zone.records, SOON).toEqual(lines(hosts));
    expect(world.technitium.calls(IMPORT)).toBe(1);
    // The target, and what was wished while the zone was read.
    expect(world.technitium.calls(ADD)).toBeLessThan(20);
    expect(await zone.ask('h0999', 'A')).toEqual(['10.0.20.203']);
    await expect.poll(() => objects(zone), SOON).toBe(hosts.length);
    await operator.stop();
  });

  it('names that somebody takes before the zone is read again are left out of an import, and stay theirs', async () => {
    const zone = await world.zone();
    const operator = await world.start();
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    await zone.console.add('h0007', { type: 'CNAME', value: 'elsewhere.example.net.', ttl: 900, comments: 'by hand' });
    await zone.console.add('h0008', { type: 'A', value: '10.0.30.8', ttl: 900 });
    const theirs = ['h0007 CNAME 900 elsewhere.example.net by hand', 'h0008 A 900 10.0.30.8 -'];
    const hosts = names(250);
    await zone.ingress('all', hosts);
    const ours = lines(hosts.filter((host) => host !== 'h0007' && host !== 'h0008'));
    await expect.poll(zone.records, SOON).toEqual([...ours, ...theirs].sort());
    expect(world.technitium.calls(IMPORT)).toBe(1);
    for (const host of ['h0007', 'h0008']) await expect.poll(() => zone.word(host), SOON).toBe('False Conflict');
    await operator.stop();
  });

  it('250 hosts are published by single calls where import is not allowed', async () => {
    const zone = await world.zone();
    const hosts = names(250);
    await zone.ingress('all', hosts);
    world.technitium.errorText('Access was denied.', { path: IMPORT });
    const operator = await world.start();
    await expect.poll(zone.records, SOON).toEqual(lines(hosts));
    expect(world.technitium.calls(IMPORT)).toBe(1);
    await operator.stop();
  });

  it('kill -9 in the middle of an import of 300 hosts: the next start converges and writes nothing twice', async () => {
    const zone = await world.zone();
    const hosts = names(300);
    await zone.ingress('all', hosts);
    world.technitium.latency(500, IMPORT);
    const first = await world.spawn();
    await expect.poll(() => world.technitium.calls(IMPORT), SOON).toBe(1);
    await first.stop();
    // The target was there before what points to it, and the server goes on with what it was sent.
    await expect.poll(zone.records, SOON).toEqual(lines(hosts));
    const serial = world.technitium.serial(zone.name);
    const second = await world.spawn();
    await expect.poll(() => objects(zone), SOON).toBe(hosts.length);
    expect(zone.records()).toEqual(lines(hosts));
    expect(world.technitium.serial(zone.name)).toBe(serial);
    await second.stop();
  });

  it('kill -9 in the middle of many single writes: the next start converges', async () => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0, free: 100 } } });
    const hosts = names(150);
    await zone.ingress('all', hosts);
    world.technitium.latency(20, ADD);
    for (const enough of [30, 90]) {
      const operator = await world.spawn();
      await expect.poll(() => zone.records().length, SOON).toBeGreaterThan(enough);
      await operator.stop();
      expect(zone.records().length).toBeLessThan(hosts.length);
    }
    const operator = await world.spawn();
    await expect.poll(zone.records, SOON).toEqual(lines(hosts));
    await zone.patch('Ingress', 'all', { spec: { rules: [{ host: zone.at('h0000') }] } });
    await expect.poll(() => zone.records().length, SOON).toBeLessThan(120);
    await operator.stop();
  });
});
