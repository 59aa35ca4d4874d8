import { balancerAddresses, type BalancerNames, type ServiceFacts, type ZoneTarget } from '../host/target.ts';
import { chooseService, type ServiceChoice, type Services } from './target-service.ts';

/** A set of addresses that a target used to have; caches may rightly hold it for a while. */
export interface FormerSet {
  readonly addresses: readonly string[];
  /** The name that the chain passed, where the addresses were anyone's. */
  readonly cname?: string | undefined;
  readonly ttlSeconds: number;
  /** Since when every server of the zone gave the set that came after it (ms); undefined while one does not. */
  readonly levelSince: number | undefined;
}

/** What is remembered of a target from one look at its Service to the next, and in status over a restart. */
export interface TargetMemory {
  readonly addresses: readonly string[];
  /** Since when the target has these addresses (ms). */
  readonly since: number;
  /** Newest first, at most 5, none older than 7 days. */
  readonly former: readonly FormerSet[];
}

/** One entry of `spec.targets`. */
export interface TargetSpec extends ServiceChoice {
  readonly record: string;
  readonly ingressClassNames: readonly string[];
  readonly ttlSeconds: number;
}

const MOST_FORMER = 5;
const KEEP_FORMER_MS = 7 * 24 * 3600 * 1000;

/** The fully qualified name of a target's record: `@` is the zone's apex, anything else a label below it. */
export function targetName(record: string, zone: string): string {
  return record === '@' ? zone : `${record}.${zone}`;
}

/** What a target is now: live addresses where its Service has some, else the last known, and why. */
export function resolveTarget(
  spec: TargetSpec,
  zone: string,
  facts: { services: Services; balancerNames: BalancerNames; memory: TargetMemory | undefined },
): ZoneTarget {
  const chosen = chooseService(spec, facts.services);
  const found = 'problem' in chosen ? undefined : chosen;
  const live =
    'problem' in chosen
      ? chosen
      : balancerAddresses(chosen.service, `${chosen.ref.namespace}/${chosen.ref.name}`, facts.balancerNames);
  return {
    record: targetName(spec.record, zone),
    ttlSeconds: spec.ttlSeconds,
    classes: spec.ingressClassNames,
    service: found?.ref,
    choice: found?.choice,
    addresses: 'addresses' in live ? live.addresses : (facts.memory?.addresses ?? []),
    alsoSeen: 'seen' in live ? live.seen : [],
    kept: 'problem' in live ? live.problem : undefined,
    clusterIPs: clusterIPsOf(found?.service),
  };
}

/** A headless Service has none. */
function clusterIPsOf(service: ServiceFacts | undefined): readonly string[] {
  return service?.clusterIPs.filter((ip) => ip !== 'None' && ip !== '') ?? [];
}

/** The memory after a target has these addresses: the same object where nothing changed. */
export function rememberTarget(memory: TargetMemory | undefined, target: ZoneTarget, now: number): TargetMemory {
  if (memory === undefined) return { addresses: target.addresses, since: now, former: [] };
  if (sameList(memory.addresses, target.addresses)) return memory;
  const left: FormerSet = { addresses: memory.addresses, ttlSeconds: target.ttlSeconds, levelSince: undefined };
  const former = memory.addresses.length === 0 ? memory.former : [left, ...memory.former];
  return { addresses: target.addresses, since: now, former: former.filter(recent(now)).slice(0, MOST_FORMER) };
}

/** The memory once every server of the zone gives the present addresses. */
export function levelTarget(memory: TargetMemory, now: number): TargetMemory {
  if (memory.former.every(({ levelSince }) => levelSince !== undefined)) return memory;
  return { ...memory, former: memory.former.map((set) => ({ ...set, levelSince: set.levelSince ?? now })) };
}

function recent(now: number): (set: FormerSet) => boolean {
  return ({ levelSince }) => levelSince === undefined || now - levelSince < KEEP_FORMER_MS;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
