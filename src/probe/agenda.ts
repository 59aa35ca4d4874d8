import type { Look } from '../model/look.ts';
import { createDueList } from './due-list.ts';
import { PRIORITY, type Priority } from './pacer.ts';
import { createRound, type Round } from './round.ts';
import { zoneHolding, type ProbedZone, type ZonePace } from './zone-pace.ts';

/** What a nameserver is asked about a zone: all hosts, or only its canary. */
export type ProbeMode = 'all' | 'canary';

/** The most pressing thing to do, and when it is due: Infinity if nothing ever is. */
export interface Due {
  readonly priority: Priority;
  readonly at: number;
}

/** What is to be asked of one nameserver, and in which order. It has no clock and starts nothing. */
export interface Agenda {
  /** Wants a host asked after what was wanted earlier, and before all that is only swept or rotated. */
  askNow(host: string, now: number): void;
  /** The same at a time to come; of two times the earlier stands. */
  askAt(host: string, at: number): void;
  /** Goes once round all hosts at full pace, of one zone or of all. */
  sweep(now: number, zone?: string): void;
  /** Every zone begins with `all`; when it comes back to that it is swept. */
  setMode(zone: string, mode: ProbeMode, now: number): void;
  next(now: number): Due;
  /** Takes the most pressing host that is due and may be asked. */
  take(now: number): string | undefined;
  /** Compares a canary's look with its last one: where they differ, all hosts of its zone are swept. */
  note(host: string, look: Look, now: number): void;
  canaryOf(zone: string): string | undefined;
  forgetZone(zone: string): void;
}

export interface AgendaOptions {
  /** Shared with the agendas of other nameservers, and changed from outside. */
  readonly zones: ReadonlyMap<string, ProbedZone>;
  readonly mayAsk: (host: string) => boolean;
  /** Whether a host is being asked at this moment: it is not asked twice at a time. */
  readonly isBusy: (host: string) => boolean;
  readonly paceOf: (zone: ProbedZone) => ZonePace;
}

export function createAgenda(options: AgendaOptions): Agenda {
  const { zones, mayAsk, isBusy, paceOf } = options;
  const rounds = new Map<string, Round>();
  const canaryOnly = new Set<string>();
  /** Since when each is wanted; the order is that of wanting. */
  const wanted = new Map<string, number>();
  const later = createDueList();

  /** The rounds of all zones there are by now. */
  const current = (now: number): Map<string, Round> => {
    for (const [name, zone] of zones) {
      if (!rounds.has(name)) rounds.set(name, createRound({ zone, pace: () => paceOf(zone), mayAsk, now }));
    }
    return rounds;
  };
  /** The rounds that sweep and rotate. */
  const turning = (): [string, Round][] => [...rounds].filter(([zone]) => !canaryOnly.has(zone));
  const promote = (now: number): void => {
    for (let host = later.take(now); host !== undefined; host = later.take(now)) {
      if (!wanted.has(host)) wanted.set(host, now);
    }
  };
  /** A wanted host that is being asked stays wanted: what is on its way may be from before the change. */
  const firstWanted = (): [string, number] | undefined => {
    for (const entry of wanted) if (!isBusy(entry[0])) return entry;
    return undefined;
  };
  const isAskable = (host: string): boolean => {
    const zone = zoneHolding(zones, host);
    return zone !== undefined && mayAsk(host) && (!canaryOnly.has(zone) || rounds.get(zone)?.canary === host);
  };

  const takeFirst = (now: number): string | undefined => {
    for (;;) {
      const canary = earliest(current(now).values(), (round) => round.canaryDueAt);
      const [host, since] = firstWanted() ?? [undefined, Infinity];
      if (canary.at <= Math.min(now, since)) {
        const chosen = canary.round?.takeCanary(now);
        if (chosen !== undefined && !isBusy(chosen)) return chosen;
      } else if (host === undefined) {
        return undefined;
      } else {
        wanted.delete(host);
        if (isAskable(host)) return host;
      }
    }
  };
  const takeSwept = (): string | undefined => {
    for (const [name, round] of turning()) {
      const host = round.takeSwept();
      if (host === undefined) continue;
      // Its next turn comes after those of the other zones.
      rounds.delete(name);
      rounds.set(name, round);
      return host;
    }
    return undefined;
  };
  const nextTurn = (): { round: Round | undefined; at: number } =>
    earliest(
      turning().map(([, round]) => round),
      ({ rotationDueAt }) => rotationDueAt,
    );
  const takeRotated = (now: number): string | undefined => {
    for (;;) {
      const { round, at } = nextTurn();
      if (round === undefined || at > now) return undefined;
      const host = round.takeRotated(now);
      if (host !== undefined && !isBusy(host)) return host;
    }
  };
  const sweep = (now: number, zone?: string): void => {
    for (const [name, round] of current(now)) if (zone === undefined || name === zone) round.sweep(now);
  };

  return {
    askNow(host, now) {
      if (!wanted.has(host)) wanted.set(host, now);
    },
    askAt: later.add,
    sweep,
    setMode(zone, mode, now) {
      if (mode === 'canary') canaryOnly.add(zone);
      // What was seen before the canary stood for all is out of date.
      else if (canaryOnly.delete(zone)) sweep(now, zone);
    },
    next(now) {
      promote(now);
      const { at: canaryAt } = earliest(current(now).values(), ({ canaryDueAt }) => canaryDueAt);
      const first = { priority: PRIORITY.first, at: Math.min(canaryAt, firstWanted()?.[1] ?? Infinity, later.nextAt) };
      if (first.at <= now) return first;
      if (turning().some(([, { isSweeping }]) => isSweeping)) return { priority: PRIORITY.sweep, at: now };
      const { at } = nextTurn();
      return at < first.at ? { priority: PRIORITY.rotation, at } : first;
    },
    take(now) {
      promote(now);
      return takeFirst(now) ?? takeSwept() ?? takeRotated(now);
    },
    note(host, look, now) {
      const zone = zoneHolding(zones, host) ?? '';
      const round = rounds.get(zone);
      if (round?.canary === host && round.noteCanary(look) && !canaryOnly.has(zone)) round.sweep(now);
    },
    canaryOf: (zone) => rounds.get(zone)?.canary,
    forgetZone(zone) {
      rounds.delete(zone);
      canaryOnly.delete(zone);
    },
  };
}

function earliest(rounds: Iterable<Round>, dueAt: (round: Round) => number): { round: Round | undefined; at: number } {
  let best: { round: Round | undefined; at: number } = { round: undefined, at: Infinity };
  for (const round of rounds) {
    const at = dueAt(round);
    if (at < best.at) best = { round, at };
  }
  return best;
}
