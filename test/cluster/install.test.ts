import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../build.ts';
import { startRealApiServer, type RealApiServer } from '../real/apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';
import { nodeFlagsOfImage } from '../support/image.ts';
import { installByReadme, type Installation } from '../support/installation.ts';
import { kubeconfigText } from '../support/kubeconfig.ts';
import { SOON } from '../support/operator.ts';

/** For verdicts: two looks that are 3 s apart, and a busy machine. */
const IN_TIME = { timeout: 40_000, interval: 300 } as const;

interface Started {
  /** Of /livez and /readyz, without a slash at the end. */
  readonly url: string;
  /** Sends SIGTERM; gives the exit code. */
  terminate(): Promise<number | null>;
}

/** Left out where there is no kube-apiserver, which is an error in CI. */
describe.skipIf(!findKubeTools() && !process.env['CI'])('installed by the README', () => {
  let server: RealApiServer;
  let technitium: TechnitiumStandIn;
  let folder: string;
  let installation: Installation;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'splithorizon-install-'));
    [server, technitium] = await Promise.all([startRealApiServer(), TechnitiumStandIn.start()]);
    await bundle(join(folder, 'splithorizon.mjs'));
    technitium.createZone('example.com');
    const { url, dns } = technitium;
    installation = await installByReadme(server.kubectl, { url, dns, token: technitium.createApiToken() });
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([server.stop(), technitium.close(), rm(folder, { recursive: true, force: true })]);
  });

  /** What the kubelet would start, but for where the API server, the pod's resolvers and a free port are. */
  const startAsDeployed = async (): Promise<Started> => {
    const { args, env } = installation.container;
    const { url, ca } = server;
    const [kubeconfig, resolvConf] = [join(folder, 'kubeconfig'), join(folder, 'resolv.conf')];
    await writeFile(kubeconfig, kubeconfigText({ url, ca, token: await installation.createToken() }));
    await writeFile(resolvConf, `nameserver ${technitium.dns.replace(':', '#')}\n`);
    const surroundings = {
      SPLITHORIZON_KUBECONFIG: kubeconfig,
      SPLITHORIZON_RESOLV_CONF: resolvConf,
      SPLITHORIZON_LISTEN: '127.0.0.1:0',
    };
    const child = spawn(process.execPath, [...nodeFlagsOfImage(), join(folder, 'splithorizon.mjs'), ...args], {
      env: { ...env, ...surroundings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const closed = once(child, 'close') as Promise<[number | null]>;
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { listen } = JSON.parse(line) as { listen: { port: number } };
    return {
      url: `http://127.0.0.1:${listen.port}`,
      terminate: async () => {
        child.kill('SIGTERM');
        const [code] = await closed;
        return code;
      },
    };
  };

  const hosts = (...args: readonly string[]): Promise<string> =>
    installation.kubectl('get', 'splithorizonhosts', '--no-headers', ...args);
  const sync = async (): Promise<void> => {
    const policy = JSON.stringify({ spec: { policy: null } });
    await installation.kubectl('patch', 'splithorizonzone', 'example.com', '--type=merge', '-p', policy);
  };
  const READY = /^git\.example\.com +example\.com +- +Internal +Internal +True +Published /;

  test('it says what it would write, writes it when told to, and shows that clients resolve it', async () => {
    const operator = await startAsDeployed();
    const statusOf = async (path: string): Promise<number> => (await fetch(`${operator.url}${path}`)).status;
    await expect.poll(() => statusOf('/readyz'), SOON).toBe(200);
    expect(await statusOf('/livez')).toBe(200);
    await expect.poll(() => hosts('-o', 'wide'), SOON).toMatch(/^git\.example\.com .* DryRun /);
    expect(technitium.records('example.com')).toEqual([]);

    await sync();
    await expect.poll(() => hosts(), IN_TIME).toMatch(READY);
    await expect
      .poll(() => installation.kubectl('get', 'shz'), SOON)
      .toMatch(/^example\.com +example\.com +1\/1 +True +Synced /m);
    process.stdout.write(await installation.kubectl('get', 'splithorizon'));
    expect(await operator.terminate()).toBe(0);
  });

  test('its records outlive it and its kinds, and a new installation takes them back as they are', async () => {
    const [published, serial] = [technitium.records('example.com'), technitium.serial('example.com')];
    expect(published).toHaveLength(2);
    await installation.kubectl('delete', 'crd', '--all');
    await installation.install();
    await sync();
    const operator = await startAsDeployed();
    await expect.poll(() => hosts(), IN_TIME).toMatch(READY);
    expect(technitium.records('example.com')).toEqual(published);
    expect(technitium.serial('example.com')).toBe(serial);
    expect(await operator.terminate()).toBe(0);
  });
});
