import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessOptions } from '../kube/access.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What Kubernetes tells a pod of its cluster; undefined outside of one. */
export function inCluster(env: Environment): AccessOptions['inCluster'] {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  return host === undefined ? undefined : { host, port };
}

/**
 * The cluster that a person's command is about: the kubeconfig of the flag, else as kubectl finds it: $KUBECONFIG, then
 * ~/.kube/config, then the pod's own cluster.
 *
 * @throws Error where $KUBECONFIG names several files
 */
export function clusterOfPerson(kubeconfig: string | undefined, env: Environment, home: string): AccessOptions {
  const { KUBECONFIG: listed = '' } = env;
  if (kubeconfig !== undefined) return { kubeconfig };
  if (listed.includes(':')) throw new Error(`KUBECONFIG "${listed}" names several files: give one by --kubeconfig`);
  const usual = join(home, '.kube', 'config');
  if (listed !== '') return { kubeconfig: listed };
  return existsSync(usual) ? { kubeconfig: usual } : { inCluster: inCluster(env) };
}
