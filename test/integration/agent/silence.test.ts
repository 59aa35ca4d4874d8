import { describe, test, vi } from 'vitest';
import { createMachine } from '../../support/agent.ts';
import { apiServers } from '../../support/api-servers.ts';
import { namespaceObject } from '../../support/objects.ts';
import { IN_TIME, openStage, type Player } from '../../support/probing-stage.ts';

vi.setConfig({ testTimeout: 180_000 });

const NODES = '/api/v1/nodes';
const VANTAGES = '/apis/splithorizon.dev/v1alpha1/splithorizonvantages';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/splithorizon-vantages/leases';
/** Three renewals of a Lease, and some. */
const SILENCE_MS = 200_000;

describe.concurrent.each(apiServers('silent agents'))('agents that come and go, with the $name', (kind) => {
  /** A node with an agent at work, and an operator whose clock can be put forward. */
  const open = async (player: Player) => {
    const stage = await openStage(player, { kind });
    const { client } = stage.world;
    await stage.world.create(namespaceObject('splithorizon-vantages'));
    await client.post(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } });
    const inside = await stage.resolver();
    const node = await createMachine(stage.world.server, 'node-a');
    player.onTestFinished(() => node.remove());
    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${inside.port}\n`);
    await stage.zone.ingress('git', ['git']);
    const clock = { aheadMs: 0 };
    const operator = await stage.start({ now: () => Date.now() + clock.aheadMs });
    const stopAgent = await node.start({ clusterDns: [inside.address] });
    await stage.comesOut({ git: 'Internal Internal -' });
    const reporting = async (): Promise<string> => {
      const [condition] = (await stage.vantageStatus('node-a')).conditions ?? [];
      return `${String((condition as { status?: string } | undefined)?.status)} ${condition?.reason ?? ''}`;
    };
    const namesIn = async (path: string): Promise<(string | undefined)[]> =>
      ((await client.get(path)).body.items ?? []).map(({ metadata }) => metadata.name);
    return { stage, client, node, inside, clock, operator, stopAgent, reporting, namesIn };
  };

  test('one that is silent is told, and its word counts no more; its node gone, its vantages go too', async (player) => {
    const { expect } = player;
    const { stage, client, node, clock, stopAgent, reporting, namesIn } = await open(player);
    expect(await reporting()).toBe('True Reporting');
    await stopAgent();
    clock.aheadMs = SILENCE_MS;
    await expect.poll(reporting, IN_TIME).toBe('False LeaseExpired');
    await stage.comesOut({ git: 'Unknown Internal -' });
    expect(await stage.why('git', 'Nodes')).toBe('Unknown Unknown: No vantage of it reports: node-a.');

    const stopAgain = await node.start();
    await expect.poll(reporting, IN_TIME).toBe('True Reporting');
    await stage.comesOut({ git: 'Internal Internal -' });
    expect(await namesIn(VANTAGES)).toEqual(['node-a', 'pods', 'pods-a']);

    await stopAgain();
    await client.delete(`${NODES}/a`);
    clock.aheadMs += SILENCE_MS;
    await expect.poll(() => namesIn(VANTAGES), IN_TIME).toEqual(['pods']);
    await expect.poll(() => namesIn(LEASES), IN_TIME).toEqual([]);
    await stage.comesOut({ git: '- Internal -' });
  });

  test('restarts of operator and agent ask nobody to report anew, and change no verdict', async (player) => {
    const { expect } = player;
    const { stage, client, node, inside, operator, stopAgent, namesIn } = await open(player);
    await expect.poll(() => namesIn(LEASES), IN_TIME).toEqual(['node-a', 'pods-a']);
    const reports = async (): Promise<unknown[]> =>
      [...(await Promise.all(['node-a', 'pods-a'].map((name) => stage.vantageStatus(name))))].map(
        ({ report }) => report,
      );
    const questions = async (): Promise<unknown> => {
      const path = '/api/v1/namespaces/splithorizon-vantages/configmaps/questions-0';
      return (await client.get(path)).body.metadata.resourceVersion;
    };
    const looks = async (count: number): Promise<void> => {
      const asked = inside.countOf(stage.zone.at('git'));
      await expect.poll(() => inside.countOf(stage.zone.at('git')), IN_TIME).toBeGreaterThan(asked + count);
    };
    await looks(8);
    const before = [await reports(), await questions()];
    const said = stage.history('git', 'Nodes').length;

    await operator.stop();
    await stopAgent();
    await node.start({ clusterDns: [inside.address] });
    await stage.start();
    await looks(12);
    expect([await reports(), await questions()]).toEqual(before);
    expect(stage.history('git', 'Nodes').slice(said)).toEqual([]);
  });
});
