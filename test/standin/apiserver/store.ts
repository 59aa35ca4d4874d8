import type { KubeObject } from './objects.ts';

/** One change of one object; `previous` is what it was before, absent for what is new. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

type Listener = (change: Change) => void;

interface Shelf {
  readonly objects: Map<string, KubeObject>;
  /** Keys in order; undefined after a key came or went. */
  sortedKeys: string[] | undefined;
  /** The latest changes, oldest first. */
  changes: Change[];
  /** The revision before the oldest change kept: a watch cannot start earlier. */
  floor: number;
  readonly listeners: Set<Listener>;
}

/** How many changes a shelf remembers at least; a real watch cache keeps those of some 75 s. */
const HISTORY = 20_000;

export const objectKey = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Objects by resource, with one revision for all of them as etcd has it, and the recent changes to resume watches from. */
export class Store {
  #revision = 1;
  #compacted = 0;
  readonly #shelves = new Map<string, Shelf>();

  get revision(): number {
    return this.#revision;
  }

  /** The oldest revision that a listing can go on from. */
  get oldest(): number {
    return this.#compacted;
  }

  #shelf(resource: string): Shelf {
    const known = this.#shelves.get(resource);
    if (known) return known;
    const shelf: Shelf = { objects: new Map(), sortedKeys: [], changes: [], floor: 0, listeners: new Set() };
    this.#shelves.set(resource, shelf);
    return shelf;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#shelf(resource).objects.get(key);
  }

  /** The keys of a resource in the order of a listing: by namespace, then name. */
  keys(resource: string): readonly string[] {
    const shelf = this.#shelf(resource);
    shelf.sortedKeys ??= [...shelf.objects.keys()].sort();
    return shelf.sortedKeys;
  }

  /** Stores `object` under its next resourceVersion and tells the watches. Returns it as stored. */
  put(resource: string, object: KubeObject): KubeObject {
    const shelf = this.#shelf(resource);
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const previous = shelf.objects.get(key);
    const revision = (this.#revision += 1);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    if (!previous) shelf.sortedKeys = undefined;
    shelf.objects.set(key, stored);
    const change = { type: previous ? 'MODIFIED' : 'ADDED', revision, object: stored } as const;
    this.#record(shelf, previous ? { ...change, previous } : change);
    return stored;
  }

  delete(resource: string, object: KubeObject): void {
    const shelf = this.#shelf(resource);
    shelf.objects.delete(objectKey(object.metadata.namespace, object.metadata.name));
    shelf.sortedKeys = undefined;
    const revision = (this.#revision += 1);
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#record(shelf, { type: 'DELETED', revision, object: last, previous: object });
  }

  #record(shelf: Shelf, change: Change): void {
    shelf.changes.push(change);
    if (shelf.changes.length > 2 * HISTORY) {
      shelf.floor = shelf.changes[HISTORY - 1]?.revision ?? shelf.floor;
      shelf.changes = shelf.changes.slice(HISTORY);
    }
    for (const listener of shelf.listeners) listener(change);
  }

  /** The changes after `revision`, or undefined when they are no longer all known. */
  changesSince(resource: string, revision: number): readonly Change[] | undefined {
    const { changes, floor } = this.#shelf(resource);
    if (revision < floor) return undefined;
    const first = changes.findLastIndex((change) => change.revision <= revision) + 1;
    return changes.slice(first);
  }

  /** Calls `listener` with every later change. Returns the end of it. */
  subscribe(resource: string, listener: Listener): () => void {
    const { listeners } = this.#shelf(resource);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Forgets all past changes: nothing resumes from before now. */
  compact(): void {
    this.#compacted = this.#revision;
    for (const shelf of this.#shelves.values()) {
      shelf.changes = [];
      shelf.floor = this.#revision;
    }
  }
}
