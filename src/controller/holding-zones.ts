import { isInZone, zoneOf } from '../model/host-name.ts';
import type { ZoneView } from '../model/views.ts';

/**
 * Which zones hold their hosts. A zone below another takes them over only once it is reachable and writable, and keeps them
 * from then on; where it cannot be had, or is not to be written (DryRun), they stay with the zone above. Before the first
 * answer it has them: what stands above stands meanwhile, and nothing is written there that would go again.
 */
export interface HoldingZones {
  /** The longest of the zones that hold their hosts. */
  zoneOf(host: string): string | undefined;
  /** Each of these gives the zones that hold their hosts now and did not before, or no longer do. */
  put(view: ZoneView): string[];
  remove(name: string): string[];
  /** The zone's server answered, and lets us write; or it did not. */
  mark(name: string, isInHand: boolean): string[];
}

/** No zone yet. */
export function createHoldingZones(): HoldingZones {
  const zones = new Map<string, ZoneView>();
  const inHand = new Set<string>();
  const failed = new Set<string>();
  let holding: ReadonlySet<string> = new Set();

  const isBelowAnother = (name: string): boolean =>
    [...zones.keys()].some((other) => other !== name && isInZone(name, other));
  const holds = ({ name, spec }: ZoneView): boolean =>
    !isBelowAnother(name) || inHand.has(name) || (spec.policy !== 'DryRun' && !failed.has(name));
  const refresh = (): string[] => {
    const before = holding;
    holding = new Set([...zones.values()].filter(holds).map(({ name }) => name));
    return [...before, ...holding].filter((name) => before.has(name) !== holding.has(name));
  };
  const forget = (name: string): void => {
    inHand.delete(name);
    failed.delete(name);
  };

  return {
    zoneOf: (host) => zoneOf(host, holding),
    put(view) {
      if (zones.get(view.name)?.uid !== view.uid) forget(view.name);
      // After a restart its status tells that it has had hosts.
      if ((view.status.hosts?.total ?? 0) > 0) inHand.add(view.name);
      zones.set(view.name, view);
      return refresh();
    },
    remove(name) {
      zones.delete(name);
      forget(name);
      return refresh();
    },
    mark(name, isInHand) {
      if (isInHand) inHand.add(name);
      else failed.add(name);
      return refresh();
    },
  };
}
