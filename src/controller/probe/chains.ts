import type { ReportResolver } from '../../model/api.ts';
import type { MachineResolver, Pin } from '../../model/machine.ts';
import { pinnedAddresses } from '../../model/machine-servers.ts';
import type { VantageView } from '../../model/views.ts';
import { AUDIENCES, type Audience } from '../../model/verdict.ts';
import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import { keyOf, type ProbedNameserver } from '../../probe/prober.ts';
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
  /** Whether an agent asks them, at a place of its own: what we hear from the same addresses says nothing about it. */
  readonly isReported: boolean;
  /** Clauses for people: what of the agent's machine could not be looked at. */
  readonly unseen: readonly string[];
  /** Whether any server's answer may be the one that counts: `rotate`, and musl, which pods may use. */
  readonly everyServerMayAnswer: boolean;
  /** The nameservers once more for each search domain that clients try before the name itself. */
  readonly searches: readonly SearchedNameserver[];
  /** What decides whom a host is asked of, where an agent reports it. */
  readonly machine?: ReportedMachine;
}

/** A nameserver that is asked for names under a search domain. */
export interface SearchedNameserver {
  readonly key: string;
  readonly server: ProbedNameserver;
  readonly domain: string;
  /** The key under which it is asked for names as they are. */
  readonly nameserver: string;
  /** Names with fewer dots are tried there first. */
  readonly ndots: number;
}

/** A machine's own configuration, as an agent reports it. */
export interface ReportedMachine {
  readonly resolvers: readonly MachineResolver[];
  readonly pins: readonly Pin[];
  /** The addresses that the pins give each name. */
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  readonly musl: boolean;
}

/** The place that an audience stands at. */
export function placeOf(audience: Audience): Place {
  return audience === 'LAN' ? 'LAN' : 'cluster';
}

/** The chain of a vantage, `pods` from the operator's own resolver configuration; undefined for an unknown audience. */
export function chainOf(view: VantageView, readResolvConf: () => string): VantageChain | undefined {
  const { name, spec } = view;
  const audience = AUDIENCES.find((known) => known === spec.audience);
  if (audience === undefined) return undefined;
  if (spec.agent !== undefined) return reportedChain(view, audience);
  const conf = spec.resolvers === undefined && name === PODS_VANTAGE ? readConf(readResolvConf) : undefined;
  const patience = conf && { timeoutMs: conf.timeoutSeconds * 1000, attempts: conf.attempts };
  const listed = conf?.nameservers.filter(({ used }) => used) ?? [];
  const asked = listed.map(({ address, port }) => ({ address, port, ...patience }));
  const searches = asked.flatMap((server) =>
    (conf?.search ?? []).map((domain) => searched(server, domain, conf?.ndots ?? 1)),
  );
  const given = (spec.resolvers ?? []).flatMap(({ address }) => parseNameserver(address) ?? []);
  return {
    vantage: name,
    audience,
    nameservers: [...asked, ...given].map((server) => ({ key: formatNameserver(server), server })),
    searches,
    isReported: false,
    unseen: [],
    everyServerMayAnswer: audience === 'Pods' || conf?.rotate === true,
  };
}

/** Whether all clients that we ask for go on to another nameserver where this one does not answer. */
export function isBeforeOthers(chains: readonly VantageChain[], key: string): boolean {
  const last = chains.flatMap(({ isReported, nameservers }) => {
    const isListed = !isReported && nameservers.some((nameserver) => nameserver.key === key);
    return isListed ? nameservers.at(-1)?.key === key : [];
  });
  return last.length > 0 && !last.includes(true);
}

/** As the agent found it; empty before its first report. */
function reportedChain({ name, status: { report } }: VantageView, audience: Audience): VantageChain {
  const resolvers = (report?.resolvers ?? []).map(resolverOf);
  const keys = new Set(resolvers.map(({ address }) => address));
  const musl = report?.musl === true;
  const pins = report?.pins ?? [];
  return {
    vantage: name,
    audience,
    nameservers: [...keys].flatMap((key) => {
      const server = parseNameserver(key);
      return server === undefined ? [] : [{ key, server }];
    }),
    searches: [],
    isReported: true,
    unseen: report?.unseen ?? [],
    everyServerMayAnswer: audience === 'Pods' || report?.rotate === true || musl,
    machine: { resolvers, pins, pinned: pinnedAddresses(pins), musl },
  };
}

/** A resolver under its key; a role that this version does not know is none. */
function resolverOf({ address, source = '', role, ...scope }: ReportResolver): MachineResolver {
  const server = parseNameserver(address);
  const isKnown = role === 'Stub' || role === 'Uplink';
  return { ...scope, address: server ? formatNameserver(server) : address, source, ...(isKnown && { role }) };
}

function searched(nameserver: ProbedNameserver, domain: string, ndots: number): SearchedNameserver {
  const server = { ...nameserver, searchDomain: domain };
  return { key: keyOf(server), server, domain, ndots, nameserver: formatNameserver(nameserver) };
}

/** Everything that is asked for a chain. */
export function slotsOf({
  nameservers,
  searches,
}: VantageChain): readonly Pick<SearchedNameserver, 'key' | 'server'>[] {
  return [...nameservers, ...searches];
}

/** The chains whose nameservers the operator asks itself. */
export function askedChains(chains: readonly VantageChain[]): VantageChain[] {
  return chains.filter(({ isReported }) => !isReported);
}

/** Every nameserver of the chains by its key; asked as patiently as the most patient of those who ask it. */
export function nameserversOf(chains: readonly VantageChain[]): Map<string, ProbedNameserver> {
  const nameservers = new Map<string, ProbedNameserver>();
  for (const { key, server } of chains.flatMap(slotsOf)) {
    const known = nameservers.get(key);
    if (known === undefined || patienceOf(server) > patienceOf(known)) nameservers.set(key, server);
  }
  return nameservers;
}

/** Each nameserver with the places that it is asked from, as texts. */
export function askedPlacesOf(chains: readonly VantageChain[]): Map<string, string> {
  return new Map(
    chains.flatMap((chain) => slotsOf(chain).map(({ key }) => [`${placeOf(chain.audience)} ${key}`, key] as const)),
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
