import { canonicalAddress, sortedAddresses } from '../../model/address.ts';
import type { LabelSelector } from '../../model/api.ts';
import { matchesLabels } from '../../model/label-selector.ts';
import type { RecordSet } from '../../model/record.ts';
import type { Audience } from '../../model/verdict.ts';
import { byPrecedence, claimKey, type Claim } from './claim.ts';
import { addressSets, balancerAddresses, type BalancerNames, type ServiceFacts, type ZoneTarget } from './target.ts';

/** `spec.target` of a SplitHorizonHost: exactly one of the three. */
export interface OwnTarget {
  readonly addresses?: readonly string[] | undefined;
  readonly serviceRef?: { readonly namespace: string; readonly name: string } | undefined;
  readonly cname?: string | undefined;
}

/** What a SplitHorizonHost asks for, whoever made it. */
export interface HostRequest {
  readonly generated: boolean;
  readonly record: 'Managed' | 'Observed';
  readonly target: OwnTarget | undefined;
  readonly audiences: readonly Audience[] | undefined;
}

/** What a zone means for its hosts. */
export interface ZoneFacts {
  readonly name: string;
  readonly targets: readonly ZoneTarget[];
  readonly hostTtlSeconds: number;
  readonly exclude: ReadonlySet<string>;
  /** The kinds that hosts are found in, and in which namespaces. */
  readonly sources: ReadonlyMap<Claim['kind'], LabelSelector>;
}

/** Everything that decides one host. */
export interface HostFacts {
  readonly host: string;
  readonly zone: ZoneFacts;
  /** Sources that name it and do not opt out. */
  readonly claims: readonly Claim[];
  readonly request: HostRequest | undefined;
  readonly service: (namespace: string, name: string) => ServiceFacts | undefined;
  readonly balancerNames: BalancerNames;
  /** The addresses published last, for a balancer that went blank. */
  readonly lastAddresses: readonly string[];
}

/** Where a host points. */
export interface HostTarget {
  /** For people and the TARGET column: the target's record, the addresses, or the name. */
  readonly label: string;
  /** The target of the zone that it follows; undefined for a target of its own. */
  readonly record: string | undefined;
  readonly addresses: readonly string[];
  readonly cname: string | undefined;
  readonly clusterIPs: readonly string[];
  /** Addresses that a balancer's host name had a while ago: right, but not published. */
  readonly alsoSeen: readonly string[];
  /** Why the addresses are the last known and not live ones. */
  readonly kept: string | undefined;
}

/** A source as the status lists it. */
export interface ListedClaim extends Claim {
  readonly conflict: boolean;
}

/** Why a host has no records: it waits for something in the cluster (an address), or what was asked for cannot be. */
export interface HostProblem {
  readonly kind: 'Waiting' | 'Invalid';
  readonly message: string;
}

/** What one host should be; `target` is undefined when it points nowhere, and `problem` then says why. */
export interface HostDecision {
  readonly host: string;
  readonly sources: readonly ListedClaim[];
  /** Whether somebody wants it: a source, or a person's own SplitHorizonHost. */
  readonly wanted: boolean;
  readonly observed: boolean;
  readonly excluded: boolean;
  readonly target: HostTarget | undefined;
  readonly desired: readonly RecordSet[];
  readonly problem: HostProblem | undefined;
}

/** Decides where a host points and which records say so, from all who name it. Pure: same facts, same decision. */
export function decideHost(facts: HostFacts): HostDecision {
  const claims = facts.claims.filter((claim) => counts(claim, facts)).toSorted(byPrecedence);
  const chosen = chooseTarget(facts, claims);
  const target = 'problem' in chosen ? undefined : chosen;
  const excluded = facts.zone.exclude.has(facts.host);
  const records = target === undefined ? { desired: [] } : desiredRecords(facts, target);
  return {
    host: facts.host,
    sources: claims.map((claim) => ({ ...claim, conflict: disagrees(claim, target, facts) })),
    wanted: claims.length > 0 || facts.request?.generated === false,
    observed: facts.request?.record === 'Observed',
    excluded,
    target,
    desired: excluded ? [] : records.desired,
    problem: 'problem' in chosen ? chosen.problem : records.problem,
  };
}

/**
 * Whether a claim makes a host: its kind is listed, its namespace selected (as far as its labels are known), its class taken,
 * and a Service names nothing that is not its to name.
 */
function counts(claim: Claim, { zone, host }: HostFacts): boolean {
  if (!isSelected(claim, zone)) return false;
  if (claim.recalled !== undefined) return true;
  if (claim.kind === 'Ingress') return targetOfClass(zone, claim.className) !== undefined;
  if (claim.kind === 'IngressRoute') return true;
  return host !== zone.name && !zone.exclude.has(host) && !zone.targets.some(({ record }) => record === host);
}

/** Whether a zone finds hosts in objects of a claim's kind and namespace. */
function isSelected({ kind, namespaceLabels }: Claim, { sources }: ZoneFacts): boolean {
  const selector = sources.get(kind);
  return selector !== undefined && (namespaceLabels === undefined || matchesLabels(selector, namespaceLabels));
}

/** The classes of a host's Ingresses that no target of its zone takes, each once. */
export function classesWithoutTarget(claims: readonly Claim[], zone: ZoneFacts): ReadonlySet<string> {
  const left = claims.filter(
    (claim) => claim.kind === 'Ingress' && isSelected(claim, zone) && !targetOfClass(zone, claim.className),
  );
  return new Set(left.flatMap(({ className }) => className ?? []));
}

