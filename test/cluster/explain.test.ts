import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { Answer } from '../../src/model/look.ts';
import { forwardSnippet } from '../../src/plan/explain/snippets.ts';
import { ask } from '../../src/probe/ask.ts';
import { parseNameserver } from '../../src/probe/nameserver-address.ts';
import { startRealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { startRealResolver } from '../real/real-resolver.ts';
import { findCoreDns, findKubeTools, findUnbound } from '../real/tools.ts';
import { startUnbound } from '../real/unbound.ts';
import { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';
import { runExplain } from '../support/explain-command.ts';
import { openWorld, SOON } from '../support/operator.ts';
import { createConsole } from '../support/technitium-console.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'explain.md');
const isCi = process.env['CI'] !== undefined;

describe.skipIf(!findKubeTools() && !isCi)('splithorizon explain with the rights of docs/explain.md', () => {
  test('tells what the status says, and what it could not read', async ({ onTestFinished }) => {
    const server = await lendRealApiServer();
    const world = await openWorld({
      name: 'kube-apiserver',
      start: startRealApiServer,
      lend: () => Promise.resolve(server),
    });
    onTestFinished(() => world.stop());
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    const operator = await world.start();
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await operator.stop();

    const [, role = ''] = /```yaml\n([\s\S]*?)```/.exec(await readFile(PAGE, 'utf8')) ?? [];
    expect(await server.kubectl(['apply', '-f', '-'], role)).toMatchObject({ stderr: '', code: 0 });
    const bind = ['create', 'clusterrolebinding', 'reader', '--clusterrole=splithorizon-explain'];
    for (const args of [
      ['-n', 'default', 'create', 'serviceaccount', 'reader'],
      [...bind, '--serviceaccount=default:reader'],
    ]) {
      expect(await server.kubectl(args)).toMatchObject({ stderr: '', code: 0 });
    }
    const { stdout: token } = await server.kubectl(['-n', 'default', 'create', 'token', 'reader']);
    const explain = (): ReturnType<typeof runExplain> =>
      runExplain(world, [zone.at('git')], { ...server, token: token.trim() });
    await expect.poll(async () => (await explain()).err, SOON).toBe('');
    const { out } = await explain();
    expect(out).toContain('Sources\n  Ingress z1/git\n');
    expect(out).toContain(`  wanted  CNAME ${zone.name} (TTL 300)\n`);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'You may not list ingresses, ingressclasses, services, namespaces, ingressroutes.traefik.io, ingressroutes.traefik.containo.us: what',
    );
  });
});

/** A server of the zone, where git.example.com has a private address. */
const startServer = async ({ onTestFinished }: TestContext): Promise<{ address: string; port: number }> => {
  const technitium = await TechnitiumStandIn.start();
  onTestFinished(() => technitium.close());
  technitium.createZone('example.com');
  const console = createConsole(technitium, 'example.com', (short) => `${short}.example.com`);
  await console.add('git', { type: 'A', value: '10.0.20.203' });
  return parseNameserver(technitium.dns)!;
};

const askGit = (port: number): Promise<Answer> => {
  const { signal } = new AbortController();
  return ask({ server: { address: '127.0.0.1', port }, signal, random: Math.random }, 'git.example.com', 'A');
};

describe('what is pasted has a real resolver ask the zone', () => {
  test.skipIf(findUnbound() === undefined && !isCi)('Unbound, under rebinding protection', async (player) => {
    const { text } = forwardSnippet('Unbound', 'example.com', await startServer(player));
    // The world outside of these tests' Unbound is a name that stands for everything.
    const pasted = `server:\n  local-zone: "example.com." transparent\n${text}\n`;
    const unbound = await startUnbound({ outside: '203.0.113.10', privateAddress: ['10.0.0.0/8'], pasted });
    player.onTestFinished(() => unbound.stop());
    expect(await askGit(unbound.port)).toMatchObject({ rcode: 'NOERROR', addresses: ['10.0.20.203'] });
  });

  test.skipIf(findCoreDns() === undefined && !isCi)('CoreDNS, beside its block for the rest', async (player) => {
    const { text } = forwardSnippet('CoreDNS', 'example.com', await startServer(player));
    const coreDns = await startRealResolver(
      {
        name: 'coredns',
        binary: findCoreDns(),
        // On a port and an address that everybody may take.
        config: (block: string, { port }) =>
          `${block.replace(':53 {', `:${port} {\n    bind 127.0.0.1`)}\n.:${port} {\n    bind 127.0.0.1\n    template ANY ANY {\n        rcode NXDOMAIN\n    }\n}\n`,
        args: (file) => ['-conf', file],
      },
      text,
    );
    player.onTestFinished(() => coreDns.stop());
    expect(await askGit(coreDns.port)).toMatchObject({ rcode: 'NOERROR', addresses: ['10.0.20.203'] });
  });
});
