import { guardDeletions, type GuardLimits } from '../../plan/record/guard.ts';
import type { Evidence } from '../source-index.ts';

/** A record of ours that nobody wants any more, and how far its deletion has come. */
export interface Removal {
  /** When the last source went, or was found missing (ms). */
  readonly since: number;
  readonly evidence: Evidence;
  /** The snapshot it waits in for a person's approval. */
  readonly snapshot: string | undefined;
  /** Whether the guard let it pass: the record may be deleted now. */
  readonly released: boolean;
}

/** What a person has to approve. */
export interface PendingSnapshot {
  readonly id: string;
  /** When the oldest of it lost its last source (ms). */
  readonly since: number;
  readonly count: number;
  readonly sample: readonly string[];
}

/** What the guard asks of the zone. */
export interface RemovalsOptions {
  readonly limits: () => GuardLimits & { readonly graceSeconds: number };
  /** `approve-deletions` of the zone. */
  readonly approved: () => string | undefined;
  readonly ownedCount: () => number;
  /** Whether a kind of source that published this name now lists nothing at all. */
  readonly kindVanished: (name: string) => boolean;
  /** Milliseconds of the wall clock: what is stored is dated by it. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps, by which grace time and window pass. */
  readonly elapsed: () => number;
  /** Of names that may be deleted, those that a last look still lets go. */
  readonly confirm: (names: readonly string[]) => Promise<readonly string[]>;
  /** Remembers, before anything is deleted, when deletions were sent; resolves when it is stored. */
  readonly storeTimes: (times: readonly number[]) => Promise<void>;
  /** A removal came, went or got further. */
  readonly changed: (name: string) => void;
}

/** The removals of one zone. */
export interface Removals {
  get(name: string): Removal | undefined;
  /** A record of ours that nobody wants: begins its grace time, unless that is running. */
  begin(name: string, evidence: Evidence): void;
  /** What status remembers from before a restart. */
  restore(name: string, removal: Omit<Removal, 'released'>): void;
  /** The record is wanted again, or is gone. */
  forget(name: string): void;
  /** Deletion times that status remembers from before a restart. */
  restoreTimes(times: readonly number[]): void;
  readonly pending: PendingSnapshot | undefined;
  /** Names whose records may be deleted now. */
  released(): string[];
  /** Passes what may go; gives when to look again (ms, as `elapsed`), undefined for not before something changes. */
  evaluate(): Promise<number | undefined>;
}

const MOST_TIMES = 100;
const SAMPLE = 10;

/** A deletion that was sent: when by the wall clock, and when by the one that never jumps. */
interface Sent {
  readonly time: number;
  readonly at: number;
}

/** Nothing is to be removed at first. */
export function createRemovals(options: RemovalsOptions): Removals {
  const removals = new Map<string, Removal>();
  /** Since when the grace time of each runs, by the clock that never jumps. */
  const graceFrom = new Map<string, number>();
  let sent: readonly Sent[] = [];

  const set = (name: string, removal: Removal): void => {
    removals.set(name, removal);
    options.changed(name);
  };
  /** What the wall clock said before our start; nothing that is remembered was yet to come, whatever the clock says now. */
  const atOf = (time: number): number => options.elapsed() - Math.max(0, options.now() - time);
  const add = (name: string, removal: Removal): void => {
    if (removals.has(name)) return;
    graceFrom.set(name, atOf(removal.since));
    set(name, removal);
  };

  return {
    get: (name) => removals.get(name),
    begin(name, evidence) {
      add(name, { since: options.now(), evidence, snapshot: undefined, released: false });
    },
    restore(name, removal) {
      add(name, { ...removal, released: false });
    },
    forget(name) {
      graceFrom.delete(name);
      if (removals.delete(name)) options.changed(name);
    },
    restoreTimes(stored) {
      sent = stored.map((time) => ({ time, at: atOf(time) }));
    },
    released: () => [...removals].flatMap(([name, { released }]) => (released ? [name] : [])),
    get pending() {
      const waits = [...removals].filter(([, { snapshot, released }]) => snapshot !== undefined && !released);
      const [id] = waits.map(([, { snapshot = '' }]) => snapshot).sort();
      if (id === undefined) return undefined;
      const inIt = waits.filter(([, { snapshot }]) => snapshot === id);
      const names = inIt.map(([name]) => name).sort();
      const since = Math.min(...inIt.map(([, removal]) => removal.since));
      return { id, since, count: names.length, sample: names.slice(0, SAMPLE) };
    },
    async evaluate() {
      const [now, elapsed] = [options.now(), options.elapsed()];
      const limits = options.limits();
      const dueAt = (name: string): number => (graceFrom.get(name) ?? elapsed) + limits.graceSeconds * 1000;
      const open = [...removals].filter(([, { released }]) => !released);
      const decision = guardDeletions({
        candidates: open
          .filter(([name]) => dueAt(name) <= elapsed)
          .map(([name, { evidence, snapshot }]) => ({
            name,
            evidence,
            snapshot,
            kindVanished: options.kindVanished(name),
          })),
        recent: sent.map(({ at }) => now - (elapsed - at)),
        owned: options.ownedCount(),
        limits,
        approved: options.approved(),
        now,
      });
      const release = decision.release.length === 0 ? [] : await options.confirm(decision.release);
      if (release.length > 0) {
        const next = [...sent, ...release.map(() => ({ time: now, at: elapsed }))].slice(-MOST_TIMES);
        await options.storeTimes(next.map(({ time }) => time));
        sent = next;
      }
      // What was wanted again while the times were stored is decided anew, also where it is unwanted once more.
      const judged = new Map(open);
      const stands = (name: string): Removal | undefined =>
        removals.get(name) === judged.get(name) ? judged.get(name) : undefined;
      for (const { name, snapshot } of decision.wait) {
        const removal = stands(name);
        if (removal !== undefined && removal.snapshot !== snapshot) set(name, { ...removal, snapshot });
      }
      for (const name of release) {
        const removal = stands(name);
        if (removal !== undefined) set(name, { ...removal, released: true });
      }
      const next = open.map(([name]) => dueAt(name)).filter((at) => at > elapsed);
      return next.length === 0 ? undefined : Math.min(...next);
    },
  };
}
