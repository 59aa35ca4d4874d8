import type { VantageView } from '../../model/views.ts';
import { AUDIENCES, type Audience } from '../../model/verdict.ts';
import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import type { ProbedNameserver } from '../../probe/prober.ts';
import { parseResolvConf } from '../../probe/resolv-conf.ts';

/** The vantage that the operator makes for its own pod. */
export const PODS_VANTAGE = 'pods';

/** Nodes and Pods are told the Service's own addresses too; LAN clients are not. */
export type Place = 'cluster' | 'LAN';

/** What the clients at one vantage ask, in their order. */
export interface VantageChain {
  readonly vantage: string;
  readonly audience: Audience;
  readonly nameservers: readonly { readonly key: string; readonly server: ProbedNameserver }[];
  /** Whether any server's answer may be the one that counts: `rotate`, and musl, which pods may use. */
  readonly everyServerMayAnswer: boolean;
}

/** The place that an audience stands at. */
export function placeOf(audience: Audience): Place {
  return audience === 'LAN' ? 'LAN' : 'cluster';
}

/** The chain of a vantage, `pods` from the operator's own resolver configuration; undefined for an unknown audience. */
export function chainOf({ name, spec }: VantageView, readResolvConf: () => string): VantageChain | undefined {
  const audience = AUDIENCES.find((known) => known === spec.audience);
  if (audience === undefined) return undefined;
  const conf = spec.resolvers === undefined && name === PODS_VANTAGE ? readConf(readResolvConf) : undefined;
  const patience = conf && { timeoutMs: conf.timeoutSeconds * 1000, attempts: conf.attempts };
  const listed = conf?.nameservers.filter(({ used }) => used) ?? [];
  const given = (spec.resolvers ?? []).flatMap(({ address }) => parseNameserver(address) ?? []);
  return {
    vantage: name,
    audience,
    nameservers: [...listed, ...given].map(({ address, port }) => ({
      key: formatNameserver({ address, port }),
      server: { address, port, ...patience },
    })),
    everyServerMayAnswer: audience === 'Pods' || conf?.rotate === true,
  };
}

/** Every nameserver of the chains by its key; asked as patiently as the most patient of those who ask it. */
export function nameserversOf(chains: readonly VantageChain[]): Map<string, ProbedNameserver> {
  const nameservers = new Map<string, ProbedNameserver>();
  for (const { key, server } of chains.flatMap((chain) => chain.nameservers)) {
    const known = nameservers.get(key);
    if (known === undefined || patienceOf(server) > patienceOf(known)) nameservers.set(key, server);
  }
  return nameservers;
}

/** Each nameserver with the places that it is asked from, as texts. */
export function askedPlacesOf(chains: readonly VantageChain[]): Map<string, string> {
  return new Map(
    chains.flatMap(({ audience, nameservers }) =>
      nameservers.map(({ key }) => [`${placeOf(audience)} ${key}`, key] as const),
    ),
  );
}

const DEFAULT_PATIENCE_MS = 10_000;

function patienceOf({ timeoutMs, attempts }: ProbedNameserver): number {
  return timeoutMs === undefined || attempts === undefined ? DEFAULT_PATIENCE_MS : timeoutMs * attempts;
}

function readConf(readResolvConf: () => string): ReturnType<typeof parseResolvConf> | undefined {
  try {
    return parseResolvConf(readResolvConf());
  } catch {
    // Without a file there is nobody to ask; the vantage says that it knows no resolver.
    return undefined;
  }
}
