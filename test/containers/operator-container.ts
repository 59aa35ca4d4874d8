import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import { bundle } from '../../build.ts';
import type { PodContainer } from '../support/image.ts';
import { HostContainer } from './engine.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const RESOLV_CONF = '/run/resolv.conf';

/** Builds the project's Dockerfile on a base; the image is removed by `remove`. */
export const buildImage = async (base: string): Promise<{ readonly name: string; remove(): Promise<void> }> => {
  const name = `splithorizon-under-test:${process.pid}`;
  const context = await mkdtemp(join(tmpdir(), 'splithorizon-image-'));
  try {
    await mkdir(join(context, 'dist'));
    await bundle(join(context, 'dist', 'splithorizon.mjs'));
    for (const file of ['Dockerfile', '.dockerignore', 'LICENSE'])
      await copyFile(join(ROOT, file), join(context, file));
    const args = { BASE: base, VERSION: 'test' };
    await GenericContainer.fromDockerfile(context).withBuildArgs(args).build(name, { deleteOnExit: false });
  } finally {
    await rm(context, { recursive: true });
  }
  const { container } = await getContainerRuntimeClient();
  return {
    name,
    remove: () =>
      container.dockerode
        .getImage(name)
        .remove({ force: true })
        .then(() => undefined),
  };
};

/** Where the pod would be. */
export interface Surroundings {
  /** Of the API server, on this machine's loopback. */
  readonly api: { readonly url: string; readonly ca: string; readonly token: string };
  /** `address:port` of the resolver that the pod's resolv.conf names. */
  readonly resolver: string;
  /** Where /livez and /readyz are served, a free port of this machine's loopback. */
  readonly port: number;
}

/** What a process may do. */
export interface ProcessRights {
  readonly uid: string;
  /** Effective ones, as bits. */
  readonly capabilities: bigint;
  readonly noNewPrivileges: boolean;
  /** Whether nothing can be written below `/`. */
  readonly isReadOnly: boolean;
}

const rightsOf = async (pid: number): Promise<ProcessRights> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const root = /^\S+ \/ \S+ (\S+)/m.exec(await readFile(`/proc/${pid}/mounts`, 'utf8'));
  return {
    uid: field('Uid'),
    capabilities: BigInt(`0x${field('CapEff')}`),
    noNewPrivileges: field('NoNewPrivs') === '1',
    isReadOnly: root?.[1]?.split(',').includes('ro') === true,
  };
};

/** A pod's container, as far as an engine can run it without a kubelet. */
export interface OperatorContainer {
  /** What the kernel says of its process. */
  process(): Promise<ProcessRights>;
  /** Bytes of memory that it uses now. */
  memoryBytes(): Promise<number>;
  /** Sends SIGTERM and waits for the end: the exit code, and how long that took. */
  terminate(): Promise<{ readonly code: number; readonly ms: number }>;
  log(): Promise<string>;
  remove(): Promise<void>;
}

/** Starts an image as the kubelet would start the pod's container, on the network of this machine. */
export const startOperator = async (
  image: string,
  pod: PodContainer,
  { api, resolver, port }: Surroundings,
): Promise<OperatorContainer> => {
  // Readable for the uid that the container has, as the kubelet makes it.
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-pod-'));
  await chmod(folder, 0o755);
  const account = join(folder, 'account');
  await mkdir(account);
  await writeFile(join(account, 'token'), api.token);
  await writeFile(join(account, 'ca.crt'), api.ca);
  await writeFile(join(folder, 'resolv.conf'), `nameserver ${resolver.replace(':', '#')}\n`);

  const { hostname, port: apiPort } = new URL(api.url);
  const container = await new HostContainer(image, {
    ReadonlyRootfs: pod.readOnly,
    Memory: pod.memoryLimitBytes,
    MemorySwap: pod.memoryLimitBytes,
  })
    .withCommand([...pod.args])
    .withUser(pod.user)
    .withDroppedCapabilities(...pod.droppedCapabilities)
    .withSecurityOpt('no-new-privileges')
    .withNetworkMode('host')
    .withEnvironment({
      ...pod.env,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: apiPort,
      SPLITHORIZON_LISTEN: `127.0.0.1:${port}`,
      SPLITHORIZON_RESOLV_CONF: RESOLV_CONF,
    })
    .withBindMounts([
      { source: account, target: SERVICE_ACCOUNT, mode: 'ro' },
      { source: join(folder, 'resolv.conf'), target: RESOLV_CONF, mode: 'ro' },
    ])
    .start();
  return handleOf(container, () => rm(folder, { recursive: true }));
};

const handleOf = async (started: StartedTestContainer, cleanUp: () => Promise<void>): Promise<OperatorContainer> => {
  const { container: client } = await getContainerRuntimeClient();
  const container = client.getById(started.getId());
  return {
    process: async () => rightsOf((await container.inspect()).State.Pid),
    memoryBytes: async () => (await container.stats({ stream: false })).memory_stats.usage,
    terminate: async () => {
      const from = performance.now();
      await container.kill({ signal: 'SIGTERM' });
      const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
      return { code, ms: performance.now() - from };
    },
    log: async () => (await container.logs({ stdout: true, stderr: true, follow: false })).toString(),
    remove: async () => {
      await started.stop();
      await cleanUp();
    },
  };
};
