import { test } from 'vitest';
import type { Resolver } from '../../standin/resolver/resolver.ts';
import { startFaultProxy } from '../kube/fault-proxy.ts';
import { BALANCER, IN_TIME, openStage, OUTSIDE, ZONE } from '../../support/probing-stage.ts';

const labels = (count: number): string[] => Array.from({ length: count }, (_, index) => `h${index}`);

/** The most queries that came beyond a steady pace within any stretch of time. */
const burstOver = ({ queries }: Resolver, perSecond: number): number => {
  let [most, lowest] = [0, Infinity];
  for (const [index, { at }] of queries.entries()) {
    const surplus = index - (at / 1000) * perSecond;
    lowest = Math.min(lowest, surplus);
    most = Math.max(most, surplus - lowest + 1);
  }
  return most;
};

test.concurrent('an address is never asked faster than allowed, whoever has it asked', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const [shared, alone] = [await stage.resolver(), await stage.resolver()];
  await stage.vantage('lan-a', 'LAN', [shared]);
  await stage.vantage('lan-b', 'LAN', [shared, alone]);
  await stage.vantage('node-a', 'Nodes', [shared]);
  await stage.zone.ingress('many', labels(110));
  await stage.start({ queriesPerSecond: 15, podConf: `nameserver 127.0.0.1#${shared.port}\n` });
  await expect.poll(() => shared.queries.length, IN_TIME).toBeGreaterThan(280);
  // A burst of 200, and what one look may go beyond that.
  expect(burstOver(shared, 15)).toBeLessThanOrEqual(205);
  expect(burstOver(alone, 15)).toBeLessThanOrEqual(205);
  // The zone wants a rotation of 2 s; the vantage says what it really takes.
  await expect
    .poll(async () => (await stage.vantageStatus('lan-a'))['rotationSeconds'], IN_TIME)
    .toBeGreaterThanOrEqual(Math.floor((110 * 2) / 15));
});

test.concurrent('after a restart a new host comes first, and those judged before in their turn', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, { spec: { probe: { canarySeconds: 60, rotationSeconds: 3600 } } });
  const resolver = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [resolver]);
  await stage.zone.ingress('many', labels(150));
  const podConf = `nameserver 127.0.0.1#${resolver.port}\n`;
  const first = await stage.start({ podConf, queriesPerSecond: 1_000 });
  // The zone counts verdicts as they come; only what is stored outlives the operator.
  await expect.poll(() => stage.countOf('- Internal Internal'), IN_TIME).toBe(150);
  await first.stop();
  const before = resolver.queries.length;
  await stage.start({ podConf, queriesPerSecond: 2 });
  await stage.zone.ingress('another', ['new']);
  await stage.comesOut({ new: '- Internal Internal' });
  expect(resolver.queries.length - before).toBeLessThan(30);
});

test.concurrent(
  'after a restart those not yet judged are asked at once, also where vantages come late',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player, { spec: { probe: { canarySeconds: 60, rotationSeconds: 3600 } } });
    const { server, technitium } = stage.world;
    const resolver = await stage.resolver();
    const podConf = `nameserver 127.0.0.1#${resolver.port}\n`;
    const hosts = labels(160);
    await stage.zone.ingress('many', hosts);
    // Hardly more than its burst, which is enough for 100 hosts.
    const first = await stage.start({ podConf, queriesPerSecond: 1 });
    const others = async (): Promise<number> => hosts.length - (await stage.countOf('- Internal -'));
    await expect.poll(others, IN_TIME).toBeLessThan(70);
    await first.stop();
    expect(await others()).toBeGreaterThan(20);
    const proxy = await startFaultProxy(server);
    player.onTestFinished(() => proxy.refuse());
    proxy.fault = (path) => (path.includes('/splithorizonvantages') ? { status: 503 } : undefined);
    const readBefore = technitium.reads(ZONE, 'whole');
    const second = stage.world.start(proxy.access, { readResolvConf: () => podConf, queriesPerSecond: 1_000 });
    await expect.poll(() => technitium.reads(ZONE, 'whole'), IN_TIME).toBeGreaterThan(readBefore);
    proxy.fault = () => undefined;
    await second;
    await expect.poll(others, IN_TIME).toBe(0);
  },
);

test.concurrent(
  'hosts that the zone held before they had objects are judged at once, wherever asked',
  async (player) => {
    const hosts = labels(20);
    const stage = await openStage(player, {
      spec: { probe: { canarySeconds: 600, rotationSeconds: 3600 } },
      before: async ({ console }) => {
        await console.add('@', { type: 'A', value: BALANCER });
        for (const host of hosts) await console.add(host, { type: 'CNAME', value: '@' });
      },
    });
    const { dns } = stage.world.technitium;
    await stage.vantage('lan-a', 'LAN', [dns]);
    await stage.zone.ingress('many', hosts);
    // The vantage of the pod, which asks the same server, comes only with the start.
    await stage.start();
    await stage.comesOut(Object.fromEntries(hosts.map((host) => [host, '- Internal Internal'])));
  },
);

