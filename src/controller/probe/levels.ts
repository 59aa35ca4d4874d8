import { isLater } from '../../model/serial.ts';
import { pause } from '../pause.ts';
import { createWaker, type Waker } from '../waker.ts';

/** How far a name's last change has come: every server that answers gives it, one does not yet, or for longer than it may. */
export type Level = 'Level' | 'Behind' | 'PastLag';

/** A server of the zone as far as levels care. */
export interface LevelServer {
  readonly name: string;
  /** How long it may take to follow, in milliseconds. */
  readonly maxLagMs: number;
  /** Whether it is silent for so long that nobody waits for it any more. */
  readonly isGone: boolean;
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
  /** All servers that the name waits for take longer than they may. */
  readonly onPastLag: (name: string) => void;
  /** How long after a change caches are left alone where no servers are listed: some may be there all the same. */
  readonly withoutServersMs: number;
  /** Milliseconds of the wall clock. */
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
}

interface Change {
  readonly at: number;
  readonly serial: number;
  /** Servers that were not seen to have it. */
  readonly waitsFor: Set<string>;
  isToldPastLag: boolean;
}

/** Looks at one server, one question at a time: thousands of names that change at once wait here and not at its pace. */
interface Watch {
  readonly waker: Waker;
  waitMs: number;
}

const FIRST_RETRY_MS = 100;
const MOST_RETRY_MS = 5_000;

/**
 * Watches what changed until each server has it. A server has a change when it gives the new answer itself; of many
 * changes at once the newest is asked for, and together with a serial that is not before theirs it stands for all.
 */
export function createLevels(options: LevelsOptions): Levels {
  const { now, signal } = options;
  /** In the order of change, the newest last. */
  const changes = new Map<string, Change>();
  const levelAt = new Map<string, number>();
  const watches = new Map<string, Watch>();

  const levelOf = (name: string): Level => {
    const change = changes.get(name);
    if (change === undefined) return 'Level';
    const late = now() - change.at;
    const waitedFor = options.servers().filter((server) => change.waitsFor.has(server.name));
    return waitedFor.length > 0 && waitedFor.every(({ maxLagMs }) => late > maxLagMs) ? 'PastLag' : 'Behind';
  };
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
  const look = async (server: string, waiting: readonly [string, Change][], turn: number) => {
    const newest = waiting.at(-1);
    if (newest === undefined) return [];
    if (await options.givesAnswer(server, newest[0], signal)) {
      const serial = waiting.length === 1 ? undefined : await options.serialOf(server, signal);
      if (serial === undefined) return [newest];
      return waiting.filter((each) => each === newest || !isLater(each[1].serial, serial));
    }
    // The newest may never come (a translated answer, say), which must not hold up the others: they take turns.
    const other = waiting.length === 1 ? undefined : waiting[turn % (waiting.length - 1)];
    return other !== undefined && (await options.givesAnswer(server, other[0], signal)) ? [other] : [];
  };
  const tellPastLag = (waiting: readonly [string, Change][]): void => {
    for (const [name, change] of waiting) {
      if (change.isToldPastLag || changes.get(name) !== change || levelOf(name) !== 'PastLag') continue;
      change.isToldPastLag = true;
      options.onPastLag(name);
    }
  };
  const isWaitedFor = (server: string): boolean =>
    options.servers().some(({ name, isGone }) => name === server && !isGone);
  const run = async (server: string, watch: Watch): Promise<void> => {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const waiting = waitingFor(server);
      if (waiting.length === 0) break;
      const seen = isWaitedFor(server) ? await look(server, waiting, turn).catch(() => []) : waiting;
      arrived(server, seen);
      tellPastLag(waiting);
      if (seen.length > 0) continue;
      await watch.waker.wait(watch.waitMs, signal);
      watch.waitMs = Math.min(watch.waitMs * 2, MOST_RETRY_MS);
    }
    watches.delete(server);
  };
  /** Has a server looked at, and soon, whatever it is waited for already. */
  const lookSoon = (server: string): void => {
    const known = watches.get(server);
    if (known !== undefined) {
      known.waitMs = FIRST_RETRY_MS;
      known.waker.wake();
      return;
    }
    const watch = { waker: createWaker(), waitMs: FIRST_RETRY_MS };
    watches.set(server, watch);
    // In a task of its own, so that changes made together are looked at together.
    setImmediate(() => void run(server, watch));
  };

  return {
    changed(name, serial) {
      const servers = options.servers();
      const waitsFor = new Set(servers.map((server) => server.name));
      const change: Change = { at: now(), serial, waitsFor, isToldPastLag: false };
      // The newest stands last.
      changes.delete(name);
      changes.set(name, change);
      levelAt.delete(name);
      if (servers.length === 0) void pause(options.withoutServersMs, signal).then(() => settle(name, change));
      for (const server of servers) lookSoon(server.name);
    },
    forget(name) {
      changes.delete(name);
      levelAt.delete(name);
    },
    of: levelOf,
    levelAt: (name) => levelAt.get(name),
    serversChanged() {
      for (const { waker } of watches.values()) waker.wake();
    },
  };
}
