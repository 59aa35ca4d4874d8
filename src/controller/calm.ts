/** Holds back writes that only bring figures up to date, so that figures on the move do not become a write each. */
export interface Calm {
  /** How long (ms) a write of this text has still to wait: 0 when it may go out now. */
  waitFor(key: string, text: string): number;
  /** Nothing is to be written any more: it was, or what is stored is right again. */
  settle(key: string): void;
}

/** A figure that keeps moving is written so often at most. */
const MOVING_MS = 60_000;

/**
 * @param now milliseconds that never go backwards
 * @param stillMs how long a figure is to stand still before it is written
 */
export function createCalm(now: () => number, stillMs: number): Calm {
  const moving = new Map<string, { text: string; at: number; startedAt: number }>();
  return {
    waitFor(key, text) {
      const last = moving.get(key);
      const at = last?.text === text ? last.at : now();
      const startedAt = last?.startedAt ?? at;
      moving.set(key, { text, at, startedAt });
      return Math.max(0, Math.min(at + stillMs, startedAt + MOVING_MS) - now());
    },
    settle: (key) => void moving.delete(key),
  };
}
