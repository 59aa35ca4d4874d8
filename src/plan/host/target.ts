import { canonicalAddress, familyOf, sortedAddresses } from '../../model/address.ts';
import type { Labels } from '../../model/label-selector.ts';
import type { ManagedType, RecordSet } from '../../model/record.ts';

/** What a load balancer's status says: addresses, or names that stand for addresses. */
export type BalancerEntry = { readonly ip?: string | undefined; readonly hostname?: string | undefined };

/** What is known of one Service that something points to. */
export interface ServiceFacts {
  readonly namespace: string;
  readonly name: string;
  /** Creation time in milliseconds. */
  readonly createdAt: number;
  /** Known of load balancers only. */
  readonly labels: Labels;
  readonly type: string;
  readonly clusterIPs: readonly string[];
  readonly balancer: readonly BalancerEntry[];
}

/** What a load balancer's host name stands for: the addresses that it has, and all that it was seen to have within their TTL + 1 h. */
export interface BalancerName {
  readonly addresses: readonly string[];
  readonly seen: readonly string[];
}

/** The host names of load balancers, lower-case. */
export type BalancerNames = ReadonlyMap<string, BalancerName>;

/** One of the zone's targets with the addresses it has now. */
export interface ZoneTarget {
  /** Fully qualified name of its record: the zone's apex or a name below it. */
  readonly record: string;
  readonly ttlSeconds: number;
  /** Ingress classes it takes; empty for every class that no other target takes. */
  readonly classes: readonly string[];
  /** Undefined where a selector matches none. */
  readonly service: { readonly namespace: string; readonly name: string } | undefined;
  /** For people: how the Service was chosen, where others could have been. */
  readonly choice: string | undefined;
  /** Canonical, sorted; empty when it never had any. */
  readonly addresses: readonly string[];
  /** Addresses that the balancer's host name had a while ago: as good as those it has now, but not published. */
  readonly alsoSeen: readonly string[];
  /** Why the addresses are not those of a live balancer (they are then the last known); undefined when they are. */
  readonly kept: string | undefined;
  readonly clusterIPs: readonly string[];
}

/** Addresses of a Service's load balancer, or why there are none to be had. */
export type BalancerAddresses = BalancerName | { readonly problem: string };

/** The live addresses of a Service of type LoadBalancer: those in its status, host names replaced by what they stand for. */
export function balancerAddresses(
  service: ServiceFacts | undefined,
  name: string,
  balancerNames: BalancerNames,
): BalancerAddresses {
  if (service === undefined) return { problem: `Service ${name} does not exist` };
  if (service.type !== 'LoadBalancer') return { problem: `Service ${name} has type ${service.type}, not LoadBalancer` };
  const names = service.balancer.flatMap(({ hostname }) => balancerNames.get(hostname?.toLowerCase() ?? '') ?? []);
  const ips = service.balancer.flatMap(({ ip }) => canonicalAddress(ip ?? '') ?? []);
  const addresses = sortedAddresses([...ips, ...names.flatMap((each) => each.addresses)]);
  if (addresses.length > 0) return { addresses, seen: sortedAddresses(names.flatMap(({ seen }) => seen)) };
  const hostname = service.balancer.find((entry) => entry.hostname !== undefined)?.hostname;
  const reason = hostname === undefined ? 'its load balancer has no address' : `${hostname} has no address`;
  return { problem: `Service ${name}: ${reason}` };
}

/** The A and AAAA record sets that give a name these addresses. */
export function addressSets(name: string, addresses: readonly string[], ttl: number): RecordSet[] {
  const set = (type: ManagedType, family: 4 | 6): RecordSet[] => {
    const values = addresses.filter((address) => familyOf(address) === family);
    return values.length === 0 ? [] : [{ name, type, ttl, values }];
  };
  return [...set('A', 4), ...set('AAAA', 6)];
}
