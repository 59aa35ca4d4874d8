import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { apiClient, type ApiClient, type ApiObject } from '../support/api-client.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'deploy');
const FILES = ['namespace.yaml', 'rbac.yaml', 'deployment.yaml', 'service.yaml', 'example.yaml'];

/** What the operator asks for: verb, resource (with group and subresource), namespace and name where it matters. */
interface Access {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const OWN = { group: 'splithorizon.dev' };
const CRDS = { group: 'apiextensions.k8s.io' };
const NET = { group: 'networking.k8s.io' };
const LEASES = { group: 'coordination.k8s.io', namespace: 'splithorizon' };
const TRAEFIK = ['traefik.io', 'traefik.containo.us'];
const KINDS = ['splithorizonzones', 'splithorizonhosts', 'splithorizonvantages'];

const allowed: Access[] = [
  ...['list', 'watch'].flatMap((verb) => [
    { verb, resource: 'ingresses', ...NET },
    { verb, resource: 'ingressclasses', ...NET },
    { verb, resource: 'services' },
    ...TRAEFIK.map((group) => ({ verb, resource: 'ingressroutes', group })),
    ...KINDS.map((resource) => ({ verb, resource, ...OWN })),
  ]),
  ...KINDS.map((resource) => ({ verb: 'patch', resource, subresource: 'status', ...OWN })),
  ...['get', 'create', 'delete', 'patch'].map((verb) => ({ verb, resource: 'splithorizonhosts', ...OWN })),
  { verb: 'create', resource: 'splithorizonvantages', ...OWN },
  { verb: 'get', resource: 'namespaces', name: 'kube-system' },
  ...[`splithorizonhosts.${OWN.group}`, ...TRAEFIK.map((group) => `ingressroutes.${group}`)].map((name) => ({
    verb: 'get',
    resource: 'customresourcedefinitions',
    ...CRDS,
    name,
  })),
  ...['list', 'watch'].map((verb) => ({ verb, resource: 'namespaces' })),
  { verb: 'get', resource: 'secrets', namespace: 'splithorizon' },
  { verb: 'create', resource: 'leases', ...LEASES },
  ...['get', 'patch'].map((verb) => ({ verb, resource: 'leases', ...LEASES, name: 'splithorizon' })),
  ...['default', 'git'].flatMap((namespace) =>
    ['get', 'create', 'patch'].map((verb) => ({ verb, resource: 'events', group: 'events.k8s.io', namespace })),
  ),
];

const denied: Access[] = [
  { verb: 'get', resource: 'secrets', namespace: 'technitium' },
  { verb: 'list', resource: 'secrets', namespace: 'splithorizon' },
  { verb: 'patch', resource: 'leases', ...LEASES, name: 'another' },
  { verb: 'get', resource: 'leases', ...LEASES, namespace: 'kube-system', name: 'splithorizon' },
  { verb: 'get', resource: 'namespaces', name: 'default' },
  { verb: 'patch', resource: 'namespaces' },
  { verb: 'list', resource: 'customresourcedefinitions', ...CRDS },
  { verb: 'patch', resource: 'ingresses', ...NET },
  { verb: 'patch', resource: 'services' },
  { verb: 'list', resource: 'middlewares', group: 'traefik.io' },
  { verb: 'patch', resource: 'ingressroutes', group: 'traefik.io' },
  { verb: 'patch', resource: 'services', subresource: 'status' },
  { verb: 'patch', resource: 'splithorizonzones', ...OWN },
  { verb: 'delete', resource: 'splithorizonzones', ...OWN },
  { verb: 'update', resource: 'splithorizonhosts', ...OWN },
  { verb: 'patch', resource: 'splithorizonvantages', ...OWN },
  { verb: 'delete', resource: 'events', group: 'events.k8s.io', namespace: 'default' },
  { verb: 'list', resource: 'pods' },
];

const nameOf = (access: Access): string =>
  [access.verb, access.resource, access.subresource, access.namespace, access.name].filter(Boolean).join(' ');

describe.skipIf(!findKubeTools() && !process.env['CI'])('the files of deploy/ on the real API server', () => {
  let apiServer: RealApiServer;
  let client: ApiClient;

  beforeAll(async () => {
    apiServer = await lendRealApiServer();
    client = apiClient(apiServer);
  });
  afterAll(async () => {
    client.close();
    await apiServer.stop();
  });

  // In this order: each one needs those before it.
  test.each(FILES)('%s is accepted without a warning', async (file) => {
    const applied = await apiServer.kubectl(['apply', '-f', join(FOLDER, file)]);
    expect(applied).toMatchObject({ stderr: '', code: 0 });
  });

  test('the pods of the Deployment fit the restricted Pod Security Standard of their namespace', async () => {
    const { spec } = parse(readFileSync(join(FOLDER, 'deployment.yaml'), 'utf8')) as {
      spec: { template: ApiObject };
    };
    const pod = { apiVersion: 'v1', kind: 'Pod', ...spec.template, metadata: { name: 'splithorizon' } };
    const { status, body } = await client.post('/api/v1/namespaces/splithorizon/pods?dryRun=All', pod);
    expect(body.message).toBeUndefined();
    expect(status).toBe(201);
  });

  const review = async (access: Access): Promise<unknown> => {
    const { body } = await client.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: 'system:serviceaccount:splithorizon:splithorizon', resourceAttributes: access },
    });
    return body.status;
  };

  test.each(allowed.map((access) => ({ name: nameOf(access), access })))(
    'the operator may $name',
    async ({ access }) => {
      expect(await review(access)).toMatchObject({ allowed: true });
    },
  );

  test.each(denied.map((access) => ({ name: nameOf(access), access })))(
    'the operator may not $name',
    async ({ access }) => {
      expect(await review(access)).toMatchObject({ allowed: false });
    },
  );
});
