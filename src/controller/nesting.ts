import { isInZone } from '../model/host-name.ts';
import type { World } from './world.ts';
import type { Zone, ZoneOptions } from './zone/zone.ts';

/** How zones that lie below one another stand to a host. */
export interface Nesting {
  /** The zones that a name lies in, whichever of them holds it. */
  over(host: string): Zone[];
  /** The zone that speaks for a host: its holder, or for what nobody wants any more the one above where it still stands. */
  speakerFor(host: string): Zone | undefined;
  /** How a host of a zone stands in one below that holds it; undefined where none does. */
  below(zone: string, host: string): ReturnType<ZoneOptions['below']>;
  /** Something about a host changed in a zone: what stands above goes once it is there. */
  tellAbove(zone: string, host: string): void;
}

/** Whether a record of ours stands in a zone at a name that nobody wants. */
export function isLeftover(zone: Zone, host: string): boolean {
  return zone.removal(host) !== undefined || zone.retains(host);
}

/** The nesting of the zones that there are at each moment. */
export function createNesting(world: Pick<World, 'zoneOf'>, zones: () => Iterable<Zone>): Nesting {
  const over = (host: string): Zone[] => [...zones()].filter(({ name }) => isInZone(host, name));
  const holderOf = (host: string): Zone | undefined => {
    const name = world.zoneOf(host);
    return name === undefined ? undefined : over(host).find((zone) => zone.name === name);
  };
  return {
    over,
    speakerFor(host) {
      const [all, holder] = [over(host), holderOf(host)];
      if (all.length < 2 || holder?.standing(host) !== 'Unwanted') return holder;
      return isLeftover(holder, host) ? holder : (all.find((zone) => isLeftover(zone, host)) ?? holder);
    },
    below(zone, host) {
      const holder = holderOf(host);
      if (holder === undefined || holder.name.length <= zone.length) return undefined;
      return { standing: holder.standing(host), records: holder.records(host) };
    },
    tellAbove(zone, host) {
      if (holderOf(host)?.name !== zone) return;
      for (const above of over(host)) if (above.name.length < zone.length) above.consider([host]);
    },
  };
}
