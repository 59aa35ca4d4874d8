import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { installCrds, readCrds } from '../../support/crds.ts';
import { ingressClassObject } from '../../support/objects.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { errorEvent, startFaultProxy, type FaultProxy } from '../kube/fault-proxy.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const AT_ONCE = { deletionGuard: { graceSeconds: 0, free: 9, maxPercent: 100 } };
const cname = (host: string, to = '@'): string => `${host} CNAME 300 ${to} ours`;

describe.each(apiServers('kinds that are not read'))('on the $name', { timeout: 90_000 }, (kind) => {
  let world: OperatorWorld;
  let proxy: FaultProxy;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    proxy = await startFaultProxy(world.server);
    operator = await world.start(proxy.access);
  });
  afterEach(() => {
    proxy.fault = () => undefined;
  });
  afterAll(() => world.stop());

  /** A restart to which listing a kind is forbidden. */
  const restartWithout = async (list: string): Promise<void> => {
    await operator.stop();
    proxy.fault = (path) => (path.startsWith(`${list}?`) ? { status: 403 } : undefined);
    operator = await world.start(proxy.access);
  };
  /** What is new needs nothing of that kind, and is published: the operator is at work. */
  const isAtWork = async (zone: TestZone, name: string, others: readonly string[]): Promise<void> => {
    await zone.ingress(name, [name], { className: 'web' });
    await expect.poll(zone.records, SOON).toEqual([...others, cname(name)].sort());
  };

  it.each(['/api/v1/namespaces', '/apis/networking.k8s.io/v1/ingresses'])(
    'nothing is written before %s was listed once, and what was seen to go meanwhile is gone for good',
    async (list) => {
      const zone = await world.zone({ spec: AT_ONCE });
      for (const host of ['git', 'wiki']) await zone.ingress(host, [host]);
      const records = [APEX, cname('git'), cname('wiki')];
      await expect.poll(zone.records, SOON).toEqual(records);
      for (const host of ['git', 'wiki']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
      await operator.stop();
      await zone.ingress('new', ['new']);
      await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
      const reads = world.technitium.reads(zone.name);
      proxy.fault = (path) => (path.startsWith(`${list}?`) ? { status: 500 } : undefined);
      const starting = world.start(proxy.access);
      // It has read the zone, and looked at its serial once more.
      await expect.poll(() => world.technitium.reads(zone.name) - reads, SOON).toBeGreaterThanOrEqual(2);
      await zone.remove('Ingress', 'wiki');
      expect(zone.records()).toEqual(records);
      expect(await zone.hostObject('new')).toBeUndefined();
      proxy.fault = () => undefined;
      operator = await starting;
      await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.204 ours', cname('git'), cname('new')]);
    },
  );

  it('SplitHorizonHosts that a listing lacks: their records go as far as the guard lets what is inferred', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    for (const host of ['goes', 'stays']) await zone.host(host);
    for (const host of ['goes', 'stays']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    await zone.patchZone({ spec: { deletionGuard: { graceSeconds: 2 } } });
    proxy.freezeWatches();
    await zone.removeHost('goes');
    proxy.endWatchesWith(errorEvent(410));
    await expect.poll(() => zone.word('goes'), SOON).toBe('True SourceGone');
    expect((await zone.hostStatus('goes')).deletion?.evidence).toBe('Inferred');
    await expect.poll(zone.records, SOON).toEqual([APEX, cname('stays')]);
  });

  it('SplitHorizonHosts at a restart: what people pointed elsewhere stays as it is', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.ingress('all', ['git', 'wiki']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await zone.patchHost('git', { spec: { target: { addresses: ['10.0.20.7'] } } });
    await zone.host('turn', { target: { addresses: ['10.0.20.8'] } });
    const records = [APEX, 'git A 300 10.0.20.7 ours', 'turn A 300 10.0.20.8 ours', cname('wiki')];
    await expect.poll(zone.records, SOON).toEqual(records);
    await restartWithout('/apis/splithorizon.dev/v1alpha1/splithorizonhosts');
    await isAtWork(zone, 'new', records);
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    const moved = ['@ A 60 10.0.20.204 ours', ...records.slice(1, 2), cname('new'), ...records.slice(2)];
    await expect.poll(zone.records, SOON).toEqual(moved);
    await expect
      .poll(async () => (await zone.zoneStatus()).targets, SOON)
      .toMatchObject([{ addresses: ['10.0.20.204'] }]);
    expect(await zone.zoneStatus()).not.toHaveProperty('pendingDeletions');

    const serial = world.technitium.serial(zone.name);
    proxy.fault = () => undefined;
    await expect.poll(() => zone.word('new'), SOON).toBe('True Published');
    for (const host of ['git', 'turn', 'wiki']) expect(await zone.word(host)).toBe('True Published');
    expect(world.technitium.serial(zone.name)).toBe(serial);
  });

  it('SplitHorizonHosts whose CRD goes under a running operator: what people asked for stands', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.ingress('all', ['git', 'seen']);
    for (const host of ['git', 'seen']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    await zone.patchHost('git', { spec: { target: { addresses: ['10.0.20.7'] } } });
    await zone.patchHost('seen', { spec: { record: 'Observed' } });
    await zone.host('turn', { target: { addresses: ['10.0.20.8'] } });
    const records = [APEX, 'git A 300 10.0.20.7 ours', cname('seen'), 'turn A 300 10.0.20.8 ours'];
    await expect.poll(zone.records, SOON).toEqual(records);
    await expect.poll(() => zone.word('seen'), SOON).toBe('True Observed');
    await zone.console.delete('seen', { type: 'CNAME', value: '@' });
    const serial = world.technitium.serial(zone.name);

    const crds = (await readCrds()).filter(({ metadata }) => metadata.name.startsWith('splithorizonhosts.'));
    for (const { metadata } of crds) await world.client.delete(`${CRD_PATH}/${metadata.name}`);
    const unreadable = (): boolean =>
      operator.log.some((line) => line.includes('"kind":"hosts"') && line.includes('cannot be read'));
    await expect.poll(unreadable, SOON).toBe(true);
    await isAtWork(
      zone,
      'new',
      records.filter((line) => !line.startsWith('seen')),
    );
    expect(world.technitium.serial(zone.name)).toBe(serial + 1);
    await installCrds(world.server, crds);
    await expect.poll(() => zone.word('new'), { ...SOON, timeout: 45_000 }).toBe('True Published');
  });

  it('IngressClasses at a restart: what the default class decided stands', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.service('inner', { balancer: [{ ip: '10.0.20.210' }] });
    const target = (record: string, name: string, ...ingressClassNames: string[]): object => ({
      ...{ record, ingressClassNames },
      serviceRef: { namespace: zone.namespace, name },
    });
    await zone.patchZone({ spec: { targets: [target('@', 'traefik', 'web'), target('inner', 'inner', 'inner')] } });
    // Before there is a default class, which the API server would write into it.
    await zone.ingress('git', ['git']);
    await world.create(ingressClassObject('inner', true));
    const records = [APEX, cname('git', 'inner'), 'inner A 60 10.0.20.210 ours'];
    await expect.poll(zone.records, SOON).toEqual(records);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await restartWithout('/apis/networking.k8s.io/v1/ingressclasses');
    await isAtWork(zone, 'new', records);

    proxy.fault = () => undefined;
    await world.client.delete('/apis/networking.k8s.io/v1/ingressclasses/inner');
    await expect.poll(zone.records, SOON).toEqual([APEX, cname('git'), records[2], cname('new')]);
  });

  it('Services at a restart: the last addresses stand', async () => {
    const zone = await world.zone({
      spec: { ...AT_ONCE, sources: [{ kind: 'Ingress' }, { kind: 'Service' }] },
    });
    await zone.service('turn', { hostnames: zone.at('turn'), balancer: [{ ip: '10.0.20.8' }] });
    await zone.ingress('git', ['git']);
    const records = [APEX, cname('git'), 'turn A 300 10.0.20.8 ours'];
    await expect.poll(zone.records, SOON).toEqual(records);
    for (const host of ['git', 'turn']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    await restartWithout('/api/v1/services');
    await isAtWork(zone, 'new', records);
    await expect.poll(() => zone.zoneWord('TargetsPublished'), SOON).toBe('Unknown AddressKept');
    expect(await zone.hostStatus('turn')).not.toHaveProperty('deletion');
    proxy.fault = () => undefined;
    await expect.poll(() => zone.zoneWord('Ready'), { ...SOON, timeout: 45_000 }).toBe('True Synced');
  });
});
