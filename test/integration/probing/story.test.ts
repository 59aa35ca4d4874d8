import { describe, test } from 'vitest';
import type { Resolver } from '../../standin/resolver/resolver.ts';
import { apiServers, type ApiServerKind } from '../../support/api-servers.ts';
import {
  BALANCER,
  IN_TIME,
  openStage,
  OUTSIDE,
  WAN,
  ZONE,
  type Player,
  type Stage,
} from '../../support/probing-stage.ts';

const HOSTS = ['git', 'photos'] as const;
const MOVED = '10.0.20.204';
const NOBODY = '127.0.0.1:1';

interface Household extends Stage {
  readonly firewall: Resolver;
  readonly outside: Resolver;
  readonly clusterDns: Resolver;
  readonly router: Resolver;
  readonly clusterIP: string;
  /** Lets a resolver forward the zone, after its cache forgot what it had. */
  forward(resolver: Resolver): void;
  /** Technitium is down, its API and DNS; who forwards to it is told at once that nobody listens there. */
  outage(forwarders: readonly Resolver[]): Promise<void>;
  back(forwarders: readonly Resolver[]): Promise<void>;
}

/**
 * The household of the incident: nodes ask the firewall, then a public resolver; pods ask the cluster DNS, which pins git
 * to a ClusterIP; the LAN asks a router that forwards the zone. Nobody else does.
 */
const openHousehold = async (player: Player, kind?: ApiServerKind): Promise<Household> => {
  const stage = await openStage(player, kind && { kind });
  const { zone, world } = stage;
  const { body: service } = await world.client.get(`/api/v1/namespaces/${zone.namespace}/services/traefik`);
  const clusterIP = (service.spec?.['clusterIPs'] as string[])[0] ?? '';
  const firewall = await stage.resolver({ routes: {}, public: OUTSIDE });
  const outside = await stage.resolver({ routes: {}, public: OUTSIDE });
  const clusterDns = await stage.resolver({ routes: {}, public: OUTSIDE, static: { [`git.${ZONE}`]: [clusterIP] } });
  const router = await stage.resolver();
  await stage.vantage('node-a', 'Nodes', [firewall, outside]);
  await stage.vantage('lan-desk', 'LAN', [router]);
  for (const host of HOSTS) await zone.ingress(host, [host]);
  return {
    ...stage,
    firewall,
    outside,
    clusterDns,
    router,
    clusterIP,
    forward(resolver) {
      resolver.set({ routes: { [ZONE]: world.technitium.dns } });
      resolver.flush();
    },
    async outage(forwarders) {
      for (const resolver of forwarders) resolver.set({ routes: { [ZONE]: NOBODY } });
      world.technitium.silenceDns();
      await world.technitium.refuse();
    },
    async back(forwarders) {
      await world.technitium.heal();
      for (const resolver of forwarders) resolver.set({ routes: { [ZONE]: world.technitium.dns } });
    },
  };
};
const podConf = ({ clusterDns }: Household): string => `nameserver 127.0.0.1#${clusterDns.port}\n`;

