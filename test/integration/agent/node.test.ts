import { describe, test, vi } from 'vitest';
import { createMachine, type AgentMachine } from '../../support/agent.ts';
import { apiServers } from '../../support/api-servers.ts';
import { namespaceObject } from '../../support/objects.ts';
import { BALANCER, IN_TIME, openStage, OUTSIDE, WAN, type Player, type Stage } from '../../support/probing-stage.ts';

vi.setConfig({ testTimeout: 120_000 });

const NODE = 'node-a';
const QUESTIONS = '/api/v1/namespaces/splithorizon-vantages/configmaps/questions-0';

describe.concurrent.each(apiServers('agents'))('an agent on a node, with the $name', (kind) => {
  /** A zone with a host, and a node whose agent has not started. */
  const open = async (player: Player): Promise<{ stage: Stage; node: AgentMachine }> => {
    const stage = await openStage(player, { kind });
    await stage.world.create(namespaceObject('splithorizon-vantages'));
    const node = await createMachine(stage.world.server, NODE);
    player.onTestFinished(() => node.remove());
    await stage.zone.ingress('git', ['git']);
    return { stage, node };
  };

  test('a public resolver in its resolv.conf makes the node fail, and is taken back when it is out', async (player) => {
    const { expect } = player;
    const { stage, node } = await open(player);
    const inside = await stage.resolver();
    const outside = await stage.resolver({ routes: {}, public: OUTSIDE });
    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${outside.port}\n`);
    await stage.start();
    await node.start({ clusterDns: [inside.address] });

    await stage.comesOut({ git: 'External Internal -' });
    expect(await stage.why('git', 'Nodes')).toMatch(
      new RegExp(
        `^False Hairpin: ${NODE}: ${outside.address} answers ${WAN}, expected ${BALANCER}.* is our own public`,
      ),
    );
    await expect
      .poll(() => stage.vantageStatus(NODE), IN_TIME)
      .toMatchObject({
        report: {
          resolvers: [{ address: outside.address, source: '/etc/resolv.conf' }],
          groups: [{ zone: stage.zone.name, nameserver: outside.address, a: { rcode: 'NOERROR', values: [WAN] } }],
        },
        hosts: { total: 1, internal: 0 },
        summary: { resolvers: outside.address, internal: '0/1' },
        conditions: [{ type: 'Reporting', status: 'True', reason: 'Reporting' }],
      });
    expect(await stage.vantageStatus('pods-a')).toMatchObject({ summary: { resolvers: inside.address } });

    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${inside.port}\n`);
    await stage.comesOut({ git: 'Internal Internal -' });
    await expect
      .poll(async () => (await stage.vantageStatus(NODE))['hosts'], IN_TIME)
      .toEqual({ total: 1, internal: 1 });

    // A host that comes later is asked for once every server has it; what is known of the others stands.
    await stage.zone.ingress('photos', ['photos']);
    await stage.comesOut({ photos: 'Internal Internal -', git: 'Internal Internal -' });
    expect(stage.history('git', 'Nodes').filter((said) => said.startsWith('Propagating')).length).toBeLessThan(3);

    // Nothing changes: nobody writes, once all figures are told.
    const written = async (): Promise<string> => {
      const { body } = await stage.world.client.get(QUESTIONS);
      return `${body.metadata.resourceVersion ?? ''} ${await stage.world.kubernetesWrites()}`;
    };
    const isQuiet = async (): Promise<boolean> => {
      const [before, asked] = [await written(), inside.countOf(stage.zone.at('git'))];
      await expect.poll(() => inside.countOf(stage.zone.at('git')), IN_TIME).toBeGreaterThan(asked + 8);
      return (await written()) === before;
    };
    await expect.poll(isQuiet, { timeout: 60_000 }).toBe(true);
  });

  test('a cache that keeps an earlier address for longer than its TTL is Stale there, until it lets go', async (player) => {
    const { stage, node } = await open(player);
    const hoarder = await stage.resolver({ minTtl: 600 });
    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${hoarder.port}\n`);
    await stage.start();
    await node.start({ clusterDns: [hoarder.address] });
    await stage.comesOut({ git: 'Internal Internal -' });
    await stage.zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await stage.comesOut({ git: 'Stale Stale -' });
    hoarder.flush();
    await stage.comesOut({ git: 'Internal Internal -' });
  });
});
