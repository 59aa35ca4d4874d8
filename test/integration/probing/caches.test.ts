import { test } from 'vitest';
import { startCopy } from './copy-server.ts';
import { BALANCER, IN_TIME, openStage, ZONE, type Stage } from '../../support/probing-stage.ts';

/** Long denials, so that one that is planted would be seen. */
const LONG = { technitium: { soaMinimum: 900 } } as const;

/** Adds a second server to the zone, which lags until told to transfer. */
const addReplica = async (player: Parameters<typeof openStage>[0], stage: Stage, maxLagSeconds: number) => {
  const { world, zone } = stage;
  const replica = await startCopy(player, world.technitium, ZONE);
  const servers = [
    { name: 'primary', address: world.technitium.dns },
    { name: 'replica', address: replica.address, maxLagSeconds },
  ];
  await zone.patchZone({ spec: { technitium: { servers } } });
  return replica;
};

test.concurrent('no cache is asked for a new host before every server has it', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, LONG);
  const { zone } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  await zone.ingress('git', ['git']);
  const replica = await addReplica(player, stage, 600);
  await stage.start();
  await expect.poll(zone.records, IN_TIME).toHaveLength(2);
  await expect.poll(() => replica.countOf(zone.at('git')), IN_TIME).toBeGreaterThan(1);
  expect(cache.countOf(zone.at('git'))).toBe(0);
  await stage.comesOut({ git: '- Internal Propagating' });
  expect(await stage.why('git', 'LAN')).toBe(
    `Unknown Propagating: lan-a: ${cache.address} is not asked before every server of the zone has the new answer.`,
  );

  replica.transfer();
  await stage.comesOut({ git: '- Internal Internal' });
  expect(cache.countOf(zone.at('git'))).toBeGreaterThan(0);

  // A change is not asked for either: the old answer would be taught once more.
  await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
  await expect.poll(zone.records, IN_TIME).toContain('@ A 1 10.0.20.204 ours');
  // The primary is asked itself, and has it.
  await stage.comesOut({ git: '- Internal Propagating' });
  const asked = cache.countOf(zone.at('git'));
  const followed = replica.countOf(ZONE);
  await expect.poll(() => replica.countOf(ZONE), IN_TIME).toBeGreaterThan(followed + 1);
  expect(cache.countOf(zone.at('git'))).toBe(asked);
  replica.transfer();
  await stage.comesOut({ git: '- Internal Internal' });
});

test.concurrent('a server that lags for too long is named, and what it holds up is Unknown', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, LONG);
  const { zone, world } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  await stage.start();
  const replica = await addReplica(player, stage, 4);
  await expect.poll(() => zone.zoneWord('ServersInSync'), IN_TIME).toBe('True Synced');
  await zone.ingress('git', ['git']);
  await stage.comesOut({ git: '- Internal Unknown' });
  expect(await stage.why('git', 'LAN')).toMatch(/^Unknown SerialBehind: .* a server of the zone is behind for longer/);
  expect(cache.countOf(zone.at('git'))).toBe(0);
  await expect.poll(() => zone.zoneWord('ServersInSync'), IN_TIME).toBe('False SerialBehind');
  expect(await zone.zoneMessage('ServersInSync')).toMatch(/^replica \(.*\) has serial \d+, behind the primary's \d+ /);
  expect(await zone.zoneWord('Ready')).toBe('False SerialBehind');

  replica.transfer();
  await stage.comesOut({ git: '- Internal Internal' });
  await expect.poll(() => zone.zoneWord('ServersInSync'), IN_TIME).toBe('True Synced');

  // It would follow nothing before the primary has passed it.
  const ahead = world.technitium.serial(ZONE) + 5;
  replica.transfer(ahead);
  await expect.poll(() => world.technitium.serial(ZONE), IN_TIME).toBeGreaterThan(ahead);
  replica.transfer();
  await expect.poll(() => zone.zoneWord('ServersInSync'), IN_TIME).toBe('True Synced');
});

test.concurrent('a restart waits for the servers too', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, LONG);
  const { zone } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  const replica = await addReplica(player, stage, 600);
  const operator = await stage.start();
  await zone.ingress('git', ['git']);
  await expect.poll(zone.records, IN_TIME).toHaveLength(2);
  await operator.stop();
  await stage.start();
  await stage.comesOut({ git: '- Internal Propagating' });
  expect(cache.countOf(zone.at('git'))).toBe(0);
  replica.transfer();
  await stage.comesOut({ git: '- Internal Internal' });
});

test.concurrent('where no servers are listed, caches are left alone for a while after a write', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, { ...LONG, servers: [] });
  const { zone } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  await stage.start({ intervals: { withoutServersMs: 4_000 } });
  const createdAt = Date.now();
  await zone.ingress('git', ['git']);
  await expect.poll(() => cache.countOf(zone.at('git')), IN_TIME).toBeGreaterThan(0);
  const [first] = cache.queries.filter(({ name }) => name === zone.at('git'));
  expect(first?.at).toBeGreaterThanOrEqual(createdAt + 4000);
  await stage.comesOut({ git: '- Internal Internal' });
  expect(await zone.zoneWord('ServersInSync')).toBe('True NoServers');
});

test.concurrent('a name that nobody holds is asked of nobody but the servers themselves', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, LONG);
  const { zone } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  await zone.ingress('git', ['git']);
  await zone.host('theirs', { record: 'Observed', target: { addresses: ['192.0.2.44'] } });
  await zone.patchZone({ spec: { exclude: [zone.at('mail')] } });
  await zone.ingress('mail', ['mail']);
  await stage.start();
  await stage.comesOut({ git: '- Internal Internal', theirs: '- Propagating NotFound', mail: '- Propagating Unknown' });
  const round = cache.countOf(zone.at('git'));
  await expect.poll(() => cache.countOf(zone.at('git')), IN_TIME).toBeGreaterThan(round + 4);
  expect(cache.countOf(zone.at('theirs'))).toBe(0);
  expect(cache.countOf(zone.at('mail'))).toBe(0);

  // Somebody makes them, on the primary first: the other server is asked before the cache is.
  const replica = await addReplica(player, stage, 600);
  await expect.poll(() => zone.zoneWord('ServersInSync'), IN_TIME).toBe('True Synced');
  await zone.console.add('theirs', { type: 'A', value: '192.0.2.44' });
  await zone.console.add('mail', { type: 'CNAME', value: '@' });
  await expect
    .poll(() => replica.countOf(zone.at('theirs')) + replica.countOf(zone.at('mail')), IN_TIME)
    .toBeGreaterThan(1);
  expect(cache.countOf(zone.at('theirs')) + cache.countOf(zone.at('mail'))).toBe(0);
  replica.transfer();
  await stage.comesOut({ theirs: '- Internal Internal', mail: '- Internal Internal' });
});

test.concurrent('DryRun asks no cache for what it would write, and does for what is there', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, {
    ...LONG,
    spec: { policy: 'DryRun' },
    before: (zone) => zone.console.add('@', { type: 'A', value: BALANCER }),
  });
  const { zone } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  await zone.console.add('there', { type: 'CNAME', value: '@' });
  await zone.ingress('there', ['there']);
  await zone.ingress('absent', ['absent']);
  await stage.start();
  await stage.comesOut({ there: '- Internal Internal', absent: '- Propagating Unknown' });
  expect(cache.countOf(zone.at('absent'))).toBe(0);
});
