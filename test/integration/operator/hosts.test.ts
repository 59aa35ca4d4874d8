import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const AT_ONCE = { deletionGuard: { graceSeconds: 0 } };
const SERVICES = [{ kind: 'Ingress' }, { kind: 'Service' }];

describe.concurrent.each(apiServers('Services and hand-written hosts'))('on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  describe('a Service with the annotation', () => {
    it('names its hosts where Services are listed as sources, and nothing where they are not', async ({ expect }) => {
      const [listed, unlisted] = [await world.zone({ spec: { sources: SERVICES } }), await world.zone()];
      for (const zone of [unlisted, listed]) {
        const hostnames = `${zone.at('turn')}, ${zone.at('stun')}`;
        await zone.service('turn', { hostnames, balancer: [{ ip: '10.0.20.205' }, { ip: 'fd00::205' }] });
      }
      await expect
        .poll(listed.records, SOON)
        .toEqual([
          APEX,
          'stun A 300 10.0.20.205 ours',
          'stun AAAA 300 fd00::205 ours',
          'turn A 300 10.0.20.205 ours',
          'turn AAAA 300 fd00::205 ours',
        ]);
      await expect.poll(() => listed.word('turn'), SOON).toBe('True Published');
      expect(await listed.hostStatus('turn')).toMatchObject({
        sources: [{ kind: 'Service', namespace: listed.namespace, name: 'turn' }],
        summary: { source: `Service ${listed.namespace}/turn`, record: 'A 300, AAAA 300' },
      });
      expect(unlisted.records()).toEqual([APEX]);
      expect(await unlisted.hostObject('turn')).toBeUndefined();
    });

    it('names nothing while it is of another type, and nothing that is not its to name', async ({ expect }) => {
      const zone = await world.zone({ spec: { ...AT_ONCE, sources: SERVICES, exclude: [] } });
      await zone.patchZone({ spec: { exclude: [zone.at('mail')] } });
      const hostnames = [zone.name, zone.at('mail'), zone.at('turn')].join(',');
      await zone.service('turn', { hostnames, balancer: [{ ip: '10.0.20.205' }] });
      const turn = 'turn A 300 10.0.20.205 ours';
      await expect.poll(zone.records, SOON).toEqual([APEX, turn]);

      await zone.patch('Service', 'turn', { spec: { type: 'ClusterIP' } });
      await expect.poll(zone.records, SOON).toEqual([APEX]);
      await expect.poll(() => zone.hostObject('turn'), SOON).toBeUndefined();

      await zone.patch('Service', 'turn', { spec: { type: 'LoadBalancer' } });
      await zone.balance('turn', [{ ip: '10.0.20.205' }]);
      await expect.poll(zone.records, SOON).toEqual([APEX, turn]);
      expect(await zone.hostObject('mail')).toBeUndefined();
      expect(await zone.hostObject('@')).toBeUndefined();
    });

    it('keeps its last address while its load balancer has none', async ({ expect }) => {
      const zone = await world.zone({ spec: { sources: SERVICES } });
      await zone.service('turn', { hostnames: zone.at('turn'), balancer: [{ ip: '10.0.20.205' }] });
      await expect.poll(() => zone.word('turn'), SOON).toBe('True Published');
      const serial = world.technitium.serial(zone.name);
      await zone.balance('turn', []);
      await expect.poll(() => zone.word('turn'), SOON).toBe('True Retained');
      expect(await zone.message('turn')).toContain(`${zone.namespace}/turn`);
      expect(zone.records()).toEqual([APEX, 'turn A 300 10.0.20.205 ours']);
      expect(world.technitium.serial(zone.name)).toBe(serial);
    });
  });

  describe('a hand-written host', () => {
    it('points where it says: to addresses, to a Service, to a name', async ({ expect }) => {
      const zone = await world.zone();
      await zone.service('coturn', { balancer: [{ ip: '10.0.20.205' }] });
      await zone.host('addresses', { target: { addresses: ['10.0.20.9', 'FD00:0::9'] } });
      await zone.host('service', { target: { serviceRef: { namespace: zone.namespace, name: 'coturn' } } });
      await zone.host('name', { target: { cname: 'site.pages.example.net' } });
      await zone.host('default');
      await expect
        .poll(zone.records, SOON)
        .toEqual([
          APEX,
          'addresses A 300 10.0.20.9 ours',
          'addresses AAAA 300 fd00::9 ours',
          'default CNAME 300 @ ours',
          'name CNAME 300 site.pages.example.net ours',
          'service A 300 10.0.20.205 ours',
        ]);
      await zone.balance('coturn', [{ ip: '10.0.20.206' }]);
      await zone.patchHost('name', { spec: { target: { cname: 'other.example.net' } } });
      await zone.patchHost('addresses', { spec: { target: { addresses: ['10.0.20.10'] } } });
      await expect
        .poll(zone.records, SOON)
        .toEqual([
          APEX,
          'addresses A 300 10.0.20.10 ours',
          'default CNAME 300 @ ours',
          'name CNAME 300 other.example.net ours',
          'service A 300 10.0.20.206 ours',
        ]);
      await expect.poll(async () => (await zone.hostStatus('addresses')).target, SOON).toBe('10.0.20.10');
      expect((await zone.hostStatus('default')).summary).toEqual({ source: '-', record: 'CNAME 300' });
    });

    it('that is only observed is never written, not even where a source names it', async ({ expect }) => {
      const zone = await world.zone();
      await zone.console.add('site', { type: 'A', value: '10.0.20.77', comments: 'by hand' });
      await zone.host('site', { record: 'Observed', target: { addresses: ['10.0.20.78'] } });
      await zone.host('nowhere', { record: 'Observed', target: { addresses: ['10.0.20.78'] } });
      await zone.ingress('site', ['site']);
      await expect.poll(async () => (await zone.hostStatus('site')).sources, SOON).toHaveLength(1);
      await expect.poll(() => zone.word('site'), SOON).toBe('True Observed');
      await expect.poll(() => zone.word('nowhere'), SOON).toBe('True Observed');
      expect(zone.records()).toEqual([APEX, 'site A 3600 10.0.20.77 by hand']);
      expect((await zone.hostStatus('site')).records).toEqual([
        { name: zone.at('site'), type: 'A', ttlSeconds: 3600, values: ['10.0.20.77'] },
      ]);

      await zone.removeHost('nowhere');
      await zone.patchHost('site', { spec: { record: 'Managed', target: { addresses: ['10.0.20.77'] } } });
      await expect.poll(zone.records, SOON).toEqual([APEX, 'site A 300 10.0.20.77 ours+adopted | by hand']);
    });

    it('beats a source that disagrees, and outlives it', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.ingress('turn', ['turn']);
      await expect.poll(() => zone.word('turn'), SOON).toBe('True Published');
      await zone.patchHost('turn', { spec: { target: { addresses: ['10.0.20.205'] } } });
      await expect.poll(zone.records, SOON).toEqual([APEX, 'turn A 300 10.0.20.205 ours']);
      await expect
        .poll(async () => (await zone.hostStatus('turn')).sources, SOON)
        .toEqual([{ kind: 'Ingress', namespace: zone.namespace, name: 'turn', conflict: true }]);
    });

    it('that moves where nothing is ours to write has left its addresses at once', async ({ expect }) => {
      const zone = await world.zone({
        before: ({ console }) => console.add('site', { type: 'A', value: '10.0.20.77' }),
      });
      await zone.host('site', { target: { addresses: ['10.0.20.8'] } });
      await expect.poll(() => zone.word('site'), SOON).toBe('False Conflict');
      await zone.patchHost('site', { spec: { target: { addresses: ['10.0.20.9'] } } });
      await expect
        .poll(async () => (await zone.hostStatus('site')).previous, SOON)
        .toMatchObject([{ addresses: ['10.0.20.8'], levelSince: expect.any(String) as string }]);
    });

    it('takes its record along when a person deletes it', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.host('site', { target: { addresses: ['10.0.20.9'] } });
      await expect.poll(zone.records, SOON).toEqual([APEX, 'site A 300 10.0.20.9 ours']);
      await zone.removeHost('site');
      await expect.poll(zone.records, SOON).toEqual([APEX]);
      await expect.poll(() => zone.hostObject('site'), SOON).toBeUndefined();
    });

    it('points nowhere, and says what it waits for, while its Service has no address', async ({ expect }) => {
      const zone = await world.zone();
      await zone.host('turn', { target: { serviceRef: { namespace: zone.namespace, name: 'coturn' } } });
      await expect.poll(() => zone.word('turn'), SOON).toBe('Unknown Pending');
      expect(await zone.message('turn')).toContain(`${zone.namespace}/coturn does not exist`);
      await zone.service('coturn', { balancer: [{ ip: '10.0.20.205' }] });
      await expect.poll(zone.records, SOON).toEqual([APEX, 'turn A 300 10.0.20.205 ours']);
    });

    it('keeps the record that it has while it is pointed at a Service without an address', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.host('site');
      await expect.poll(() => zone.word('site'), SOON).toBe('True Published');
      const target = { serviceRef: { namespace: zone.namespace, name: 'coturn' } };
      await zone.patchHost('site', { spec: { target } });
      await expect.poll(() => zone.word('site'), SOON).toBe('Unknown Pending');
      expect(zone.records()).toEqual([APEX, 'site CNAME 300 @ ours']);
      await zone.service('coturn', { balancer: [{ ip: '10.0.20.205' }] });
      await expect.poll(zone.records, SOON).toEqual([APEX, 'site A 300 10.0.20.205 ours']);
    });
  });

  describe('a generated host', () => {
    it('is made again when somebody deletes it, and its record stays', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      const { uid } = (await zone.hostObject('git'))!.metadata;
      const serial = world.technitium.serial(zone.name);
      await zone.removeHost('git');
      await expect.poll(async () => (await zone.hostObject('git'))?.metadata.uid ?? uid, SOON).not.toBe(uid);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      expect((await zone.hostObject('git'))?.metadata.labels).toEqual({ 'splithorizon.dev/generated': 'true' });
      expect(world.technitium.serial(zone.name)).toBe(serial);
    });

    it('that a person edited loses its label instead of being deleted', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      await zone.patchHost('git', { spec: { audiences: ['LAN'] } });
      const serial = world.technitium.serial(zone.name);
      await zone.remove('Ingress', 'git');
      await expect.poll(async () => (await zone.hostObject('git'))?.metadata.labels, SOON).toBeUndefined();
      await expect.poll(zone.records, SOON).toEqual([APEX, 'git CNAME 300 @ ours']);
      await expect
        .poll(async () => (await zone.hostStatus('git')).summary, SOON)
        .toEqual({
          source: '-',
          record: 'CNAME 300',
        });
      expect((await zone.hostObject('git'))?.spec).toMatchObject({ audiences: ['LAN'] });
      expect(world.technitium.serial(zone.name)).toBe(serial);
    });

    it('is a person’s from the moment they take the label away', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      await zone.patchHost('git', { metadata: { labels: null } });
      await zone.remove('Ingress', 'git');
      await expect.poll(async () => (await zone.hostStatus('git')).sources, SOON).toEqual([]);
      expect(zone.records()).toEqual([APEX, 'git CNAME 300 @ ours']);
    });

    it('needs no record where it is the name of a target', async ({ expect }) => {
      const zone = await world.zone();
      await zone.ingress('home', ['@']);
      await expect.poll(() => zone.word('@'), SOON).toBe('True Published');
      expect(zone.records()).toEqual([APEX]);
      expect(await zone.hostStatus('@')).toMatchObject({
        target: zone.name,
        records: [{ name: zone.name, type: 'A', ttlSeconds: 60, values: ['10.0.20.203'] }],
      });
    });
  });
});
