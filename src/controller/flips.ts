/** Which flips of `Ready` are told one by one, and which only as a number. */
export interface Flips {
  /** A host of a zone flipped: gives whether that is to be told on its own. */
  isTold(zone: string): boolean;
}

/** How flips are counted. */
export interface FlipsOptions {
  /** A minute with too many flips is over: so many there were in it. */
  readonly many: (zone: string, count: number) => void;
  /** Calls back once, `ms` from now. */
  readonly after: (ms: number, callback: () => void) => void;
}

/** So many flips a minute and zone are told on their own. */
export const MOST_FLIPS_TOLD = 20;
const MINUTE_MS = 60_000;

/** Counts flips by zone over minutes that begin with a flip; a minute with too many ends with their number. */
export function createFlips({ many, after }: FlipsOptions): Flips {
  const counts = new Map<string, number>();
  const end = (zone: string): void => {
    const count = counts.get(zone) ?? 0;
    counts.delete(zone);
    if (count > MOST_FLIPS_TOLD) many(zone, count);
  };
  return {
    isTold(zone) {
      const count = (counts.get(zone) ?? 0) + 1;
      counts.set(zone, count);
      if (count === 1) after(MINUTE_MS, () => end(zone));
      return count <= MOST_FLIPS_TOLD;
    },
  };
}
