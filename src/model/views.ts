import type { HostSpec, HostStatus, VantageSpec, VantageStatus, ZoneSpec, ZoneStatus } from './api.ts';

/*
 * What the operator keeps of the objects that it watches: only what it decides by. Every view has the object's `uid`,
 * and `createdAt` in milliseconds of the wall clock (metadata.creationTimestamp, whole seconds).
 */

/** An Ingress (networking.k8s.io/v1) as a source of hosts. */
export interface IngressView {
  readonly kind: 'Ingress';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  /** spec.ingressClassName, else the annotation kubernetes.io/ingress.class. */
  readonly className?: string;
  /** The hosts of rules and TLS sections as they are written, each text once. */
  readonly hosts: readonly string[];
  /** Whether the annotation splithorizon.dev/ignore is "true". */
  readonly ignore: boolean;
}

/** An IngressRoute of Traefik (v1alpha1 of traefik.io or traefik.containo.us) as a source of hosts. */
export interface IngressRouteView {
  readonly kind: 'IngressRoute';
  /** Its API group. */
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  /** The hosts that the rules of its routes name, as they are written, each text once. */
  readonly hosts: readonly string[];
  /** Matchers in its rules that stand for hosts without naming them, as they are written, each text once. */
  readonly skipped: readonly string[];
  /** Rules that cannot be read. */
  readonly unread: readonly { readonly rule: string; readonly problem: string }[];
  /** Whether the annotation splithorizon.dev/ignore is "true". */
  readonly ignore: boolean;
}

/** One entry of a Service's status.loadBalancer.ingress. */
export type BalancerAddress = { readonly ip: string } | { readonly hostname: string };

/** A Service (v1), as a target or as a source of hosts. */
export interface ServiceView {
  readonly kind: 'Service';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  /** In the order of their keys; of a load balancer only, since nothing else is looked for by labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** spec.type, such as LoadBalancer. */
  readonly type: string;
  /** Empty for a headless Service. */
  readonly clusterIPs: readonly string[];
  /** What the load balancer's controller reports, as it is written. */
  readonly balancer: readonly BalancerAddress[];
  /** The hosts of the annotation splithorizon.dev/hostname (comma separated) as they are written, each text once. */
  readonly hostnames: readonly string[];
  /** Whether the annotation splithorizon.dev/ignore is "true". */
  readonly ignore: boolean;
}

/** A Namespace (v1). */
export interface NamespaceView {
  readonly name: string;
  /** In the order of their keys. */
  readonly labels: Readonly<Record<string, string>>;
}

/** An IngressClass (networking.k8s.io/v1). */
export interface IngressClassView {
  readonly name: string;
  /** Whether Ingresses without a class belong to it. */
  readonly isDefault: boolean;
}

/** A SplitHorizonZone; `name` is the zone. */
export interface ZoneView {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly createdAt: number;
  /** Only those of splithorizon.dev, by their name after the slash. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ZoneSpec;
  readonly status: ZoneStatus;
}

/** A SplitHorizonHost. There are thousands of them, so its status is kept as text: see {@link parseHostStatus}. */
export interface HostView {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly createdAt: number;
  /** Whether the label splithorizon.dev/generated is "true": the operator made it and may delete it. */
  readonly generated: boolean;
  readonly spec: HostSpec;
  /** Canonical JSON: two equal statuses have the same text. */
  readonly statusText: string;
}

/** A SplitHorizonVantage. */
export interface VantageView {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly createdAt: number;
  readonly spec: VantageSpec;
  readonly status: VantageStatus;
}

/** The status in {@link HostView.statusText}. */
export function parseHostStatus(statusText: string): HostStatus {
  return JSON.parse(statusText) as HostStatus;
}
