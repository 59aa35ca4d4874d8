import type { AccessOptions } from '../kube/access.ts';

/** What Kubernetes tells a pod of its cluster; undefined outside of one. */
export function inCluster(env: Readonly<Record<string, string | undefined>>): AccessOptions['inCluster'] {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  return host === undefined ? undefined : { host, port };
}
