import type { Claim } from '../../../../src/plan/host/claim.ts';
import {
  decideHost,
  type HostDecision,
  type HostFacts,
  type HostRequest,
} from '../../../../src/plan/host/decide-host.ts';
import type { ServiceFacts, ZoneTarget } from '../../../../src/plan/host/target.ts';

/** The zone's first target: the apex, which takes every Ingress class that no other target takes. */
export const APEX: ZoneTarget = {
  record: 'example.com',
  ttlSeconds: 60,
  classes: [],
  service: { namespace: 'traefik', name: 'traefik' },
  choice: undefined,
  addresses: ['10.0.20.203'],
  alsoSeen: [],
  kept: undefined,
  clusterIPs: ['10.111.111.95'],
};

/** A second target, with a label of its own, for one class. */
export const EDGE: ZoneTarget = {
  record: 'edge.example.com',
  ttlSeconds: 60,
  classes: ['edge'],
  service: { namespace: 'edge', name: 'edge' },
  choice: undefined,
  addresses: ['10.0.20.210', 'fd00::210'],
  alsoSeen: [],
  kept: undefined,
  clusterIPs: [],
};

/** An Ingress of class `traefik` that names the host, created at 1000. */
export const ingress = (namespace: string, rest: Partial<Claim> = {}): Claim => ({
  kind: 'Ingress',
  namespace,
  name: namespace,
  createdAt: 1000,
  className: 'traefik',
  namespaceLabels: { team: namespace },
  ...rest,
});

/** A Service that names the host by its annotation, created at 1000. */
export const serviceClaim = (namespace: string, rest: Partial<Claim> = {}): Claim =>
  ingress(namespace, { kind: 'Service', className: undefined, ...rest });

/** What is known of the Service coturn/coturn. */
export const coturn = (rest: Partial<ServiceFacts> = {}): ServiceFacts => ({
  namespace: 'coturn',
  name: 'coturn',
  createdAt: 1000,
  labels: {},
  type: 'LoadBalancer',
  clusterIPs: ['10.100.0.5'],
  balancer: [{ ip: '10.0.20.205' }],
  ...rest,
});

/** A SplitHorizonHost that a person wrote by hand. */
export const byHand = (target?: HostRequest['target'], rest: Partial<HostRequest> = {}): HostRequest => ({
  generated: false,
  record: 'Managed',
  target,
  audiences: undefined,
  ...rest,
});

/** What a test changes of the facts: those of the zone stand beside the others. */
export interface Given extends Partial<Omit<HostFacts, 'zone' | 'service'>>, Partial<Omit<HostFacts['zone'], 'name'>> {
  readonly services?: readonly ServiceFacts[];
}

/** The decision over `git.example.com` in zone `example.com` with one target, no source and no object, but for what is given. */
export function decide(given: Given): HostDecision {
  return decideHost({
    host: given.host ?? 'git.example.com',
    zone: {
      name: 'example.com',
      targets: given.targets ?? [APEX],
      hostTtlSeconds: given.hostTtlSeconds ?? 300,
      exclude: given.exclude ?? new Set(),
      sources:
        given.sources ??
        new Map([
          ['Ingress', {}],
          ['IngressRoute', {}],
          ['Service', {}],
        ]),
    },
    claims: given.claims ?? [],
    request: given.request,
    service: (namespace, name) =>
      given.services?.find((service) => service.namespace === namespace && service.name === name),
    balancerNames: given.balancerNames ?? new Map(),
    lastAddresses: given.lastAddresses ?? [],
  });
}

/** What people see of a decision: where the host points, its records in a line each, who names it (`!` in conflict). */
export function seen(decision: HostDecision): {
  readonly target: string | undefined;
  readonly records: readonly string[];
  readonly sources: readonly string[];
  readonly problem: string | undefined;
} {
  return {
    target: decision.target?.label,
    records: decision.desired.map(({ name, type, ttl, values }) =>
      [...(name === decision.host ? [] : [name]), type, ttl, ...values].join(' '),
    ),
    sources: decision.sources.map(
      ({ kind, namespace, name, conflict }) => `${kind} ${namespace}/${name}${conflict ? ' !' : ''}`,
    ),
    problem: decision.problem && `${decision.problem.kind}: ${decision.problem.message}`,
  };
}
