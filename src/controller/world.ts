import { parseHostName, zoneOf } from '../model/host-name.ts';
import type { HostView, IngressClassView, IngressView, ServiceView, VantageView, ZoneView } from '../model/views.ts';
import type { Claim, SourceKind } from '../plan/host/claim.ts';
import type { ServiceFacts } from '../plan/host/target.ts';

/** How we know that a source no longer names a host. */
export type Evidence = 'Seen' | 'Inferred';

/** The kinds of object that can have a record published; of SplitHorizonHosts those that a person wrote. */
export type PublishingKind = SourceKind | 'SplitHorizonHost';

/** A name on a source that cannot be a host. */
export interface RefusedName {
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly text: string;
  readonly problem: string;
}

/** How a host lost one who wants it. */
export interface Loss {
  readonly kind: PublishingKind;
  readonly evidence: Evidence;
}

/** Who is told when the world changed; synchronous, only marks what to look at again. */
export interface WorldListener {
  hosts(hosts: Iterable<string>): void;
  /** Every host of every zone may be decided otherwise now (a default class changed). */
  allHosts(): void;
  /** A host lost a source, or the SplitHorizonHost that a person wrote. */
  lost(host: string, loss: Loss): void;
  zone(name: string): void;
  service(namespace: string, name: string): void;
  vantage(name: string): void;
  refused(refusal: RefusedName): void;
}

interface Source {
  readonly uid: string;
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number;
  readonly className: string | undefined;
  readonly hosts: readonly string[];
}

/** What the API server last said, indexed by host. Holds trimmed views only; knows no API and decides nothing. */
export interface World {
  readonly zones: ReadonlyMap<string, ZoneView>;
  /** By object name, which is the host with `*` replaced. */
  readonly hostObjects: ReadonlyMap<string, HostView>;
  readonly vantages: ReadonlyMap<string, VantageView>;
  /** Everybody who names a host, in no order. */
  claims(host: string): Claim[];
  /** Every host that a source names. */
  claimedHosts(): Iterable<string>;
  zoneOf(host: string): string | undefined;
  /** The uid of an object that names hosts, for Events about it. */
  sourceUid(kind: string, namespace: string, name: string): string | undefined;
  service(namespace: string, name: string): ServiceFacts | undefined;
  services(): Iterable<ServiceFacts>;
  /** How many objects of a kind name hosts now. */
  countOf(kind: PublishingKind): number;
  /** Whether a kind was listed since the start: before that, nothing is known of it. */
  isRead(kind: PublishingKind): boolean;
  /** A kind was listed, for the first time or after it could not be read. */
  markRead(kind: PublishingKind): void;

  putIngress(view: IngressView): void;
  putService(view: ServiceView): void;
  removeSource(kind: SourceKind, namespace: string, name: string, evidence: Evidence): void;
  putIngressClass(view: IngressClassView): void;
  removeIngressClass(name: string): void;
  putZone(view: ZoneView): void;
  removeZone(name: string): void;
  putHost(view: HostView): void;
  removeHost(name: string, evidence: Evidence): void;
  putVantage(view: VantageView): void;
  removeVantage(name: string): void;
}

