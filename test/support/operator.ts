import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { createLog } from '../../src/cli/log.ts';
import { startHealthServer } from '../../src/controller/health-server.ts';
import { INTERVALS, type Intervals } from '../../src/controller/intervals.ts';
import { LEASE_TIMES, type LeaseTimes } from '../../src/controller/leader/election.ts';
import { startReplica, type ReplicaOptions } from '../../src/controller/leader/replica.ts';
import { connect } from '../../src/kube/kube.ts';
import { createMetrics } from '../../src/metrics/registry.ts';
import { monotonicClock } from '../../src/probe/clock.ts';
import { TechnitiumStandIn, type StandInOptions } from '../standin/technitium/technitium-stand-in.ts';
import type { StandInApi } from '../standin/apiserver/server.ts';
import { apiClient, type ApiClient, type ApiObject } from './api-client.ts';
import type { ApiServer } from './api-server.ts';
import type { ApiServerKind } from './api-servers.ts';
import { kubernetesWrites } from './kubernetes-writes.ts';
import { kubeconfigText, type ApiAccess } from './kubeconfig.ts';
import { namespaceObject, pathOf, secretObject } from './objects.ts';
import { createTestZone, type TestZone, type TestZoneOptions } from './test-zone.ts';

/** The namespace that the operator runs in, and the Secret there with its token for Technitium. */
export const NAMESPACE = 'splithorizon';
export const SECRET = 'technitium';
/** Where the Lease of the leader is. */
export const LEASE_PATH = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/splithorizon`;

/** For `expect.poll`: what needs no waiting but for the work itself is there within this time, on a busy machine too. */
export const SOON = { timeout: 40_000, interval: 20 } as const;

/** A running operator. */
export interface Operator {
  /** What it logged so far, as JSON lines. */
  readonly log: readonly string[];
  /** What it serves at a path of its own, such as /metrics. */
  get(path: string): Promise<Response>;
  /** Ends it: in process as by SIGTERM; a child by SIGKILL, and with it its Lease, as a person may who knows it is dead. */
  stop(): Promise<void>;
}

/** A running operator in a process of its own. */
export interface OperatorProcess extends Operator {
  /** Ends it by SIGTERM; gives its exit code, null where a signal ended it. */
  terminate(): Promise<number | null>;
  /** Sends it a signal, such as SIGSTOP. */
  signal(name: NodeJS.Signals): void;
}

/** What of the operator's own settings a test may want otherwise. */
export type OperatorSettings = Partial<
  Pick<ReplicaOptions, 'queriesPerSecond' | 'readResolvConf' | 'now' | 'wallClock' | 'leaseTimes' | 'instance'>
> & { readonly intervals?: Partial<Intervals> };

/** An API server with the CRDs, and a Technitium that the operator has a token for. The operator is yet to be started. */
export interface OperatorWorld {
  readonly server: ApiServer;
  /** The administrator's client. */
  readonly client: ApiClient;
  readonly technitium: TechnitiumStandIn;
  /** Faults of the API server; undefined on the real one. */
  readonly standIn: StandInApi | undefined;
  readonly resolvConf: string;
  /** Creates an object and gives it as stored. */
  create(object: ApiObject): Promise<ApiObject>;
  /** A zone with all around it under names of its own, so that tests do not meet. */
  zone(options?: TestZoneOptions): Promise<TestZone>;
  /** Starts the operator in this process, by default straight on the API server, and resolves when it is ready. */
  start(access?: ApiAccess, settings?: OperatorSettings): Promise<Operator>;
  /** Starts the operator as a process of its own. */
  spawn(): Promise<OperatorProcess>;
  /** Writes to the kinds that the operator writes, by anybody, since the API server started. */
  kubernetesWrites(): Promise<number>;
  /** Calls of Technitium that change something, by the operator, since the counts were reset. */
  technitiumWrites(): number;
  stop(): Promise<void>;
}

const WRITING = ['records/add', 'records/update', 'records/delete', 'import'].map((call) => `/api/zones/${call}`);

/**
 * Starts everything but the operator. Share it within a test file: the real API server takes some seconds.
 *
 * @param options of its Technitium, or the one of another world, which outlives this one
 */
export const openWorld = async (
  kind: ApiServerKind,
  options: StandInOptions | TechnitiumStandIn = {},
): Promise<OperatorWorld> => {
  const own = options instanceof TechnitiumStandIn ? undefined : TechnitiumStandIn.start(options);
  const [server, technitium] = await Promise.all([kind.lend(), own ?? (options as TechnitiumStandIn)]);
  const client = apiClient(server);
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-operator-'));
  const resolvConf = `nameserver 127.0.0.1#${technitium.dns.split(':')[1] ?? ''}\n`;
  const operators = new Set<Operator>();
  let zones = 0;

  const create: OperatorWorld['create'] = async (object) => {
    const { status, body } = await client.post(pathOf(object), object);
    expect(status, `${object.kind ?? ''} ${object.metadata.name ?? ''}: ${body.message ?? ''}`).toBe(201);
    return body;
  };
  const track = <Running extends Operator>(operator: Running): Running => {
    const tracked = {
      ...operator,
      stop: async () => {
        operators.delete(tracked);
        await operator.stop();
      },
    };
    operators.add(tracked);
    return tracked;
  };
  const fileOf = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };

  await create(namespaceObject(NAMESPACE));
  await create(secretObject(NAMESPACE, SECRET, { token: technitium.createApiToken() }));

  return {
    server,
    client,
    technitium,
    standIn: 'api' in server ? (server.api as StandInApi) : undefined,
    resolvConf,
    create,
    zone: (options) => createTestZone({ client, technitium, create, secret: SECRET, number: (zones += 1) }, options),
    start: async (access = server, settings = {}) => {
      const kubeconfig = await fileOf('kubeconfig', kubeconfigText(access));
      return track(await startInProcess(kubeconfig, { readResolvConf: () => resolvConf, ...settings }));
    },
    spawn: async () => {
      const child = startChild(server.kubeconfig.path, await fileOf('resolv.conf', resolvConf));
      const stop = async (): Promise<void> => {
        await child.stop();
        const { body } = await client.get(LEASE_PATH);
        const { holderIdentity } = (body['spec'] ?? {}) as { holderIdentity?: string };
        if (holderIdentity && child.log.join('').includes(holderIdentity)) await client.delete(LEASE_PATH);
      };
      return track({ ...child, stop });
    },
    kubernetesWrites: () => kubernetesWrites(server, client),
    technitiumWrites: () => WRITING.reduce((sum, path) => sum + technitium.calls(path), 0),
    stop: async () => {
      await Promise.all([...operators].map((operator) => operator.stop()));
      client.close();
      await Promise.all([server.stop(), own && technitium.close(), rm(folder, { recursive: true, force: true })]);
    },
  };
};

