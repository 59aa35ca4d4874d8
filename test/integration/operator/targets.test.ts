import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { ingressClassObject } from '../../support/objects.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const GIT = 'git CNAME 300 @ ours';

const target = (zone: TestZone, record: string, service: string, ingressClassNames: string[] = []): object => ({
  record,
  serviceRef: { namespace: zone.namespace, name: service },
  ingressClassNames,
});

describe.concurrent.each(apiServers('targets'))('targets on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  it('have every address of the load balancer, IPv6 too', async ({ expect }) => {
    const zone = await world.zone({ balancer: [{ ip: '10.0.20.204' }, { ip: 'fd00::203' }, { ip: '10.0.20.203' }] });
    await zone.ingress('git', ['git']);
    const both = [APEX, '@ A 60 10.0.20.204 ours', '@ AAAA 60 fd00::203 ours', GIT];
    await expect.poll(zone.records, SOON).toEqual(both);
    expect(await zone.ask('git', 'A')).toEqual(['10.0.20.203', '10.0.20.204']);
    expect(await zone.ask('git', 'AAAA')).toEqual(['fd00::203']);
    await expect.poll(() => zone.zoneWord('TargetsPublished'), SOON).toBe('True Synced');
    expect((await zone.zoneStatus()).targets).toMatchObject([
      { record: '@', addresses: ['10.0.20.203', '10.0.20.204', 'fd00::203'] },
    ]);

    await zone.balance('traefik', [{ ip: '10.0.20.203' }]);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT]);
    await expect
      .poll(async () => (await zone.zoneStatus()).targets, SOON)
      .toMatchObject([
        {
          addresses: ['10.0.20.203'],
          previous: [{ addresses: ['10.0.20.203', '10.0.20.204', 'fd00::203'], ttlSeconds: 60 }],
        },
      ]);
  });

  it('take one write when the load balancer moves', async ({ expect }) => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    await zone.ingress('photos', ['photos']);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, 'photos CNAME 300 @ ours']);
    const serial = world.technitium.serial(zone.name);
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await expect.poll(() => zone.ask('photos', 'A'), SOON).toEqual(['10.0.20.204']);
    expect(zone.records()).toEqual(['@ A 60 10.0.20.204 ours', GIT, 'photos CNAME 300 @ ours']);
    expect(world.technitium.serial(zone.name)).toBe(serial + 1);
  });

  it.for([
    { name: 'its status is blank', lose: (zone: TestZone) => zone.balance('traefik', []), why: 'has no address' },
    {
      name: 'it is of another type',
      lose: (zone: TestZone) => zone.patch('Service', 'traefik', { spec: { type: 'ClusterIP' } }),
      why: 'type ClusterIP',
    },
    { name: 'it is gone', lose: (zone: TestZone) => zone.remove('Service', 'traefik'), why: 'does not exist' },
  ])('keep the last addresses of their Service while $name, and say so', async ({ lose, why }, { expect }) => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    const since = (await zone.zoneStatus()).targets?.[0]?.since;
    await lose(zone);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('Unknown AddressKept');
    expect(await zone.zoneWord('TargetsPublished')).toBe('Unknown AddressKept');
    expect(await zone.zoneMessage('TargetsPublished')).toContain(why);
    expect((await zone.zoneStatus()).targets).toMatchObject([{ addresses: ['10.0.20.203'], since }]);
    // What is new meanwhile is published all the same.
    await zone.ingress('late', ['late']);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, 'late CNAME 300 @ ours']);

    await zone.remove('Service', 'traefik').catch(() => undefined);
    await zone.service('traefik', { balancer: [{ ip: '10.0.20.204' }] });
    await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['10.0.20.204']);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
  });

  it('have the addresses behind the host name of a load balancer', async ({ expect }) => {
    const zone = await world.zone({
      balancer: [],
      before: async (given) => {
        await given.console.add('lb', { type: 'A', value: '10.0.20.208', ttl: 1 });
        await given.balance('traefik', [{ hostname: given.at('lb') }]);
      },
    });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['10.0.20.208']);
    await expect.poll(() => zone.zoneWord('TargetsPublished'), SOON).toBe('True Synced');
  });

  it('without any address are no reason to write anything', async ({ expect }) => {
    const zone = await world.zone({ balancer: [] });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False NoAddress');
    await expect.poll(() => zone.word('git'), SOON).toBe('Unknown Pending');
    expect(zone.records()).toEqual([]);
    await zone.balance('traefik', [{ ip: '10.0.20.203' }]);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT]);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
  });

  it('take hosts by Ingress class; a class that no target takes makes no host', async ({ expect }) => {
    const zone = await world.zone();
    await zone.service('inner', { balancer: [{ ip: '10.0.20.210' }] });
    const targets = [target(zone, '@', 'traefik', ['web']), target(zone, 'inner', 'inner', ['inner', 'core'])];
    await zone.patchZone({ spec: { targets } });
    await zone.ingress('a', ['a'], { className: 'web' });
    await zone.ingress('b', ['b'], { className: 'inner' });
    await zone.ingress('c', ['c'], { annotations: { 'kubernetes.io/ingress.class': 'core' } });
    await zone.ingress('d', ['d'], { className: 'nobody' });
    await zone.ingress('e', ['e']);
    const inner = 'inner A 60 10.0.20.210 ours';
    const [a, b, c, e] = [
      'a CNAME 300 @ ours',
      'b CNAME 300 inner ours',
      'c CNAME 300 inner ours',
      'e CNAME 300 @ ours',
    ];
    await expect.poll(zone.records, SOON).toEqual([APEX, a, b, c, e, inner]);
    await expect.poll(async () => (await zone.hostStatus('b')).target, SOON).toBe(zone.at('inner'));
    expect(await zone.hostObject('d')).toBeUndefined();
    expect(await zone.ask('c', 'A')).toEqual(['10.0.20.210']);

    await zone.patch('Ingress', 'd', { spec: { ingressClassName: 'core' } });
    await zone.patch('Ingress', 'a', { spec: { ingressClassName: 'inner' } });
    await expect
      .poll(zone.records, SOON)
      .toEqual([APEX, 'a CNAME 300 inner ours', b, c, 'd CNAME 300 inner ours', e, inner]);
  });

  it('that change their TTL or their record are followed by what points to them', async ({ expect }) => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0 } } });
    await zone.ingress('git', ['git']);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT]);
    const entry = (record: string, ttlSeconds: number): object => ({ ...target(zone, record, 'traefik'), ttlSeconds });
    await zone.patchZone({ spec: { targets: [entry('@', 5)], hosts: { ttlSeconds: 7 } } });
    await expect.poll(zone.records, SOON).toEqual(['@ A 5 10.0.20.203 ours', 'git CNAME 7 @ ours']);
    await zone.patchZone({ spec: { targets: [entry('ingress', 5)] } });
    await expect.poll(zone.records, SOON).toEqual(['git CNAME 7 ingress ours', 'ingress A 5 10.0.20.203 ours']);
    await expect.poll(async () => (await zone.hostStatus('git')).target, SOON).toBe(zone.at('ingress'));
  });

  // A default class is everybody's: no other test may run beside this one.
  it('take an Ingress without a class by the default IngressClass', { concurrent: false }, async ({ expect }) => {
    const zone = await world.zone();
    await zone.service('inner', { balancer: [{ ip: '10.0.20.210' }] });
    const targets = [target(zone, '@', 'traefik'), target(zone, 'inner', 'inner', ['inner'])];
    await zone.patchZone({ spec: { targets } });
    await zone.ingress('git', ['git']);
    const inner = 'inner A 60 10.0.20.210 ours';
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, inner]);
    const path = '/apis/networking.k8s.io/v1/ingressclasses';
    await world.create(ingressClassObject('inner', true));
    await expect.poll(zone.records, SOON).toEqual([APEX, 'git CNAME 300 inner ours', inner]);
    await world.client.delete(`${path}/inner`);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, inner]);
  });

  it('take the oldest load balancer with the labels of a selector, as Services come, change and go', async ({
    expect,
  }) => {
    const labels = { app: 'edge' };
    const zone = await world.zone();
    const selecting = {
      targets: [{ record: '@', serviceSelector: { namespace: zone.namespace, matchLabels: labels } }],
      sources: [{ kind: 'Ingress' }, { kind: 'Service' }],
    };
    await zone.ingress('git', ['git']);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT]);
    await zone.patchZone({ spec: selecting });
    const none = `no Service of type LoadBalancer in namespace ${zone.namespace} has the labels app=edge`;
    await expect.poll(() => zone.zoneWord('TargetsPublished'), SOON).toBe('Unknown AddressKept');
    expect(await zone.zoneMessage('TargetsPublished')).toContain(none);
    expect(zone.records()).toEqual([APEX, GIT]);

    await zone.service('z-first', { labels, balancer: [{ ip: '10.0.20.211' }], hostnames: zone.at('own') });
    const first = ['@ A 60 10.0.20.211 ours', GIT, 'own CNAME 300 @ ours'];
    await expect.poll(zone.records, SOON).toEqual(first);
    await expect.poll(() => zone.zoneWord('TargetsPublished'), SOON).toBe('True Synced');
    expect(await zone.zoneMessage('TargetsPublished')).toBe(`${zone.name} has 10.0.20.211.`);

    // Creation times are whole seconds; of two in one second the first by name counts.
    await zone.service('zz-second', { labels, balancer: [{ ip: '10.0.20.212' }] });
    await zone.service('metrics', { labels, type: 'ClusterIP' });
    await expect
      .poll(() => zone.zoneMessage('TargetsPublished'), SOON)
      .toBe(`${zone.name} has 10.0.20.211 (of z-first, zz-second, which have the labels app=edge, the oldest counts).`);
    expect(zone.records()).toEqual(first);
    await zone.patch('Service', 'z-first', { metadata: { labels: { app: null } } });
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.212 ours', GIT, 'own A 300 10.0.20.211 ours']);
    await zone.remove('Service', 'zz-second');
    await expect.poll(() => zone.zoneWord('TargetsPublished'), SOON).toBe('Unknown AddressKept');
    expect(zone.records()).toContain('@ A 60 10.0.20.212 ours');
  });
});
