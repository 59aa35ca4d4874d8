import { parseHostStatus } from '../../model/views.ts';
import { namesOf } from '../verdict/message.ts';
import type { ExplainFacts } from './facts.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Fix, Snippet } from './page.ts';
import {
  accessSnippets,
  flushSnippet,
  forwardSnippet,
  insecureSnippets,
  patchSnippet,
  rebindingSnippets,
  type ResolverKind,
  type Upstream,
} from './snippets.ts';

/** Faults of one nameserver with one thing to do about them. */
export interface Case {
  readonly nameserver: string;
  readonly zone: string;
  readonly kind: FaultKind;
  readonly faults: readonly Fault[];
  /** What may listen there. */
  readonly resolvers: readonly ResolverKind[];
  /** What to forward to; undefined where the zone lists no server that the nameserver can reach. */
  readonly upstream: Upstream | undefined;
  readonly facts: ExplainFacts;
}

type Advice = Pick<Fix, 'what' | 'snippets'>;

/** Stands where nobody knows what to write. */
const NO_UPSTREAM: Upstream = { address: 'ADDRESS_OF_TECHNITIUM', port: 53 };

const ADVICE: Readonly<Record<FaultKind, (about: Case) => Advice>> = {
  Elsewhere: (about) => ({
    what: `${about.nameserver} answers ${cameOf(about)}: it does not ask the servers of ${about.zone}. ${forwardTo(about)}`,
    snippets: forwards(about),
  }),
  Public: acceptOrLeave,
  ZoneServer: (about) => ({
    what: `${about.nameserver} is a server of the zone and answers ${cameOf(about)}: look there for what changes its answers.`,
    snippets: [],
  }),
  HalfDenied: (about) => ({
    what: `${about.nameserver} denies AAAA beside a right A, and to musl (Alpine images) the name does not exist then: usually an override or rewrite that knows one type only. Take it out and forward the zone.`,
    snippets: forwards(about),
  }),
  Changing: (about) => ({
    what: `${about.nameserver} keeps changing between right and wrong: behind its address are several servers, of which not all know ${about.zone}.`,
    snippets: forwards(about),
  }),
  Filtered: ({ nameserver, zone }) => ({
    what: `${nameserver} blocks the name by a filter. Allow ${zone} there.`,
    snippets: [],
  }),
  Rebinding: ({ nameserver, zone, resolvers }) => ({
    what: `${nameserver} leaves the address out: usually its rebinding protection, which takes private addresses out of answers. Exempt ${zone} there.`,
    snippets: isOnlyCoreDns(resolvers) ? [] : rebindingSnippets(zone),
  }),
  Stale: ({ nameserver, zone, resolvers }) => ({
    what: `${nameserver} still gives an earlier address. Empty its cache; if that brings it back, lower the minimum TTL there, or remove what overrides the name.`,
    snippets: resolvers.map((resolver) => flushSnippet(resolver, zone)),
  }),
  Refused: (about) => ({
    what: `${about.nameserver} refuses who asks. Let ${askersOf(about)} ask it.`,
    snippets: isOnlyCoreDns(about.resolvers)
      ? []
      : addressesOfAskers(about).flatMap((address) => accessSnippets(address)),
  }),
  Validation: ({ nameserver, zone, resolvers }) => ({
    what: `${nameserver} validates: the public ${zone} is signed, the internal one is not. Exempt it there.`,
    snippets: isOnlyCoreDns(resolvers) ? [] : insecureSnippets(zone),
  }),
  Failed: (about) => ({
    what: `${about.nameserver} answers ${cameOf(about)}: usually it cannot reach all servers of ${about.zone} that it asks. Try that from its machine: dig ${digAt(about.upstream ?? NO_UPSTREAM)} ${about.zone} SOA`,
    snippets: [],
  }),
  Timeout: ({ nameserver }) => ({
    what: `${nameserver} does not answer: it is down, or a firewall drops the packets.`,
    snippets: [],
  }),
  Pinned: (about) => ({
    what: `${about.nameserver} of ${vantagesOf(about)} pins the name to ${cameOf(about)}: DNS is not asked there. Take it out of that file; where it has to stay, it has to follow every move by hand.`,
    snippets: [],
  }),
  NotHeld: ({ nameserver, zone }) => ({
    what: `No server of ${zone} holds the name, so ${nameserver} is not asked. Look at the record.`,
    snippets: [],
  }),
  Other: (about) => ({ what: `${about.nameserver} answers ${cameOf(about) || 'nothing'}.`, snippets: [] }),
};

