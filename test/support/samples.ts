/** An object of the group splithorizon.dev as a test sends it. */
export interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const sample = (kind: string, name: string, spec: Sample['spec']): Sample => ({
  apiVersion: 'splithorizon.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});

/** A zone that has what is required, with these fields of the spec set besides. */
export const zoneSample = (spec: Sample['spec'] = {}, name = 'example.com'): Sample =>
  sample('SplitHorizonZone', name, {
    technitium: { url: 'http://technitium.technitium.svc:5380', secretRef: { name: 'technitium' } },
    targets: [{ record: '@', serviceRef: { namespace: 'traefik', name: 'traefik' } }],
    ...spec,
  });

/** A host under the name that it must have unless `name` says another. */
export const hostSample = (
  host: string,
  spec: Sample['spec'] = {},
  name = host.replace(/^\*/, 'xx--wildcard'),
): Sample => sample('SplitHorizonHost', name, { host, ...spec });

/** A vantage; `resolvers` are addresses. */
export const vantageSample = (name: string, audience: string, resolvers?: readonly string[]): Sample =>
  sample('SplitHorizonVantage', name, {
    audience,
    ...(resolvers && { resolvers: resolvers.map((address) => ({ address })) }),
  });

/** The API path of the kind's objects. */
export const collectionPath = (kind: string): string => `/apis/splithorizon.dev/v1alpha1/${kind.toLowerCase()}s`;