/** An empty world that tells its listener of each change. */
export function createWorld(listener: WorldListener): World {
  const zones = new Map<string, ZoneView>();
  const hostObjects = new Map<string, HostView>();
  const vantages = new Map<string, VantageView>();
  const sources = new Map<string, Source>();
  const claimants = new Map<string, string[]>();
  const services = new Map<string, ServiceFacts>();
  /** Hosts whose own target is a Service, by its key. */
  const followers = new Map<string, string[]>();
  const defaultClasses = new Set<string>();
  const counts: Record<PublishingKind, number> = { Ingress: 0, Service: 0, SplitHorizonHost: 0 };
  const read = new Set<PublishingKind>();

  const putSource = (source: Source, evidence: Evidence): void => {
    const key = keyOf(source);
    const before = sources.get(key);
    counts[source.kind] += Number(source.hosts.length > 0) - Number((before?.hosts.length ?? 0) > 0);
    if (source.hosts.length === 0) sources.delete(key);
    else sources.set(key, source);
    const kept = new Set(source.hosts);
    for (const host of before?.hosts ?? []) {
      if (kept.has(host)) continue;
      removeFrom(claimants, host, key);
      listener.lost(host, { kind: source.kind, evidence });
    }
    for (const host of source.hosts) addTo(claimants, host, key);
    listener.hosts(new Set([...(before?.hosts ?? []), ...source.hosts]));
  };
  const defaultClass = (): string | undefined => [...defaultClasses].sort()[0];
  const setDefaultClass = (name: string, isDefault: boolean): void => {
    const before = defaultClass();
    if (isDefault) defaultClasses.add(name);
    else defaultClasses.delete(name);
    if (defaultClass() !== before) listener.allHosts();
  };
  const claimOf = (source: Source): Claim => ({
    kind: source.kind,
    namespace: source.namespace,
    name: source.name,
    createdAt: source.createdAt,
    className: source.kind === 'Ingress' ? (source.className ?? defaultClass()) : undefined,
  });
  const readNames = (view: IngressView | ServiceView, kind: SourceKind, texts: readonly string[]): string[] => {
    if (view.ignore) return [];
    const hosts = new Set<string>();
    for (const text of texts) {
      const parsed = parseHostName(text);
      if (parsed.ok) hosts.add(parsed.host);
      else {
        const { namespace, name, uid } = view;
        listener.refused({ kind, namespace, name, uid, text, problem: parsed.problem });
      }
    }
    return [...hosts];
  };

  const enter = ({ spec, generated }: HostView): void => {
    if (!generated) counts.SplitHorizonHost += 1;
    const ref = spec.target?.serviceRef;
    if (ref !== undefined) addTo(followers, `${ref.namespace}/${ref.name}`, spec.host);
  };
  const leave = (view: HostView | undefined): void => {
    if (view?.generated === false) counts.SplitHorizonHost -= 1;
    const ref = view?.spec.target?.serviceRef;
    if (view !== undefined && ref !== undefined) removeFrom(followers, `${ref.namespace}/${ref.name}`, view.spec.host);
  };
  const tellService = (namespace: string, name: string): void => {
    listener.service(namespace, name);
    listener.hosts(followers.get(`${namespace}/${name}`) ?? []);
  };

  return {
    zones,
    hostObjects,
    vantages,
    claims: (host) => (claimants.get(host) ?? []).flatMap((key) => sources.get(key) ?? []).map(claimOf),
    claimedHosts: () => claimants.keys(),
    zoneOf: (host) => zoneOf(host, zones.keys()),
    sourceUid: (kind, namespace, name) => sources.get(`${kind} ${namespace}/${name}`)?.uid,
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    services: () => services.values(),
    countOf: (kind) => counts[kind],
    isRead: (kind) => read.has(kind),
    markRead(kind) {
      read.add(kind);
      listener.allHosts();
    },

    putIngress(view) {
      const { uid, namespace, name, createdAt, className } = view;
      const hosts = readNames(view, 'Ingress', view.hosts);
      putSource({ uid, kind: 'Ingress', namespace, name, createdAt, className, hosts }, 'Seen');
    },
    putService(view) {
      const { uid, namespace, name, createdAt, type, clusterIPs, balancer } = view;
      const key = `${namespace}/${name}`;
      const facts: ServiceFacts = { namespace, name, type, clusterIPs, balancer };
      const changed = JSON.stringify(services.get(key)) !== JSON.stringify(facts);
      services.set(key, facts);
      const hosts = type === 'LoadBalancer' ? readNames(view, 'Service', view.hostnames) : [];
      if (hosts.length > 0 || sources.has(keyOf({ kind: 'Service', namespace, name }))) {
        putSource({ uid, kind: 'Service', namespace, name, createdAt, className: undefined, hosts }, 'Seen');
      }
      if (changed) tellService(namespace, name);
    },
    removeSource(kind, namespace, name, evidence) {
      putSource({ uid: '', kind, namespace, name, createdAt: 0, className: undefined, hosts: [] }, evidence);
      if (kind === 'Service' && services.delete(`${namespace}/${name}`)) tellService(namespace, name);
    },
    putIngressClass: ({ name, isDefault }) => setDefaultClass(name, isDefault),
    removeIngressClass: (name) => setDefaultClass(name, false),
    putZone(view) {
      zones.set(view.name, view);
      listener.zone(view.name);
    },
    removeZone(name) {
      if (zones.delete(name)) listener.zone(name);
    },
    putHost(view) {
      leave(hostObjects.get(view.name));
      enter(view);
      hostObjects.set(view.name, view);
      listener.hosts([view.spec.host]);
    },
    removeHost(name, evidence) {
      const view = hostObjects.get(name);
      if (view === undefined) return;
      leave(view);
      hostObjects.delete(name);
      if (!view.generated) listener.lost(view.spec.host, { kind: 'SplitHorizonHost', evidence });
      listener.hosts([view.spec.host]);
    },
    putVantage(view) {
      vantages.set(view.name, view);
      listener.vantage(view.name);
    },
    removeVantage(name) {
      if (vantages.delete(name)) listener.vantage(name);
    },
  };
}

function keyOf({ kind, namespace, name }: Pick<Source, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

function addTo(index: Map<string, string[]>, key: string, item: string): void {
  const items = index.get(key);
  if (items === undefined) index.set(key, [item]);
  else if (!items.includes(item)) items.push(item);
}

function removeFrom(index: Map<string, string[]>, key: string, item: string): void {
  const items = index.get(key)?.filter((other) => other !== item) ?? [];
  if (items.length === 0) index.delete(key);
  else index.set(key, items);
}
