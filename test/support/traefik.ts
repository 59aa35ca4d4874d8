import type { ApiObject } from './api-client.ts';
import type { Crd } from './crds.ts';

/** The API groups that IngressRoute is served in. */
export type TraefikGroup = 'traefik.io' | 'traefik.containo.us';

/** Traefik's CRD of IngressRoutes, as far as routes go; the rest of a spec is kept unseen. */
export const ingressRouteCrd = (group: TraefikGroup): Crd => {
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `ingressroutes.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'IngressRoute', listKind: 'IngressRouteList', plural: 'ingressroutes', singular: 'ingressroute' },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          },
        },
      ],
    },
  };
  return crd;
};

/** An IngressRoute with a route for each rule. */
export const ingressRouteObject = (
  metadata: { readonly namespace: string; readonly name: string; readonly annotations?: Record<string, string> },
  rules: readonly string[],
  group: TraefikGroup = 'traefik.io',
): ApiObject => ({
  apiVersion: `${group}/v1alpha1`,
  kind: 'IngressRoute',
  metadata,
  spec: {
    entryPoints: ['websecure'],
    routes: rules.map((match) => ({ kind: 'Rule', match, services: [{ name: 'any', port: 80 }] })),
  },
});