/** The target that takes an Ingress class; the first where there is no class. */
export function targetOfClass(zone: Pick<ZoneFacts, 'targets'>, className: string | undefined): ZoneTarget | undefined {
  if (className === undefined) return zone.targets[0];
  return (
    zone.targets.find(({ classes }) => classes.includes(className)) ??
    zone.targets.find(({ classes }) => classes.length === 0)
  );
}

type Chosen = HostTarget | { readonly problem: HostProblem };

/** A target's own name is the target; then a person's target; then the oldest source; then the zone's first target. */
function chooseTarget(facts: HostFacts, claims: readonly Claim[]): Chosen {
  const self = facts.zone.targets.find(({ record }) => record === facts.host);
  if (self !== undefined) return ofZone(self);
  const own = facts.request?.target;
  if (own !== undefined) return ownTarget(own, facts);
  const [first] = claims;
  if (first !== undefined) return targetOfClaim(first, facts);
  const fallback = facts.zone.targets[0];
  return fallback === undefined ? waiting(`zone ${facts.zone.name} has no target`) : ofZone(fallback);
}

function targetOfClaim(claim: Claim, facts: HostFacts): Chosen {
  if (claim.kind === 'Service') return ofService(claim, facts);
  if (claim.recalled !== undefined) return ofRecalled(claim, claim.recalled, facts);
  const target = targetOfClass(facts.zone, claim.className);
  return target === undefined
    ? waiting(`no target takes Ingress class ${claim.className ?? '(none)'}`)
    : ofZone(target);
}

/** A source that cannot be read: its class is not known, but where it had its host point is. */
function ofRecalled(claim: Claim, { target: label }: NonNullable<Claim['recalled']>, facts: HostFacts): Chosen {
  const target = facts.zone.targets.find(({ record }) => record === label);
  return target === undefined ? waiting(`${claimKey(claim)} cannot be read`) : ofZone(target);
}

function ofZone(target: ZoneTarget): HostTarget {
  return {
    label: target.record,
    record: target.record,
    addresses: target.addresses,
    cname: undefined,
    clusterIPs: target.clusterIPs,
    alsoSeen: target.alsoSeen,
    kept: target.kept,
  };
}

function ownTarget(own: OwnTarget, facts: HostFacts): Chosen {
  const base = { record: undefined, cname: undefined, clusterIPs: [], alsoSeen: [], kept: undefined };
  if (own.serviceRef !== undefined) return ofService(own.serviceRef, facts);
  if (own.cname !== undefined) {
    const cname = own.cname.toLowerCase().replace(/\.$/, '');
    if (cname === facts.host) return invalid(`spec.target.cname: "${own.cname}" is the host itself`);
    return { ...base, label: cname, addresses: [], cname };
  }
  const addresses = sortedAddresses((own.addresses ?? []).flatMap((text) => canonicalAddress(text) ?? []));
  if (addresses.length === 0) return invalid('spec.target.addresses: has no IP address');
  return { ...base, label: addresses.join(','), addresses };
}

/** A Service of its own: the zone's target where that is the same Service, else its balancer's addresses or the last known. */
function ofService(ref: { namespace: string; name: string }, facts: HostFacts): Chosen {
  const shared = facts.zone.targets.find(
    ({ service }) => service?.namespace === ref.namespace && service.name === ref.name,
  );
  if (shared !== undefined) return ofZone(shared);
  const service = facts.service(ref.namespace, ref.name);
  const live = balancerAddresses(service, `${ref.namespace}/${ref.name}`, facts.balancerNames);
  const addresses = 'addresses' in live ? live.addresses : facts.lastAddresses;
  if (addresses.length === 0) return waiting('problem' in live ? live.problem : 'no address');
  return {
    label: `${ref.namespace}/${ref.name}`,
    record: undefined,
    addresses,
    cname: undefined,
    clusterIPs: service?.clusterIPs ?? [],
    alsoSeen: 'seen' in live ? live.seen : [],
    kept: 'problem' in live ? live.problem : undefined,
  };
}

function waiting(message: string): { readonly problem: HostProblem } {
  return { problem: { kind: 'Waiting', message } };
}

function invalid(message: string): { readonly problem: HostProblem } {
  return { problem: { kind: 'Invalid', message } };
}

function desiredRecords(
  facts: HostFacts,
  target: HostTarget,
): { desired: readonly RecordSet[]; problem?: HostProblem } {
  const { host, zone } = facts;
  const ttl = zone.hostTtlSeconds;
  if (target.addresses.length === 0 && target.cname === undefined) {
    return { desired: [], ...waiting(`target ${target.label} has no address: ${target.kept ?? 'none is known'}`) };
  }
  if (target.record === host) return { desired: [] };
  const cname = target.record ?? target.cname;
  if (cname === undefined) return { desired: addressSets(host, target.addresses, ttl) };
  if (host === zone.name) return { desired: [], ...invalid(`the zone's apex cannot be a CNAME (to ${cname})`) };
  return { desired: [{ name: host, type: 'CNAME', ttl, values: [cname] }] };
}

/** Whether a source would have the host point elsewhere than it does. */
function disagrees(claim: Claim, target: HostTarget | undefined, facts: HostFacts): boolean {
  if (target === undefined) return false;
  if (claim.recalled !== undefined) return claim.recalled.conflict;
  const wish = targetOfClaim(claim, facts);
  return !('problem' in wish) && wish.label !== target.label;
}