describe.concurrent.each(apiServers('the story of the incident'))('on the $name', ({ ...kind }) => {
  test('nobody asks the server that knows, then all do, and a public fallback takes over in an outage', async (player) => {
    const { expect } = player;
    const home = await openHousehold(player, kind);
    const { technitium } = home.world;
    const { firewall, outside } = home;
    await home.start({ podConf: podConf(home) });

    // Stage 0. Only the LAN is told the internal address; pods are, of the host that the cluster DNS pins.
    await home.comesOut({ git: 'External Internal Internal', photos: 'External External Internal' });
    expect(await home.audience('photos', 'Nodes')).toEqual({
      name: 'Nodes',
      verdict: 'External',
      failing: [
        {
          vantage: 'node-a',
          nameserver: firewall.address,
          verdict: 'External',
          answers: [WAN],
          expected: [BALANCER, home.clusterIP],
        },
      ],
    });
    const word = `${firewall.address} answers ${WAN}, expected ${BALANCER} or ${home.clusterIP}: ${WAN} is our own public address.`;
    const advice = `${firewall.address} has no forward for ${ZONE} to ${technitium.dns}.`;
    expect(await home.why('photos', 'Nodes')).toContain(`False Hairpin: node-a: ${word} ${advice}`);
    expect(await home.why('git', 'Pods')).toBe('True Internal: Resolves as expected.');
    expect(await home.zone.word('photos', 'Ready')).toBe('False Hairpin');
    await expect.poll(() => home.zone.zoneWord('HostsResolve'), IN_TIME).toBe('False Hairpin');

    // Stage 3. The firewall forwards the zone; the second nameserver of the nodes is still public.
    home.forward(firewall);
    await home.comesOut({ git: 'Mixed Internal Internal', photos: 'Mixed External Internal' });
    expect((await home.audience('git', 'Nodes'))?.failing).toMatchObject([{ nameserver: outside.address }]);
    expect(await home.why('git', 'Nodes')).toMatch(/^False Mixed: .*; it is asked when an earlier server fails\./);

    // Stage 4. The cluster DNS forwards it too.
    home.forward(home.clusterDns);
    await home.comesOut({ git: 'Mixed Internal Internal', photos: 'Mixed Internal Internal' });

    // Stage 6b. Technitium is down: nodes go on to the public resolver.
    const forwarders = [firewall, home.clusterDns, home.router];
    await home.outage(forwarders);
    await home.comesOut({ git: 'External Internal Failed', photos: 'External Failed Failed' });
    expect((await home.audience('git', 'Nodes'))?.failing).toMatchObject([{ nameserver: outside.address }]);
    expect(await home.why('git', 'Nodes')).toContain(`${firewall.address} answers SERVFAIL`);
    expect(await home.why('photos', 'LAN')).toMatch(/^False Failed: lan-desk: .* answers SERVFAIL, expected /);
    const { records } = home.zone;
    const held = records();

    // Stage 7. It is back.
    await home.back(forwarders);
    await home.comesOut({ git: 'Mixed Internal Internal', photos: 'Mixed Internal Internal' });
    expect(records()).toEqual(held);
  });
});

test.concurrent('the public fallback goes, the balancer moves, and the server fails and comes back', async (player) => {
  const { expect } = player;
  const home = await openHousehold(player);
  const { zone, world, firewall, outside } = home;
  home.forward(firewall);
  home.forward(home.clusterDns);
  await home.start({ podConf: podConf(home) });
  await home.comesOut({ git: 'Mixed Internal Internal', photos: 'Mixed Internal Internal' });

  // Stage 4b. The public resolver is taken from the nodes.
  await home.changeVantage('node-a', [firewall]);
  await home.comesOut({ git: 'Internal Internal Internal', photos: 'Internal Internal Internal' });
  expect(await zone.word('git', 'Ready')).toBe('True Published');

  // Stage 5. Traefik moves; the caches may keep the old address for its TTL, git is pinned for pods.
  const caches = [firewall, home.clusterDns, home.router];
  for (const cache of caches) {
    cache.set({ minTtl: 5 });
    cache.flush();
  }
  const askedFor = (): number[] =>
    caches.map((cache) => cache.countOf(zone.at('photos')) + cache.countOf(zone.at('git')));
  const before = askedFor();
  await expect.poll(() => askedFor().every((count, index) => count >= (before[index] ?? 0) + 4), IN_TIME).toBe(true);
  await zone.balance('traefik', [{ ip: MOVED }]);
  const late = new RegExp(
    `^Propagating: lan-desk: \\S+ still answers ${BALANCER}, expected ${MOVED}: a cache may hold that until [\\dT:-]+Z\\.$`,
    'm',
  );
  await expect.poll(() => home.history('photos', 'LAN').join('\n'), IN_TIME).toMatch(late);
  await home.comesOut({ git: 'Internal Internal Internal', photos: 'Internal Internal Internal' });
  expect(zone.records()).toContain(`@ A 1 ${MOVED} ours`);

  for (const [host, audience] of [
    ['git', 'Nodes'],
    ['photos', 'Pods'],
    ['git', 'LAN'],
  ] as const) {
    expect(home.history(host, audience).join('\n')).toMatch(/^Propagating: /m);
  }
  expect(home.history('git', 'Pods').join('\n')).not.toMatch(/still answers/);
  expect(home.history('photos', 'Pods').join('\n')).not.toMatch(/^Stale/m);
  for (const cache of caches) cache.set({ minTtl: 0 });

  // Stage 6. Technitium is down, and nobody else answers.
  const serial = world.technitium.serial(ZONE);
  await home.outage(caches);
  await home.comesOut({ git: 'Failed Internal Failed', photos: 'Failed Failed Failed' });

  // Stage 7. Back as before, with nothing rewritten.
  await home.back(caches);
  await home.comesOut({ git: 'Internal Internal Internal', photos: 'Internal Internal Internal' });
  expect(world.technitium.serial(ZONE)).toBe(serial);
  expect(outside.countOf(zone.at('git'))).toBeGreaterThan(0);
});
