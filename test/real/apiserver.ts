import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { apiClient } from '../support/api-client.ts';
import type { ApiServer } from '../support/api-server.ts';
import { freePort } from '../support/free-port.ts';
import { kubeconfigText, type ApiAccess } from '../support/kubeconfig.ts';
import { kubectlFor, type Kubectl } from '../support/kubectl.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import { findKubeTools, type KubeTools } from './tools.ts';

/** A real kube-apiserver with its own etcd; nothing runs beside it: no controllers, no scheduler, no kubelet. */
export interface RealApiServer extends ApiServer {
  readonly kubectl: Kubectl;
  /** With `audit`: a line of JSON (audit.k8s.io/v1 Event, level Metadata) for each request, ever since the start. */
  readonly auditLog: string;
}

export interface RealApiServerOptions {
  /** The https port; by default a free one. */
  readonly port?: number | undefined;
  /** The address of this machine that it listens on. @default 127.0.0.1 */
  readonly address?: string | undefined;
  /** The binaries; by default what {@link findKubeTools} finds. */
  readonly tools?: KubeTools | undefined;
  /** Whether requests are written down. @default false */
  readonly audit?: boolean | undefined;
}

const START_TIMEOUT_MS = 60_000;
/** A port that was free a moment ago may be taken by the time a child binds it. */
const START_ATTEMPTS = 3;

const etcdArgs = (data: string, clientPort: number, peerPort: number): string[] => {
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(data, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=error',
  ];
};

interface Listening {
  readonly address: string;
  readonly port: number;
}

const apiServerArgs = (data: string, etcdPort: number, { address, port }: Listening): string[] => [
  `--etcd-servers=http://127.0.0.1:${etcdPort}`,
  `--bind-address=${address}`,
  `--advertise-address=${address}`,
  `--secure-port=${port}`,
  `--cert-dir=${join(data, 'certs')}`,
  '--service-cluster-ip-range=10.96.0.0/12',
  '--authorization-mode=RBAC',
  `--token-auth-file=${join(data, 'tokens.csv')}`,
  '--service-account-issuer=https://127.0.0.1',
  `--service-account-key-file=${join(data, 'sa.pub')}`,
  `--service-account-signing-key-file=${join(data, 'sa.key')}`,
  '--disable-admission-plugins=ServiceAccount',
  '--endpoint-reconciler-type=none',
  '--allow-privileged=true',
];

const AUDIT_LOG = 'audit.log';
const AUDIT_POLICY = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata' }] };

const auditArgs = (data: string): string[] => [
  `--audit-policy-file=${join(data, 'audit-policy.json')}`,
  `--audit-log-path=${join(data, AUDIT_LOG)}`,
];

const writeFiles = async (data: string, token: string): Promise<void> => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await Promise.all([
    writeFile(join(data, 'sa.key'), keys.privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 }),
    writeFile(join(data, 'sa.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(join(data, 'tokens.csv'), `${token},admin,1,"system:masters"\n`, { mode: 0o600 }),
    writeFile(join(data, 'audit-policy.json'), JSON.stringify(AUDIT_POLICY)),
  ]);
};

/** kube-system exists some time after /readyz first says ok, and the operator reads its uid. */
const READY_PATHS = ['/readyz', '/api/v1/namespaces/kube-system', '/api/v1/namespaces/default'];

const isReady = async (access: ApiAccess): Promise<boolean> => {
  const client = apiClient(access);
  try {
    const answers = await Promise.all(READY_PATHS.map((path) => client.get(path)));
    return answers.every(({ status }) => status === 200);
  } catch {
    return false;
  } finally {
    client.close();
  }
};

/** Waits until the server is ready; throws with the end of its log when it ends or takes too long. */
const waitUntilReady = async (
  server: GuardedProcess,
  logFile: string,
  access: () => Promise<ApiAccess>,
): Promise<void> => {
  const end = { has: false };
  void server.ended.then(() => (end.has = true));
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const ready = await access().then(isReady, () => false);
    if (ready) return;
    if (end.has || performance.now() > deadline) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      throw new Error(`kube-apiserver did not become ready; the end of its log:\n${log.slice(-2000)}`);
    }
    await delay(50);
  }
};

const start = async (
  tools: KubeTools,
  { port: givenPort, address = '127.0.0.1', audit = false }: RealApiServerOptions,
): Promise<RealApiServer> => {
  const data = await mkdtemp(join(tmpdir(), 'splithorizon-apiserver-'));
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), givenPort ?? (await freePort())];
  const [url, token] = [`https://${address}:${port}`, randomUUID()];
  await writeFiles(data, token);
  const logFile = join(data, 'kube-apiserver.log');
  // The server signs its certificate itself at the first start; the file holds its authority too.
  const access = async (): Promise<ApiAccess> => ({
    url,
    token,
    ca: await readFile(join(data, 'certs', 'apiserver.crt'), 'utf8'),
  });
  const args = [...apiServerArgs(data, etcdPort, { address, port }), ...(audit ? auditArgs(data) : [])];
  const startServer = (): GuardedProcess => startGuarded({ command: tools.apiServer, args, logFile });

  const etcd = startGuarded({
    command: tools.etcd,
    args: etcdArgs(data, etcdPort, peerPort),
    logFile: join(data, 'etcd.log'),
    removeAtEnd: data,
  });
  let server = startServer();
  const stop = async (): Promise<void> => {
    await server.stop();
    await etcd.stop();
  };
  try {
    await waitUntilReady(server, logFile, access);
    const path = join(data, 'kubeconfig');
    const text = kubeconfigText(await access());
    await writeFile(path, text, { mode: 0o600 });
    return {
      ...(await access()),
      kubeconfig: { path, text },
      kubectl: kubectlFor(tools.kubectl, path, join(data, 'kubectl')),
      auditLog: join(data, AUDIT_LOG),
      restart: async () => {
        await server.stop();
        server = startServer();
        await waitUntilReady(server, logFile, access);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/**
 * Starts etcd and kube-apiserver on free ports (some 5 s: share one per test file), data in a temporary folder. Both end with stop(), and with this process however it ends.
 */
export const startRealApiServer = async (options: RealApiServerOptions = {}): Promise<RealApiServer> => {
  const tools = options.tools ?? findKubeTools();
  if (!tools) throw new Error('no kube-apiserver, etcd and kubectl found: `npm run cluster` builds them');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(tools, options);
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
};
