/** The value below which `share` (0 to 1) of the samples lie, nearest rank; NaN of none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Milliseconds that `work` took, with what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

/** Runs `work` over all items, so many at a time. */
export async function inParallel<T>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: most }, worker));
}

/** Waits for a state of the world, looking every `everyMs`; throws after `mostMs`. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  [everyMs, mostMs]: readonly [number, number],
): Promise<void> {
  const deadline = performance.now() + mostMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited ${mostMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
