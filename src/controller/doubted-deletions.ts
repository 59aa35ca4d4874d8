import type { Logger } from 'pino';
import { pause } from './pause.ts';
import type { Evidence } from './source-index.ts';

/** Deletions of a custom kind's objects that were seen, though perhaps nobody meant them. */
export interface DoubtedDeletions {
  /** The watch told that an object is gone. */
  add(key: string): void;
  /** The object is there. */
  clear(key: string): void;
  /** A listing is complete, and lacks whatever is still in doubt. */
  listed(): void;
}

/** What it takes to tell whether a deletion was meant. */
export interface DoubtOptions {
  /** Whether the kind's CRD is being deleted, or gone. */
  readonly isKindGoing: (signal: AbortSignal) => Promise<boolean>;
  /** An object's end counts. */
  readonly remove: (key: string, evidence: Evidence) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const RETRY_MS = 5_000;

/**
 * With their CRD, objects are deleted one by one, each seen by the watch, though nobody meant them. So the end of one counts
 * once it is known that the kind stays; what went with the kind stands until a listing lacks it.
 */
export function createDoubtedDeletions({ isKindGoing, remove, log, signal }: DoubtOptions): DoubtedDeletions {
  const doubted = new Set<string>();
  /** Those of them that nobody asked about yet. */
  const unasked = new Set<string>();
  let isAsking = false;

  const ask = async (): Promise<void> => {
    const asked = [...unasked];
    unasked.clear();
    try {
      if (await isKindGoing(signal)) return;
      for (const key of asked) if (!unasked.has(key) && doubted.delete(key)) remove(key, 'Seen');
    } catch (error) {
      for (const key of asked) if (doubted.has(key)) unasked.add(key);
      log.warn({ deleted: asked.slice(0, 10), err: error }, 'cannot tell whether deletions were meant');
      await pause(RETRY_MS, signal);
    }
  };
  /** One question at a time; it serves all that are in doubt when it is asked. */
  const askAll = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    while (unasked.size > 0 && !signal.aborted) await ask();
    isAsking = false;
  };
  const settle = (key: string): void => {
    doubted.delete(key);
    unasked.delete(key);
  };

  return {
    add(key) {
      doubted.add(key);
      unasked.add(key);
      void askAll();
    },
    clear: settle,
    listed() {
      for (const key of [...doubted]) {
        settle(key);
        remove(key, 'Inferred');
      }
    },
  };
}
