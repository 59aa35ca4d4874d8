import { backoffMs, type Backoff } from './backoff.ts';
import { createTurns } from './turns.ts';

/** How one run ended well: nothing more to do, or to be looked at again after a while. A throw is a failure. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly afterMs: number };

/** A failure that trying again cannot mend; the key waits for a change. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** What a queue is made of. */
export interface WorkQueueOptions<Key> {
  /** Runs at the same time, of different keys. */
  readonly concurrency: number;
  /** Reads all it needs when it runs: the key says where, never what. */
  readonly work: (key: Key, signal: AbortSignal) => Promise<Outcome>;
  readonly backoff: Backoff;
  readonly random: () => number;
  /** Told of each failure, with the wait before the next try (undefined: none, it is terminal). */
  readonly onFailure: (key: Key, error: unknown, waitMs: number | undefined) => void;
}

/** A keyed work queue with the semantics of controller-runtime's. */
export interface WorkQueue<Key> {
  /** Wants a run as soon as there is room. While the key runs: again after it. Cancels a wait. */
  add(key: Key): void;
  /** Wants a run after a while; of two waits the earlier stands. */
  addAfter(key: Key, afterMs: number): void;
  /** Keys that are ready and wait for room. */
  readonly depth: number;
  /** Keys that are ready, running or waiting. */
  readonly size: number;
  /** Ends the waits, aborts what runs, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** What a timer of Node can hold; a longer wait ends early, and whoever waits looks again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** No wait that an error asks for is longer than this. */
const LONGEST_ASKED_MS = 60_000;

/** How long an error itself wants its cause left alone (`retryAfterMs`, as of a 429): the back-off comes on top. */
function askedWaitMs(error: unknown): number {
  if (!(error instanceof Error) || !('retryAfterMs' in error) || typeof error.retryAfterMs !== 'number') return 0;
  return Math.min(error.retryAfterMs, LONGEST_ASKED_MS);
}

/**
 * Keys are de-duplicated, one run at a time per key, failures back off per key with jitter. Bounded by its keys: an idle
 * key leaves nothing behind.
 */
export function createWorkQueue<Key>(options: WorkQueueOptions<Key>): WorkQueue<Key> {
  const ready = new Set<Key>();
  const running = new Map<Key, Promise<void>>();
  const dirty = new Set<Key>();
  const waiting = new Map<Key, { at: number; timer: NodeJS.Timeout }>();
  const failures = new Map<Key, number>();
  const stopping = new AbortController();
  const takeTurn = createTurns();
  let turn = Promise.resolve();

  const cancelWait = (key: Key): void => {
    clearTimeout(waiting.get(key)?.timer);
    waiting.delete(key);
  };
  const add = (key: Key): void => {
    if (stopping.signal.aborted) return;
    cancelWait(key);
    if (running.has(key)) dirty.add(key);
    else {
      ready.add(key);
      pump();
    }
  };
  const addAfter = (key: Key, afterMs: number): void => {
    if (stopping.signal.aborted || ready.has(key) || dirty.has(key)) return;
    const at = performance.now() + afterMs;
    if ((waiting.get(key)?.at ?? Infinity) <= at) return;
    cancelWait(key);
    waiting.set(key, { at, timer: setTimeout(add, Math.min(afterMs, LONGEST_TIMER_MS), key) });
  };
  const fail = (key: Key, error: unknown): void => {
    if (stopping.signal.aborted) return;
    if (error instanceof TerminalError) {
      failures.delete(key);
      options.onFailure(key, error, undefined);
      return;
    }
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    const waitMs = askedWaitMs(error) + backoffMs(options.backoff, count, options.random());
    options.onFailure(key, error, waitMs);
    addAfter(key, waitMs);
  };
  const run = async (key: Key): Promise<void> => {
    // What was wanted before it begins is done by this run.
    dirty.delete(key);
    cancelWait(key);
    try {
      stopping.signal.throwIfAborted();
      const outcome = await options.work(key, stopping.signal);
      failures.delete(key);
      if (outcome.kind === 'again') addAfter(key, outcome.afterMs);
    } catch (error) {
      fail(key, error);
    }
    running.delete(key);
    if (dirty.delete(key)) add(key);
    pump();
  };
  const pump = (): void => {
    // A set from which much was deleted is slow to begin with: the first look costs as much as all that is gone.
    const isFull = (): boolean => running.size >= options.concurrency || stopping.signal.aborted;
    if (isFull()) return;
    for (const key of ready) {
      if (isFull()) return;
      ready.delete(key);
      turn = turn.then(takeTurn);
      running.set(
        key,
        turn.then(() => run(key)),
      );
    }
  };

  return {
    add,
    addAfter,
    get depth() {
      return ready.size;
    },
    get size() {
      return ready.size + waiting.size + [...running.keys()].filter((key) => !waiting.has(key)).length;
    },
    async stop() {
      stopping.abort();
      ready.clear();
      dirty.clear();
      for (const key of [...waiting.keys()]) cancelWait(key);
      await Promise.all(running.values());
    },
  };
}
