import type { ApiObject } from './api-client.ts';

/** An entry of a Service's status.loadBalancer.ingress. */
export type Balancer = { readonly ip: string } | { readonly hostname: string };

const GROUPS: Record<string, string> = {
  Namespace: '/api/v1/namespaces',
  Secret: '/api/v1/namespaces/{namespace}/secrets',
  Service: '/api/v1/namespaces/{namespace}/services',
  Ingress: '/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses',
  IngressRoute: '/apis/traefik.io/v1alpha1/namespaces/{namespace}/ingressroutes',
  EndpointSlice: '/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices',
  IngressClass: '/apis/networking.k8s.io/v1/ingressclasses',
  SplitHorizonZone: '/apis/splithorizon.dev/v1alpha1/splithorizonzones',
  SplitHorizonHost: '/apis/splithorizon.dev/v1alpha1/splithorizonhosts',
  SplitHorizonVantage: '/apis/splithorizon.dev/v1alpha1/splithorizonvantages',
};

/** The API path of the collection that an object belongs into. */
export const pathOf = ({ kind = '', metadata: { namespace = '' } }: Pick<ApiObject, 'kind' | 'metadata'>): string => {
  const path = GROUPS[kind];
  if (path === undefined) throw new Error(`no path is known for kind "${kind}"`);
  return path.replace('{namespace}', namespace);
};

export const namespaceObject = (name: string): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});

export const secretObject = (namespace: string, name: string, values: Record<string, string>): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name },
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)])),
});

/** What an Ingress or Service may have beside its hosts. */
export interface SourceOptions {
  readonly annotations?: Record<string, string>;
  readonly className?: string;
  /** Hosts of the TLS section, which no rule names. */
  readonly tls?: readonly string[];
}

const BACKEND = { service: { name: 'any', port: { number: 80 } } };

/** An Ingress with a rule for each host. */
export const ingressObject = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  hosts: readonly string[],
  { annotations, className, tls }: SourceOptions = {},
): ApiObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace, name, ...(annotations && { annotations }) },
  spec: {
    ...(className !== undefined && { ingressClassName: className }),
    defaultBackend: BACKEND,
    ...(tls && { tls: [{ hosts: tls }] }),
    rules: hosts.map((host) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: BACKEND }] } })),
  },
});

/** A Service; its load balancer's status is a write of its own. */
export const serviceObject = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  options: {
    readonly annotations?: Record<string, string>;
    readonly labels?: Record<string, string>;
    readonly type?: string;
  } = {},
): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    namespace,
    name,
    ...(options.annotations && { annotations: options.annotations }),
    ...(options.labels && { labels: options.labels }),
  },
  spec: { type: options.type ?? 'LoadBalancer', ports: [{ port: 80 }] },
});

/** An IngressClass, the default one on demand. */
export const ingressClassObject = (name: string, isDefault: boolean): ApiObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) } },
  spec: { controller: 'example.com/controller' },
});

/** An endpoint of a Service: its pod, its address, and whether it is ready. */
export interface EndpointSample {
  readonly pod: string;
  readonly address: string;
  readonly ready?: boolean;
}

/** An EndpointSlice of a Service of DNS servers, as its controller writes it; `port` is that of UDP. */
export const endpointSliceObject = (
  { namespace, service }: { readonly namespace: string; readonly service: string },
  port: number,
  endpoints: readonly EndpointSample[],
): ApiObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace, name: `${service}-abcde`, labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  ports: [
    { name: 'dns-udp', protocol: 'UDP', port },
    { name: 'dns-tcp', protocol: 'TCP', port },
  ],
  endpoints: endpoints.map(({ pod, address, ready = true }) => ({
    addresses: [address],
    conditions: { ready },
    targetRef: { kind: 'Pod', name: pod, namespace },
  })),
});
