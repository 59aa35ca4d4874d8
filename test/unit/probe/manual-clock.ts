import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/probe/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on, stopping at each timer on the way until everything it started has settled. */
  advance(ms: number): Promise<void>;
  /** Goes on without calling back: a machine that was suspended. */
  skip(ms: number): void;
  /** Timers that are set. */
  readonly timers: number;
}

export const createManualClock = (): ManualClock => {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();

  const earliest = (until: number) => {
    let best: { at: number; callback: () => void } | undefined;
    for (const timer of timers) if (timer.at <= until && (best === undefined || timer.at < best.at)) best = timer;
    return best;
  };

  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      await setImmediate();
      for (let timer = earliest(until); timer !== undefined; timer = earliest(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.callback();
        await setImmediate();
      }
      now = until;
    },
    skip(ms) {
      now += ms;
    },
    get timers() {
      return timers.size;
    },
  };
};
