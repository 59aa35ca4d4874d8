import { isInZone, parseHostName } from '../model/host-name.ts';
import type {
  HostView,
  IngressClassView,
  IngressRouteView,
  IngressView,
  NamespaceView,
  ServiceView,
  VantageView,
  ZoneView,
} from '../model/views.ts';
import {
  kindOf,
  LEGACY_GROUP,
  SOURCE_TYPES,
  sourceType,
  type Claim,
  type SourceId,
  type SourceKind,
  type SourceType,
} from '../plan/host/claim.ts';
import type { Labels } from '../model/label-selector.ts';
import type { ServiceFacts } from '../plan/host/target.ts';
import { createHoldingZones } from './holding-zones.ts';
import {
  addTo,
  createSourceIndex,
  removeFrom,
  type Evidence,
  type Source,
  type SourceListener,
} from './source-index.ts';

/** The kinds of object that can have a record published; of SplitHorizonHosts those that a person wrote. */
export type PublishingKind = SourceType | 'SplitHorizonHost';

/** The kinds of which it matters whether they were listed yet: what they say decides what others are taken for. */
export type DecidingKind = PublishingKind | 'IngressClass';

/** A text on a source that names no host, though it is where hosts are named. */
export interface RefusedText extends SourceId {
  readonly uid: string;
  /** It cannot be a name; it cannot be read as a rule; or it is a pattern, which stands for names nobody can list. */
  readonly reason: 'InvalidName' | 'InvalidRule' | 'HostPatternSkipped';
  readonly text: string;
  /** What is wrong with it; empty for a pattern. */
  readonly problem: string;
}

/** How a host lost one who wants it. */
export interface Loss {
  readonly kind: PublishingKind;
  readonly evidence: Evidence;
}

/** Who is told when the world changed; synchronous, only marks what to look at again. */
export interface WorldListener extends SourceListener {
  /** A host lost a source, or the SplitHorizonHost that a person wrote; where its namespace has other labels, perhaps. */
  lost(host: string, loss: Loss): void;
  zone(name: string): void;
  service(namespace: string, name: string): void;
  vantage(name: string): void;
  refused(refusal: RefusedText): void;
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
  /** The zone that holds a host, or would: of nested ones the lower, once it can be written. */
  zoneOf(host: string): string | undefined;
  /** The uid of an object that names hosts, for Events about it. */
  sourceUid(id: SourceId): string | undefined;
  /** The labels of a namespace; undefined while they are not known. */
  labelsOf(namespace: string): Labels | undefined;
  service(namespace: string, name: string): ServiceFacts | undefined;
  services(): Iterable<ServiceFacts>;
  /** How many objects of a kind name hosts now. */
  countOf(kind: PublishingKind): number;
  /** Whether a kind was listed since the start: before that, nothing is known of it. */
  isRead(kind: DecidingKind): boolean;
  /** Whether a source may name hosts that only status remembers: its kind was not listed yet, or part of it cannot be read. */
  isInDoubt(id: SourceId): boolean;
  /** The kinds that have such sources. */
  kindsInDoubt(): readonly SourceKind[];
  /** A kind was listed, for the first time or after it could not be read. */
  markRead(kind: DecidingKind): void;

  putIngress(view: IngressView): void;
  putIngressRoute(view: IngressRouteView): void;
  putService(view: ServiceView): void;
  removeSource(id: SourceId, evidence: Evidence): void;
  putNamespace(view: NamespaceView): void;
  removeNamespace(name: string): void;
  putIngressClass(view: IngressClassView): void;
  removeIngressClass(name: string): void;
  putZone(view: ZoneView): void;
  removeZone(name: string): void;
  /** A zone's server answered, and lets us write it; or it did not. */
  markZone(name: string, isInHand: boolean): void;
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
  const sources = createSourceIndex(listener);
  const services = new Map<string, ServiceFacts>();
  /** Hosts whose own target is a Service, by its key. */
  const followers = new Map<string, string[]>();
  const holding = createHoldingZones();
  const namespaces = new Map<string, Labels>();
  const defaultClasses = new Set<string>();
  let handWritten = 0;
  const read = new Set<DecidingKind>();

