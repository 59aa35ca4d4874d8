import { isAlreadyExists, isConflict, isNotFound } from '../../kube/kube-error.ts';
import type { LeaseName, LeaseRecord, Leases, StoredLease } from '../../kube/leases.ts';
import { WriteRefused, type WriteGuard } from '../../model/write-guard.ts';
import type { Clock } from '../../probe/clock.ts';
import { backoffMs } from '../../queue/backoff.ts';

/** How long things last around the Lease, in milliseconds. */
export interface LeaseTimes {
  /** A lease that was not renewed for so long may be taken by another; whole seconds. */
  readonly durationMs: number;
  /** Whoever renewed it so long ago writes nothing any more; well below the duration. */
  readonly freshMs: number;
  /** Between two renewals; whoever waits for the lease looks at it about twice as often. */
  readonly renewMs: number;
  /** The longest that a write may take. */
  readonly writeMs: number;
}

/** As client-go has them; a write is bounded, so that the last one of a leader ends before the next one's first. */
export const LEASE_TIMES: LeaseTimes = { durationMs: 15_000, freshMs: 10_000, renewMs: 2_000, writeMs: 2_000 };

/** The longest wait for an API server that does not answer, or refuses. */
const MOST_MS = 5_000;

/** What taking part in the election needs. */
export interface ElectionOptions {
  readonly leases: Leases;
  readonly lease: LeaseName;
  /** Who we are; no other process ever has the same. */
  readonly identity: string;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  /** Milliseconds since 1970: what the clock does not count, as while the machine is suspended, this one tells. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The Lease can be read or written no more; it is tried again. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * One candidate's part in an election, from its start until it has lost the lease or stops: then it is over. While it leads
 * it is the guard of all writes, and the first write that it must refuse ends it.
 */
export interface Election extends WriteGuard {
  /** Whether the lease is ours and others' writes have ended. */
  readonly isLeading: boolean;
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal;
  /** Takes part until the lease is lost or the signal aborts; calls back once, when it leads. */
  run(onLead: () => void, signal: AbortSignal): Promise<void>;
  /** Gives the lease back, so that another takes it at once. To be called when no write is under way any more. */
  release(signal: AbortSignal): Promise<void>;
}

/** A lease of another, and when it was first seen to say what it says: its own times are of another machine's clock. */
interface Observed {
  readonly record: LeaseRecord;
  readonly at: number;
}

/** Our lease: what is stored, and when the request was sent that renewed it last. */
interface Held {
  readonly stored: StoredLease;
  readonly at: number;
  readonly wallAt: number;
}

/** Leader election with the semantics of client-go's `leaderelection`; nothing is sent before `run`. */
export function createElection(options: ElectionOptions): Election {
  const { leases, lease, identity, times, clock, wallClock } = options;
  const losing = new AbortController();
  let observed: Observed | undefined;
  let held: Held | undefined;
  let isLeading = false;
  let cancelDeadline = (): void => undefined;

  const lose = (): void => {
    cancelDeadline();
    isLeading = false;
    held = undefined;
    losing.abort();
  };
  const isFresh = ({ at, wallAt }: Held): boolean =>
    clock.now() - at < times.freshMs && Math.abs(wallClock() - wallAt) < times.freshMs;
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      signal.addEventListener('abort', end);
    });
  };
  /** What an end of ours cut short is no problem. */
  const tell = (error: unknown, signal: AbortSignal): void => {
    if (!signal.aborted) options.onProblem(error);
  };

  const recordNow = (before: LeaseRecord | undefined): LeaseRecord => {
    const now = wallClock();
    const isRenewal = before?.holder === identity;
    return {
      holder: identity,
      durationSeconds: Math.ceil(times.durationMs / 1000),
      acquireTime: isRenewal ? before.acquireTime : now,
      renewTime: now,
      transitions: (before?.transitions ?? 0) + Number(before !== undefined && !isRenewal),
    };
  };
  /** Writes the lease as ours, over what was read. */
  const take = async (before: StoredLease | undefined, signal: AbortSignal): Promise<void> => {
    const [at, wallAt] = [clock.now(), wallClock()];
    const record = recordNow(before);
    const stored = await (before === undefined
      ? leases.createLease(lease, record, signal)
      : leases.updateLease(lease, record, before.resourceVersion, signal));
    held = { stored, at, wallAt };
    cancelDeadline();
    cancelDeadline = clock.after(times.freshMs - (clock.now() - at), lose);
  };
  const observe = (record: LeaseRecord): Observed => {
    if (observed === undefined || !isSame(observed.record, record)) observed = { record, at: clock.now() };
    return observed;
  };
  const endOf = ({ record, at }: Observed): number =>
    record.holder === '' || record.holder === identity ? -Infinity : at + record.durationSeconds * 1000;

  /** Tries to take the lease; gives from when on it may be written, undefined where another has it. */
  const tryToTake = async (signal: AbortSignal): Promise<number | undefined> => {
    const found = await leases.readLease(lease, signal);
    if (found !== undefined) observe(found);
    // One that was deleted counts until its end: its holder may not have seen that yet.
    const end = observed === undefined ? -Infinity : endOf(observed);
    if (clock.now() < end) return undefined;
    await take(found, signal);
    return end + times.writeMs;
  };
  const campaign = async (signal: AbortSignal): Promise<number> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const writesFrom = await tryToTake(signal);
        if (writesFrom !== undefined) return writesFrom;
        failures = 0;
      } catch (error) {
        failures = isTaken(error) ? 0 : failures + 1;
        if (failures > 0) tell(error, signal);
      }
      // Looked at more often than it is renewed: one that is given back is taken soon.
      const look = { firstMs: times.renewMs / 2, mostMs: failures === 0 ? times.renewMs / 2 : MOST_MS };
      await sleep(backoffMs(look, Math.max(failures, 1), options.random()), signal);
    }
    return Infinity;
  };

  const renew = async (signal: AbortSignal): Promise<void> => {
    try {
      await take(held?.stored, signal);
    } catch (error) {
      if (!isTaken(error) && !isNotFound(error)) throw error;
      // Somebody else wrote or deleted it; or a renewal of ours had only seemed to fail.
      const found = await leases.readLease(lease, signal);
      if (found === undefined || found.holder === identity) await take(found, signal);
      else lose();
    }
  };
  const keep = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await sleep(times.renewMs, signal);
      if (signal.aborted) return;
      await renew(signal).catch((error: unknown) => tell(error, signal));
    }
  };

  return {
    get isLeading() {
      return isLeading;
    },
    lost: losing.signal,
    limitMs: times.writeMs,
    check() {
      if (isLeading && held !== undefined && isFresh(held)) return;
      if (isLeading) lose();
      throw new WriteRefused('not sent: the lease is not ours any more, or was not renewed in time');
    },
    async run(onLead, signal) {
      const both = AbortSignal.any([signal, losing.signal]);
      const leadFrom = async (writesFrom: number): Promise<void> => {
        await sleep(writesFrom - clock.now(), both);
        if (both.aborted) return;
        isLeading = true;
        onLead();
      };
      const writesFrom = await campaign(both);
      if (!both.aborted) await Promise.all([leadFrom(writesFrom), keep(both)]);
    },
    async release(signal) {
      cancelDeadline();
      // Who has not led yet has waited for a former leader: that it may still write is for the next one to know.
      if (held === undefined || !isLeading) return;
      const { stored } = held;
      isLeading = false;
      held = undefined;
      const now = wallClock();
      const free = { ...stored, holder: '', durationSeconds: 1, acquireTime: now, renewTime: now };
      try {
        await leases.updateLease(lease, free, stored.resourceVersion, signal);
      } catch (error) {
        const found = isConflict(error) ? await leases.readLease(lease, signal) : undefined;
        if (found?.holder === identity) await leases.updateLease(lease, free, found.resourceVersion, signal);
        else if (!isConflict(error)) throw error;
      }
    },
  };
}

/** Whether another was faster. */
function isTaken(error: unknown): boolean {
  return isConflict(error) || isAlreadyExists(error);
}

function isSame(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.renewTime === b.renewTime &&
    a.acquireTime === b.acquireTime &&
    a.transitions === b.transitions
  );
}
