import { describe, test, vi } from 'vitest';
import { createMachine, type AgentMachine } from '../../support/agent.ts';
import { apiServers } from '../../support/api-servers.ts';
import { namespaceObject } from '../../support/objects.ts';
import { BALANCER, IN_TIME, openStage, OUTSIDE, type Player, type Stage } from '../../support/probing-stage.ts';

vi.setConfig({ testTimeout: 120_000 });

const NODE = 'node-a';

describe.concurrent.each(apiServers('machines'))("a machine's own configuration, with the $name", (kind) => {
  const open = async (player: Player): Promise<{ stage: Stage; node: AgentMachine }> => {
    const stage = await openStage(player, { kind });
    await stage.world.create(namespaceObject('splithorizon-vantages'));
    const node = await createMachine(stage.world.server, NODE);
    player.onTestFinished(() => node.remove());
    await stage.zone.ingress('git', ['git']);
    await stage.zone.ingress('photos', ['photos']);
    return { stage, node };
  };

  test('a name in the hosts file is Pinned, to the right address too, until it is out', async (player) => {
    const { expect } = player;
    const { stage, node } = await open(player);
    const inside = await stage.resolver();
    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${inside.port}\n`);
    await node.write('/etc/hosts', `${BALANCER} git.example.com\n192.0.2.7 elsewhere.example.net\n`);
    await stage.start();
    await node.start();

    await stage.comesOut({ git: 'Pinned Internal -', photos: 'Internal Internal -' });
    expect(await stage.why('git', 'Nodes')).toBe(
      `False Pinned: ${NODE}: /etc/hosts pins it to ${BALANCER}, whatever DNS says. /etc/hosts overrides DNS there: take the name out of it.`,
    );
    expect(await stage.vantageStatus(NODE)).toMatchObject({
      report: { pins: [{ address: BALANCER, names: ['git.example.com'] }] },
    });

    await node.write('/etc/hosts', '10.0.20.99 git.example.com\n');
    await expect
      .poll(() => stage.why('git', 'Nodes'), IN_TIME)
      .toMatch(`/etc/hosts pins it to 10.0.20.99, expected ${BALANCER}`);
    await node.write('/etc/hosts', '127.0.0.1 localhost\n');
    await stage.comesOut({ git: 'Internal Internal -', photos: 'Internal Internal -' });
  });

  test('under systemd-resolved a routing domain decides who is asked; without it scopes race', async (player) => {
    const { expect } = player;
    const { stage, node } = await open(player);
    const [inside, outside] = [await stage.resolver(), await stage.resolver({ routes: {}, public: OUTSIDE })];
    const resolved = (domains: string): string =>
      `[Resolve]\nDNS=127.0.0.1:${inside.port}\nDomains=${domains}\nDNSStubListener=no\n`;
    await node.write('/etc/nsswitch.conf', 'hosts: files resolve [!UNAVAIL=return] dns\n');
    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${inside.port}\n`);
    await node.write('/etc/systemd/resolved.conf.d/zone.conf', resolved('~example.com'));
    await node.write(
      '/run/systemd/netif/links/7777',
      `ADMIN_STATE=configured\nOPER_STATE=routable\nDNS=127.0.0.1:${outside.port}\n`,
    );
    await node.write('/run/systemd/resolve/resolv.conf', 'nameserver 127.0.0.1\n');
    await stage.start();
    await node.start();

    await stage.comesOut({ git: 'Internal Internal -', photos: 'Internal Internal -' });
    expect(outside.countOf(stage.zone.at('git'))).toBe(0);

    await node.write('/etc/systemd/resolved.conf.d/zone.conf', resolved(''));
    await stage.comesOut({ git: 'Mixed Internal -', photos: 'Mixed Internal -' });
    expect(await stage.why('git', 'Nodes')).toMatch(`${NODE}: ${outside.address} answers`);

    await node.write('/etc/systemd/resolved.conf.d/zone.conf', resolved('~example.com'));
    await stage.comesOut({ git: 'Internal Internal -', photos: 'Internal Internal -' });
  });

  test('what cannot be evaluated is said, and nothing is called Internal', async (player) => {
    const { expect } = player;
    const { stage, node } = await open(player);
    const inside = await stage.resolver();
    await node.write('/etc/resolv.conf', `nameserver 127.0.0.1#${inside.port}\n`);
    await node.write('/etc/nsswitch.conf', 'hosts: files sss dns\n');
    await stage.start();
    await node.start();
    await stage.comesOut({ git: 'Unknown Internal -' });
    await expect
      .poll(() => stage.why('git', 'Nodes'), IN_TIME)
      .toMatch(/the module "sss" for hosts is not evaluated, and is asked before DNS/);
  });
});
