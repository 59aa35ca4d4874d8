import { Resolver } from 'node:dns/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { INTERVALS } from '../../../src/controller/intervals.ts';
import { apiServers } from '../../support/api-servers.ts';
import { endpointSliceObject, pathOf, secretObject } from '../../support/objects.ts';
import { NAMESPACE, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { TechnitiumStandIn, type StandInOptions } from '../../standin/technitium/technitium-stand-in.ts';
import type { TestZone } from '../../support/test-zone.ts';

const LATE = { timeout: 40_000, interval: 50 } as const;
const APEX = '@ A 60 10.0.20.203 ours';
const lines = (...hosts: string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];
/** Only who is nudged follows within a test. */
const NO_NOTIFY = 600_000;

describe.each(apiServers('the servers of a zone'))('on the $name', { timeout: 120_000 }, (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  let replicas = 0;
  beforeAll(async () => {
    world = await openWorld(kind, { domain: 'dns1.cl.test', notifyMs: NO_NOTIFY });
    operator = await world.start();
  });
  afterAll(() => world.stop());

  /** Another Technitium, with a Secret of its own that has a token for it. */
  const startOther = async (options: StandInOptions = {}): Promise<{ other: TechnitiumStandIn; secret: string }> => {
    const other = await TechnitiumStandIn.start({ notifyMs: NO_NOTIFY, ...options });
    onTestFinished(() => other.close());
    const secret = `replica-${(replicas += 1)}`;
    await world.create(secretObject(NAMESPACE, secret, { token: other.createApiToken() }));
    return { other, secret };
  };
  /** One that has a copy of a zone. */
  const startReplica = async (zone: string): Promise<{ other: TechnitiumStandIn; secret: string }> => {
    const started = await startOther();
    world.technitium.allowCopies(zone);
    await started.other.copyZone(zone, world.technitium.dns);
    return started;
  };
  const serve = (zone: TestZone, servers: readonly object[]): Promise<void> =>
    zone.patchZone({ spec: { technitium: { servers } } });
  const serversOf = async (zone: TestZone): Promise<string[]> =>
    ((await zone.zoneStatus()).servers ?? []).map(({ name, reason }) => `${name} ${reason ?? ''}`);
  const askAt = async (server: TechnitiumStandIn, name: string): Promise<readonly string[] | string> => {
    const resolver = new Resolver({ timeout: 2_000, tries: 3 });
    resolver.setServers([server.dns]);
    return resolver.resolve4(name).catch((error: unknown) => (error as NodeJS.ErrnoException).code ?? '');
  };
  const restart = async (during: () => Promise<void> | void): Promise<void> => {
    await operator.stop();
    await during();
    operator = await world.start();
  };

  it('with a url: is told of each change, and is level at once', async () => {
    const zone = await world.zone();
    const { other, secret } = await startReplica(zone.name);
    await serve(zone, [
      { name: 'primary', address: world.technitium.dns, url: world.technitium.url },
      { name: 'secondary', address: other.dns, url: other.url, secretRef: { name: secret } },
    ]);
    await zone.ingress('git', ['git']);
    await expect.poll(() => askAt(other, zone.at('git')), SOON).toEqual(['10.0.20.203']);
    await expect.poll(() => serversOf(zone), SOON).toEqual(['primary Synced', 'secondary Synced']);
    await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('True Synced');
    const addresses = async (): Promise<unknown> =>
      (await zone.zoneStatus()).servers?.map(({ address, serial }) => [address, serial]);
    const serial = other.serial(zone.name);
    await expect.poll(addresses, SOON).toEqual([world.technitium.dns, other.dns].map((address) => [address, serial]));
    // The apex moves: the copy has it as soon.
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await expect.poll(() => askAt(other, zone.at('git')), SOON).toEqual(['10.0.20.204']);
  });

  it('with a url whose user may not: is named by its lag alone, and not told again and again', async () => {
    const zone = await world.zone();
    const { other } = await startReplica(zone.name);
    other.createUser('reader', 'reader');
    const token = other.createApiToken('reader', 'reader');
    await world.create(secretObject(NAMESPACE, `reader-${replicas}`, { token }));
    const url = { url: other.url, secretRef: { name: `reader-${replicas}` } };
    await serve(zone, [{ name: 'secondary', address: other.dns, ...url, maxLagSeconds: 1 }]);
    for (const host of ['a', 'b', 'c']) {
      await zone.ingress(host, [host]);
      await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    }
    await expect.poll(() => zone.zoneWord('ServersInSync'), LATE).toBe('False SerialBehind');
    expect(other.calls('/api/zones/resync')).toBe(1);
    expect(operator.log.join('')).toContain('a copy cannot be told to transfer the zone');
  });

  it('that holds the zone as its own is TwoPrimaries by name, until it is a copy again', async () => {
    const zone = await world.zone();
    const { other, secret } = await startReplica(zone.name);
    await serve(zone, [{ name: 'second', address: other.dns, url: other.url, secretRef: { name: secret } }]);
    await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('True Synced');
    other.becomePrimary(zone.name);
    await zone.ingress('git', ['git']);
    await expect.poll(() => serversOf(zone), SOON).toEqual(['second TwoPrimaries']);
    expect(await zone.zoneWord('ServersInSync')).toBe('False TwoPrimaries');
    expect(await zone.zoneMessage('ServersInSync')).toContain(`second (${other.dns}) holds the zone as its own`);
    // The zone that we write stays ours to write.
    await expect.poll(zone.records, SOON).toEqual(lines('git'));
    other.becomeSecondary(zone.name);
    await expect.poll(() => zone.zoneWord('ServersInSync'), LATE).toBe('True Synced');
    await expect.poll(() => askAt(other, zone.at('git')), LATE).toEqual(['10.0.20.203']);
  });

  describe('behind a Service', () => {
    const slicePath = (namespace: string): string => pathOf({ kind: 'EndpointSlice', metadata: { namespace } });
    const replicasOf = (zone: TestZone, rest: object = {}): object => ({
      ...{ name: 'replicas', serviceRef: { namespace: zone.namespace, name: 'dns' }, ...rest },
    });

    it('is said where none is ready', async () => {
      const zone = await world.zone();
      await serve(zone, [replicasOf(zone)]);
      await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('False NoServers');
      const unready = { pod: 'dns-0', address: '10.244.1.7', ready: false };
      await world.create(endpointSliceObject({ namespace: zone.namespace, service: 'dns' }, 53, [unready]));
      expect(await serversOf(zone)).toEqual(['replicas NoServers']);
      expect(await zone.zoneMessage('ServersInSync')).toBe(
        `replicas: Service ${zone.namespace}/dns has no ready endpoint, so none of its servers serves the zone. Look at its pods.`,
      );
    });

    // The real API server takes no endpoint on loopback.
    if (kind.name === 'stand-in') {
      it('is each ready endpoint, followed live and told of changes', async () => {
        const zone = await world.zone();
        world.technitium.allowCopies(zone.name);
        const first = await startOther();
        const [, port] = first.other.dns.split(':');
        const second = await startOther({
          address: '127.0.0.2',
          dnsPort: Number(port),
          httpPort: Number(new URL(first.other.url).port),
        });
        for (const { other } of [first, second]) await other.copyZone(zone.name, world.technitium.dns);
        const token = first.other.createApiToken();
        await world.create(secretObject(NAMESPACE, 'replicas', { token }));
        const service = { namespace: zone.namespace, service: 'dns' };
        const endpoints = [
          { pod: 'dns-0', address: '127.0.0.1' },
          { pod: 'dns-1', address: '127.0.0.2', ready: false },
        ];
        await world.create(endpointSliceObject(service, Number(port), endpoints));
        const apiPort = Number(new URL(first.other.url).port);
        await serve(zone, [replicasOf(zone, { apiPort, secretRef: { name: 'replicas' } })]);
        await expect.poll(() => serversOf(zone), SOON).toEqual(['replicas/dns-0 Synced']);
        await zone.ingress('git', ['git']);
        await expect.poll(() => askAt(first.other, zone.at('git')), SOON).toEqual(['10.0.20.203']);

        const { endpoints: ready } = endpointSliceObject(
          service,
          0,
          endpoints.map((each) => ({ ...each, ready: true })),
        );
        await world.client.patch(`${slicePath(zone.namespace)}/dns-abcde`, { endpoints: ready });
        await expect.poll(() => serversOf(zone), SOON).toEqual(['replicas/dns-0 Synced', 'replicas/dns-1 Synced']);
        await world.client.delete(`${slicePath(zone.namespace)}/dns-abcde`);
        await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('False NoServers');
      });
    }
  });

  describe('after a step back', () => {
    afterEach(() => world.technitium.heal());

    it('that nobody saw: the primary is raised above what a server has', async () => {
      const zone = await world.zone();
      const { other, secret } = await startReplica(zone.name);
      await serve(zone, [{ name: 'second', address: other.dns, url: other.url, secretRef: { name: secret } }]);
      await zone.ingress('git', ['git']);
      await expect.poll(zone.records, SOON).toEqual(lines('git'));
      const restore = world.technitium.backup(zone.name);
      await zone.ingress('late', ['late']);
      await expect.poll(() => askAt(other, zone.at('late')), SOON).toEqual(['10.0.20.203']);
      await expect.poll(() => serversOf(zone), SOON).toEqual(['second Synced']);
      const highest = other.serial(zone.name);
      const silent = async (): Promise<void> => {
        other.silenceDns();
        await other.refuse();
        restore();
      };
      // The server says nothing either: what status remembers of it counts.
      await expect.poll(async () => (await zone.zoneStatus()).servers?.[0]?.serial, SOON).toBe(highest);
      await restart(silent);
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'late'));
      await expect.poll(() => world.technitium.serial(zone.name), SOON).toBeGreaterThan(highest);
      await other.heal();
      await expect.poll(() => other.serial(zone.name), LATE).toBe(world.technitium.serial(zone.name));
      await expect.poll(() => zone.zoneWord('ServersInSync'), LATE).toBe('True Synced');
    });

    it('and forth to the same serial with other content, that nobody saw: the primary is raised', async () => {
      const zone = await world.zone();
      const { other } = await startReplica(zone.name);
      await serve(zone, [{ name: 'second', address: other.dns }]);
      await zone.ingress('git', ['git']);
      await expect.poll(zone.records, SOON).toEqual(lines('git'));
      await other.copyAgain(zone.name);
      const restore = world.technitium.backup(zone.name);
      await zone.console.add('theirs', { type: 'A', value: '192.0.2.1' });
      await other.copyAgain(zone.name);
      const reused = other.serial(zone.name);
      await expect.poll(() => serversOf(zone), SOON).toEqual(['second Synced']);
      await restart(async () => {
        restore();
        await zone.console.add('theirs', { type: 'A', value: '192.0.2.2' });
        expect(world.technitium.serial(zone.name)).toBe(reused);
      });
      await expect.poll(() => world.technitium.serial(zone.name), LATE).toBe(reused + 1);
      await other.copyAgain(zone.name);
      expect(await askAt(other, zone.at('theirs'))).toEqual(['192.0.2.2']);
      await expect.poll(() => serversOf(zone), LATE).toEqual(['second Synced']);
    });

    it('a server that was killed and written to up to the serial that it had is read again, and raised', async () => {
      const zone = await world.zone();
      const { other } = await startReplica(zone.name);
      await serve(zone, [{ name: 'second', address: other.dns }]);
      await operator.stop();
      // All that happens to the server is to be over when it is looked at again.
      operator = await world.start(undefined, { intervals: { serialMs: INTERVALS.serialMs } });
      await zone.ingress('git', ['git']);
      await expect.poll(zone.records, SOON).toEqual(lines('git'));
      world.technitium.save();
      await zone.ingress('lost', ['lost']);
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'lost'));
      const reused = world.technitium.serial(zone.name);
      await world.technitium.kill();
      // The connection that it kept is of the server before.
      await fetch(world.technitium.url).catch(() => undefined);
      await zone.console.add('theirs', { type: 'A', value: '192.0.2.1' });
      expect(world.technitium.serial(zone.name)).toBe(reused);
      await expect.poll(zone.records, LATE).toContain('lost CNAME 300 @ ours');
      expect(world.technitium.serial(zone.name)).toBeGreaterThan(reused + 1);
    });
  });
});
