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
  /** Every server gives the new answer: the name may be asked of caches from now on. */
  readonly onLevel: (name: string) => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Which changes of names have reached the servers of a zone. */
export interface Levels {
  /** A name says something else from now on. */
  changed(name: string): void;
  forget(name: string): void;
  of(name: string): Level;
  /** When every server gave the last change of a name (ms); undefined where none was seen, or one is behind. */
  levelAt(name: string): number | undefined;
}

interface Change {
  readonly at: number;
  readonly behind: Set<string>;
}

/** Servers that nobody listed may still be there: so long after a write caches are left alone. */
const WITHOUT_SERVERS_MS = 15_000;
const FIRST_RETRY_MS = 100;
const MOST_RETRY_MS = 5_000;

/** Watches each changed name at each server until it gives the new answer. */
export function createLevels(options: LevelsOptions): Levels {
  const changes = new Map<string, Change>();
  const levelAt = new Map<string, number>();

  const isCurrent = (name: string, change: Change): boolean => changes.get(name) === change && !options.signal.aborted;
  const settle = (name: string, change: Change): void => {
    if (!isCurrent(name, change) || change.behind.size > 0) return;
    changes.delete(name);
    levelAt.set(name, options.now());
    options.onLevel(name);
  };
  const watch = async (server: LevelServer, name: string, change: Change): Promise<void> => {
    for (let waitMs = FIRST_RETRY_MS; isCurrent(name, change); waitMs = Math.min(waitMs * 2, MOST_RETRY_MS)) {
      const isDone =
        server.isGone() || (await options.givesAnswer(server.name, name, options.signal).catch(() => false));
      if (isDone) {
        change.behind.delete(server.name);
        settle(name, change);
        return;
      }
      await pause(waitMs, options.signal);
    }
  };

  return {
    changed(name) {
      const servers = options.servers();
      const change: Change = { at: options.now(), behind: new Set(servers.map((server) => server.name)) };
      changes.set(name, change);
      levelAt.delete(name);
      if (servers.length === 0) void pause(WITHOUT_SERVERS_MS, options.signal).then(() => settle(name, change));
      for (const server of servers) void watch(server, name, change);
    },
    forget(name) {
      changes.delete(name);
      levelAt.delete(name);
    },
    of(name) {
      const change = changes.get(name);
      if (change === undefined) return 'Level';
      const late = options.now() - change.at;
      const waitedFor = options.servers().filter((server) => change.behind.has(server.name));
      return waitedFor.length > 0 && waitedFor.every(({ maxLagMs }) => late > maxLagMs) ? 'PastLag' : 'Behind';
    },
    levelAt: (name) => levelAt.get(name),
  };
}
