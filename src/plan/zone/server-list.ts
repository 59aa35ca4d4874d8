import { familyOf } from '../../model/address.ts';
import type { ZoneServer } from '../../model/api.ts';
import type { Endpoints } from '../../model/endpoints.ts';

/** How a copy is told to transfer the zone: by its own API, or by the cluster's primary, which passes it on to a node. */
export type Nudge = { readonly url: string; readonly secretName: string | undefined } | { readonly node: string };

/** One DNS server that must serve the zone. */
export interface FoundServer {
  readonly name: string;
  /** As in spec: `IP`, `IP:port` or `[IPv6]:port`. */
  readonly address: string;
  readonly maxLagSeconds: number | undefined;
  /** Undefined for the primary itself, and where nobody said how. */
  readonly nudge: Nudge | undefined;
}

/** An entry of the spec behind which no server is known now. */
export interface ServerGap {
  readonly name: string;
  readonly reason: 'Pending' | 'AccessDenied' | 'NoServers';
  /** For people: why, and what to do. */
  readonly message: string;
}

/** The servers of a zone, and what of them is not known. */
export interface ServerList {
  readonly servers: readonly FoundServer[];
  readonly gaps: readonly ServerGap[];
}

/** A server of the Technitium cluster. */
export interface NodeFacts {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly isPrimary: boolean;
}

/** What the servers of a zone are found from. */
export interface ServerSources {
  /** As in spec; undefined where it says none, which means the nodes of the cluster. */
  readonly listed: readonly ZoneServer[] | undefined;
  /** The API that the zone is written by: who is there needs no nudge. */
  readonly url: string;
  readonly nodes: readonly NodeFacts[];
  readonly endpoints: (namespace: string, name: string) => Endpoints;
}

/** As many as status has room for. */
const MOST = 64;

/** Finds the servers of a zone, each by a name of its own. */
export function findServers({ listed, url, nodes, endpoints }: ServerSources): ServerList {
  if (listed === undefined) return { servers: nodes.flatMap(serverOfNode).slice(0, MOST), gaps: [] };
  const servers: FoundServer[] = [];
  const gaps: ServerGap[] = [];
  for (const entry of listed) {
    const { name, address, serviceRef, maxLagSeconds } = entry;
    if (address !== undefined) servers.push({ name, address, maxLagSeconds, nudge: nudgeAt(entry, url) });
    if (serviceRef === undefined) continue;
    const found = endpoints(serviceRef.namespace, serviceRef.name);
    const gap = gapIn(entry, found);
    if (gap !== undefined) gaps.push(gap);
    if ('ready' in found) servers.push(...found.ready.map((endpoint) => serverAt(entry, endpoint)));
  }
  return { servers: servers.slice(0, MOST), gaps };
}

function serverOfNode({ name, addresses: [address], isPrimary }: NodeFacts): FoundServer[] {
  if (address === undefined) return [];
  return [{ name, address, maxLagSeconds: undefined, nudge: isPrimary ? undefined : { node: name } }];
}

function nudgeAt({ url, secretRef }: ZoneServer, zoneUrl: string): Nudge | undefined {
  return url === undefined || url === zoneUrl ? undefined : { url, secretName: secretRef?.name };
}

function serverAt(
  { name, apiPort, secretRef, maxLagSeconds }: ZoneServer,
  { name: endpoint, address, port }: { readonly name: string; readonly address: string; readonly port: number },
): FoundServer {
  const host = familyOf(address) === 6 ? `[${address}]` : address;
  const nudge = apiPort === undefined ? undefined : { url: `http://${host}:${apiPort}`, secretName: secretRef?.name };
  return { name: `${name}/${endpoint}`, address: `${host}:${port}`, maxLagSeconds, nudge };
}

function gapIn({ name, serviceRef }: ZoneServer, found: Endpoints): ServerGap | undefined {
  const service = `Service ${serviceRef?.namespace ?? ''}/${serviceRef?.name ?? ''}`;
  if ('problem' in found) {
    const { problem = 'they were not listed yet' } = found;
    const message = `${name}: the endpoints of ${service} are not known: ${problem}.`;
    return { name, reason: found.problem === undefined ? 'Pending' : 'AccessDenied', message };
  }
  if (found.ready.length > 0) return undefined;
  const message = `${name}: ${service} has no ready endpoint, so none of its servers serves the zone. Look at its pods.`;
  return { name, reason: 'NoServers', message };
}
