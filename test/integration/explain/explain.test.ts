import { describe, expect, test } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { runExplain } from '../../support/explain-command.ts';
import { openStage, OUTSIDE } from '../../support/probing-stage.ts';

describe.each(apiServers('explain'))('splithorizon explain on the $name', (kind) => {
  test('tells one host', async (player) => {
    const stage = await openStage(player, { kind });
    const { world, zone } = stage;
    const firewall = await stage.resolver({ routes: {}, public: OUTSIDE });
    const dns = await stage.resolver();
    await stage.vantage('node-a', 'Nodes', [firewall]);
    await stage.vantage('lan-a', 'LAN', [dns]);
    for (const host of ['git', 'photos']) await zone.ingress(host, [host]);
    const operator = await stage.start({ podConf: `nameserver 127.0.0.1#${dns.port}\n` });
    await stage.comesOut({ git: 'External Internal Internal', photos: 'External Internal Internal' });
    await operator.stop();
    const { code, out, err } = await runExplain(world, ['git.example.com', '--live']);
    (await import("node:fs")).writeFileSync("/tmp/explain-page.txt", out + err);
    expect(code).toBe(2);
  });
});
