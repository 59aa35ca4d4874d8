/** Gives out moments, so many a second and so many at once, to those who then come back at theirs. */
export interface Slots {
  /** Milliseconds until the next free moment, which is then taken; 0 for now. */
  take(): number;
}

/**
 * Moments evenly spaced, with a burst after a quiet time.
 *
 * @param now milliseconds of a clock that never goes back
 */
export function createSlots(perSecond: number, burst: number, now: () => number): Slots {
  const spacing = 1000 / perSecond;
  let nextFree = -Infinity;
  return {
    take() {
      const at = now();
      nextFree = Math.max(nextFree + spacing, at - (burst - 1) * spacing);
      return Math.max(0, nextFree - at);
    },
  };
}
