import type { Logger } from 'pino';
import type { Kube } from '../kube/kube.ts';
import { PATHS } from '../kube/paths.ts';
import type { StreamHandlers } from '../kube/reflection.ts';
import { createHostFeed } from './host-feed.ts';
import type { PublishingKind, World } from './world.ts';

/** The kinds that the operator follows. */
export const FOLLOWED = ['ingresses', 'ingressClasses', 'services', 'zones', 'hosts', 'vantages'] as const;
export type Followed = (typeof FOLLOWED)[number];

const HOSTS_CRD = 'splithorizonhosts.splithorizon.dev';

/** What those that can have records published are called elsewhere. */
const PUBLISHING: Partial<Record<Followed, PublishingKind>> = {
  ingresses: 'Ingress',
  services: 'Service',
  hosts: 'SplitHorizonHost',
};

/** How far the caches have come. */
export interface Caches {
  /** Whether every kind was listed once, or is known to be unavailable: before that nothing is written. */
  readonly synced: boolean;
  /** Kinds that cannot be read now; what they last said stands. */
  readonly unavailable: ReadonlyMap<Followed, string>;
  /** Follows all kinds until the signal is aborted. */
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
  const unavailable = new Map<Followed, string>();

  const handlers = <View>(
    kind: Followed,
    put: (view: View) => void,
    remove: (key: string, evidence: 'Seen' | 'Inferred') => void,
  ): StreamHandlers<View> => ({
    upsert: (_key, view) => put(view),
    deleted: remove,
    listed: (count) => {
      log.debug({ kind, count }, 'listed');
      const isRegained = unavailable.delete(kind);
      if (isRegained) log.info({ kind }, 'kind is readable again');
      const publishing = PUBLISHING[kind];
      if (publishing !== undefined && (isRegained || !listed.has(kind))) world.markRead(publishing);
      listed.add(kind);
      settled(kind);
    },
    unavailable: (error) => {
      log.warn({ kind, reason: error.message }, 'kind cannot be read; what it last said stands');
      unavailable.set(kind, error.message);
      settled(kind);
    },
    onProblem: (problem) => log.warn({ kind, problem }, 'watch'),
  });
  const split = (key: string): [string, string] => {
    const slash = key.indexOf('/');
    return [key.slice(0, slash), key.slice(slash + 1)];
  };

  return {
    get synced() {
      return FOLLOWED.every((kind) => listed.has(kind) || unavailable.has(kind));
    },
    unavailable,
    async run(signal) {
      const { views, stream } = kube;
      const isKindGoing = (asking: AbortSignal): Promise<boolean> => kube.isCrdGoing(HOSTS_CRD, asking);
      const hosts = createHostFeed({ world, isKindGoing, log, signal });
      const hostHandlers = handlers('hosts', hosts.put, hosts.remove);
      const sources = (kind: 'Ingress' | 'Service') => (key: string, evidence: 'Seen' | 'Inferred') =>
        world.removeSource(kind, ...split(key), evidence);
      await Promise.all([
        stream({
          path: PATHS.ingresses,
          toView: views.ingress,
          handlers: handlers('ingresses', world.putIngress, sources('Ingress')),
          signal,
        }),
        stream({
          path: PATHS.services,
          toView: views.service,
          handlers: handlers('services', world.putService, sources('Service')),
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
          handlers: {
            ...hostHandlers,
            listed: (count) => {
              hosts.listed();
              hostHandlers.listed(count);
            },
          },
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
