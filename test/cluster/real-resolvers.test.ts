import { describe, test, type TestContext } from 'vitest';
import { startCoreDns, type CoreDnsOptions } from '../real/coredns.ts';
import { findCoreDns, findUnbound } from '../real/tools.ts';
import { startUnbound, type UnboundOptions } from '../real/unbound.ts';
import { apiServers } from '../support/api-servers.ts';
import { BALANCER, IN_TIME, openStage, OUTSIDE, WAN, ZONE, type StageOptions } from '../support/probing-stage.ts';

const MOVED = '10.0.20.204';
const LONG = { timeout: 90_000, interval: 300 } as const;

/** Whether both resolvers are there; where one is not that is said, and in CI it is an error. */
const hasResolvers = (): boolean => {
  const missing = [
    ...(findUnbound() === undefined ? ['unbound (apt-get install unbound)'] : []),
    ...(findCoreDns() === undefined ? ['coredns (node test/real/build.ts coredns)'] : []),
  ];
  if (missing.length === 0) return true;
  const message = `left out: verdicts over real resolvers; not there: ${missing.join(', ')}.`;
  if (process.env['CI'] === 'true') throw new Error(message);
  // Not by console: Vitest keeps that of suites that pass to itself.
  process.stderr.write(`${message}\n`);
  return false;
};

/** A stage with a real Unbound and a real CoreDNS, which goes outside for all of the zone, in the operator's pod. */
const openReal = async (
  player: TestContext,
  given: { unbound?: Partial<UnboundOptions>; coreDns?: Partial<CoreDnsOptions> } & StageOptions = {},
) => {
  const stage = await openStage(player, given);
  const outside = await stage.resolver({ routes: {}, public: { ...OUTSIDE, 'ready.invalid': [WAN] } });
  const unbound = await startUnbound({ outside: WAN, ...given.unbound });
  player.onTestFinished(() => unbound.stop());
  const coreDnsOptions = { zone: ZONE, outside: outside.address, forward: outside.address, ...given.coreDns };
  const coreDns = await startCoreDns(coreDnsOptions);
  player.onTestFinished(() => coreDns.stop());
  const toTechnitium = { [ZONE]: stage.world.technitium.dns };
  return {
    ...stage,
    outside,
    unbound,
    coreDns,
    /** Has Unbound forward the zone, with other settings on demand. */
    forward: (options: Partial<UnboundOptions> = {}) =>
      unbound.configure({ outside: WAN, forward: toTechnitium, ...given.unbound, ...options }),
    /** The same of CoreDNS. */
    forwardPods: (options: Partial<CoreDnsOptions> = {}) =>
      coreDns.configure({ ...coreDnsOptions, forward: stage.world.technitium.dns, ...options }),
    begin: () => stage.start({ podConf: `nameserver 127.0.0.1#${coreDns.port}\noptions ndots:5\n` }),
  };
};

