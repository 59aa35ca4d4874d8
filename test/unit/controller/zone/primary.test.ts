import { describe, expect, test } from 'vitest';
import { createPrimary } from '../../../../src/controller/zone/primary.ts';
import type { Session, TechnitiumClient } from '../../../../src/technitium/client.ts';
import { TechnitiumError } from '../../../../src/technitium/errors.ts';
import type { ZoneState } from '../../../../src/technitium/zone.ts';

const signal = new AbortController().signal;
const CATALOG = 'cluster-catalog.cl.test';
const node = (name: string, type: 'Primary' | 'Secondary', state = 'Connected'): Session['clusterNodes'][number] => ({
  ...{ name, type, state, url: `https://${name}/`, ipAddresses: ['192.0.2.1'] },
});

/** A server in a cluster, or none; what it and its primary say can be changed. */
const setUp = (remembered?: string) => {
  const world = {
    nodes: [] as Session['clusterNodes'],
    uptimestamp: 'monday',
    isCopy: false,
    cluster: undefined as string | undefined,
  };
  let changes = 0;
  const state = (): ZoneState => ({ serial: 7, type: 'Primary', cluster: world.cluster, modified: undefined });
  const clientOn = (name: string | undefined): TechnitiumClient => {
    const client: Partial<TechnitiumClient> = {
      session: () =>
        Promise.resolve({
          ...{ version: '15.2', canModifyZones: true, dnsServerDomain: name ?? 'here', uptimestamp: world.uptimestamp },
          ...{ clusterInitialized: world.nodes.length > 0, clusterNodes: world.nodes },
        }),
      readSerial: () =>
        name === undefined && world.isCopy
          ? Promise.reject(new TechnitiumError('ZoneNotWritable', 'a copy'))
          : Promise.resolve(state()),
      onNode: clientOn,
    };
    return client as TechnitiumClient;
  };
  const primary = createPrimary({
    zone: 'example.com',
    connect: () => Promise.resolve(clientOn(undefined)),
    remembered,
    changed: () => (changes += 1),
  });
  return { world, primary, changes: () => changes };
};

describe('the primary of a zone', () => {
  test('is the server that is asked, where that is in no cluster', async () => {
    const { primary } = setUp();
    await primary.connect(signal);
    expect([primary.identity, primary.nodes, primary.cluster]).toEqual(['here monday', [], undefined]);
  });

  test('is the primary of its cluster, where the server that is asked has a copy', async () => {
    const { world, primary } = setUp();
    Object.assign(world, { isCopy: true, cluster: CATALOG });
    world.nodes = [node('dns2', 'Secondary', 'Self'), node('dns1', 'Primary')];
    const client = await primary.connect(signal);
    expect(await client.readSerial('example.com', signal)).toMatchObject({ serial: 7 });
    expect(primary.identity).toBe('dns1 monday');
    expect(primary.nodes.map(({ name, isPrimary }) => [name, isPrimary])).toEqual([
      ['dns1', true],
      ['dns2', false],
    ]);
  });

  test('is the server that is asked, where that has a zone of its own beside those of its cluster', async () => {
    const { world, primary } = setUp();
    world.nodes = [node('dns2', 'Secondary', 'Self'), node('dns1', 'Primary')];
    await primary.connect(signal);
    expect([primary.identity, primary.nodes]).toEqual(['here monday', []]);
  });

  test('is what it was, started again, or another node by now', async () => {
    const { world, primary } = setUp();
    world.nodes = [node('dns1', 'Primary', 'Self')];
    const client = await primary.connect(signal);
    expect(await primary.look(client, signal)).toBe('Same');
    world.uptimestamp = 'tuesday';
    expect(await primary.look(client, signal)).toBe('Restarted');
    expect(await primary.look(client, signal)).toBe('Same');
    world.nodes = [node('dns2', 'Primary')];
    expect(await primary.look(client, signal)).toBe('Moved');
  });

  test('tells when the cluster, or who is in it, is another', async () => {
    const { world, primary, changes } = setUp();
    const client = await primary.connect(signal);
    expect(changes()).toBe(0);
    world.cluster = CATALOG;
    await client.readSerial('example.com', signal);
    expect([primary.cluster, changes()]).toEqual([CATALOG, 1]);
    // It is in a cluster now, so it is looked for anew.
    world.nodes = [node('dns1', 'Primary', 'Self')];
    expect(await primary.look(client, signal)).toBe('Moved');
  });
});

describe('a zone that left its cluster', () => {
  test.each([
    { name: 'while we looked', remembered: undefined },
    { name: 'before our start', remembered: CATALOG },
  ])('$name is nobody to read or write', async ({ remembered }) => {
    const { world, primary } = setUp(remembered);
    const client = await primary.connect(signal);
    if (remembered === undefined) {
      world.cluster = CATALOG;
      await client.readSerial('example.com', signal);
    }
    world.cluster = undefined;
    const refused = await client.readSerial('example.com', signal).catch((error: unknown) => error);
    expect(refused).toMatchObject({ reason: 'TwoPrimaries' });
    expect(String(refused)).toContain(`zone example.com was a member of ${CATALOG}`);
    expect(primary.cluster).toBe(CATALOG);
    world.cluster = 'cluster-catalog.other.test';
    await client.readSerial('example.com', signal);
    expect(primary.cluster).toBe('cluster-catalog.other.test');
  });
});