/** As in real life, but a busy machine may take longer over a write. */
const PATIENT: LeaseTimes = { ...LEASE_TIMES, writeMs: 5_000 };

/** In proportion as in real life, but a tenth: what a test waits for is a look, not a time. */
export const BRISK: Intervals = {
  ...{ serialMs: 500, primaryMs: 3_000, serverMs: 500, remindMs: 1_500, raisedMs: 1_500 },
  ...{ withoutServersMs: INTERVALS.withoutServersMs, stillMs: 500 },
  reconnect: { firstMs: 100, mostMs: 1_000 },
  refused: { firstMs: 500, mostMs: 1_800_000 },
};

/** What `splithorizon controller` does, in this process. */
const startInProcess = async (
  kubeconfig: string,
  { intervals, ...settings }: OperatorSettings & Pick<ReplicaOptions, 'readResolvConf'>,
): Promise<Operator> => {
  const lines: string[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  const kube = connect({
    kubeconfig,
    version: 'test',
    now: () => performance.now(),
    wallClock: Date.now,
    random: Math.random,
    instance: 'test',
    signal,
    onLost: (note, error) => lines.push(`an Event was lost: ${note.reason}: ${String(error)}`),
  });
  const metrics = createMetrics();
  const controller = startReplica(
    {
      kube,
      instance: 'test',
      leaseTimes: PATIENT,
      clock: monotonicClock,
      namespace: NAMESPACE,
      version: 'test',
      meters: metrics.meters,
      log: createLog('debug', { write: (line: string) => void lines.push(line) }),
      now: Date.now,
      wallClock: Date.now,
      random: Math.random,
      queriesPerSecond: 200,
      intervals: { ...BRISK, ...intervals },
      ...settings,
    },
    signal,
  );
  const health = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    isReady: () => controller.ready,
    metrics: { contentType: metrics.contentType, text: () => metrics.expose(controller.figures()) },
  });
  const { port } = health.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    health.close();
    health.closeAllConnections();
    stopping.abort();
    await controller.done;
  };
  await vi
    .waitFor(() => expect(controller.ready).toBe(true), SOON)
    .catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  return { log: lines, get: (path) => fetch(`http://127.0.0.1:${port}${path}`), stop };
};

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** `splithorizon controller` as a child of this process. */
const startChild = (kubeconfig: string, resolvConf: string): OperatorProcess => {
  const flags = ['--kubeconfig', kubeconfig, '--namespace', NAMESPACE, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, [MAIN, 'controller', ...flags, '--resolv-conf', resolvConf], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  /** From the line that tells where it listens. */
  const port = async (): Promise<number> =>
    vi.waitFor(() => {
      const found = /"listen":\{[^}]*"port":(\d+)/.exec(lines.join(''))?.[1];
      expect(found).toBeDefined();
      return Number(found);
    }, SOON);
  return {
    log: lines,
    get: async (path) => fetch(`http://127.0.0.1:${await port()}${path}`),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    terminate: () => {
      child.kill('SIGTERM');
      return ended;
    },
    signal: (name) => void child.kill(name),
  };
};
