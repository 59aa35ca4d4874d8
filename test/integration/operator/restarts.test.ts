import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { pathOf } from '../../support/objects.ts';
import { installCrds, readCrds } from '../../support/crds.ts';
import { errorEvent, startFaultProxy, type FaultProxy } from '../kube/fault-proxy.ts';
import type { TestZone } from '../../support/test-zone.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const APEX = '@ A 60 10.0.20.203 ours';
const guard = (given: object): { deletionGuard: object } => ({
  deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0, ...given },
});
const lines = (...hosts: string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];
const approve = (zone: TestZone, id: string | undefined): Promise<void> =>
  zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/approve-deletions': id } } });

describe.each(apiServers('restarts and vanishing sources'))('on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());

  describe('a restart', () => {
    it('forgets neither the grace time that runs, nor what was seen', async () => {
      const zone = await world.zone({ spec: guard({ graceSeconds: 3, free: 9 }) });
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      await zone.remove('Ingress', 'git');
      await expect.poll(() => zone.word('git'), SOON).toBe('True SourceGone');
      const { deletion } = await zone.hostStatus('git');
      await operator.stop();
      operator = await world.start();
      await expect.poll(zone.records, SOON).toEqual(lines());
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(deletion?.since ?? '') + 3_000);
      await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
    });

    it('forgets neither what waits for approval, nor what was deleted before', async () => {
      const zone = await world.zone({ spec: guard({ free: 2 }) });
      await zone.ingress('all', ['a', 'b', 'c', 'd']);
      await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'c', 'd'));
      await zone.remove('Ingress', 'all');
      await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions?.count, SOON).toBe(2);
      await expect.poll(() => zone.word('d'), SOON).toBe('True DeletionPending');
      await expect.poll(() => zone.word('c'), SOON).toBe('True DeletionPending');
      const { pendingDeletions } = await zone.zoneStatus();
      await expect.poll(zone.records, SOON).toEqual(lines('c', 'd'));

      await operator.stop();
      operator = await world.start();
      await zone.ingress('last', ['e']);
      await expect.poll(() => zone.word('e'), SOON).toBe('True Published');
      await zone.remove('Ingress', 'last');
      await expect.poll(() => zone.word('e'), SOON).toBe('True DeletionPending');
      expect((await zone.hostStatus('e')).deletion?.snapshot).not.toBe(pendingDeletions?.id);
      expect((await zone.zoneStatus()).pendingDeletions).toEqual(pendingDeletions);
      expect(zone.records()).toEqual(lines('c', 'd', 'e'));

      await operator.stop();
      await approve(zone, pendingDeletions?.id);
      operator = await world.start();
      await expect.poll(zone.records, SOON).toEqual(lines('e'));
      await expect.poll(() => zone.word('e'), SOON).toBe('True DeletionPending');
    });

    it('does not forget the addresses of a load balancer that went blank meanwhile, nor since when it had them', async () => {
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
      const { targets } = await zone.zoneStatus();
      await operator.stop();
      await zone.balance('traefik', []);
      await zone.console.delete('@', { type: 'A', value: '10.0.20.203' });
      operator = await world.start();
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('Unknown AddressKept');
      await zone.ingress('late', ['late']);
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'late'));
      expect((await zone.zoneStatus()).targets).toEqual(targets);
    });

    it('counts no host any more that went while nobody looked, and had no record', async () => {
      const zone = await world.zone({
        before: ({ console }) => console.add('git', { type: 'A', value: '10.0.20.77' }),
      });
      const count = async (): Promise<object | undefined> => (await zone.zoneStatus()).hosts;
      await zone.ingress('git', ['git']);
      await expect.poll(count, SOON).toEqual({ total: 1, ready: 0, conflicting: 1 });
      await operator.stop();
      await zone.remove('Ingress', 'git');
      operator = await world.start();
      await expect.poll(count, SOON).toEqual({ total: 0, ready: 0, conflicting: 0 });
    });

    it('infers what went while nobody looked, and lets it pass as far as the guard does', async () => {
      const zone = await world.zone({ spec: guard({ graceSeconds: 1, free: 2 }) });
      for (const host of ['a', 'b', 'c', 'stays']) await zone.ingress(host, [host]);
      await expect.poll(() => zone.word('stays'), SOON).toBe('True Published');
      await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'c', 'stays'));
      await operator.stop();
      for (const host of ['a', 'b', 'c']) await zone.remove('Ingress', host);
      operator = await world.start();
      await expect.poll(async () => (await zone.hostStatus('a')).deletion?.evidence, SOON).toBe('Inferred');
      await expect.poll(zone.records, SOON).toEqual(lines('c', 'stays'));
      await expect.poll(() => zone.word('c'), SOON).toBe('True DeletionPending');
    });
  });

  it('no record goes with the CRDs, and all are taken back without a write once they are made again', async () => {
    const zone = await world.zone({ spec: guard({ free: 9, maxPercent: 100 }) });
    await zone.host('by-hand');
    await zone.host('another');
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('by-hand'), SOON).toBe('True Published');
    await expect.poll(zone.records, SOON).toEqual(lines('another', 'by-hand', 'git'));
    const serial = world.technitium.serial(zone.name);
    const crds = await readCrds();
    for (const { metadata } of crds) await world.client.delete(`${CRD_PATH}/${metadata.name}`);
    const left = async (): Promise<number> => (await world.client.get(CRD_PATH)).body.items?.length ?? 0;
    await expect.poll(left, SOON).toBe(0);
    await installCrds(world.server);
    await zone.host('by-hand');
    await zone.host('another');
    await zone.create();
    await expect.poll(() => zone.word('by-hand'), SOON).toBe('True Published');
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    expect(zone.records()).toEqual(lines('another', 'by-hand', 'git'));
    expect(world.technitium.serial(zone.name)).toBe(serial);
  });

  describe('when all Ingresses vanish', () => {
    const clearIngresses = async (): Promise<void> => {
      const { body } = await world.client.get('/apis/networking.k8s.io/v1/ingresses');
      for (const { metadata } of body.items ?? []) {
        const path = pathOf({ kind: 'Ingress', metadata });
        await world.client.delete(`${path}/${metadata.name ?? ''}`);
      }
    };
    /** The hosts a, b and c of two Ingresses, which are the only ones, published. */
    const published = async (): Promise<TestZone> => {
      await clearIngresses();
      const zone = await world.zone({ spec: guard({ free: 9, maxPercent: 100 }) });
      await zone.ingress('one', ['a', 'b']);
      await zone.ingress('two', ['c']);
      await areBack(zone);
      return zone;
    };
    const areBack = async (zone: TestZone): Promise<void> => {
      for (const host of ['a', 'b', 'c']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    };
    const areWaiting = async (zone: TestZone): Promise<string | undefined> => {
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False AwaitingApproval');
      await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions?.count, SOON).toBe(3);
      for (const host of ['a', 'b', 'c']) await expect.poll(() => zone.word(host), SOON).toBe('True DeletionPending');
      expect(zone.records()).toEqual(lines('a', 'b', 'c'));
      return (await zone.zoneStatus()).pendingDeletions?.id;
    };
    /** A host that needs no Ingress is published, and goes again: the operator is at work, whatever it cannot read. */
    const isAtWork = async (zone: TestZone, name: string): Promise<void> => {
      await zone.host(name);
      await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'c', name));
      await zone.removeHost(name);
      await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'c'));
    };

    describe('from what the API server says', () => {
      let proxy: FaultProxy;
      beforeAll(async () => {
        await operator.stop();
        proxy = await startFaultProxy(world.server);
        operator = await world.start(proxy.access);
      });
      afterAll(async () => {
        await operator.stop();
        await proxy.refuse();
        operator = await world.start();
      });
      afterEach(() => {
        proxy.fault = () => undefined;
        proxy.rewrite = (path) => path;
      });

      it('nothing is deleted under a running operator, and nothing written once they are listed again', async () => {
        const zone = await published();
        const serial = world.technitium.serial(zone.name);
        proxy.rewrite = (path) => path.replace('/v1/ingresses', '/v1/namespaces/nobody/ingresses');
        proxy.endWatchesWith(errorEvent(410));
        await areWaiting(zone);
        proxy.rewrite = (path) => path;
        proxy.endWatchesWith(errorEvent(410));
        await areBack(zone);
        expect(world.technitium.serial(zone.name)).toBe(serial);
      });

      it.each([403, 404])('behind a %i, what they last said stands, after a restart too', async (status) => {
        const zone = await published();
        proxy.fault = (path) => (path.includes('/ingresses') ? { status } : undefined);
        proxy.resetWatches();
        await expect.poll(() => operator.log.some((line) => line.includes('cannot be read')), SOON).toBe(true);
        await isAtWork(zone, 'while-running');
        await areBack(zone);

        await operator.stop();
        operator = await world.start(proxy.access);
        await isAtWork(zone, 'restarted');
        await areBack(zone);
        for (const host of ['a', 'b', 'c']) {
          expect(await zone.hostStatus(host)).not.toHaveProperty('deletion');
          expect((await zone.hostStatus(host)).sources).toHaveLength(1);
        }

        proxy.fault = () => undefined;
        await zone.ingress('three', ['d']);
        await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'c', 'd'));
        await zone.remove('Ingress', 'three');
        await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'c'));
        await areBack(zone);
      });
    });

    it('while the operator was away, their records wait for approval', async () => {
      const zone = await published();
      await operator.stop();
      await clearIngresses();
      operator = await world.start();
      await approve(zone, await areWaiting(zone));
      await expect.poll(zone.records, SOON).toEqual(lines());
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    });
  });
});