  const defaultClass = (): string | undefined => [...defaultClasses].sort()[0];
  const setDefaultClass = (name: string, isDefault: boolean): void => {
    const before = defaultClass();
    if (isDefault) defaultClasses.add(name);
    else defaultClasses.delete(name);
    if (defaultClass() !== before) listener.allHosts();
  };
  const claimOf = ({ kind, group, namespace, name, createdAt, className }: Source): Claim => ({
    ...(group === undefined ? { kind } : { kind, group }),
    namespace,
    name,
    createdAt,
    className: kind === 'Ingress' ? (className ?? defaultClass()) : undefined,
    namespaceLabels: namespaces.get(namespace),
  });
  /** Zones may select by these labels: whoever is in the namespace may count otherwise now. */
  const tellNamespace = (name: string, wasKnown: boolean): void => {
    const inside = sources.inNamespace(name);
    if (wasKnown) {
      for (const source of inside) {
        for (const host of source.hosts) listener.lost(host, { kind: sourceType(source), evidence: 'Seen' });
      }
    }
    listener.hosts(new Set(inside.flatMap(({ hosts }) => hosts)));
  };
  /** Hosts are other zones' now. */
  const tellHolding = (changed: readonly string[]): void => {
    if (changed.length === 0) return;
    const known = [...sources.hosts(), ...[...hostObjects.values()].map(({ spec }) => spec.host)];
    listener.hosts(new Set(known.filter((host) => changed.some((zone) => isInZone(host, zone)))));
  };
  const readNames = (source: SourceId & { uid: string; ignore: boolean }, texts: readonly string[]): string[] => {
    if (source.ignore) return [];
    const hosts = new Set<string>();
    for (const text of texts) {
      const parsed = parseHostName(text);
      if (parsed.ok) hosts.add(parsed.host);
      else listener.refused({ ...idOf(source), reason: 'InvalidName', text, problem: parsed.problem });
    }
    return [...hosts];
  };
  const refuseRules = (view: IngressRouteView): void => {
    if (view.ignore) return;
    const id = idOf(routeOf(view));
    for (const { rule, problem } of view.unread) {
      listener.refused({ ...id, reason: 'InvalidRule', text: rule, problem });
    }
    if (view.skipped.length > 0) {
      listener.refused({ ...id, reason: 'HostPatternSkipped', text: view.skipped.join(', '), problem: '' });
    }
  };

  const enter = ({ spec, generated }: HostView): void => {
    if (!generated) handWritten += 1;
    const ref = spec.target?.serviceRef;
    if (ref !== undefined) addTo(followers, `${ref.namespace}/${ref.name}`, spec.host);
  };
  const leave = (view: HostView | undefined): void => {
    if (view?.generated === false) handWritten -= 1;
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
    claims: (host) => sources.of(host).map(claimOf),
    claimedHosts: () => sources.hosts(),
    zoneOf: (host) => holding.zoneOf(host),
    sourceUid: (id) => sources.find(id)?.uid,
    labelsOf: (namespace) => namespaces.get(namespace),
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    services: () => services.values(),
    countOf: (kind) => (kind === 'SplitHorizonHost' ? handWritten : sources.countOf(kind)),
    isRead: (kind) => read.has(kind),
    isInDoubt: (id) => !read.has(sourceType(id)) || sources.isUnread(id),
    kindsInDoubt: () => SOURCE_TYPES.filter((type) => !read.has(type) || sources.hasUnread(type)).map(kindOf),
    markRead(kind) {
      read.add(kind);
      listener.allHosts();
    },

    putIngress(view) {
      const { createdAt, className } = view;
      sources.put({ ...idOf(view), createdAt, className, hosts: readNames(view, view.hosts), isUnread: false });
    },
    putIngressRoute(view) {
      const { createdAt } = view;
      const route = routeOf(view);
      refuseRules(view);
      sources.put({
        ...idOf(route),
        createdAt,
        className: undefined,
        hosts: readNames(route, view.hosts),
        isUnread: view.unread.length > 0 && !view.ignore,
      });
    },
    putService(view) {
      const { namespace, name, createdAt, labels, type, clusterIPs, balancer } = view;
      const key = `${namespace}/${name}`;
      const facts: ServiceFacts = { namespace, name, createdAt, labels, type, clusterIPs, balancer };
      const changed = JSON.stringify(services.get(key)) !== JSON.stringify(facts);
      services.set(key, facts);
      const hosts = type === 'LoadBalancer' ? readNames(view, view.hostnames) : [];
      if (hosts.length > 0 || sources.find(view) !== undefined) {
        sources.put({ ...idOf(view), createdAt, className: undefined, hosts, isUnread: false });
      }
      if (changed) tellService(namespace, name);
    },
    removeSource(id, evidence) {
      const { kind, namespace, name } = id;
      sources.remove(id, evidence);
      if (kind === 'Service' && services.delete(`${namespace}/${name}`)) tellService(namespace, name);
    },
    putNamespace({ name, labels }) {
      const before = namespaces.get(name);
      if (JSON.stringify(before) === JSON.stringify(labels)) return;
      namespaces.set(name, labels);
      tellNamespace(name, before !== undefined);
    },
    // What is in it goes before it does, each for itself.
    removeNamespace: (name) => void namespaces.delete(name),
    putIngressClass: ({ name, isDefault }) => setDefaultClass(name, isDefault),
    removeIngressClass: (name) => setDefaultClass(name, false),
    putZone(view) {
      zones.set(view.name, view);
      const changed = holding.put(view);
      listener.zone(view.name);
      tellHolding(changed);
    },
    removeZone(name) {
      if (!zones.delete(name)) return;
      const changed = holding.remove(name);
      listener.zone(name);
      tellHolding(changed);
    },
    markZone: (name, isInHand) => tellHolding(holding.mark(name, isInHand)),
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

/** What names an IngressRoute: its group only where it is not the usual one. */
function routeOf({ group, ...view }: IngressRouteView): Omit<IngressRouteView, 'group'> & SourceId {
  return group === LEGACY_GROUP ? { ...view, group } : view;
}

function idOf({ kind, group, namespace, name, uid }: SourceId & { uid: string }): SourceId & { uid: string } {
  return { kind, ...(group !== undefined && { group }), namespace, name, uid };
}
