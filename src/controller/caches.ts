import type { Logger } from 'pino';
import type { Kube } from '../kube/kube.ts';
import { isNotFound, type KubeError } from '../kube/kube-error.ts';
import { PATHS } from '../kube/paths.ts';
import type { StreamHandlers } from '../kube/reflection.ts';
import type { HostView } from '../model/views.ts';
import { LEGACY_GROUP, type SourceId } from '../plan/host/claim.ts';
import { createDoubtedDeletions } from './doubted-deletions.ts';
import type { Evidence } from './source-index.ts';
import type { DecidingKind, World } from './world.ts';

/** The kinds that the operator follows. */
export const FOLLOWED = [
  'ingresses',
  'ingressRoutes',
  'legacyIngressRoutes',
  'ingressClasses',
  'services',
  'namespaces',
  'zones',
  'hosts',
  'vantages',
] as const;
export type Followed = (typeof FOLLOWED)[number];

/** CRDs with which objects vanish that have records published. */
const CRDS = {
  hosts: 'splithorizonhosts.splithorizon.dev',
  ingressRoutes: 'ingressroutes.traefik.io',
  legacyIngressRoutes: `ingressroutes.${LEGACY_GROUP}`,
} as const;

/** Kinds of which a cluster may know nothing: it is no fault. */
const OPTIONAL: ReadonlySet<Followed> = new Set(['ingressRoutes', 'legacyIngressRoutes']);

/** What those are called elsewhere that decide what is published. */
const DECIDING: Partial<Record<Followed, DecidingKind>> = {
  ingresses: 'Ingress',
  ingressClasses: 'IngressClass',
  ingressRoutes: 'IngressRoute',
  legacyIngressRoutes: `IngressRoute.${LEGACY_GROUP}`,
  services: 'Service',
  hosts: 'SplitHorizonHost',
};

/** How far the caches have come. */
export interface Caches {
  /** Whether every kind was listed once, or is known to be unavailable: before that nothing is written. */
  readonly synced: boolean;
  /** Kinds that cannot be read now; what they last said stands. */
  readonly unavailable: ReadonlyMap<Followed, KubeError>;
  /** Follows all kinds until the signal is aborted. A kind that is not served is looked for twice a minute. */
  run(signal: AbortSignal): Promise<void>;
}

/** Feeds the world from the API server. `settled` is called whenever a listing is complete or a kind is unavailable. */
export function createCaches(
  kube: Kube,
  world: World,
  parts: { log: Logger; settled: (kind: Followed) => void },
): Caches {
  const { log, settled } = parts;
  const listed = new Set<Followed>();
  const unavailable = new Map<Followed, KubeError>();

  const handlers = <View>(
    kind: Followed,
    put: (view: View) => void,
    remove: (key: string, evidence: Evidence) => void,
  ): StreamHandlers<View> => ({
    upsert: (_key, view) => put(view),
    deleted: remove,
    listed: (count) => {
      log.debug({ kind, count }, 'listed');
      const isRegained = unavailable.delete(kind);
      if (isRegained) log.info({ kind }, 'kind is readable again');
      const deciding = DECIDING[kind];
      if (deciding !== undefined && (isRegained || !listed.has(kind))) world.markRead(deciding);
      listed.add(kind);
      settled(kind);
    },
    unavailable: (error) => {
      if (OPTIONAL.has(kind) && isNotFound(error)) log.info({ kind }, 'kind is not served; what it last said stands');
      else log.warn({ kind, reason: error.message }, 'kind cannot be read; what it last said stands');
      unavailable.set(kind, error);
      settled(kind);
    },
    onProblem: (problem) => log.warn({ kind, problem }, 'watch'),
  });
  /** Handlers of a kind that may vanish with its CRD: a deletion that was seen counts once it is known to be meant. */
  const customHandlers = <View extends { readonly namespace?: string; readonly name: string }>(
    kind: keyof typeof CRDS,
    parts: {
      put: (view: View) => void;
      remove: (key: string, evidence: Evidence) => void;
      /** Whether a record may depend on it. */
      matters: (key: string) => boolean;
    },
    signal: AbortSignal,
  ): StreamHandlers<View> => {
    const { put, remove, matters } = parts;
    const isKindGoing = (asking: AbortSignal): Promise<boolean> => kube.isCrdGoing(CRDS[kind], asking);
    const doubted = createDoubtedDeletions({ isKindGoing, remove, log, signal });
    const plain = handlers(kind, put, (key, evidence) => {
      if (evidence === 'Seen' && matters(key)) doubted.add(key);
      else remove(key, evidence);
    });
    return {
      ...plain,
      upsert: (key, view) => {
        doubted.clear(key);
        plain.upsert(key, view);
      },
      listed: (count) => {
        doubted.listed();
        plain.listed(count);
      },
    };
  };
  const sourceId = (of: Pick<SourceId, 'kind' | 'group'>, key: string): SourceId => {
    const slash = key.indexOf('/');
    return { ...of, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  };
  const removeSource =
    (of: Pick<SourceId, 'kind' | 'group'>) =>
    (key: string, evidence: Evidence): void =>
      world.removeSource(sourceId(of, key), evidence);

  return {
    get synced() {
      return FOLLOWED.every((kind) => listed.has(kind) || unavailable.has(kind));
    },
    unavailable,
    async run(signal) {
      const { views, stream } = kube;
      const routes = (kind: 'ingressRoutes' | 'legacyIngressRoutes', group?: string): Promise<void> => {
        const remove = removeSource({ kind: 'IngressRoute', group });
        const parts = { put: world.putIngressRoute, remove, matters: () => true };
        const routeHandlers = customHandlers(kind, parts, signal);
        return stream({ path: PATHS[kind], toView: views.ingressRoute, handlers: routeHandlers, signal });
      };
      const hosts = {
        put: world.putHost,
        remove: world.removeHost,
        matters: (name: string) => asksForSomething(world.hostObjects.get(name)),
      };
      await Promise.all([
        stream({
          path: PATHS.ingresses,
          toView: views.ingress,
          handlers: handlers('ingresses', world.putIngress, removeSource({ kind: 'Ingress' })),
          signal,
        }),
        routes('ingressRoutes'),
        routes('legacyIngressRoutes', LEGACY_GROUP),
        stream({
          path: PATHS.services,
          toView: views.service,
          handlers: handlers('services', world.putService, removeSource({ kind: 'Service' })),
          signal,
        }),
        stream({
          path: PATHS.namespaces,
          toView: views.namespace,
          handlers: handlers('namespaces', world.putNamespace, world.removeNamespace),
          signal,
        }),
        stream({
          path: PATHS.ingressClasses,
          toView: views.ingressClass,
          handlers: handlers('ingressClasses', world.putIngressClass, world.removeIngressClass),
          signal,
        }),
        stream({
          path: PATHS.zones,
          toView: views.zone,
          handlers: handlers('zones', world.putZone, world.removeZone),
          signal,
        }),
        stream({
          path: PATHS.hosts,
          toView: views.host,
          handlers: customHandlers('hosts', hosts, signal),
          signal,
        }),
        stream({
          path: PATHS.vantages,
          toView: views.vantage,
          handlers: handlers('vantages', world.putVantage, world.removeVantage),
          signal,
        }),
      ]);
    },
  };
}

/** Whether a host says anything that its sources do not say: a generated one does where a person pointed it elsewhere. */
function asksForSomething(view: HostView | undefined): boolean {
  if (view === undefined) return false;
  const { generated, spec } = view;
  return !generated || spec.target !== undefined || spec.record === 'Observed';
}
