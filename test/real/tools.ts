import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The environment that says where to look: PATH, KUBEBUILDER_ASSETS, XDG_DATA_HOME and XDG_CACHE_HOME count. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Absolute paths of what a real API server takes; only a complete set is ever returned. */
export interface KubeTools {
  readonly apiServer: string;
  readonly etcd: string;
  readonly kubectl: string;
}

/** One real component that the project can build: its Go module in test/real/tools, and the binaries made of it. */
export interface ToolModule {
  /** The folder with go.mod and go.sum. */
  readonly folder: string;
  /** The version that go.mod pins, such as `v1.36.4`. */
  readonly version: string;
  /** Binary name -> Go package. */
  readonly binaries: Readonly<Record<string, string>>;
}

export type ToolName = 'kube' | 'etcd' | 'coredns';

const MODULES: Record<ToolName, { requires: string; binaries: Record<string, string> }> = {
  kube: {
    requires: 'k8s.io/kubernetes',
    binaries: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    },
  },
  etcd: { requires: 'go.etcd.io/etcd/server/v3', binaries: { etcd: 'go.etcd.io/etcd/server/v3' } },
  coredns: { requires: 'github.com/coredns/coredns', binaries: { coredns: 'github.com/coredns/coredns' } },
};

/** The Go module that `name` is built from, with the version read from its go.mod. */
export const toolModule = (name: ToolName): ToolModule => {
  const folder = join(import.meta.dirname, 'tools', name);
  const { requires, binaries } = MODULES[name];
  const line = readFileSync(join(folder, 'go.mod'), 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith(`${requires} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`${folder}/go.mod requires no version of ${requires}`);
  return { folder, version, binaries };
};

/** Where the project keeps what it built itself: one folder per tool and version. */
export const cacheFolder = (name: ToolName, env: Environment = process.env): string =>
  join(
    env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'splithorizon',
    'tools',
    `${name}-${toolModule(name).version}`,
  );

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const firstExecutable = (name: string, folders: readonly string[]): string | undefined =>
  folders.map((folder) => join(folder, name)).find(isExecutable);

const pathFolders = (env: Environment): string[] => (env['PATH'] ?? '').split(delimiter).filter(Boolean);

/** The folders that setup-envtest filled, newest version first. */
const envtestFolders = (env: Environment): string[] => {
  const root = join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'kubebuilder-envtest', 'k8s');
  try {
    const versions = readdirSync(root).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    return versions.map((version) => join(root, version));
  } catch {
    return [];
  }
};

const completeSet = (kubeFolder: string, etcdFolder: string): KubeTools | undefined => {
  const apiServer = firstExecutable('kube-apiserver', [kubeFolder]);
  const etcd = firstExecutable('etcd', [etcdFolder]);
  const kubectl = firstExecutable('kubectl', [kubeFolder]);
  return apiServer && etcd && kubectl ? { apiServer, etcd, kubectl } : undefined;
};

/**
 * kube-apiserver, etcd and kubectl: from KUBEBUILDER_ASSETS, then setup-envtest's folder, then the project's own cache.
 * A place that holds only some of the three is passed over.
 */
export const findKubeTools = (env: Environment = process.env): KubeTools | undefined => {
  const assets = env['KUBEBUILDER_ASSETS'];
  const folders = [...(assets === undefined ? [] : [assets]), ...envtestFolders(env)];
  for (const folder of folders) {
    const set = completeSet(folder, folder);
    if (set) return set;
  }
  return completeSet(cacheFolder('kube', env), cacheFolder('etcd', env));
};

/** kubectl alone: of the set that {@link findKubeTools} finds, else of the cache, else the machine's own. */
export const findKubectl = (env: Environment = process.env): string | undefined =>
  findKubeTools(env)?.kubectl ?? firstExecutable('kubectl', [cacheFolder('kube', env), ...pathFolders(env)]);

/** CoreDNS: the project's own build, else the machine's. */
export const findCoreDns = (env: Environment = process.env): string | undefined =>
  firstExecutable('coredns', [cacheFolder('coredns', env), ...pathFolders(env)]);

/** Unbound as the distribution installs it; /usr/sbin is not in an ordinary user's PATH. */
export const findUnbound = (env: Environment = process.env): string | undefined =>
  firstExecutable('unbound', [...pathFolders(env), '/usr/sbin', '/usr/local/sbin']);

/** Knot DNS as the distribution installs it. */
export const findKnot = (env: Environment = process.env): string | undefined =>
  firstExecutable('knotd', [...pathFolders(env), '/usr/sbin', '/usr/local/sbin']);

/** promtool, which comes with Prometheus. */
export const findPromtool = (env: Environment = process.env): string | undefined =>
  firstExecutable('promtool', pathFolders(env));

/** `go`, which builds what is missing. */
export const findGo = (env: Environment = process.env): string | undefined =>
  firstExecutable('go', [...pathFolders(env), '/usr/local/go/bin']);
