import { KubeConfig, Watch } from '@kubernetes/client-node';

/**
 * The bare yardstick: client-node's Watch as a streaming list of Ingresses and SplitHorizonHosts side by side into trimmed
 * maps, and nothing else. Prints `{ingressesMs, hostsMs, bothMs}` counted from the start of this process.
 */
const [kubeconfig = ''] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const kept = new Map<string, unknown>();

interface Bare {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: unknown;
}

function stream(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true };
    const each = (type: string, object: Bare): void => {
      if (type === 'BOOKMARK') {
        if (object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') resolve(performance.now());
        return;
      }
      kept.set(`${path} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, object.spec);
    };
    new Watch(config).watch(path, query, each, reject).catch(reject);
  });
}

const [ingressesMs, hostsMs] = await Promise.all([
  stream('/apis/networking.k8s.io/v1/ingresses'),
  stream('/apis/splithorizon.dev/v1alpha1/splithorizonhosts'),
]);
process.stdout.write(`${JSON.stringify({ ingressesMs, hostsMs, bothMs: Math.max(ingressesMs, hostsMs) })}\n`);
process.exit();