test.concurrent('of a nameserver without an answer only the canary is asked, until it is back', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const [firewall, second] = [await stage.resolver(), await stage.resolver()];
  await stage.vantage('node-a', 'Nodes', [firewall, second]);
  await stage.zone.ingress('many', labels(20));
  await stage.start();
  await stage.comesOut({ h0: 'Internal Internal -', h19: 'Internal Internal -' });
  firewall.set({ rcode: 'SERVFAIL' });
  const said = /^True Internal: Resolves as expected\. node-a: \S+ answers SERVFAIL, expected /;
  for (const host of ['h0', 'h7', 'h19']) await expect.poll(() => stage.why(host, 'Nodes'), IN_TIME).toMatch(said);
  const from = firewall.queries.length;
  // For so long that what was seen of the others is out of date (3 rotations).
  await expect.poll(() => firewall.queries.length, IN_TIME).toBeGreaterThan(from + 12);
  const names = new Set(firewall.queries.slice(from + 1).map(({ name }) => name));
  expect(names.size).toBe(1);
  firewall.set({ rcode: undefined });
  const back = firewall.queries.length;
  const backNames = (): number => new Set(firewall.queries.slice(back).map(({ name }) => name)).size;
  await expect.poll(backNames, IN_TIME).toBe(20);
  for (const host of ['h0', 'h7', 'h19'])
    await expect.poll(() => stage.why(host, 'Nodes'), IN_TIME).toBe('True Internal: Resolves as expected.');
});

test.concurrent(
  'of the last nameserver all hosts are asked whatever the canary gets: a pin in it still counts',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player);
    const { zone } = stage;
    const cluster = await stage.resolver({ static: { [zone.at('pinned')]: [BALANCER] } });
    await stage.vantage('lan-a', 'LAN', [cluster]);
    await zone.ingress('all', ['a', 'pinned', 'z']);
    await stage.start();
    await stage.comesOut({ a: '- Internal Internal', pinned: '- Internal Internal', z: '- Internal Internal' });
    const from = stage.history('pinned', 'LAN').length;
    cluster.set({ routes: { [ZONE]: '127.0.0.1:1' } });
    cluster.flush();
    await stage.comesOut({ a: '- Internal Failed', z: '- Internal Failed' });
    const asked = cluster.countOf(zone.at('pinned'));
    await expect.poll(() => cluster.countOf(zone.at('pinned')), IN_TIME).toBeGreaterThan(asked + 4);
    expect(stage.history('pinned', 'LAN').slice(from)).toEqual([]);
    expect(await stage.verdicts('pinned')).toBe('- Internal Internal');
  },
);

test.concurrent(
  'a fallback is asked for canaries in the zones that accept it, for all hosts in others',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player);
    const { world, zone } = stage;
    const outside = await stage.resolver({ routes: {}, public: { ...OUTSIDE, '*.example.net': ['203.0.113.10'] } });
    const inside = await stage.resolver({
      routes: { [ZONE]: world.technitium.dns, 'example.net': world.technitium.dns },
    });
    const acceptedFallbacks = [{ address: outside.address, reason: 'on purpose' }];
    const { technitium, probe } = {
      technitium: { servers: [{ name: 'primary', address: world.technitium.dns }] },
      probe: { canarySeconds: 2, rotationSeconds: 2 },
    };
    const spec = { technitium: { ...technitium, url: world.technitium.url, secretRef: { name: 'technitium' } }, probe };
    const other = await world.zone({ name: 'example.net', spec: { ...spec, acceptedFallbacks } });
    // A zone without hosts has no canary, and keeps nobody from anything.
    await world.zone({ name: 'example.org', spec });
    await stage.vantage('node-a', 'Nodes', [inside, outside]);
    await zone.ingress('many', ['a', 'b', 'c']);
    await other.ingress('many', ['x', 'y', 'z']);
    await stage.start();
    await stage.comesOut({ a: 'Mixed Internal -', b: 'Mixed Internal -', c: 'Mixed Internal -' });
    for (const host of ['x', 'y', 'z']) {
      await expect.poll(() => other.word(host, 'NodesResolve'), IN_TIME).toBe('True AcceptedFallback');
    }
    await expect
      .poll(() => outside.queries.filter(({ name }) => name.endsWith('.net')).length, IN_TIME)
      .toBeGreaterThan(5);
    const names = new Set(outside.queries.map(({ name }) => name));
    expect([...names].filter((name) => name.endsWith('.net'))).toHaveLength(1);
    expect([...names].filter((name) => name.endsWith('.com'))).toHaveLength(3);
  },
);
