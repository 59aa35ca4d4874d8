import { describe, it } from 'vitest';
import type { LeaseTimes } from '../../../src/controller/leader/election.ts';
import { apiServers, type ApiServerKind } from '../../support/api-servers.ts';
import { LEASE_PATH, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { startFaultProxy } from '../kube/fault-proxy.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const GIT = 'git CNAME 300 @ ours';
const ADD = '/api/zones/records/add';
/** For those whose lease ends by itself in a test. */
const BRIEF: LeaseTimes = { durationMs: 3_000, freshMs: 2_000, renewMs: 300, writeMs: 1_000 };
/** Well before the end of a lease that nobody gave back (15 s). */
const AT_ONCE = { timeout: 10_000, interval: 20 } as const;
/** Its end, the wait after it, and some. */
const AFTER_ITS_END = { timeout: 60_000, interval: 50 } as const;

const leading = async (operator: Operator): Promise<string | undefined> =>
  /^splithorizon_leading (\d)$/m.exec(await (await operator.get('/metrics')).text())?.[1];
const says = (operator: Operator, message: string): boolean => operator.log.join('').includes(message);
const holder = async (world: OperatorWorld): Promise<unknown> =>
  ((await world.client.get(LEASE_PATH)).body['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;

/** A world of its own for each test: they share one Lease. */
const inWorld = async (kind: ApiServerKind, run: (world: OperatorWorld) => Promise<void>): Promise<void> => {
  const world = await openWorld(kind);
  try {
    await run(world);
  } finally {
    await world.stop();
  }
};

describe.concurrent.each(apiServers('replicas'))('replicas on the $name', (kind) => {
  it('of two one leads; the other is ready, writes and asks nothing, and takes over at once when the first stops', async ({
    expect,
  }) => {
    await inWorld(kind, async (world) => {
      const one = await world.start();
      await expect.poll(() => leading(one), SOON).toBe('1');
      const two = await world.start();
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      expect(await leading(two)).toBe('0');
      expect((await two.get('/readyz')).status).toBe(200);
      const metrics = await (await two.get('/metrics')).text();
      expect(metrics).not.toMatch(/^splithorizon_(technitium_requests|dns_queries)_total/m);
      expect(metrics).not.toMatch(/^splithorizon_zone_condition/m);

      await one.stop();
      await zone.ingress('wiki', ['wiki']);
      await expect.poll(zone.records, AT_ONCE).toEqual([APEX, GIT, 'wiki CNAME 300 @ ours']);
      await expect.poll(() => zone.word('wiki'), AT_ONCE).toBe('True Published');
      await two.stop();
      expect(await holder(world)).toBe('');
    });
  });

  it('one that is killed is followed by the other when its lease is over, which repairs what drifted meanwhile', async ({
    expect,
  }) => {
    await inWorld(kind, async (world) => {
      const one = await world.spawn();
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      const two = await world.start();
      one.signal('SIGKILL');
      await zone.console.delete('git', { type: 'CNAME', value: '@' });
      await zone.ingress('wiki', ['wiki']);
      expect(await leading(two)).toBe('0');
      await expect.poll(zone.records, AFTER_ITS_END).toEqual([APEX, GIT, 'wiki CNAME 300 @ ours']);
      expect(await leading(two)).toBe('1');
    });
  }, 150_000);

  it('one that was stopped in the middle of writing and goes on after its time writes nothing more, and stands by', async ({
    expect,
  }) => {
    await inWorld(kind, async (world) => {
      const { technitium } = world;
      const hosts = Array.from({ length: 40 }, (_, n) => `h${String(n).padStart(2, '0')}`);
      const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0, free: 100 } } });
      await zone.ingress('many', hosts);
      technitium.latency(1_500, ADD);
      const one = await world.spawn();
      await expect.poll(() => technitium.calls(ADD), SOON).toBeGreaterThan(1);
      one.signal('SIGSTOP');
      technitium.latency(0, ADD);
      const two = await world.start();
      await expect.poll(() => zone.records().length, AFTER_ITS_END).toBe(hosts.length + 1);
      // What the first was about to write is not even wanted any more.
      await zone.remove('Ingress', 'many');
      await expect.poll(zone.records, SOON).toEqual([APEX]);
      await expect.poll(() => zone.hostObject('h39'), SOON).toBeUndefined();
      const serial = technitium.serial(zone.name);
      technitium.resetCounts();

      one.signal('SIGCONT');
      await expect.poll(() => says(one, 'standing by'), SOON).toBe(true);
      await expect.poll(async () => (await one.get('/readyz')).status, SOON).toBe(200);
      expect([await leading(one), await leading(two)]).toEqual(['0', '1']);
      expect(world.technitiumWrites()).toBe(0);
      expect(technitium.serial(zone.name)).toBe(serial);

      await two.stop();
      await zone.ingress('photos', ['photos']);
      await expect.poll(() => zone.word('photos'), AT_ONCE).toBe('True Published');
    });
  }, 150_000);

  it('one that alone cannot reach the API server writes nothing any more; the other leads, and it stands by when it can', async ({
    expect,
  }) => {
    await inWorld(kind, async (world) => {
      const proxy = await startFaultProxy(world.server);
      const one = await world.start(proxy.access, { leaseTimes: BRIEF });
      await expect.poll(() => leading(one), SOON).toBe('1');
      const two = await world.start(world.server, { leaseTimes: BRIEF });
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');

      await proxy.refuse();
      await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
      await zone.ingress('wiki', ['wiki']);
      const moved = ['@ A 60 10.0.20.204 ours', GIT, 'wiki CNAME 300 @ ours'];
      await expect.poll(zone.records, SOON).toEqual(moved);
      await expect.poll(() => zone.word('wiki'), SOON).toBe('True Published');
      expect([await leading(one), await leading(two)]).toEqual(['0', '1']);

      await proxy.accept();
      await expect.poll(async () => (await one.get('/readyz')).status, SOON).toBe(200);
      expect([await leading(one), await leading(two)]).toEqual(['0', '1']);
      expect(zone.records()).toEqual(moved);
      await two.stop();
      await zone.console.delete('git', { type: 'CNAME', value: '@' });
      await expect.poll(zone.records, SOON).toEqual(moved);
      expect(await leading(one)).toBe('1');
      await one.stop();
      await proxy.refuse();
    });
  });

  it('one whose clock jumps begins anew, and goes on where nobody else leads', async ({ expect }) => {
    await inWorld(kind, async (world) => {
      let jump = 0;
      const one = await world.start(world.server, { wallClock: () => Date.now() + jump });
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      const before = await holder(world);
      for (const next of [3_600_000, -3_600_000]) {
        jump = next;
        const name = next > 0 ? 'ahead' : 'back';
        await zone.ingress(name, [name]);
        await expect.poll(() => zone.word(name), SOON).toBe('True Published');
      }
      expect(says(one, 'standing by')).toBe(true);
      expect(await holder(world)).toBe(before);
      expect(zone.records()).toEqual([APEX, 'ahead CNAME 300 @ ours', 'back CNAME 300 @ ours', GIT]);
    });
  });
});
