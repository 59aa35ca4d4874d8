/** Shape of a back-off, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** No wait that a server asks for is longer than this. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long to wait before the next try: doubling with each failure in a row, times 0.5 to 1 so that what failed together
 * does not come back together, and behind what the server asked for.
 *
 * @param failures failures in a row, at least 1
 * @param random from 0 to 1
 */
export function retryDelayMs({ firstMs, mostMs }: Backoff, failures: number, random: number, retryAfterMs = 0): number {
  const jittered = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs) * (0.5 + random / 2);
  return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) + jittered;
}
