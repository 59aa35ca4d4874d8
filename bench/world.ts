import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { startRealApiServer } from '../test/real/apiserver.ts';
import { startResolver, type Resolver } from '../test/standin/resolver/resolver.ts';
import { apiClient, type ApiClient } from '../test/support/api-client.ts';
import { installCrds } from '../test/support/crds.ts';
import { nodeFlagsOfImage } from '../test/support/image.ts';
import { hostSample, vantageSample, zoneSample } from '../test/support/samples.ts';
import { inParallel, timed } from './stats.ts';

/** What the server did since the last reset. */
export interface TechnitiumCounts {
  readonly calls: number;
  readonly soa: number;
  readonly serial: number;
}

/** A running operator. */
export interface Operator {
  readonly pid: number;
  /** When it was started (performance.now). */
  readonly startedAt: number;
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

/** A running agent. */
export type Agent = Pick<Operator, 'pid' | 'stop'>;

/** The world that a bench runs in: the real API server, the Technitium stand-in and a caching resolver, all on 127.0.0.1. */
export interface World {
  readonly client: ApiClient;
  readonly dns: string;
  readonly resolver: Resolver;
  counts(): Promise<TechnitiumCounts>;
  resetCounts(): void;
  /** Writes that the API server has taken so far, Leases and Events aside. */
  kubernetesWrites(): Promise<number>;
  createIngresses(from: number, to: number): Promise<void>;
  /** Reads everything as barely as can be: see bare-streams.ts. */
  bareStreams(): Promise<{ ingressesMs: number; hostsMs: number; bothMs: number }>;
  /** How many SplitHorizonHosts a second the API server takes from one client, 32 in flight; they are gone afterwards. */
  bareCreates(): Promise<number>;
  /** Starts the bundle with the image's Node flags; at the default pace unless another one is given. */
  startOperator(queriesPerSecond?: number): Promise<Operator>;
  /** Starts an agent, likewise, for {@link VANTAGE}; its machine asks the resolver. */
  startAgent(queriesPerSecond: number): Promise<Agent>;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..');
const HOSTS = '/apis/splithorizon.dev/v1alpha1/splithorizonhosts';
const BARE_CREATES = 500;
/** The operator as it is measured: the bundle that the image runs. */
export const BUNDLE = join(root, 'dist', 'splithorizon.mjs');

/** What an agent of the bench reports for. */
export const VANTAGE = 'node-bench';

/** Name of the bench's n-th host; its Ingress is called by the number alone. */
export const hostName = (n: number): string => `h${String(n).padStart(6, '0')}.example.com`;

export async function buildWorld(): Promise<World> {
  const api = await startRealApiServer();
  await installCrds(api);
  const client = apiClient(api);
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-bench-'));
  const technitium = fork(join(import.meta.dirname, 'technitium-child.ts'), { stdio: 'inherit' });
  const [{ url, dns, token }] = (await once(technitium, 'message')) as [{ url: string; dns: string; token: string }];
  const resolver = await startResolver({ routes: { 'example.com': dns } });
  const resolvConf = join(folder, 'resolv.conf');
  await writeFile(resolvConf, `nameserver 127.0.0.1#${resolver.port}\n`);
  await setScene(client, { url, dns, token });
  const running = new Set<ChildProcess>();

  return {
    client,
    dns,
    resolver,
    async counts() {
      technitium.send('counts');
      const [counts] = (await once(technitium, 'message')) as [TechnitiumCounts];
      return counts;
    },
    resetCounts: () => void technitium.send('reset'),
    async kubernetesWrites() {
      const { body } = await client.get('/metrics');
      return sumOfWrites(String(body.message));
    },
    createIngresses: (from, to) => inParallel(range(from, to), 32, (n) => createIngress(client, n)),
    async bareStreams() {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-streams.ts'), api.kubeconfig.path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return JSON.parse(await text(child.stdout)) as { ingressesMs: number; hostsMs: number; bothMs: number };
    },
    async bareCreates() {
      const names = Array.from({ length: BARE_CREATES }, (_, n) => `bare${n}.example.com`);
      const { ms } = await timed(() => inParallel(names, 32, (host) => client.post(HOSTS, hostSample(host))));
      await inParallel(names, 32, (host) => client.delete(`${HOSTS}/${host}`));
      return Math.round((BARE_CREATES / ms) * 1000);
    },
    startOperator: (queriesPerSecond = 2) =>
      startOperator(running, [
        ...['--kubeconfig', api.kubeconfig.path, '--resolv-conf', resolvConf],
        ...['--queries-per-second', String(queriesPerSecond)],
      ]),
    async startAgent(queriesPerSecond) {
      const machine = join(folder, 'machine');
      await mkdir(join(machine, 'etc'), { recursive: true });
      await writeFile(join(machine, 'etc', 'resolv.conf'), `nameserver 127.0.0.1#${resolver.port}\n`);
      const flags = ['--vantage', VANTAGE, '--host-root', machine, '--kubeconfig', api.kubeconfig.path];
      const child = spawn(
        process.execPath,
        [...nodeFlagsOfImage(), BUNDLE, 'agent', ...flags, '--queries-per-second', String(queriesPerSecond)],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      running.add(child);
      child.once('exit', () => running.delete(child));
      return { pid: child.pid ?? 0, stop: () => end(child) };
    },
    async close() {
      await Promise.all([...running].map(end));
      technitium.disconnect();
      await Promise.all([once(technitium, 'exit'), resolver.close()]);
      client.close();
      await api.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function* range(from: number, to: number): Iterable<number> {
  for (let n = from; n < to; n++) yield n;
}

async function setScene(client: ApiClient, at: { url: string; dns: string; token: string }): Promise<void> {
  for (const name of ['splithorizon', 'traefik', 'bench']) {
    await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'technitium' },
    data: { token: btoa(at.token) },
  };
  await client.post('/api/v1/namespaces/splithorizon/secrets', secret);
  const spec = { type: 'LoadBalancer', ports: [{ port: 443 }] };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'traefik' }, spec };
  await client.post('/api/v1/namespaces/traefik/services', service);
  await setBalancer(client, '10.0.20.203');
  const technitium = {
    url: at.url,
    secretRef: { name: 'technitium' },
    servers: [{ name: 'primary', address: at.dns }],
  };
  await client.post('/apis/splithorizon.dev/v1alpha1/splithorizonzones', zoneSample({ technitium }, 'example.com'));
  const lan = vantageSample('lan-desk', 'LAN', [at.dns]);
  await client.post('/apis/splithorizon.dev/v1alpha1/splithorizonvantages', lan);
}

/** Gives Traefik's load balancer another address. */
export async function setBalancer(client: ApiClient, ip: string): Promise<void> {
  const status = { loadBalancer: { ingress: [{ ip }] } };
  await client.patch('/api/v1/namespaces/traefik/services/traefik/status', { status });
}

/** Creates the n-th Ingress. */
export async function createIngress(client: ApiClient, n: number): Promise<void> {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
  const { status } = await client.post('/apis/networking.k8s.io/v1/namespaces/bench/ingresses', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: `i${n}` },
    spec: { rules: [{ host: hostName(n), http }] },
  });
  if (status !== 201) throw new Error(`creating Ingress ${n}: HTTP ${status}`);
}

async function startOperator(running: Set<ChildProcess>, flags: readonly string[]): Promise<Operator> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeFlagsOfImage(), BUNDLE, 'controller', '--listen', '127.0.0.1:0', ...flags],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  const port = await portOf(child);
  return {
    pid: child.pid ?? 0,
    startedAt,
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
    async stop() {
      if (child.exitCode !== null) throw new Error(`the operator had ended by itself, exit ${child.exitCode}`);
      await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Reads the log for the line that says where it listens, and goes on draining it. */
async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('no log to read');
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the operator ended at once, exit ${code ?? '-'}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const { listen } = JSON.parse(line) as { listen?: { port: number } };
      if (listen !== undefined) resolve(listen.port);
    });
  });
}

/** apiserver_request_total over the verbs that write, but for Events and Leases. */
function sumOfWrites(metrics: string): number {
  return metrics
    .split('\n')
    .filter((line) => /^apiserver_request_total\{.*verb="(POST|PUT|PATCH|DELETE|APPLY)"/.test(line))
    .filter((line) => !/resource="(events|leases|tokenreviews|subjectaccessreviews)"/.test(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
