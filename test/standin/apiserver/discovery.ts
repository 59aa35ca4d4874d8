import { apiVersionOf, type Resource } from './resources.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'watch'];

const resourceList = (groupVersion: string, resources: readonly Resource[]): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: resources.flatMap(({ plural, singular, namespaced, kind, shortNames, categories, hasStatus }) => [
    { name: plural, singularName: singular, namespaced, kind, verbs: VERBS, shortNames, categories },
    ...(hasStatus ? [{ name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch'] }] : []),
  ]),
});

const group = (name: string, resources: readonly Resource[]): object => {
  const versions = [...new Set(resources.map(({ version }) => version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { kind: 'APIGroup', apiVersion: 'v1', name, versions, preferredVersion: versions[0] };
};

/**
 * Only what `kubectl apply` looks for before it leaves validation to the server: that a PATCH of this kind takes
 * `fieldValidation`. No schema is described.
 */
const openApi = (resources: readonly Resource[]): object => ({
  openapi: '3.0.0',
  info: { title: 'stand-in', version: 'v0' },
  paths: Object.fromEntries(
    resources.map(({ group, version, kind, plural }) => [
      `/${plural}/{name}`,
      {
        patch: {
          parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
          responses: {},
          'x-kubernetes-group-version-kind': { group, version, kind },
        },
      },
    ]),
  ),
});

const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`);

/** The answers of a server that serves `resources` to what is no request for one of them, by path. */
export const discoveryOf = (resources: readonly Resource[]): Map<string, object> => {
  const byVersion = Map.groupBy(resources, apiVersionOf);
  const byGroup = Map.groupBy(
    resources.filter(({ group }) => group !== ''),
    (resource) => resource.group,
  );
  const groups = [...byGroup].map(([name, members]) => group(name, members));
  const openApiPaths = [...byVersion.keys()].map((apiVersion) => [
    rootOf(apiVersion),
    { serverRelativeURL: `/openapi/v3/${rootOf(apiVersion)}` },
  ]);
  return new Map<string, object>([
    ['/version', { major: '1', minor: '36', gitVersion: 'v1.36.0-stand-in', platform: 'none' }],
    ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups }],
    ['/openapi/v3', { paths: Object.fromEntries(openApiPaths) as object }],
    ...[...byGroup].map(([name, members]) => [`/apis/${name}`, group(name, members)] as const),
    ...[...byVersion].flatMap(
      ([apiVersion, members]) =>
        [
          [`/${rootOf(apiVersion)}`, resourceList(apiVersion, members)],
          [`/openapi/v3/${rootOf(apiVersion)}`, openApi(members)],
        ] as const,
    ),
  ]);
};
