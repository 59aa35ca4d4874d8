import { test } from 'vitest';
import { BALANCER, CLUSTER_IP, IN_TIME, openStage, OUTSIDE, WAN, ZONE } from '../../support/probing-stage.ts';
import { seriesOf } from '../../support/scrape.ts';

test.concurrent(
  'a host that fails has its series until it is mended, and no longer than it is there',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player);
    const { zone } = stage;
    const firewall = await stage.resolver({ routes: {}, public: OUTSIDE });
    const outside = await stage.resolver({ routes: {}, public: OUTSIDE });
    await stage.vantage('node-a', 'Nodes', [firewall]);
    await stage.vantage('lan-a', 'LAN', [stage.world.technitium.dns]);
    for (const host of ['git', 'photos']) await zone.ingress(host, [host]);
    await zone.ingress('other', []);
    const operator = await stage.start();
    const series = (name: string, having = {}): Promise<string[]> => seriesOf(operator, `splithorizon_${name}`, having);
    const verdicts = async (audience: string): Promise<string[]> =>
      (await series('hosts', { zone: ZONE, audience })).filter((text) => !text.endsWith(' 0'));
    const node = { zone: ZONE, audience: 'Nodes', vantage: 'node-a', nameserver: firewall.address };
    const cause = { ...node, verdict: 'External', cause: 'Hairpin' };
    const expected = [BALANCER, CLUSTER_IP].join();

    await expect.poll(() => series('failing_hosts'), IN_TIME).toHaveLength(1);
    await expect.poll(() => series('failing_hosts', cause), IN_TIME).toEqual(['2']);
    expect(await series('host_failing', cause)).toEqual([
      `host=${zone.at('git')} answers=${WAN} expected=${expected} 1`,
      `host=${zone.at('photos')} answers=${WAN} expected=${expected} 1`,
    ]);
    expect(await verdicts('Nodes')).toEqual(['verdict=External 2']);
    expect(await verdicts('LAN')).toEqual(['verdict=Internal 2']);
    expect(await series('hosts_ready', { zone: ZONE })).toEqual([
      'status=false 2',
      'status=true 0',
      'status=unknown 0',
    ]);
    expect(await series('hosts_published', { zone: ZONE })).toEqual(['reason=Published 2']);
    await expect
      .poll(() => series('vantage_internal_hosts'), IN_TIME)
      .toEqual(['vantage=lan-a audience=LAN 2', 'vantage=node-a audience=Nodes 0', 'vantage=pods audience=Pods 2']);
    await expect
      .poll(() => series('vantage_condition', { vantage: 'node-a', type: 'Reporting' }), IN_TIME)
      .toEqual(['audience=Nodes status=false 0', 'audience=Nodes status=true 1', 'audience=Nodes status=unknown 0']);
    await expect
      .poll(() => series('zone_condition_reason', { zone: ZONE, type: 'HostsResolve' }), IN_TIME)
      .toEqual(['reason=Hairpin 1']);

    // One of them goes, the other one is mended, then exposed by a second nameserver.
    await zone.remove('Ingress', 'photos');
    await expect.poll(() => series('failing_hosts', cause), IN_TIME).toEqual(['1']);
    firewall.set({ routes: { [ZONE]: stage.world.technitium.dns }, public: {} });
    await expect.poll(() => series('failing_hosts'), IN_TIME).toEqual([]);
    expect(await series('host_failing')).toEqual([]);
    await expect.poll(() => verdicts('Nodes'), IN_TIME).toEqual(['verdict=Internal 1']);
    await stage.changeVantage('node-a', [firewall, outside]);
    await expect
      .poll(() => series('failing_hosts'), IN_TIME)
      .toEqual([
        `zone=${ZONE} audience=Nodes vantage=node-a nameserver=${outside.address} verdict=Mixed cause=Hairpin 1`,
      ]);

    // With its last host a zone has nothing to tell; without the vantage nobody fails.
    await stage.changeVantage('node-a', undefined);
    await expect.poll(() => series('failing_hosts'), IN_TIME).toEqual([]);
    await expect.poll(() => series('vantage_hosts', { vantage: 'node-a' }), IN_TIME).toEqual([]);
    await zone.remove('Ingress', 'git');
    await expect.poll(() => series('hosts_published', { zone: ZONE }), IN_TIME).toEqual([]);

    const questions = await series('dns_queries_total', { nameserver: firewall.address });
    expect(questions).toEqual([expect.stringMatching(/^outcome=NOERROR [1-9]\d*$/)]);
  },
);

test.concurrent('what failed before a restart is told from the start, with Technitium away too', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const firewall = await stage.resolver({ routes: {}, public: OUTSIDE });
  await stage.vantage('node-a', 'Nodes', [firewall]);
  await stage.zone.ingress('git', ['git']);
  const before = await stage.start();
  await stage.comesOut({ git: 'External Internal -' });
  await expect.poll(() => stage.zone.zoneWord('HostsResolve'), IN_TIME).toBe('False Hairpin');
  const [cause] = await seriesOf(before, 'splithorizon_failing_hosts');
  await before.stop();
  await stage.world.technitium.refuse();
  const operator = await stage.start();
  await expect.poll(() => seriesOf(operator, 'splithorizon_failing_hosts'), IN_TIME).toEqual([cause]);
  const hostsResolve = { type: 'HostsResolve', status: 'false' };
  expect(await seriesOf(operator, 'splithorizon_zone_condition', hostsResolve)).toEqual([`zone=${ZONE} 1`]);
});
