/** How far behind its memory a server's disk may be, in milliseconds: what a killed one has forgotten when it is back. */
const UNSAVED_MS = 5_000;

/** Remembers how to undo every change of the last seconds, so that a kill can lose what was acknowledged but not yet on disk. */
export class Journal {
  readonly #now: () => number;
  #entries: { readonly at: number; readonly undo: () => void }[] = [];
  #saved = 0;

  /** @param now milliseconds of the clock that changes are dated by */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** To be called with each change of state that a restart would have to read back from disk. */
  record(undo: () => void): void {
    const at = this.#now();
    this.#entries.push({ at, undo });
    while ((this.#entries[this.#saved]?.at ?? at) < at - UNSAVED_MS) this.#saved += 1;
    if (this.#saved > 1_000 && this.#saved * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#saved);
      this.#saved = 0;
    }
  }

  /** Everything so far is on disk. */
  save(): void {
    this.#entries = [];
    this.#saved = 0;
  }

  /** Back to the state as it was saved last. */
  lose(): void {
    const since = this.#now() - UNSAVED_MS;
    const lost = this.#entries.filter(({ at }) => at >= since);
    this.save();
    for (const { undo } of lost.reverse()) undo();
  }
}
