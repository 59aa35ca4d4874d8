import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { ZoneView } from '../../model/views.ts';
import type { BalancerNames } from '../../plan/host/target.ts';
import { sameRecords } from '../../plan/preview/change.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import { pause } from '../pause.ts';
import type { World } from '../world.ts';
import { createZone, type Zone } from '../zone/zone.ts';
import { forgetfulZone } from './forgetful-server.ts';

/** What a rehearsal needs. */
export interface RehearsalOptions {
  readonly view: ZoneView;
  readonly owner: Owner;
  /** All that the API server says; nothing more comes. */
  readonly world: World;
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
  /** The names that became others. */
  readonly changes: readonly Rehearsed[];
}

/** Why a zone could not be rehearsed: the reason of its link, or that it did not come to an end. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

const LOOK_MS = 20;
const LIMIT_MS = 60_000;
/** Grace times that end together are waited for together. */
const TOGETHER_MS = 1_000;

/**
 * Lets the operator's own keeper of a zone do its whole work on a copy that is forgotten, as under policy Sync where the
 * zone says DryRun. Its clock is put forward over the grace times, so that what they hold back is seen too.
 *
 * @throws RehearsalError
 */
export async function rehearse(options: RehearsalOptions, signal: AbortSignal): Promise<Rehearsal> {
  const { world, now } = options;
  const policy = options.view.spec.policy === 'DryRun' ? 'Sync' : options.view.spec.policy;
  const view: ZoneView = { ...options.view, spec: { ...options.view.spec, policy } };
  const stage: { copy?: ReturnType<typeof forgetfulZone> } = {};
  let aheadMs = 0;
  const zone: Zone = createZone({
    ...options,
    view,
    lossOf: () => undefined,
    forgetLoss: () => undefined,
    below: () => undefined,
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
    storeDeletionTimes: () => Promise.resolve(),
    now: () => now() + aheadMs,
    listener: {
      host: () => undefined,
      zone: () => undefined,
      reached: () => undefined,
      written: () => undefined,
      targetMoved: () => undefined,
      repaired: () => undefined,
      importRefused: () => undefined,
      guardFailed: () => undefined,
    },
  });

  const changes = new Map<string, Rehearsed>();
  /** Notes what became other since the last time. */
  const note = (dueAt: number | undefined): void => {
    const { before = new Map<string, ZoneRecord[]>(), after = new Map<string, ZoneRecord[]>() } = stage.copy ?? {};
    for (const [name, records] of after) {
      const was = before.get(name) ?? [];
      const known = changes.get(name);
      if (sameRecords(was, records) || (known !== undefined && sameRecords(known.after, records))) continue;
      changes.set(name, { name, before: was, after: records, dueAt });
    }
  };
  const stop = new AbortController();
  const running = AbortSignal.any([signal, stop.signal]);
  const done = zone.run(running);
  try {
    zone.considerAll();
    const deadline = now() + (options.limitMs ?? LIMIT_MS);
    await settle({ zone, world, now: () => now() + aheadMs, deadline: () => now() > deadline }, running);
    note(undefined);
    for (let due = nextDue(zone, world); due !== undefined; due = nextDue(zone, world)) {
      aheadMs = Math.max(due + TOGETHER_MS - now(), aheadMs);
      zone.considerAll();
      await settle({ zone, world, now: () => now() + aheadMs, deadline: () => now() > deadline }, running);
      note(due);
    }
  } finally {
    stop.abort();
    await done;
  }
  return {
    zone,
    before: stage.copy?.before ?? new Map<string, ZoneRecord[]>(),
    changes: [...changes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

interface Watched {
  readonly zone: Zone;
  readonly world: World;
  /** The rehearsal's clock. */
  readonly now: () => number;
  readonly deadline: () => boolean;
}

/** Waits until nothing is left to be written at this moment of the clock. */
async function settle({ zone, world, now, deadline }: Watched, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { link } = zone;
    if ('message' in link) throw new RehearsalError(link.reason, `${link.message}. ${link.advice}`.trim());
    const open = zone.hasRead ? namesOf(zone, world).find((name) => isOpen(zone, name, now())) : zone.name;
    if (open === undefined) return;
    if (deadline()) throw new RehearsalError('Pending', `the plan of ${open} did not come to an end in time`);
    await pause(LOOK_MS, signal);
  }
}

/** Whether something is still under way at a name. */
function isOpen(zone: Zone, name: string, now: number): boolean {
  if (zone.awaitsWrite(name)) return true;
  const removal = zone.removal(name);
  if (removal === undefined || removal.snapshot !== undefined || !mayDelete(zone)) return false;
  return removal.released || dueAt(zone, removal.since) <= now;
}

/** When the next grace time ends; undefined where none runs. */
function nextDue(zone: Zone, world: World): number | undefined {
  if (!mayDelete(zone)) return undefined;
  const times = namesOf(zone, world).flatMap((name) => {
    const removal = zone.removal(name);
    return removal === undefined || removal.snapshot !== undefined ? [] : [dueAt(zone, removal.since)];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function dueAt(zone: Zone, since: number): number {
  return since + zone.view.spec.deletionGuard.graceSeconds * 1000;
}

function mayDelete({ view }: Zone): boolean {
  return view.spec.policy === 'Sync';
}

/** Every name of the zone that has a host, a source, or a record of ours, or is a target's. */
export function namesOf(zone: Zone, world: World): string[] {
  const hosts = [...world.hostObjects.values()].map(({ spec }) => spec.host);
  const here = [...world.claimedHosts(), ...hosts].filter((host) => world.zoneOf(host) === zone.name);
  return [...new Set([...zone.targets.map(({ record }) => record), ...here, ...zone.ownedNames()])];
}
