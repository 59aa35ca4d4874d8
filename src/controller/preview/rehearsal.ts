import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { ZoneView } from '../../model/views.ts';
import type { BalancerNames } from '../../plan/host/target.ts';
import { sameRecords } from '../../plan/preview/change.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import { INTERVALS } from '../intervals.ts';
import { createNesting } from '../nesting.ts';
import { pause } from '../pause.ts';
import type { World } from '../world.ts';
import { createZone, type Zone } from '../zone/zone.ts';
import { forgetfulZone, type ForgetfulZone } from './forgetful-server.ts';

/** What a rehearsal needs. */
export interface RehearsalOptions {
  /** The zones, with those above and below them. */
  readonly views: readonly ZoneView[];
  readonly ownerOf: (view: ZoneView) => Owner;
  /** All that the API server says; nothing more comes. */
  readonly world: World;
  /** Is given what to call with hosts that other zones hold from now on. */
  readonly onMoved: (consider: (hosts: Iterable<string>) => void) => void;
  readonly balancerNames: BalancerNames;
  readonly connect: (view: ZoneView, signal: AbortSignal) => Promise<TechnitiumClient>;
  readonly confirmDeletions: (names: readonly string[]) => Promise<readonly string[]>;
  readonly now: () => number;
  readonly random: () => number;
  /** The longest it may take. @default 60000 */
  readonly limitMs?: number;
}

/** What came of a name, and when the grace time was over that it took (ms); undefined where it was done at once. */
export interface Rehearsed {
  readonly name: string;
  readonly before: readonly ZoneRecord[];
  readonly after: readonly ZoneRecord[];
  readonly dueAt: number | undefined;
}

/** A zone after all was done that would be done. */
export interface Rehearsal {
  readonly zone: Zone;
  /** What the server holds. */
  readonly before: ReadonlyMap<string, readonly ZoneRecord[]>;
  /** The names that became others, sorted. */
  readonly changes: readonly Rehearsed[];
}

const LOOK_MS = 20;
const LIMIT_MS = 60_000;
/** Grace times that end together are waited for together. */
const TOGETHER_MS = 1_000;

/**
 * Lets the operator's own keepers of zones do their whole work on copies that are forgotten. Their clock is put forward over
 * the grace times, so that what they hold back is seen too.
 *
 * @returns each zone that could be had; of the others `zone.link` of the stage says why not
 * @throws Error where it does not come to an end
 */
export async function rehearse(options: RehearsalOptions, signal: AbortSignal): Promise<readonly Rehearsal[]> {
  const { world, now, limitMs = LIMIT_MS } = options;
  const deadline = now() + limitMs;
  let aheadMs = 0;
  const clock = (): number => now() + aheadMs;
  const actors: Actor[] = [];
  const nesting = createNesting(world, () => actors.map(({ zone }) => zone));
  for (const view of options.views) actors.push(createActor(view, { ...options, now: clock, elapsed: clock, nesting }));
  options.onMoved((hosts) => {
    for (const host of hosts) for (const zone of nesting.over(host)) zone.consider([host]);
  });

  const stop = new AbortController();
  const running = AbortSignal.any([signal, stop.signal]);
  const done = actors.map(({ zone }) => zone.run(running));
  const settle = async (dueAt: number | undefined): Promise<void> => {
    for (const { zone } of actors) zone.considerAll();
    for (;;) {
      running.throwIfAborted();
      if (actors.every(({ zone }) => isSettled(zone, world, clock()))) break;
      if (now() > deadline) throw new Error(`the plan did not come to an end within ${limitMs / 1000} s`);
      await pause(LOOK_MS, running);
    }
    for (const actor of actors) actor.note(dueAt);
  };
  try {
    await settle(undefined);
    for (let due = nextDue(actors, world); due !== Infinity; due = nextDue(actors, world)) {
      aheadMs = Math.max(due + TOGETHER_MS - now(), aheadMs);
      await settle(due);
    }
  } finally {
    stop.abort();
    await Promise.all(done);
  }
  return actors.map((actor) => actor.result());
}