/** What to do about one nameserver. */
export function adviceOn(about: Case): Advice {
  return ADVICE[about.kind](about);
}

function vantagesOf({ faults }: Case): string {
  return namesOf([...new Set(faults.map(({ vantage }) => vantage))]);
}

function cameOf({ faults }: Case): string {
  return namesOf([...new Set(faults.flatMap(({ answers }) => answers))]);
}

function digAt({ address, port }: Upstream): string {
  return port === 53 ? `@${address}` : `@${address} -p ${port}`;
}

function forwardTo({ zone, upstream, facts }: Case): string {
  const override = 'or remove what overrides the name';
  if (upstream !== undefined) {
    const { address, port } = upstream;
    return `Have it forward ${zone} to ${address}${port === 53 ? '' : ` (port ${port})`}, ${override}.`;
  }
  const why =
    facts.servers.length === 0
      ? 'the zone lists no servers in spec.technitium.servers'
      : 'the servers that the zone lists are inside of the cluster';
  return `Have it forward ${zone} to an address of Technitium that it can reach (${why}), ${override}.`;
}

/** A node can also ask by itself, past the nameserver. */
function forwards({ resolvers, zone, upstream = NO_UPSTREAM, faults }: Case): Snippet[] {
  const isOnNodes = faults.some(({ audience }) => audience === 'Nodes');
  const instead = isOnNodes && !resolvers.includes('systemd-resolved') ? (['systemd-resolved'] as const) : [];
  return [...resolvers, ...instead].map((resolver) => forwardSnippet(resolver, zone, upstream));
}

function acceptOrLeave(about: Case): Advice {
  const { nameserver, zone, faults, facts, upstream = NO_UPSTREAM } = about;
  const vantages = vantagesOf(about);
  const isOnNodes = faults.some(({ audience }) => audience === 'Nodes');
  const known = facts.zone?.view.spec.acceptedFallbacks ?? [];
  const acceptedFallbacks = [...known, { address: nameserver, reason: 'WHY_IT_IS_KEPT' }];
  // Accepted or not, one that answers before all others exposes the public path.
  const mayAccept = faults.some(({ audience }) => isMixed(facts, audience));
  const accept = mayAccept ? ', or accept it as a fallback' : '';
  return {
    what: `${nameserver} answers ${cameOf(about)} and is not of this network, so it cannot know the internal ${zone}. Take it out of the nameservers of ${vantages}${accept}.`,
    snippets: [
      ...(isOnNodes ? [forwardSnippet('systemd-resolved', zone, upstream)] : []),
      ...(mayAccept ? [patchSnippet('to accept it; say why', `shz ${zone}`, { acceptedFallbacks })] : []),
    ],
  };
}

function isMixed({ view }: ExplainFacts, audience: string): boolean {
  const { audiences = [] } = parseHostStatus(view.statusText);
  return audiences.some(({ name, verdict }) => name === audience && verdict === 'Mixed');
}

/** The addresses that the nameserver sees as its clients, where the operator asks. */
function addressesOfAskers({ faults, facts }: Case): string[] {
  const names = new Set(faults.map(({ vantage }) => vantage));
  const asking = facts.vantages.filter(({ view }) => names.has(view.name));
  return [...new Set(asking.flatMap(({ view }) => view.status.askedFrom ?? []))];
}

function askersOf(about: Case): string {
  const addresses = addressesOfAskers(about);
  return addresses.length === 0 ? 'its clients' : `${namesOf(addresses)} and its clients`;
}

function isOnlyCoreDns(resolvers: readonly ResolverKind[]): boolean {
  return resolvers.every((resolver) => resolver === 'CoreDNS');
}
