import { test } from 'vitest';
import { ask } from '../../../src/probe/ask.ts';
import { BALANCER, IN_TIME, openStage, ZONE } from '../../support/probing-stage.ts';

const MOVED = '10.0.20.204';

test.concurrent(
  'a cache that keeps longer than the TTL is Stale once no cache may, until it lets go',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player);
    const hoarder = await stage.resolver({ minTtl: 600 });
    await stage.vantage('lan-a', 'LAN', [hoarder]);
    await stage.zone.ingress('git', ['git']);
    await stage.start();
    await stage.comesOut({ git: '- Internal Internal' });
    await stage.zone.balance('traefik', [{ ip: MOVED }]);
    await stage.comesOut({ git: '- Internal Propagating' });
    expect(await stage.zone.word('git', 'Ready')).toBe('True Published');
    await stage.comesOut({ git: '- Internal Stale' });
    expect(await stage.why('git', 'LAN')).toBe(
      `False Stale: lan-a: ${hoarder.address} still answers ${BALANCER}, expected ${MOVED}: it keeps answers longer than their TTL.`,
    );
    const { targets } = await stage.zone.zoneStatus();
    const [left] = targets?.[0]?.previous ?? [];
    expect(left).toMatchObject({ addresses: [BALANCER], ttlSeconds: 1 });
    expect(Date.parse(left?.levelSince ?? '')).toBeGreaterThan(0);
    hoarder.flush();
    await stage.comesOut({ git: '- Internal Internal' });
  },
);

test.concurrent('a cache that serves stale answers is never Stale: it gives the old one once', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, { spec: { probe: { canarySeconds: 4, rotationSeconds: 4 } } });
  const unbound = await stage.resolver({ serveStale: true });
  await stage.vantage('lan-a', 'LAN', [unbound]);
  for (const host of ['git', 'photos']) await stage.zone.ingress(host, [host]);
  await stage.start();
  await stage.comesOut({ git: '- Internal Internal', photos: '- Internal Internal' });
  await stage.zone.balance('traefik', [{ ip: MOVED }]);
  await expect.poll(stage.zone.records, IN_TIME).toContain(`@ A 1 ${MOVED} ours`);
  // Longer than the TTL, its allowance and a second look take together.
  const movedAt = Date.now();
  await expect.poll(() => Date.now() - movedAt > 16_000, IN_TIME).toBe(true);
  await stage.comesOut({ git: '- Internal Internal', photos: '- Internal Internal' });
  for (const host of ['git', 'photos']) {
    const words = new Set(stage.history(host, 'LAN').map((text) => text.split(':')[0]));
    expect([...words].filter((word) => word !== 'Unknown').sort()).toEqual(['Internal', 'Propagating']);
  }
  expect(stage.history('git', 'LAN').join('\n')).toContain(`${unbound.address} still answers ${BALANCER}`);
});

test.concurrent(
  'a host whose own address changes is Propagating from the wish on, until caches let go',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player, { spec: { hosts: { ttlSeconds: 3 } } });
    const { zone, world } = stage;
    const cache = await stage.resolver();
    await stage.vantage('lan-a', 'LAN', [cache]);
    await zone.host('turn', { target: { addresses: ['10.0.20.205'] } });
    await zone.host('site', { target: { cname: 'site.pages.example.net' } });
    cache.set({ static: { 'site.pages.example.net': ['192.0.2.80'] } });
    await stage.start({ podConf: `nameserver 127.0.0.1#${cache.port}\n` });
    await stage.comesOut({ turn: '- Internal Internal', site: '- Internal Internal' });

    // Technitium takes no writes: the wish stands, the old answer is right as far as anybody can tell.
    await world.technitium.refuse();
    await zone.patchHost('turn', { spec: { target: { addresses: ['10.0.20.206'] } } });
    await stage.comesOut({ turn: '- Propagating Propagating' });
    expect(await stage.why('turn', 'LAN')).toMatch(/^True Propagating: /);
    const asked = cache.countOf(zone.at('turn'));
    expect((await zone.hostStatus('turn')).previous).toMatchObject([{ addresses: ['10.0.20.205'], ttlSeconds: 3 }]);

    await world.technitium.accept();
    await stage.comesOut({ turn: '- Internal Internal' });
    expect(cache.countOf(zone.at('turn'))).toBeGreaterThan(asked);
    const [left] = (await zone.hostStatus('turn')).previous ?? [];
    expect(left?.levelSince).toBeDefined();

    // From a name to an address: what the chain passed before is an earlier answer, not a foreign one.
    cache.set({ minTtl: 6 });
    cache.flush();
    const before = cache.countOf(zone.at('site'));
    await expect.poll(() => cache.countOf(zone.at('site')), IN_TIME).toBeGreaterThan(before + 1);
    await zone.patchHost('site', { spec: { target: { cname: null, addresses: ['10.0.20.207'] } } });
    const word = /^Propagating: lan-a: .* still answers 192\.0\.2\.80, expected 10\.0\.20\.207: a cache may hold/m;
    await expect.poll(() => stage.history('site', 'LAN').join('\n'), IN_TIME).toMatch(word);
    await stage.comesOut({ site: '- Internal Internal' });
    expect(stage.history('site', 'LAN').join('\n')).not.toContain('External');
  },
);

test.concurrent('a new name that a cache denies is Propagating as long as it rightly may', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const cache = await stage.resolver({ minTtl: 600 });
  await stage.vantage('lan-a', 'LAN', [cache]);
  await stage.zone.ingress('git', ['git']);
  await stage.start();
  await stage.comesOut({ git: '- Internal Internal' });
  // Somebody else asked too early: the denial is in the cache before the host is.
  const server = { address: '127.0.0.1', port: cache.port };
  for (const type of ['A', 'AAAA'] as const) {
    await ask({ server, signal: AbortSignal.timeout(5000), random: Math.random }, `new.${ZONE}`, type);
  }
  await stage.zone.ingress('new', ['new']);
  const word = /^Propagating: lan-a: \S+ answers NXDOMAIN, expected \S+: a cache may hold that until /m;
  await expect.poll(() => stage.history('new', 'LAN').join('\n'), IN_TIME).toMatch(word);
  await stage.comesOut({ new: '- Internal NotFound' });
  cache.flush();
  await stage.comesOut({ new: '- Internal Internal' });
});
