import type { FormerSet } from '../../plan/zone/targets.ts';

/** The last change of what a host should say. */
export interface HostChange {
  /** Milliseconds of the wall clock. */
  readonly at: number;
  /** Whether the name had no addresses before. */
  readonly isNew: boolean;
}

/** When hosts changed, and where they pointed before: by what happened since our start, else by what their status says. */
export interface HostChanges {
  of(host: string): HostChange;
  /** Earlier sets of a host's own, newest first. */
  formerOf(host: string): readonly FormerSet[];
  /** A host says something else from now on, and may have left a set behind. */
  changed(host: string, isNew: boolean, left: FormerSet | undefined): void;
  /** Every server gives what the host says now: what it left behind may be held by caches only. */
  becameLevel(host: string): void;
  forget(host: string): void;
}

/** What is known of hosts that did not change since our start. */
export interface HostChangesOptions {
  readonly storedChange: (host: string) => HostChange;
  readonly storedFormer: (host: string) => readonly FormerSet[];
  readonly now: () => number;
}

const MOST_FORMER = 5;
const KEEP_FORMER_MS = 7 * 24 * 3600 * 1000;

/** Nothing changed yet. */
export function createHostChanges(options: HostChangesOptions): HostChanges {
  const { now } = options;
  const changes = new Map<string, HostChange>();
  const former = new Map<string, readonly FormerSet[]>();

  const isRecent = ({ levelSince }: FormerSet): boolean =>
    levelSince === undefined || now() - levelSince < KEEP_FORMER_MS;
  const formerOf = (host: string): readonly FormerSet[] => former.get(host) ?? options.storedFormer(host);

  return {
    of: (host) => changes.get(host) ?? options.storedChange(host),
    formerOf: (host) => formerOf(host).filter(isRecent),
    changed(host, isNew, left) {
      changes.set(host, { at: now(), isNew });
      const sets = formerOf(host);
      // A new wish leaves a set behind, and so does the write that fulfils it: most often the same one.
      if (left === undefined || isSameLeft(sets[0], left)) return;
      former.set(host, [left, ...sets].filter(isRecent).slice(0, MOST_FORMER));
    },
    becameLevel(host) {
      const sets = former.get(host);
      if (sets === undefined) return;
      former.set(
        host,
        sets.map((set) => ({ ...set, levelSince: set.levelSince ?? now() })),
      );
    },
    forget(host) {
      changes.delete(host);
      former.delete(host);
    },
  };
}

function isSameLeft(newest: FormerSet | undefined, left: FormerSet): boolean {
  if (newest === undefined || newest.levelSince !== undefined) return false;
  return newest.cname === left.cname && newest.addresses.join() === left.addresses.join();
}
