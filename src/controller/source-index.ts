import { sourceType, type SourceId, type SourceType } from '../plan/host/claim.ts';

/** How we know that a source no longer names a host. */
export type Evidence = 'Seen' | 'Inferred';

/** An object and the hosts that it names. */
export interface Source extends SourceId {
  readonly uid: string;
  readonly createdAt: number;
  /** The Ingress class that it names. */
  readonly className: string | undefined;
  readonly hosts: readonly string[];
  /** Whether part of it cannot be read: what it named before stands. */
  readonly isUnread: boolean;
}

/** Who is told when the sources changed. */
export interface SourceListener {
  hosts(hosts: Iterable<string>): void;
  /** Every host may be named by others now. */
  allHosts(): void;
  /** A host lost a source. */
  lost(host: string, loss: { kind: SourceType; evidence: Evidence }): void;
}

/** Everything in the cluster that names hosts, indexed by host. */
export interface SourceIndex {
  /** Whoever names a host, in no order. */
  of(host: string): Source[];
  hosts(): Iterable<string>;
  find(id: SourceId): Source | undefined;
  inNamespace(namespace: string): Source[];
  /** How many objects of a type name hosts now. */
  countOf(type: SourceType): number;
  /** Whether part of an object cannot be read. */
  isUnread(id: SourceId): boolean;
  hasUnread(type: SourceType): boolean;
  put(source: Source): void;
  remove(id: SourceId, evidence: Evidence): void;
}

/** An index of nothing yet. */
export function createSourceIndex(listener: SourceListener): SourceIndex {
  const sources = new Map<string, Source>();
  const namers = new Map<string, string[]>();
  const counts = new Map<SourceType, number>();
  const unread = new Set<string>();

  /** What part of an object said before it became unreadable stands; what it said before our start, status remembers. */
  const mark = (key: string, isUnread: boolean): void => {
    const wasUnread = unread.has(key);
    if (isUnread) unread.add(key);
    else unread.delete(key);
    if (isUnread !== wasUnread) listener.allHosts();
  };
  const replace = (source: Source, evidence: Evidence): void => {
    const key = keyOf(source);
    const type = sourceType(source);
    const before = sources.get(key);
    const former = before?.hosts ?? [];
    const hosts = source.isUnread ? [...new Set([...source.hosts, ...former])] : source.hosts;
    counts.set(type, (counts.get(type) ?? 0) + Number(hosts.length > 0) - Number(before !== undefined));
    if (hosts.length === 0) sources.delete(key);
    else sources.set(key, { ...source, hosts });
    const kept = new Set(hosts);
    for (const host of former) {
      if (kept.has(host)) continue;
      removeFrom(namers, host, key);
      listener.lost(host, { kind: type, evidence });
    }
    for (const host of hosts) addTo(namers, host, key);
    mark(key, source.isUnread);
    listener.hosts(new Set([...former, ...hosts]));
  };

  return {
    of: (host) => (namers.get(host) ?? []).flatMap((key) => sources.get(key) ?? []),
    hosts: () => namers.keys(),
    find: (id) => sources.get(keyOf(id)),
    inNamespace: (namespace) => [...sources.values()].filter((source) => source.namespace === namespace),
    countOf: (type) => counts.get(type) ?? 0,
    isUnread: (id) => unread.has(keyOf(id)),
    hasUnread: (type) => [...unread].some((key) => key.startsWith(`${type} `)),
    put: (source) => replace(source, 'Seen'),
    remove(id, evidence) {
      const nothing = { uid: '', createdAt: 0, className: undefined, hosts: [], isUnread: false };
      replace({ ...id, ...nothing }, evidence);
    },
  };
}

function keyOf(id: SourceId): string {
  return `${sourceType(id)} ${id.namespace}/${id.name}`;
}

/** Adds to a list of an index that is kept free of empty lists. */
export function addTo(index: Map<string, string[]>, key: string, item: string): void {
  const items = index.get(key);
  if (items === undefined) index.set(key, [item]);
  else if (!items.includes(item)) items.push(item);
}

/** Takes out of a list of such an index. */
export function removeFrom(index: Map<string, string[]>, key: string, item: string): void {
  const items = index.get(key)?.filter((other) => other !== item) ?? [];
  if (items.length === 0) index.delete(key);
  else index.set(key, items);
}
