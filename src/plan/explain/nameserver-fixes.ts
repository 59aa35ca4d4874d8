import { addressOfEndpoint } from '../../model/address-range.ts';
import type { HostStatus } from '../../model/api.ts';
import { parseHostStatus } from '../../model/views.ts';
import { helpOn } from '../../model/reason.ts';
import type { ExplainFacts } from './facts.ts';
import { causeOf, faultsOf, kindOf, type Fault } from './faults.ts';
import { adviceOn, type Case } from './nameserver-advice.ts';
import type { Fix } from './page.ts';
import type { ResolverKind, Upstream } from './snippets.ts';

const MOST_SHARED = 3;

/** What to change at nameservers, in the order of the audiences, each with the hosts that suffer from the same. */
export function nameserverFixes(status: HostStatus, facts: ExplainFacts): Fix[] {
  const { zone, servers } = facts;
  if (zone === undefined) return [];
  const keys = servers.map(({ key }) => key);
  const cases = Map.groupBy(faultsOf(status), (fault) => `${fault.nameserver} ${kindOf(fault, keys)}`);
  if (cases.size === 0) return [];
  const sharers = sharersOf(facts);
  return [...cases.values()].flatMap((faults) => {
    const [first] = faults;
    if (first === undefined) return [];
    const { nameserver } = first;
    const resolvers = resolversAt(nameserver, faults);
    const about: Case = {
      nameserver,
      zone: zone.view.name,
      kind: kindOf(first, keys),
      faults,
      resolvers,
      upstream: upstreamFor(resolvers, facts),
      facts,
    };
    const shared = new Set(faults.flatMap((fault) => [...(sharers.get(causeOf(fault)) ?? [])]));
    return [
      {
        about: nameserver,
        ...adviceOn(about),
        help: helpOn(first.verdict),
        shared: { count: shared.size, sample: [...shared].slice(0, MOST_SHARED) },
      },
    ];
  });
}

/** The other hosts by the causes that they suffer from. */
function sharersOf({ others }: ExplainFacts): Map<string, Set<string>> {
  const sharers = new Map<string, Set<string>>();
  for (const { spec, statusText } of others) {
    // Told from those that do not fail without parsing 10,000 statuses.
    if (!statusText.includes('"nameserver"')) continue;
    for (const fault of faultsOf(parseHostStatus(statusText))) {
      const cause = causeOf(fault);
      sharers.set(cause, (sharers.get(cause) ?? new Set()).add(spec.host));
    }
  }
  return sharers;
}

/** What may listen at an address: nobody tells, so whatever is usual there. */
function resolversAt(nameserver: string, faults: readonly Fault[]): ResolverKind[] {
  const address = addressOfEndpoint(nameserver);
  if (address === '127.0.0.53' || address === '127.0.0.54') return ['systemd-resolved'];
  const audiences = new Set(faults.map(({ audience }) => audience));
  const isClusterDns = audiences.has('Pods');
  const isOutside = audiences.has('Nodes') || audiences.has('LAN');
  return [...(isClusterDns ? (['CoreDNS'] as const) : []), ...(isOutside ? (['Unbound', 'dnsmasq'] as const) : [])];
}

/** The first server of the zone that is no cache; one outside of the cluster for who cannot reach into it. */
function upstreamFor(resolvers: readonly ResolverKind[], facts: ExplainFacts): Upstream | undefined {
  const { servers, clusterIPs, zone } = facts;
  const cached = new Set(
    (zone?.view.status.servers ?? []).flatMap(({ name, reason }) => (reason === 'Cached' ? name : [])),
  );
  const authoritative = servers.filter(({ name }) => !cached.has(name));
  const isInside = resolvers.every((resolver) => resolver === 'CoreDNS' || resolver === 'systemd-resolved');
  return authoritative.find(({ address }) => isInside || !clusterIPs.has(address));
}
