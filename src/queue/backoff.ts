/** Shape of a back-off: first wait, ceiling, both in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * How long to wait before the next try: doubling with each failure in a row, times 0.5 to 1 so that what failed
 * together does not come back together.
 *
 * @param failures failures in a row, at least 1
 * @param random from 0 to 1
 */
export function backoffMs({ firstMs, mostMs }: Backoff, failures: number, random: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs) * (0.5 + random / 2);
}
