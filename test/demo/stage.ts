import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealApiServer } from '../real/apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { startStandInApiServer } from '../standin/apiserver/main.ts';
import { startResolver, type Resolver } from '../standin/resolver/resolver.ts';
import { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';
import { apiClient, type ApiClient } from '../support/api-client.ts';
import type { ApiServer } from '../support/api-server.ts';
import { installCrds } from '../support/crds.ts';

/** Everything that the story is played with; all of it on 127.0.0.1. */
export interface Stage {
  /** `kube-apiserver` or `stand-in`. */
  readonly apiKind: string;
  readonly kubeconfig: string;
  readonly client: ApiClient;
  readonly technitium: TechnitiumStandIn;
  /** What nodes ask first: a caching resolver such as Unbound on a firewall. */
  readonly firewall: Resolver;
  /** What nodes ask second. */
  readonly publicResolver: Resolver;
  /** What pods ask: a caching resolver such as CoreDNS. */
  readonly clusterDns: Resolver;
  /** Where the operator's log goes. */
  readonly logFile: string;
  startOperator(): Promise<void>;
  close(): Promise<void>;
}

/** The zone of the story. */
export const ZONE = 'example.com';
const WAN = '203.0.113.10';
const NEVER_LESS_THAN_A_RUN_MS = 20_000;

/** Builds the stage: nobody asks anything yet. */
export async function buildStage(): Promise<Stage> {
  const api: ApiServer = findKubeTools() ? await startRealApiServer() : await startStandInApiServer();
  await installCrds(api);
  const client = apiClient(api);
  const technitium = await TechnitiumStandIn.start({ soaMinimum: 1 });
  technitium.createZone(ZONE);
  const outside = { [`*.${ZONE}`]: [WAN] };
  const publicResolver = await startResolver({ public: outside });
  const firewall = await startResolver({ public: outside });
  const clusterDns = await startResolver({ public: outside });
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-demo-'));
  const logFile = join(folder, 'operator.log');
  const resolvConf = join(folder, 'resolv.conf');
  await writeFile(resolvConf, `nameserver 127.0.0.1#${clusterDns.port}\noptions ndots:5\n`);
  const stopping = new AbortController();
  let exited: Promise<unknown> = Promise.resolve();

  return {
    apiKind: findKubeTools() ? 'kube-apiserver' : 'stand-in',
    kubeconfig: api.kubeconfig.path,
    client,
    technitium,
    firewall,
    publicResolver,
    clusterDns,
    logFile,
    async startOperator() {
      const log = await open(logFile, 'a');
      const flags = ['--kubeconfig', api.kubeconfig.path, '--resolv-conf', resolvConf, '--listen', '127.0.0.1:0'];
      const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
      const child = spawn(process.execPath, [main, 'controller', ...flags, '--queries-per-second', '50'], {
        stdio: ['ignore', log.fd, log.fd],
        signal: stopping.signal,
        killSignal: 'SIGTERM',
      });
      exited = once(child, 'exit').catch(() => undefined);
      child.on('error', () => undefined);
      await log.close();
    },
    async close() {
      stopping.abort();
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, NEVER_LESS_THAN_A_RUN_MS).unref())]);
      await Promise.all([technitium.close(), publicResolver.close(), firewall.close(), clusterDns.close()]);
      client.close();
      await api.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The end of the operator's log, to show when the story went wrong. */
export async function lastLogLines(stage: Stage, count = 20): Promise<string> {
  const text = await readFile(stage.logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
