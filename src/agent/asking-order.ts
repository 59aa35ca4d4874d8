import type { MachineConfig } from '../model/machine.ts';
import { serversFor } from '../model/machine-servers.ts';

/** Which nameservers of a machine are asked about a host, and after which others. */
export interface AskingOrder {
  /** Whether programs there may ask a nameserver about a host. */
  concerns(key: string, host: string): boolean;
  /** The servers that a stub of systemd-resolved asks about a host; none for what is no stub. */
  behind(key: string, host: string): readonly string[];
  /** Whether programs go on to another nameserver where this one does not answer. */
  isBeforeOthers(key: string): boolean;
  /** The stubs of systemd-resolved. */
  readonly stubs: readonly string[];
}

/** The order that a machine's configuration makes. */
export function askingOrder({ resolvers }: Pick<MachineConfig, 'resolvers'>): AskingOrder {
  const stubs = [...new Set(resolvers.flatMap(({ address, role }) => (role === 'Stub' ? [address] : [])))];
  const uplinksFor = (host: string): string[] =>
    (serversFor(resolvers, host).resolved?.scopes.flat() ?? []).map(({ address }) => address);
  const always = new Set(resolvers.flatMap(({ address, role }) => (role === 'Uplink' ? [] : [address])));
  return {
    concerns: (key, host) => always.has(key) || uplinksFor(host).includes(key),
    behind: (key, host) => (stubs.includes(key) ? uplinksFor(host) : []),
    isBeforeOthers: (key) =>
      resolvers
        .filter(({ address }) => address === key)
        .every(({ role, scope }) => {
          const last = resolvers.findLast((other) => other.role === role && other.scope === scope);
          return last?.address !== key;
        }),
    stubs,
  };
}
