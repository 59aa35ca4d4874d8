const OURS = '/apis/splithorizon.dev/v1alpha1';

/** Where the operator and its agents meet: the questions, and the Leases of vantages. */
export const VANTAGES_NAMESPACE = 'splithorizon-vantages';

/** The lists that the operator and its agents follow. */
export const PATHS = {
  ingresses: '/apis/networking.k8s.io/v1/ingresses',
  ingressClasses: '/apis/networking.k8s.io/v1/ingressclasses',
  ingressRoutes: '/apis/traefik.io/v1alpha1/ingressroutes',
  legacyIngressRoutes: '/apis/traefik.containo.us/v1alpha1/ingressroutes',
  services: '/api/v1/services',
  namespaces: '/api/v1/namespaces',
  nodes: '/api/v1/nodes',
  zones: `${OURS}/splithorizonzones`,
  hosts: `${OURS}/splithorizonhosts`,
  vantages: `${OURS}/splithorizonvantages`,
  questions: `/api/v1/namespaces/${VANTAGES_NAMESPACE}/configmaps`,
  leases: `/apis/coordination.k8s.io/v1/namespaces/${VANTAGES_NAMESPACE}/leases`,
} as const;

/** The list of the EndpointSlices of one Service. */
export function endpointSlicesOf(namespace: string, service: string): string {
  const selector = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${service}` });
  return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?${selector.toString()}`;
}

/** apiVersion of the project's own kinds. */
export const API_VERSION = 'splithorizon.dev/v1alpha1';

/** What the operator calls itself where the API server notes who wrote which field. */
export const FIELD_MANAGER = 'splithorizon';

/** Query of every write. */
export const AS_MANAGER = `?fieldManager=${FIELD_MANAGER}`;
