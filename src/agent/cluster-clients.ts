import type { MachineConfig } from '../model/machine.ts';

/** What stub resolvers take where nothing is said (resolv.conf(5)). */
const DEFAULTS = { rotate: false, timeoutSeconds: 5, attempts: 2, ndots: 1, search: [], musl: false } as const;

/**
 * Whom the pods of a node ask, as far as it is known from outside of them: the address given by a flag (a node's own
 * cache), else those of the cluster's DNS service. Undefined where neither is known.
 */
export function clusterClients(given: readonly string[], service: readonly string[]): MachineConfig | undefined {
  const [addresses, source] = given.length > 0 ? [given, '--cluster-dns'] : [service, 'Service kube-system/kube-dns'];
  if (addresses.length === 0) return undefined;
  return { ...DEFAULTS, resolvers: addresses.map((address) => ({ address, source })), hostsFile: '', unseen: [] };
}
