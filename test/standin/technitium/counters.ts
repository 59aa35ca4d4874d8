/** Counts of calls and queries, by words that they are told apart by. */
export class Counters {
  readonly #counts = new Map<string, number>();

  add(...words: readonly string[]): void {
    const key = words.join(' ');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** How many had these words; undefined stands for any. */
  count(...wanted: readonly (string | undefined)[]): number {
    let total = 0;
    for (const [key, count] of this.#counts) {
      const words = key.split(' ');
      if (wanted.every((word, i) => word === undefined || word === words[i])) total += count;
    }
    return total;
  }

  reset(): void {
    this.#counts.clear();
  }
}
