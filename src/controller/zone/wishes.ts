import { isInZone, objectNameOf } from '../../model/host-name.ts';
import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import { decideHost, type HostDecision, type ZoneFacts } from '../../plan/host/decide-host.ts';
import { addressSets, type BalancerNames } from '../../plan/host/target.ts';
import { isOurs } from '../../plan/record/ownership.ts';
import { planName, type Adoption, type NamePlan } from '../../plan/record/plan-name.ts';
import type { World } from '../world.ts';
import { claimsOn, isAddressOfOurs, requestOf } from './facts.ts';
import type { MarkerMemory } from './marker-memory.ts';
import type { Wish } from './name-writer.ts';

/** What deciding the names of one zone works with; the functions tell what is so at this moment. */
export interface WishesOptions {
  readonly world: World;
  readonly owner: Owner;
  readonly balancerNames: BalancerNames;
  readonly facts: () => ZoneFacts;
  readonly adoption: () => Adoption;
  readonly markers: MarkerMemory;
  /** What the zone holds at a name. */
  readonly records: (name: string) => readonly ZoneRecord[];
  /** Whether the guard has let a name go. */
  readonly isReleased: (name: string) => boolean;
  /** Whether a zone below has taken a name over, and holds what is wanted of it. */
  readonly isHandedOver: (name: string) => boolean;
}

/** What the names of a zone should be. */
export interface Wishes {
  /** Whether a name belongs to this zone, and not to one below it. */
  isHere(name: string): boolean;
  isTarget(name: string): boolean;
  decide(host: string): HostDecision;
  /** Whether a record of ours at a name has a reason to be there, or is not ours to take away. */
  isWanted(host: string): boolean;
  /** What is wanted of a name if writing were allowed. */
  intent(name: string): Wish;
  /** The changes that this takes, and what stands in the way. */
  plannedAt(name: string): NamePlan;
}

const LEAVE: Wish = { kind: 'leave' };
const REMOVE: Wish = { kind: 'remove' };

/** Decides the names of one zone; keeps nothing. */
export function createWishes(options: WishesOptions): Wishes {
  const { world, owner, records } = options;

  const isHere = (name: string): boolean => {
    const zone = options.facts().name;
    return isInZone(name, zone) && world.zoneOf(name) === zone;
  };
  const targetAt = (name: string) => options.facts().targets.find(({ record }) => record === name);
  const decide = (host: string): HostDecision => {
    const object = world.hostObjects.get(objectNameOf(host));
    return decideHost({
      host,
      zone: options.facts(),
      claims: claimsOn(object, world.claims(host), { world, zone: options.facts() }),
      request: requestOf(object),
      service: (namespace, service) => world.service(namespace, service),
      balancerNames: options.balancerNames,
      lastAddresses: records(host).flatMap((record) => (isAddressOfOurs(record, owner) ? [record.value] : [])),
    });
  };
  /** Whether what we published may be as a person asked, which is not known while SplitHorizonHosts cannot be read. */
  const mayPointElsewhere = (name: string): boolean =>
    !world.isRead('SplitHorizonHost') && records(name).some((record) => isOurs(record, owner));
  const intent = (name: string): Wish => {
    const zone = options.facts();
    if (!isInZone(name, zone.name) || zone.exclude.has(name)) return LEAVE;
    const target = targetAt(name);
    if (!isHere(name)) {
      const mayGo = target === undefined && (options.isHandedOver(name) || options.isReleased(name));
      return mayGo ? REMOVE : LEAVE;
    }
    if (target !== undefined) return toHold(addressSets(name, target.addresses, target.ttlSeconds));
    const decision = decide(name);
    if (decision.observed || mayPointElsewhere(name)) return LEAVE;
    if (!decision.wanted) return options.isReleased(name) ? REMOVE : LEAVE;
    return toHold(decision.desired);
  };
  /** Where no record can be said (a balancer without an address), what stands is left alone. */
  const toHold = (desired: HostDecision['desired']): Wish =>
    desired.length === 0 ? LEAVE : { kind: 'records', desired, adoption: options.adoption() };

  return {
    isHere,
    isTarget: (name) => targetAt(name) !== undefined,
    decide,
    isWanted(host) {
      const decision = decide(host);
      return decision.wanted || decision.excluded || decision.observed;
    },
    intent,
    plannedAt(name) {
      const wished = intent(name);
      if (wished.kind !== 'records') return { changes: [], conflicts: [] };
      const { desired, adoption } = wished;
      return planName({ name, desired, current: records(name), owner, adoption, lost: options.markers });
    },
  };
}
