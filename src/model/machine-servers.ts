import { NSSWITCH, type MachineResolver, type Pin } from './machine.ts';

/** Whom a machine asks about one host. */
export interface MachineServers {
  /** Those of resolv.conf, in the order of asking; the stub of systemd-resolved may be among them. */
  readonly listed: readonly MachineResolver[];
  /** Of systemd-resolved, where it is asked: the stub, unless it is listed, and the servers of each scope that matches best. */
  readonly resolved?: {
    readonly stub: MachineResolver | undefined;
    readonly scopes: readonly (readonly MachineResolver[])[];
  };
}

/** The servers of a machine that may be asked about a host, of all those that it has. */
export function serversFor(resolvers: readonly MachineResolver[], host: string): MachineServers {
  const listed = resolvers.filter(({ role, source }) => role === undefined || (role === 'Stub' && source !== NSSWITCH));
  const stub = resolvers.find(({ role, source }) => role === 'Stub' && source === NSSWITCH);
  const uplinks = resolvers.filter(({ role }) => role === 'Uplink');
  if (uplinks.length === 0 && stub === undefined && listed.every(({ role }) => role === undefined)) return { listed };
  const scopes = [...Map.groupBy(uplinks, ({ scope }) => scope).values()];
  const matches = scopes.map(([server]) => (server === undefined ? NO_MATCH : matchOf(server, host)));
  const best = Math.max(NO_MATCH, ...matches);
  return {
    listed,
    resolved: { stub, scopes: scopes.filter((_, index) => best > NO_MATCH && matches[index] === best) },
  };
}

/** The addresses that a machine's hosts file gives each name of it, as a lookup of that name does. */
export function pinnedAddresses(pins: readonly Pin[]): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, string[]>();
  for (const { address, names } of pins) {
    for (const name of new Set(names)) {
      const known = addresses.get(name);
      if (known === undefined) addresses.set(name, [address]);
      else known.push(address);
    }
  }
  return addresses;
}

const NO_MATCH = -2;
const DEFAULT_ROUTE = -1;

/** How well a scope matches: by the labels of its longest domain that the host is under, else by being the default route. */
function matchOf({ domains = [], defaultRoute }: MachineResolver, host: string): number {
  const labels = domains.filter((domain) => isUnder(host, domain)).map(labelsOf);
  // Names under `local` are asked for by multicast, unless a domain says otherwise (RFC 6762 3).
  const isDefault = defaultRoute === true && !isUnder(host, 'local');
  return Math.max(NO_MATCH, isDefault ? DEFAULT_ROUTE : NO_MATCH, ...labels);
}

function isUnder(host: string, domain: string): boolean {
  return domain === '.' || host === domain || host.endsWith(`.${domain}`);
}

function labelsOf(domain: string): number {
  return domain === '.' ? 0 : domain.split('.').length;
}
