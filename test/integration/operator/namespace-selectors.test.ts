import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { startFaultProxy } from '../kube/fault-proxy.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const lines = (...hosts: string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];
const guard = (graceSeconds: number): object => ({ graceSeconds, free: 9, maxPercent: 100 });
const selecting = (namespaceSelector: object): object => ({ sources: [{ kind: 'Ingress', namespaceSelector }] });

describe.each(apiServers('namespace selectors'))('a zone that selects namespaces on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());

  const label = async (zone: TestZone, labels: Record<string, string | null>): Promise<void> => {
    const { status } = await world.client.patch(`/api/v1/namespaces/${zone.namespace}`, { metadata: { labels } });
    expect(status).toBe(200);
  };

  it('takes the sources of those that match, as their labels change', async () => {
    const exposed = { matchLabels: { expose: 'yes' }, matchExpressions: [{ key: 'broken', operator: 'DoesNotExist' }] };
    const zone = await world.zone({ spec: { ...selecting(exposed), deletionGuard: guard(0) } });
    await zone.ingress('git', ['git']);
    await zone.host('by-hand');
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand'));
    await label(zone, { expose: 'yes' });
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand', 'git'));
    await label(zone, { unrelated: 'yes' });
    await label(zone, { broken: '' });
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand'));
    await label(zone, { broken: null });
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand', 'git'));
    await zone.patchZone({ spec: selecting({ matchLabels: { 'kubernetes.io/metadata.name': 'another' } }) });
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand'));
    await zone.patchZone({ spec: selecting({ matchLabels: null }) });
    await zone.patchZone({ spec: { sources: [{ kind: 'Ingress' }] } });
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand', 'git'));
  });

  it('has seen a source go whose namespace no longer matches, and takes it back within the grace time', async () => {
    const spec = { ...selecting({ matchLabels: { expose: 'yes' } }), deletionGuard: guard(600) };
    const zone = await world.zone({ spec });
    await label(zone, { expose: 'yes' });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await label(zone, { expose: 'no' });
    await expect.poll(() => zone.word('git'), SOON).toBe('True SourceGone');
    expect((await zone.hostStatus('git')).deletion?.evidence).toBe('Seen');
    await label(zone, { expose: 'yes' });
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    expect((await zone.hostStatus('git')).deletion).toBeUndefined();
  });

  it('lets stand what it published while namespaces cannot be read, after a restart too', async () => {
    const spec = { ...selecting({ matchLabels: { expose: 'yes' } }), deletionGuard: guard(0) };
    const zone = await world.zone({ spec });
    await label(zone, { expose: 'yes' });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await operator.stop();
    const proxy = await startFaultProxy(world.server);
    proxy.fault = (path) => (path.startsWith('/api/v1/namespaces?') ? { status: 403 } : undefined);
    operator = await world.start(proxy.access);
    await zone.ingress('new', ['new']);
    await zone.host('by-hand');
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand', 'git'));
    expect(await zone.word('git')).toBe('True Published');

    proxy.fault = () => undefined;
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand', 'git', 'new'));
    await label(zone, { expose: null });
    await expect.poll(zone.records, SOON).toEqual(lines('by-hand'));
    await operator.stop();
    await proxy.refuse();
    operator = await world.start();
  });
});
