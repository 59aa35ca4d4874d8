import { test } from 'vitest';
import type { Resolver } from '../../standin/resolver/resolver.ts';
import { IN_TIME, openStage, OUTSIDE, ZONE, type Player, type Stage } from '../../support/probing-stage.ts';

const QUIET_MS = 12_000;

interface Settled extends Stage {
  readonly firewall: Resolver;
  readonly outside: Resolver;
  /** Hosts that are asked for, in short. */
  readonly hosts: readonly string[];
  /** Waits until all figures are written: verdicts, and the counts of zone and vantages. */
  settles(): Promise<void>;
  /** Writes of any kind to the API server so far, by kind; of Leases there is no end. */
  writes(): Readonly<Record<string, number>>;
}

/** Hosts that nodes resolve in part only, and one that pods do not at all; nothing changes any more once it has settled. */
const openSettled = async (player: Player, count: number, rotationSeconds: number): Promise<Settled> => {
  const { expect } = player;
  const stage = await openStage(player, { spec: { probe: { canarySeconds: 2, rotationSeconds } } });
  const hosts = Array.from({ length: count }, (_, index) => `h${index}`);
  const firewall = await stage.resolver();
  const outside = await stage.resolver({ routes: {}, public: OUTSIDE });
  const fallback = await stage.resolver({ routes: {}, public: OUTSIDE });
  const acceptedFallbacks = [{ address: fallback.address, reason: 'on purpose' }];
  const blocked = { [`h1.${ZONE}`]: ['0.0.0.0'] };
  const clusterDns = await stage.resolver({ static: blocked });
  await stage.zone.patchZone({ spec: { acceptedFallbacks } });
  await stage.vantage('node-a', 'Nodes', [firewall, outside]);
  await stage.vantage('lan-a', 'LAN', [firewall, fallback]);
  await stage.zone.ingress('many', hosts);
  const podConf = `nameserver 127.0.0.1#${clusterDns.port}\n`;
  const internal = async (name: string): Promise<unknown> =>
    ((await stage.vantageStatus(name))['summary'] as { internal?: string } | undefined)?.internal;
  return {
    ...stage,
    start: (settings) => stage.start({ podConf, ...settings }),
    firewall,
    outside,
    hosts,
    async settles() {
      const last = `h${count - 1}`;
      await stage.comesOut({
        h0: 'Mixed Internal Internal',
        h1: 'Mixed NotFound Internal',
        [last]: 'Mixed Internal Internal',
      });
      await expect.poll(() => stage.why(last, 'LAN'), IN_TIME).toMatch(/^True AcceptedFallback/);
      await expect.poll(() => internal('node-a'), IN_TIME).toBe(`0/${count}`);
      await expect.poll(() => internal('lan-a'), IN_TIME).toBe(`${count}/${count}`);
      await expect.poll(() => internal('pods'), IN_TIME).toBe(`${count - 1}/${count}`);
      await expect.poll(async () => (await stage.zone.zoneStatus()).summary?.hosts, IN_TIME).toBe(`0/${count}`);
      await expect
        .poll(() => stage.zone.zoneMessage('HostsResolve'), IN_TIME)
        .toBe(`Of ${count} hosts do not resolve internally: ${count - 1} Mixed, 1 NotFound.`);
      // Events come after what they tell of.
      let told: number | undefined;
      const isAllTold = (): boolean => told === (told = stage.world.standIn?.requests['create events']);
      await expect.poll(isAllTold, { ...IN_TIME, interval: 1_000 }).toBe(true);
    },
    writes: () =>
      Object.fromEntries(
        Object.entries(stage.world.standIn?.requests ?? {}).filter(
          ([request]) => !/^(get|list|watch) | leases$/.test(request),
        ),
      ),
  };
};

test.concurrent('an unchanged world with fifty hosts and three vantages is not written to', async (player) => {
  const { expect } = player;
  const stage = await openSettled(player, 50, 6);
  await stage.start();
  await stage.settles();
  stage.world.technitium.resetCounts();
  const [writes, asked, since] = [stage.writes(), stage.firewall.queries.length, Date.now()];
  await expect.poll(() => Date.now() - since > QUIET_MS, IN_TIME).toBe(true);
  expect(stage.writes()).toEqual(writes);
  expect(stage.world.technitiumWrites()).toBe(0);
  // All that time it asked on.
  expect(stage.firewall.queries.length - asked).toBeGreaterThan(100);
});

test.concurrent('a restart writes nothing, and nothing is forgotten that changed meanwhile', async (player) => {
  const { expect } = player;
  const stage = await openSettled(player, 8, 2);
  const { firewall, outside, zone, hosts } = stage;
  const operator = await stage.start();
  await stage.settles();
  await operator.stop();
  const writes = stage.writes();
  const askedFor = (resolver: Resolver): number[] => hosts.map((host) => resolver.countOf(zone.at(host)));
  const [before, since] = [askedFor(firewall), Date.now()];
  const again = await stage.start();
  // Asked for thrice, a second look included, and figures have had their time to stand still.
  const isOver = (): boolean =>
    askedFor(firewall).every((count, index) => count >= (before[index] ?? 0) + 6) && Date.now() - since > 9_000;
  await expect.poll(isOver, IN_TIME).toBe(true);
  expect(stage.writes()).toEqual(writes);
  await again.stop();

  outside.set({ routes: { [ZONE]: stage.world.technitium.dns } });
  firewall.set({ static: { [`h0.${ZONE}`]: ['192.0.2.1'] } });
  firewall.flush();
  await stage.start();
  await stage.comesOut({
    h0: 'External Internal External',
    h1: 'Internal NotFound Internal',
    h7: 'Internal Internal Internal',
  });
});
