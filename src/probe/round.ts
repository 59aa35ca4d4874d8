import type { Look } from '../model/look.ts';
import { isThrottled } from './look.ts';
import { textOfLook } from './look-text.ts';
import type { ProbedZone, ZonePace } from './zone-pace.ts';

/** The hosts of one zone at one nameserver: whose turn it is, in an order that is stable and leaves nobody out. */
export interface Round {
  /** The host whose look stands for the zone. */
  readonly canary: string | undefined;
  /** When the canary is to be asked next; Infinity while there is no host. */
  readonly canaryDueAt: number;
  /** When the next host of the rotation is. */
  readonly rotationDueAt: number;
  /** Whether hosts are left of a sweep. */
  readonly isSweeping: boolean;
  /** The canary, whose next turn is a while from now; undefined if no host may be asked. */
  takeCanary(now: number): string | undefined;
  /** The next host of the rotation; undefined if that one may not be asked, so that the others keep their times. */
  takeRotated(now: number): string | undefined;
  /** The next host of the sweep that may be asked. */
  takeSwept(): string | undefined;
  /** Has all hosts taken by `takeSwept`, and a canary chosen if there is none; the rotation goes on from there. */
  sweep(now: number): void;
  /** Whether the canary's look saw something else than its last one. */
  noteCanary(look: Look): boolean;
}

export interface RoundOptions {
  readonly zone: ProbedZone;
  /** The pace that the zone has at this nameserver at this moment. */
  readonly pace: () => ZonePace;
  readonly mayAsk: (host: string) => boolean;
  readonly now: number;
}

/**
 * Starts with the canary at once and the first host of the rotation after one interval. Sweep and rotation share the
 * cursor: a sweep is the rotation in a hurry, so that sweeps in a row starve nobody.
 */
export function createRound({ zone, pace, mayAsk, now: startedAt }: RoundOptions): Round {
  let canary: string | undefined;
  let canaryAt = -Infinity;
  let seen: string | undefined;
  let cursor = zone.hosts.keys();
  let rotatedAt = startedAt;
  let toSweep = 0;

  /** The order of the map: its iterators see what is added, and pass over what is removed. */
  const advance = (): string | undefined => {
    let step = cursor.next();
    if (step.done) {
      cursor = zone.hosts.keys();
      step = cursor.next();
    }
    return step.value;
  };
  const unlessHeld = (host: string | undefined): string | undefined =>
    host !== undefined && host !== canary && mayAsk(host) ? host : undefined;
  const firstAskable = (): string | undefined => {
    for (const host of zone.hosts.keys()) if (mayAsk(host)) return host;
    return undefined;
  };
  const intervalMs = (): number => (pace().rotationSeconds * 1000) / zone.hosts.size;

  return {
    get canary() {
      return canary;
    },
    get canaryDueAt() {
      return zone.hosts.size === 0 ? Infinity : canaryAt + pace().canarySeconds * 1000;
    },
    get rotationDueAt() {
      return zone.hosts.size === 0 ? Infinity : rotatedAt + intervalMs();
    },
    get isSweeping() {
      return toSweep > 0;
    },
    takeCanary(now) {
      canaryAt = now;
      if (canary !== undefined && zone.hosts.has(canary) && mayAsk(canary)) return canary;
      seen = undefined;
      canary = firstAskable();
      return canary;
    },
    takeRotated(now) {
      // After a delay the turns go on from now, instead of all that were missed at once.
      rotatedAt = Math.max(rotatedAt + intervalMs(), now - intervalMs());
      return unlessHeld(advance());
    },
    takeSwept() {
      while (toSweep > 0) {
        toSweep -= 1;
        const host = unlessHeld(advance());
        if (host !== undefined) return host;
      }
      return undefined;
    },
    sweep(now) {
      toSweep = zone.hosts.size;
      rotatedAt = now;
      // No host could be asked when it was the canary's turn: now one may.
      if (canary === undefined) canaryAt = -Infinity;
    },
    noteCanary(look) {
      if (isThrottled(look)) return false;
      const before = seen;
      seen = textOfLook(look);
      return before !== undefined && before !== seen;
    },
  };
}
