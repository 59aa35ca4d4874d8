import { isLater } from '../../plan/zone/servers.ts';
import { pause } from '../pause.ts';

/** How far a name's last change has come: every server that answers gives it, one does not yet, or for longer than it may. */
export type Level = 'Level' | 'Behind' | 'PastLag';

/** A server of the zone as far as levels care. */
export interface LevelServer {
  readonly name: string;
  /** How long it may take to follow, in milliseconds. */
  readonly maxLagMs: number;
  /** Whether it counts: one that is silent for long is waited for no more. */
  readonly isGone: () => boolean;
}

/** What is to be seen at servers. */
export interface LevelsOptions {
  readonly servers: () => readonly LevelServer[];
  /** Whether a server gives what the name should say now. Rejects only when the signal aborts. */
  readonly givesAnswer: (server: string, name: string, signal: AbortSignal) => Promise<boolean>;
  /** The serial that a server has; undefined where it gives none. Rejects only when the signal aborts. */
  readonly serialOf: (server: string, signal: AbortSignal) => Promise<number | undefined>;
  /** Every server gives the new answer: the name may be asked of caches from now on. */
  readonly onLevel: (name: string) => void;
  /** How long caches are left alone after a write where no servers are listed. Default 15 s. */
  readonly withoutServersMs?: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Which changes of names have reached the servers of a zone. */
export interface Levels {
  /** A name says something else from now on; `serial` is the zone's serial after that. */
  changed(name: string, serial: number): void;
  forget(name: string): void;
  of(name: string): Level;
  /** When every server gave the last change of a name (ms); undefined where none was seen, or one is behind. */
  levelAt(name: string): number | undefined;
  /** Other servers are listed now: what is not listed any more is waited for no longer. */
  serversChanged(): void;
  /** Names that are not level yet. */
  readonly behind: Iterable<string>;
}

interface Change {
  readonly at: number;
  readonly serial: number;
  /** Servers that were not seen to have it. */
  readonly waitsFor: Set<string>;
}

const WITHOUT_SERVERS_MS = 15_000;
const FIRST_RETRY_MS = 100;
const MOST_RETRY_MS = 5_000;

/**
 * Watches what changed until each server has it. A server has a change when it gives the new answer itself; of many
 * changes at once the newest is asked for, and together with a serial that is not before theirs it stands for all.
 */
export function createLevels(options: LevelsOptions): Levels {
  const { now, signal } = options;
  const changes = new Map<string, Change>();
  const levelAt = new Map<string, number>();
  const watched = new Set<string>();

  const settle = (name: string, change: Change): void => {
    if (changes.get(name) !== change || change.waitsFor.size > 0 || signal.aborted) return;
    changes.delete(name);
    levelAt.set(name, now());
    options.onLevel(name);
  };
  const arrived = (server: string, seen: Iterable<[string, Change]>): void => {
    for (const [name, change] of seen) if (change.waitsFor.delete(server)) settle(name, change);
  };
  const waitingFor = (server: string): [string, Change][] =>
    [...changes].filter(([, change]) => change.waitsFor.has(server));

  /** What a server was just seen to have of what it lacked: nothing, one change, or all up to its serial. */
  const look = async (server: string, waiting: readonly [string, Change][]): Promise<[string, Change][]> => {
    const newest = waiting.at(-1);
    const oldest = waiting[0];
    if (newest === undefined || oldest === undefined) return [];
    if (await options.givesAnswer(server, newest[0], signal)) {
      const serial = waiting.length === 1 ? undefined : await options.serialOf(server, signal);
      if (serial === undefined) return [newest];
      return waiting.filter((each) => each === newest || !isLater(each[1].serial, serial));
    }
    // The newest may never come (a translated answer, say); that must not hold up the others.
    return newest !== oldest && (await options.givesAnswer(server, oldest[0], signal)) ? [oldest] : [];
  };
  const watch = async (server: LevelServer): Promise<void> => {
    let waitMs = FIRST_RETRY_MS;
    for (
      let waiting = waitingFor(server.name);
      waiting.length > 0 && !signal.aborted;
      waiting = waitingFor(server.name)
    ) {
      const seen = server.isGone() ? waiting : await look(server.name, waiting).catch(() => []);
      arrived(server.name, seen);
      if (seen.length === 0) await pause(waitMs, signal);
      waitMs = seen.length > 0 ? FIRST_RETRY_MS : Math.min(waitMs * 2, MOST_RETRY_MS);
    }
    watched.delete(server.name);
  };

  return {
    changed(name, serial) {
      const servers = options.servers();
      const change: Change = { at: now(), serial, waitsFor: new Set(servers.map((server) => server.name)) };
      // The newest stands last.
      changes.delete(name);
      changes.set(name, change);
      levelAt.delete(name);
      if (servers.length === 0) {
        void pause(options.withoutServersMs ?? WITHOUT_SERVERS_MS, signal).then(() => settle(name, change));
      }
      for (const server of servers) {
        if (watched.has(server.name)) continue;
        watched.add(server.name);
        // In a task of its own, so that changes made together are looked at together.
        setImmediate(() => void watch(server));
      }
    },
    forget(name) {
      changes.delete(name);
      levelAt.delete(name);
    },
    of(name) {
      const change = changes.get(name);
      if (change === undefined) return 'Level';
      const late = now() - change.at;
      const waitedFor = options.servers().filter((server) => change.waitsFor.has(server.name));
      return waitedFor.length > 0 && waitedFor.every(({ maxLagMs }) => late > maxLagMs) ? 'PastLag' : 'Behind';
    },
    levelAt: (name) => levelAt.get(name),
    serversChanged() {
      const listed = new Set(options.servers().map(({ name }) => name));
      for (const [name, change] of changes) {
        if (change.waitsFor.size === 0) continue;
        for (const server of change.waitsFor) if (!listed.has(server)) change.waitsFor.delete(server);
        settle(name, change);
      }
    },
    get behind() {
      return changes.keys();
    },
  };
}