describe.skipIf(!hasResolvers())('verdicts over a real Unbound and a real CoreDNS', { concurrent: true }, () => {
  const kind = apiServers('real resolvers').at(-1)!;

  test(`the stages of the incident, on the ${kind.name}`, { timeout: 240_000 }, async (player) => {
    const { expect } = player;
    const stage = await openReal(player, { kind });
    const { zone, world, unbound, coreDns, outside } = stage;
    const { body: service } = await world.client.get(`/api/v1/namespaces/${zone.namespace}/services/traefik`);
    const pinned = { hosts: { [`git.${ZONE}`]: (service.spec?.['clusterIPs'] as string[])[0] ?? '' } };
    await stage.coreDns.configure({ zone: ZONE, outside: outside.address, forward: outside.address, ...pinned });
    await stage.vantage('node-a', 'Nodes', [unbound.address, outside]);
    await stage.vantage('lan-a', 'LAN', [world.technitium.dns]);
    for (const host of ['git', 'photos']) await zone.ingress(host, [host]);
    await stage.begin();

    // 0
    await stage.comesOut({ git: 'External Internal Internal', photos: 'External External Internal' });
    expect(await stage.why('photos', 'Pods')).toContain(`${coreDns.address} answers ${WAN}, expected ${BALANCER}`);
    // 3
    await stage.forward();
    await stage.comesOut({ git: 'Mixed Internal Internal', photos: 'Mixed External Internal' });
    // 4
    await stage.forwardPods(pinned);
    await stage.comesOut({ git: 'Mixed Internal Internal', photos: 'Mixed Internal Internal' });
    // 4b
    await stage.changeVantage('node-a', [unbound.address]);
    await stage.comesOut({ git: 'Internal Internal Internal', photos: 'Internal Internal Internal' });
    // 5
    await zone.balance('traefik', [{ ip: MOVED }]);
    await expect.poll(zone.records, IN_TIME).toContain(`@ A 1 ${MOVED} ours`);
    await expect.poll(() => stage.history('photos', 'Pods').join('\n'), IN_TIME).toMatch(/^Propagating: /m);
    await stage.comesOut({ git: 'Internal Internal Internal', photos: 'Internal Internal Internal' });
    expect(stage.history('photos', 'Nodes').join('\n')).not.toMatch(/^Stale/m);
    expect(stage.history('photos', 'Pods').join('\n')).not.toMatch(/^Stale/m);
    expect(await zone.word('photos', 'Ready')).toBe('True Published');
    // 6
    world.technitium.silenceDns();
    const withoutAnswer = async (): Promise<boolean> =>
      /^(Failed|Timeout) Internal (Failed|Timeout)$/.test(await stage.verdicts('git')) &&
      /^(Failed|Timeout) (Failed|Timeout) (Failed|Timeout)$/.test(await stage.verdicts('photos'));
    await expect.poll(withoutAnswer, LONG).toBe(true);
    // 7
    await world.technitium.heal();
    await expect.poll(() => stage.verdicts('git'), LONG).toBe('Internal Internal Internal');
    await expect.poll(() => stage.verdicts('photos'), LONG).toBe('Internal Internal Internal');
  });

  test('rebinding protection takes the address away', { timeout: 120_000 }, async (player) => {
    const { expect } = player;
    const stage = await openReal(player, { unbound: { privateAddress: ['10.0.0.0/8'] } });
    await stage.forward();
    await stage.forwardPods();
    await stage.vantage('lan-a', 'LAN', [stage.unbound.address]);
    await stage.zone.ingress('git', ['git']);
    await stage.begin();
    await stage.comesOut({ git: '- Internal NotFound' });
    expect(await stage.why('git', 'LAN')).toMatch(
      /gives the CNAME to example\.com but no A, .*: rebinding protection may have taken the private address out\.$/,
    );
  });

  test('a resolver that validates fails where the public zone is signed', { timeout: 120_000 }, async (player) => {
    const { expect } = player;
    const anchor = `${ZONE}. DS 31589 8 2 ${'CD'.repeat(32)}`;
    const stage = await openReal(player, { unbound: { trustAnchors: [anchor] } });
    await stage.forward();
    await stage.forwardPods();
    await stage.vantage('lan-a', 'LAN', [stage.unbound.address]);
    await stage.zone.ingress('git', ['git']);
    await stage.begin();
    await stage.comesOut({ git: '- Internal Failed' });
    expect(await stage.why('git', 'LAN')).toMatch(/answers SERVFAIL, .*: DNSSEC validation fails there, /);
  });

  test('resolvers that serve stale answers are never Stale', { timeout: 120_000 }, async (player) => {
    const { expect } = player;
    const stage = await openReal(player, { unbound: { serveExpired: true }, coreDns: { serveStale: true } });
    await stage.forward();
    await stage.forwardPods();
    await stage.vantage('lan-a', 'LAN', [stage.unbound.address]);
    await stage.zone.ingress('git', ['git']);
    await stage.begin();
    await stage.comesOut({ git: '- Internal Internal' });
    await stage.zone.balance('traefik', [{ ip: MOVED }]);
    await expect.poll(stage.zone.records, IN_TIME).toContain(`@ A 1 ${MOVED} ours`);
    // Longer than the TTL, its allowance and a second look take together.
    const movedAt = Date.now();
    await expect.poll(() => Date.now() - movedAt > 17_000, IN_TIME).toBe(true);
    await stage.comesOut({ git: '- Internal Internal' });
    for (const audience of ['Pods', 'LAN'] as const) {
      const words = stage.history('git', audience).map((text) => text.split(':')[0]);
      expect(words).toContain('Propagating');
      expect(words).not.toContain('Stale');
    }
  });
});
