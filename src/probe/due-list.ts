/** Names that are to be asked at a time, the earliest first. */
export interface DueList {
  /** Plans a name; of two times the earlier stands. */
  add(name: string, at: number): void;
  /** The earliest time, Infinity if there is none. */
  readonly nextAt: number;
  /** Takes the earliest name that is due. */
  take(now: number): string | undefined;
}

interface Entry {
  readonly name: string;
  readonly at: number;
}

export function createDueList(): DueList {
  const times = new Map<string, number>();
  /** The earliest last. An entry whose time is not the one in `times` has been overtaken by an earlier one. */
  const entries: Entry[] = [];

  const earliest = (): Entry | undefined => {
    for (let last = entries.at(-1); last !== undefined; last = entries.at(-1)) {
      if (times.get(last.name) === last.at) return last;
      entries.pop();
    }
    return undefined;
  };
  const indexFor = (at: number): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add(name, at) {
      if ((times.get(name) ?? Infinity) <= at) return;
      times.set(name, at);
      entries.splice(indexFor(at), 0, { name, at });
    },
    get nextAt() {
      return earliest()?.at ?? Infinity;
    },
    take(now) {
      const entry = earliest();
      if (entry === undefined || entry.at > now) return undefined;
      entries.pop();
      times.delete(entry.name);
      return entry.name;
    },
  };
}
