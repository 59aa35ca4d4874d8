/** Which agents live: each renews a Lease, and three renewals missed mean that it does not. */
export interface Liveness {
  /** A Lease came or changed. */
  put(vantage: string, renewTime: string): void;
  remove(vantage: string): void;
  /** When the agent of a vantage was last known to live (ms), now as long as its Lease lasts; undefined where it has none. */
  aliveAt(vantage: string): number | undefined;
  isExpired(vantage: string): boolean;
}

/** Three renewals, 60 s apart. */
export const LEASE_LASTS_MS = 180_000;

interface Seen {
  readonly renewTime: string;
  readonly at: number;
}

/**
 * Time counts from when a renewal was seen, since clocks of machines differ. Only for a Lease that has not been renewed since
 * our start its own time is all there is.
 *
 * @param now milliseconds of the wall clock
 */
export function createLiveness(now: () => number): Liveness {
  const leases = new Map<string, Seen>();
  const isExpired = (vantage: string): boolean => {
    const at = leases.get(vantage)?.at;
    return at !== undefined && now() - at > LEASE_LASTS_MS;
  };
  return {
    put(vantage, renewTime) {
      const known = leases.get(vantage);
      if (known?.renewTime === renewTime) return;
      const written = Date.parse(renewTime);
      const at = known === undefined && !Number.isNaN(written) ? Math.min(written, now()) : now();
      leases.set(vantage, { renewTime, at });
    },
    remove: (vantage) => void leases.delete(vantage),
    aliveAt: (vantage) => {
      const at = leases.get(vantage)?.at;
      return at === undefined || isExpired(vantage) ? at : now();
    },
    isExpired,
  };
}
