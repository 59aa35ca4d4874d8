import type { Logger } from 'pino';
import type { Kube } from '../kube/kube.ts';
import { endpointSlicesOf } from '../kube/paths.ts';
import { familyOf } from '../model/address.ts';
import type { ServiceRef } from '../model/api.ts';
import type { Endpoint, Endpoints } from '../model/endpoints.ts';

/** The endpoints of the Services that somebody asks about, followed live. */
export interface ServiceEndpoints {
  /** Follows these Services and no others. */
  follow(services: readonly ServiceRef[]): void;
  of(namespace: string, name: string): Endpoints;
}

/** What following needs. */
export interface ServiceEndpointsOptions {
  readonly kube: Pick<Kube, 'stream' | 'views'>;
  /** The endpoints of a Service are others, or known now. */
  readonly changed: () => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

interface Followed {
  readonly slices: Map<string, readonly Endpoint[]>;
  readonly stop: AbortController;
  isListed: boolean;
  problem: string | undefined;
}

/** Follows each Service by a stream of its own, so that nothing is read of a cluster whose zones name none. */
export function createServiceEndpoints({ kube, changed, log, signal }: ServiceEndpointsOptions): ServiceEndpoints {
  const followed = new Map<string, Followed>();

  const start = (key: string, { namespace, name }: ServiceRef): void => {
    const entry: Followed = { slices: new Map(), stop: new AbortController(), isListed: false, problem: undefined };
    followed.set(key, entry);
    const tell = (): void => {
      if (entry.isListed) changed();
    };
    void kube.stream({
      path: endpointSlicesOf(namespace, name),
      toView: kube.views.endpointSlice,
      signal: AbortSignal.any([signal, entry.stop.signal]),
      handlers: {
        upsert: (slice, { ready }) => {
          entry.slices.set(slice, ready);
          tell();
        },
        deleted: (slice) => {
          entry.slices.delete(slice);
          tell();
        },
        listed: () => {
          Object.assign(entry, { isListed: true, problem: undefined });
          changed();
        },
        unavailable: ({ message }) => {
          log.warn({ service: key, reason: message }, 'endpoints cannot be read');
          entry.problem = `${message}. Give the operator list and watch of endpointslices`;
          changed();
        },
        onProblem: (problem) => log.warn({ service: key, problem }, 'watch'),
      },
    });
  };

  return {
    follow(services) {
      const wanted = new Map(services.map((ref) => [`${ref.namespace}/${ref.name}`, ref]));
      for (const [key, { stop }] of followed) {
        if (wanted.has(key)) continue;
        stop.abort();
        followed.delete(key);
      }
      for (const [key, ref] of wanted) if (!followed.has(key)) start(key, ref);
    },
    of(namespace, name) {
      const entry = followed.get(`${namespace}/${name}`);
      // What they last said stands.
      if (entry?.isListed !== true) return { problem: entry?.problem };
      return { ready: distinct([...entry.slices.values()].flat()) };
    },
  };
}

/** By name; a pod of two families is one server, asked over IPv4. */
function distinct(endpoints: readonly Endpoint[]): Endpoint[] {
  const key = ({ name, address }: Endpoint): string => `${name} ${familyOf(address)} ${address}`;
  const sorted = endpoints.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return sorted.filter(({ name }, index) => name !== sorted[index - 1]?.name);
}