/** A zone's keeper, and what it has come to so far. */
interface Actor {
  readonly zone: Zone;
  /** Notes what became other since the last time. */
  note(dueAt: number | undefined): void;
  result(): Rehearsal;
}

function createActor(
  view: ZoneView,
  options: RehearsalOptions & { readonly elapsed: () => number; readonly nesting: ReturnType<typeof createNesting> },
): Actor {
  const { world, nesting } = options;
  const nobody = (): void => undefined;
  const changes = new Map<string, Rehearsed>();
  const stage: { copy: ForgetfulZone | undefined } = { copy: undefined };
  const zone: Zone = createZone({
    ...options,
    view,
    owner: options.ownerOf(view),
    lossOf: () => undefined,
    forgetLoss: nobody,
    below: (host) => nesting.below(view.name, host),
    mayWrite: () => true,
    connect: async (_view, connecting) => {
      stage.copy = forgetfulZone(await options.connect(view, connecting));
      return stage.copy.client;
    },
    confirmDeletions: async (names) => {
      const confirmed = await options.confirmDeletions(names);
      zone.consider(names.filter((name) => !confirmed.includes(name)));
      return confirmed;
    },
    serverSerials: () => undefined,
    intervals: INTERVALS,
    storeDeletionTimes: () => Promise.resolve(),
    listener: {
      ...{ zone: nobody, written: nobody, targetMoved: nobody, repaired: nobody },
      ...{ importRefused: nobody, guardFailed: nobody, serialRaised: nobody, read: nobody },
      ...{ clusterChanged: nobody, overtaken: nobody },
      host: (host) => nesting.tellAbove(view.name, host),
      reached: (isInHand) => world.markZone(view.name, isInHand),
    },
  });
  return {
    zone,
    note(dueAt) {
      const { before = new Map<string, ZoneRecord[]>(), after = new Map<string, ZoneRecord[]>() } = stage.copy ?? {};
      for (const [name, records] of after) {
        const was = before.get(name) ?? [];
        const known = changes.get(name);
        if (sameRecords(known?.after ?? was, records)) continue;
        if (sameRecords(was, records)) changes.delete(name);
        else changes.set(name, { name, before: was, after: records, dueAt });
      }
    },
    result: () => ({
      zone,
      before: stage.copy?.before ?? new Map<string, ZoneRecord[]>(),
      changes: [...changes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    }),
  };
}

/** Whether nothing is under way in a zone at this moment of the clock: it has done all that it can, or cannot be had. */
function isSettled(zone: Zone, world: World, now: number): boolean {
  if ('message' in zone.link) return true;
  if (!zone.isIdle) return false;
  return !mayDelete(zone) || openRemovals(zone, world).every(({ released, dueAt }) => !released && dueAt > now);
}

/** When the next grace time ends (ms); Infinity where none runs. */
function nextDue(actors: readonly Actor[], world: World): number {
  const zones = actors.map(({ zone }) => zone).filter((zone) => mayDelete(zone) && !('message' in zone.link));
  return Math.min(...zones.flatMap((zone) => openRemovals(zone, world).map(({ dueAt }) => dueAt)));
}

/** The removals that wait for nobody's approval. */
function openRemovals(zone: Zone, world: World): { readonly released: boolean; readonly dueAt: number }[] {
  return namesOf(zone, world).flatMap((name) => {
    const removal = zone.removal(name);
    if (removal === undefined || removal.snapshot !== undefined) return [];
    const { released, since } = removal;
    return [{ released, dueAt: since + zone.view.spec.deletionGuard.graceSeconds * 1000 }];
  });
}

function mayDelete({ view }: Zone): boolean {
  return view.spec.policy === 'Sync';
}

/** Every name that a zone holds and that has a host, a source, or a record of ours, or is a target's. */
export function namesOf(zone: Zone, world: World): string[] {
  const hosts = [...world.hostObjects.values()].map(({ spec }) => spec.host);
  const here = [...world.claimedHosts(), ...hosts, ...zone.ownedNames()].filter(
    (host) => world.zoneOf(host) === zone.name || zone.removal(host) !== undefined,
  );
  return [...new Set([...zone.targets.map(({ record }) => record), ...here])];
}
