/** Time as the pacer and the prober know it. */
export interface Clock {
  /** Milliseconds that never go backwards, from any start. */
  now(): number;
  /** Calls back once, `ms` from now; returns what cancels that. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's monotonic clock. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
