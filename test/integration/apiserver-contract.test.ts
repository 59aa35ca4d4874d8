import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiClient, type ApiClient, type ApiObject, type OpenWatch } from '../support/api-client.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServers } from '../support/api-servers.ts';
import { collectionPath, hostSample, vantageSample } from '../support/samples.ts';

const HOSTS = collectionPath('SplitHorizonHost');
const VANTAGES = collectionPath('SplitHorizonVantage');
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const INGRESSES = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
const STREAM = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

const configMap = (name: string, labels: Record<string, string> = {}): ApiObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
});

const ingress = (name: string, host: string): ApiObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: {
    ingressClassName: 'traefik',
    rules: [
      {
        host,
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] },
      },
    ],
  },
});

/** How long what must come may take on a busy machine. */
const SOON = { timeout: 20_000, interval: 20 };

const seen = (watch: OpenWatch): string[] =>
  watch.events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());

const versionOf = ({ metadata }: ApiObject): string => metadata.resourceVersion ?? '';

/** Who owns what of an object's spec. */
const specOwners = ({ metadata }: ApiObject): Record<string, string[]> =>
  Object.fromEntries(
    (metadata.managedFields ?? [])
      .filter(({ fieldsV1 }) => 'f:spec' in fieldsV1)
      .map(({ manager, fieldsV1 }) => [
        manager,
        Object.keys(fieldsV1['f:spec'] as object)
          .filter((field) => field !== '.')
          .sort(),
      ]),
  );

// What the operator relies on must be so on both: where they differ, the stand-in is wrong.
describe.each(apiServers('the contract of the API server'))('the $name', ({ lend }) => {
  let server: ApiServer;
  let client: ApiClient;

  beforeAll(async () => {
    server = await lend();
    client = apiClient(server);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  const createHost = async (host: string, query = ''): Promise<ApiObject> => {
    const { status, body } = await client.post(`${HOSTS}${query}`, hostSample(host));
    expect(status, body.message).toBe(201);
    return body;
  };

  describe('creates', () => {
    test('an object with an identity, a first generation, defaults, and none of the fields that nobody knows', async () => {
      const { status, body } = await client.post(HOSTS, {
        ...hostSample('new.example.com', { unknown: 1 }),
        status: { target: 'ignored' },
      });
      expect(status).toBe(201);
      expect(body.metadata).toMatchObject({ name: 'new.example.com', generation: 1 });
      expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(versionOf(body)).toMatch(/^\d+$/);
      expect(body.metadata['creationTimestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(body.spec).toEqual({ host: 'new.example.com', record: 'Managed' });
      expect(body.status).toEqual({
        conditions: [{ type: 'Ready', status: 'Unknown', reason: 'Pending', message: 'Waiting for the operator' }],
      });
      expect((await client.get(`${HOSTS}/new.example.com`)).body).toEqual(body);
    });

    test('no second object of the same name', async () => {
      await createHost('twice.example.com');
      const { status, body } = await client.post(HOSTS, hostSample('twice.example.com'));
      expect(status).toBe(409);
      expect(body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'AlreadyExists', code: 409 });
      expect(body.message).toBe('splithorizonhosts.splithorizon.dev "twice.example.com" already exists');
    });

    test('a name from generateName', async () => {
      const { body } = await client.post(CONFIG_MAPS, { metadata: { generateName: 'questions-' } });
      expect(body.metadata.name).toMatch(/^questions-[a-z0-9]{5}$/);
    });

    test('nothing in a namespace that is not there', async () => {
      const { status, body } = await client.post('/api/v1/namespaces/nowhere/configmaps', configMap('a'));
      expect(status).toBe(404);
      expect(body.message).toBe('namespaces "nowhere" not found');
    });

    test('a Service with a ClusterIP and an empty load balancer', async () => {
      const { body } = await client.post('/api/v1/namespaces/default/services', {
        metadata: { name: 'traefik' },
        spec: { type: 'LoadBalancer', ports: [{ port: 443 }] },
      });
      expect(body.spec).toMatchObject({
        type: 'LoadBalancer',
        ports: [{ port: 443, protocol: 'TCP', targetPort: 443 }],
      });
      expect(body.spec?.['clusterIP']).toMatch(/^10\.\d+\.\d+\.\d+$/);
      expect(body.spec?.['clusterIPs']).toEqual([body.spec?.['clusterIP']]);
      expect(body.status).toEqual({ loadBalancer: {} });
      expect(body.metadata.generation).toBeUndefined();
    });

    test('a Secret from plain text', async () => {
      const { body } = await client.post('/api/v1/namespaces/default/secrets', {
        metadata: { name: 'technitium' },
        stringData: { token: 'abc' },
      });
      expect(body).toMatchObject({ type: 'Opaque', data: { token: 'YWJj' } });
      expect(body['stringData']).toBeUndefined();
    });

    test('an Event that both of its API groups show', async () => {
      const { status, body } = await client.post('/apis/events.k8s.io/v1/namespaces/default/events', {
        metadata: { name: 'flip.1' },
        eventTime: '2026-11-23T12:00:00.000000Z',
        type: 'Normal',
        reason: 'Ready',
        action: 'Probe',
        note: 'resolves internally',
        reportingController: 'splithorizon.dev/controller',
        reportingInstance: 'splithorizon-0',
        regarding: { kind: 'SplitHorizonHost', name: 'git.example.com' },
      });
      expect(status, body.message).toBe(201);
      expect((await client.get('/api/v1/namespaces/default/events/flip.1')).body).toMatchObject({
        apiVersion: 'v1',
        message: 'resolves internally',
        reportingComponent: 'splithorizon.dev/controller',
        involvedObject: { kind: 'SplitHorizonHost', name: 'git.example.com' },
      });
    });
  });

  describe('reads', () => {
    test('404 of an object, a kind and a version that are not there', async () => {
      const missing = await client.get(`${HOSTS}/missing.example.com`);
      expect(missing.status).toBe(404);
      expect(missing.body).toMatchObject({
        reason: 'NotFound',
        message: 'splithorizonhosts.splithorizon.dev "missing.example.com" not found',
      });
      expect((await client.get('/apis/traefik.io/v1alpha1/ingressroutes')).status).toBe(404);
      expect((await client.get('/apis/splithorizon.dev/v1/splithorizonhosts')).status).toBe(404);
    });

    test('a list whose items name their kind if they are custom resources, and do not if they are built in', async () => {
      await client.post(INGRESSES, ingress('listed', 'listed.example.com'));
      await createHost('listed.example.com');
      const [builtin, custom] = [(await client.get(INGRESSES)).body, (await client.get(HOSTS)).body];
      expect(builtin).toMatchObject({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressList' });
      expect(builtin.items?.[0]).not.toHaveProperty('kind');
      expect(builtin.items?.[0]).not.toHaveProperty('apiVersion');
      expect(custom).toMatchObject({ apiVersion: 'splithorizon.dev/v1alpha1', kind: 'SplitHorizonHostList' });
      expect(custom.items?.[0]).toMatchObject({ apiVersion: 'splithorizon.dev/v1alpha1', kind: 'SplitHorizonHost' });
    });

    test('all namespaces at once, in the order of namespace and name', async () => {
      await client.post('/api/v1/namespaces', { metadata: { name: 'all-a' } });
      await client.post('/api/v1/namespaces', { metadata: { name: 'all' } });
      for (const [namespace, name] of [
        ['all', 'b'],
        ['all-a', 'a'],
        ['all', 'a'],
      ]) {
        await client.post(`/api/v1/namespaces/${namespace ?? ''}/configmaps`, configMap(name ?? '', { of: 'all' }));
      }
      const { body } = await client.get('/api/v1/configmaps?labelSelector=of%3Dall');
      expect(body.items?.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`)).toEqual([
        'all-a/a',
        'all/a',
        'all/b',
      ]);
    });

    test('pages of one and the same version', async () => {
      for (const name of ['page-3', 'page-1', 'page-5', 'page-2', 'page-4']) {
        await client.post(CONFIG_MAPS, configMap(name, { of: 'pages' }));
      }
      const pages: ApiObject[] = [];
      let next: string | undefined = '';
      while (next !== undefined) {
        const { body } = await client.get(`/api/v1/namespaces/default/configmaps?limit=2&continue=${next}`);
        pages.push(body);
        next = body.metadata.continue || undefined;
      }
      const names = pages.map(({ items }) => items?.map(({ metadata }) => metadata.name ?? '') ?? []);
      expect(names.slice(0, -1).every((page) => page.length === 2)).toBe(true);
      expect(names.flat().filter((name) => name.startsWith('page-'))).toEqual([1, 2, 3, 4, 5].map((n) => `page-${n}`));
      expect(new Set(pages.map(versionOf)).size).toBe(1);
    });

    test.each([
      { name: 'equality', selector: 'labelSelector=tier%3Dfront', want: ['sel-a'] },
      { name: 'inequality', selector: 'labelSelector=of%3Dsel,tier!%3Dfront', want: ['sel-b', 'sel-c'] },
      { name: 'existence', selector: 'labelSelector=of%3Dsel,tier', want: ['sel-a', 'sel-b'] },
      { name: 'absence', selector: 'labelSelector=of%3Dsel,!tier', want: ['sel-c'] },
      { name: 'a field', selector: 'fieldSelector=metadata.name%3Dsel-b', want: ['sel-b'] },
    ])('what a selector by $name means', async ({ selector, want }) => {
      await client.post(CONFIG_MAPS, configMap('sel-a', { of: 'sel', tier: 'front' }));
      await client.post(CONFIG_MAPS, configMap('sel-b', { of: 'sel', tier: 'back' }));
      await client.post(CONFIG_MAPS, configMap('sel-c', { of: 'sel' }));
      const { body } = await client.get(`${CONFIG_MAPS}?${selector}`);
      expect(body.items?.map(({ metadata }) => metadata.name)).toEqual(want);
    });
  });

  describe('patches', () => {
    test('spec by merge, which counts as a generation; labels, which do not', async () => {
      await createHost('merge.example.com');
      const path = `${HOSTS}/merge.example.com`;
      const spec = await client.patch(path, { spec: { target: { addresses: ['10.0.20.205'] } } });
      expect(spec.status).toBe(200);
      expect(spec.body.spec).toEqual({
        host: 'merge.example.com',
        record: 'Managed',
        target: { addresses: ['10.0.20.205'] },
      });
      expect(spec.body.metadata.generation).toBe(2);
      const labels = await client.patch(path, { metadata: { labels: { a: 'b' } } });
      expect(labels.body.metadata).toMatchObject({ generation: 2, labels: { a: 'b' } });
      expect(versionOf(labels.body)).not.toBe(versionOf(spec.body));
      const removed = await client.patch(path, { spec: { target: null, record: null } });
      expect(removed.body.spec).toEqual({ host: 'merge.example.com', record: 'Managed' });
      expect(removed.body.metadata.generation).toBe(3);
    });

    test('nothing when nothing differs: no new version, no event', async () => {
      await createHost('same.example.com');
      const path = `${HOSTS}/same.example.com`;
      // The first write stores the status that was only a default until then, which is a change.
      const { metadata } = (await client.patch(`${path}/status`, { status: { target: 'example.com' } })).body;
      const watch = await client.watch(`${HOSTS}?resourceVersion=${metadata.resourceVersion ?? ''}`);
      // managedFields hold whole seconds: a write that touches them would show in the next one only.
      const second = (): number => Math.floor(Date.now() / 1000);
      await expect.poll(second, SOON).toBeGreaterThan(second());
      const unchanged = [
        await client.patch(path, { spec: { record: 'Managed' } }),
        await client.patch(`${path}/status`, { status: { target: 'example.com' } }),
        await client.patch(`${path}?fieldManager=other`, { metadata: { labels: {} } }),
      ];
      expect(unchanged.map(({ body }) => versionOf(body))).toEqual(Array(3).fill(metadata.resourceVersion));
      await client.patch(path, { metadata: { labels: { last: 'yes' } } });
      await expect.poll(() => seen(watch), SOON).toEqual(['MODIFIED same.example.com']);
      watch.close();
    });

    test('status only through /status, and nothing else through it', async () => {
      await createHost('apart.example.com');
      const path = `${HOSTS}/apart.example.com`;
      const patch = {
        metadata: { labels: { tried: 'yes' } },
        spec: { record: 'Observed' },
        status: { target: 'example.com', unknown: 1 },
      };
      const status = await client.patch(`${path}/status`, patch);
      expect(status.body.status).toMatchObject({ target: 'example.com', conditions: [{ type: 'Ready' }] });
      expect(status.body.status).not.toHaveProperty('unknown');
      expect(status.body.spec?.['record']).toBe('Managed');
      expect(status.body.metadata).toMatchObject({ generation: 1 });
      expect(status.body.metadata.labels).toBeUndefined();
      const main = await client.patch(path, { ...patch, status: { target: 'other.com' } });
      expect(main.body.status).toMatchObject({ target: 'example.com' });
      expect(main.body.spec?.['record']).toBe('Observed');
    });

    test('the status of a Service and an Ingress', async () => {
      const services = '/api/v1/namespaces/default/services';
      await client.post(services, { metadata: { name: 'lb' }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } });
      await client.post(INGRESSES, ingress('lb', 'lb.example.com'));
      const loadBalancer = { ingress: [{ hostname: 'lb.example.net' }] };
      const service = await client.patch(`${services}/lb/status`, { status: { loadBalancer } });
      expect(service.body.status).toEqual({ loadBalancer });
      const { body } = await client.patch(`${INGRESSES}/lb/status`, { status: { loadBalancer } });
      expect(body.status).toEqual({ loadBalancer });
      expect(body.metadata.generation).toBe(1);
    });

    test.each(['', '/status'])('%s no version but the latest, when the patch names one', async (subresource) => {
      const host = `stale${subresource.replace('/', '-')}.example.com`;
      const { metadata } = await createHost(host);
      const path = `${HOSTS}/${host}`;
      await client.patch(path, { metadata: { labels: { newer: 'yes' } } });
      const stale = { metadata: { resourceVersion: metadata.resourceVersion }, status: { target: 'x' } };
      const { status, body } = await client.patch(`${path}${subresource}`, stale);
      expect(status).toBe(409);
      expect(body).toMatchObject({
        reason: 'Conflict',
        message: `Operation cannot be fulfilled on splithorizonhosts.splithorizon.dev "${host}": the object has been modified; please apply your changes to the latest version and try again`,
      });
    });

    test('404 what is not there, 415 a type it does not know', async () => {
      expect((await client.patch(`${HOSTS}/missing.example.com`, {})).status).toBe(404);
      expect((await client.patch(`${HOSTS}/missing.example.com/status`, {})).status).toBe(404);
      await createHost('type.example.com');
      for (const contentType of ['text/plain', 'application/strategic-merge-patch+json']) {
        const { status } = await client.request('PATCH', `${HOSTS}/type.example.com`, {}, { contentType });
        expect(status).toBe(415);
      }
    });

    test('managedFields of spec for each manager that wrote it', async () => {
      await createHost('managed.example.com', '?fieldManager=splithorizon');
      const path = `${HOSTS}/managed.example.com`;
      await client.patch(`${path}?fieldManager=kubectl-annotate`, { metadata: { annotations: { a: 'b' } } });
      const status = await client.patch(`${path}/status?fieldManager=splithorizon`, { status: { target: 'a' } });
      expect(specOwners(status.body)).toEqual({ splithorizon: ['f:host', 'f:record'] });
      const edit = { spec: { record: 'Observed', target: { cname: 'site.example.net' } } };
      const { body } = await client.patch(`${path}?fieldManager=kubectl-edit`, edit);
      expect(specOwners(body)).toEqual({ splithorizon: ['f:host'], 'kubectl-edit': ['f:record', 'f:target'] });
      const undone = await client.patch(`${path}?fieldManager=splithorizon`, { spec: { target: null } });
      expect(specOwners(undone.body)).toEqual({ splithorizon: ['f:host'], 'kubectl-edit': ['f:record'] });
    });
  });

  describe('applies', () => {
    const apply = (name: string, status: object, query = '?fieldManager=agent&force=true') =>
      client.patch(
        `${VANTAGES}/${name}/status${query}`,
        { apiVersion: 'splithorizon.dev/v1alpha1', kind: 'SplitHorizonVantage', metadata: { name }, status },
        'apply',
      );

    test('what a manager says of the status, whole, and leaves the rest alone', async () => {
      await client.post(VANTAGES, vantageSample('lan-apply', 'LAN', ['192.0.2.1']));
      await client.patch(`${VANTAGES}/lan-apply/status`, { status: { hosts: { total: 43, internal: 42 } } });
      const first = await apply('lan-apply', { askedFrom: '10.0.20.55', summary: { internal: '1/1' } });
      expect(first.status, first.body.message).toBe(200);
      expect(first.body.status).toMatchObject({
        askedFrom: '10.0.20.55',
        summary: { internal: '1/1' },
        hosts: { total: 43, internal: 42 },
        conditions: [{ type: 'Reporting', status: 'Unknown' }],
      });
      const again = await apply('lan-apply', { askedFrom: '10.0.20.55', summary: { internal: '1/1' } });
      expect(versionOf(again.body)).toBe(versionOf(first.body));
      const less = await apply('lan-apply', { askedFrom: '10.0.20.56' });
      expect(less.body.status).toMatchObject({ askedFrom: '10.0.20.56', hosts: { total: 43, internal: 42 } });
      expect(less.body.status).not.toHaveProperty('summary.internal');
      expect(less.body.metadata.generation).toBe(1);
      expect(less.body.metadata.managedFields).toContainEqual(
        expect.objectContaining({ manager: 'agent', operation: 'Apply', subresource: 'status' }),
      );
    });

    test('nothing over another manager unless forced', async () => {
      await client.post(VANTAGES, vantageSample('lan-owned', 'LAN', ['192.0.2.1']));
      await apply('lan-owned', { askedFrom: '10.0.20.55' });
      const other = await apply('lan-owned', { askedFrom: '10.0.20.99' }, '?fieldManager=other');
      expect(other.status).toBe(409);
      expect(other.body.message).toMatch(
        /^Apply failed with 1 conflict: conflict with "agent".*: \.status\.askedFrom$/,
      );
      const forced = await apply('lan-owned', { askedFrom: '10.0.20.99' }, '?fieldManager=other&force=true');
      expect(forced.body.status).toMatchObject({ askedFrom: '10.0.20.99' });
    });

    test('404 to a status whose object is not there', async () => {
      expect((await apply('lan-missing', { askedFrom: '10.0.20.55' })).status).toBe(404);
    });
  });

  describe('deletes', () => {
    test('an object, and then has none', async () => {
      await createHost('gone.example.com');
      const { status, body } = await client.delete(`${HOSTS}/gone.example.com`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ kind: 'Status', status: 'Success' });
      expect((await client.delete(`${HOSTS}/gone.example.com`)).status).toBe(404);
    });

    test('only the object that the preconditions name', async () => {
      const { metadata } = await createHost('precondition.example.com');
      const path = `${HOSTS}/precondition.example.com`;
      const other = '00000000-0000-0000-0000-000000000000';
      for (const preconditions of [{ uid: other }, { uid: metadata.uid, resourceVersion: '1' }]) {
        const { status, body } = await client.delete(path, { preconditions });
        expect(status).toBe(409);
        expect(body.reason).toBe('Conflict');
      }
      const { uid, resourceVersion } = metadata;
      expect((await client.delete(path, { preconditions: { uid, resourceVersion } })).status).toBe(200);
    });
  });

  describe('watches', () => {
    test('from the version of a list: what was added, modified and deleted since, each with its version', async () => {
      const { body: list } = await client.get(`${CONFIG_MAPS}?limit=1`);
      await client.post(CONFIG_MAPS, configMap('watched'));
      const watch = await client.watch(`${CONFIG_MAPS}?resourceVersion=${versionOf(list)}`);
      await client.patch(`${CONFIG_MAPS}/watched`, { data: { a: 'b' } });
      await client.delete(`${CONFIG_MAPS}/watched`);
      await expect.poll(() => seen(watch), SOON).toEqual(['ADDED watched', 'MODIFIED watched', 'DELETED watched']);
      const objects = watch.events.map(({ object }) => object);
      expect(objects[2]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
      const versions = objects.map((object) => Number(versionOf(object)));
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      watch.close();
    });

    test('as a streaming list: all there is, a bookmark that says so, then what comes', async () => {
      await client.post(INGRESSES, ingress('stream-a', 'a.example.com'));
      await client.post(INGRESSES, ingress('stream-b', 'b.example.com'));
      const { body: list } = await client.get(INGRESSES);
      const watch = await client.watch(`/apis/networking.k8s.io/v1/ingresses?${STREAM}`);
      await expect.poll(() => watch.events.at(-1)?.type, SOON).toBe('BOOKMARK');
      const there = list.items?.map(({ metadata }) => `ADDED ${metadata.name ?? ''}`) ?? [];
      expect(seen(watch).slice(0, -1).sort()).toEqual(there.sort());
      const bookmark = watch.events.at(-1)?.object;
      expect(bookmark).toMatchObject({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
      });
      await client.delete(`${INGRESSES}/stream-a`);
      await expect.poll(() => seen(watch).at(-1), SOON).toBe('DELETED stream-a');
      const resumed = await client.watch(`${INGRESSES}?resourceVersion=${bookmark ? versionOf(bookmark) : ''}`);
      await expect.poll(() => seen(resumed), SOON).toEqual(['DELETED stream-a']);
      watch.close();
      resumed.close();
    });

    test('without a version: all there is first', async () => {
      await client.post(CONFIG_MAPS, configMap('synthetic', { of: 'synthetic' }));
      const watch = await client.watch(`${CONFIG_MAPS}?labelSelector=of%3Dsynthetic`);
      await expect.poll(() => seen(watch), SOON).toEqual(['ADDED synthetic']);
      watch.close();
    });

    test('through a selector: what begins to match is added, what ceases is deleted', async () => {
      await client.post(CONFIG_MAPS, configMap('comes', {}));
      const watch = await client.watch(`${CONFIG_MAPS}?labelSelector=ready%3Dyes`);
      const path = `${CONFIG_MAPS}/comes`;
      await client.patch(path, { metadata: { labels: { ready: 'yes' } } });
      await client.patch(path, { data: { a: 'b' } });
      await client.patch(path, { metadata: { labels: { ready: 'no' } } });
      await client.patch(path, { metadata: { labels: { ready: 'yes' } } });
      const want = ['ADDED comes', 'MODIFIED comes', 'DELETED comes', 'ADDED comes'];
      await expect.poll(() => seen(watch), SOON).toEqual(want);
      watch.close();
    });

    test('for as long as the client wants, with a last bookmark to resume from', async () => {
      const { body: list } = await client.get(CONFIG_MAPS);
      const query = `resourceVersion=${versionOf(list)}&timeoutSeconds=4&allowWatchBookmarks=true`;
      const watch = await client.watch(`${CONFIG_MAPS}?${query}`);
      await client.post('/api/v1/namespaces/kube-public/configmaps', configMap('elsewhere'));
      await watch.ended;
      expect(new Set(watch.events.map(({ type }) => type))).toEqual(new Set(['BOOKMARK']));
      expect(Number(versionOf(watch.events.at(-1)?.object ?? list))).toBeGreaterThan(Number(versionOf(list)));
    });

    test.each([
      { name: 'a streaming list that does not say which version', query: 'sendInitialEvents=true', status: 422 },
      { name: 'a match without a streaming list', query: 'resourceVersionMatch=NotOlderThan', status: 422 },
    ])('not: $name', async ({ query, status }) => {
      expect((await client.get(`${HOSTS}?watch=true&${query}`)).status).toBe(status);
    });
  });

  describe('serves kubectl', () => {
    const kubectl = async (args: string[], stdin?: string): Promise<string> => {
      const result = await server.kubectl?.(args, stdin);
      expect(result?.code, result?.stderr).toBe(0);
      return result?.stdout.replaceAll(/ +$/gm, '') ?? '';
    };

    test('the table of hosts, wide and narrow', async ({ skip }) => {
      if (!server.kubectl) skip('no kubectl here');
      await createHost('table.example.com');
      const lastTransitionTime = new Date(Date.now() - 245_000).toISOString();
      await client.patch(`${HOSTS}/table.example.com/status`, {
        status: {
          target: 'example.com',
          summary: { source: 'Ingress git/git +1', record: 'CNAME 300' },
          audiences: ['Nodes', 'Pods', 'LAN'].map((name) => ({ name, verdict: name === 'LAN' ? '-' : 'Internal' })),
          conditions: [
            { type: 'NodesResolve', status: 'True', reason: 'Internal', message: '', lastTransitionTime },
            { type: 'Ready', status: 'True', reason: 'Published', message: 'all is well', lastTransitionTime },
          ],
        },
      });
      const args = ['get', 'splithorizonhosts', 'table.example.com'];
      const [narrow, wide] = [await kubectl(args), await kubectl([...args, '-o', 'wide'])];
      expect(
        narrow
          .replaceAll(/4m\d+s/g, '4mNs')
          .replaceAll(/\d+s$/gm, 'Ns')
          .split(/ {2,}|\n/),
      ).toEqual([
        ...['NAME', 'TARGET', 'NODES', 'PODS', 'LAN', 'READY', 'REASON', 'SINCE', 'AGE'],
        ...['table.example.com', 'example.com', 'Internal', 'Internal', '-', 'True', 'Published', '4mNs', 'Ns'],
        '',
      ]);
      expect(wide).toMatch(/SOURCE +RECORD +MESSAGE\n.* Ingress git\/git \+1 +CNAME 300 +all is well\n$/);
    });

    test('the table of Ingresses', async ({ skip }) => {
      if (!server.kubectl) skip('no kubectl here');
      await client.post(INGRESSES, ingress('table', 'table.example.com'));
      const table = await kubectl(['get', 'ingress', 'table']);
      expect(table.replaceAll(/\d+s$/gm, 'Ns').split(/ {2,}|\n/)).toEqual([
        ...['NAME', 'CLASS', 'HOSTS', 'ADDRESS', 'PORTS', 'AGE'],
        ...['table', 'traefik', 'table.example.com', '80', 'Ns'],
        '',
      ]);
    });

    test('apply, which creates, configures, and leaves alone what is right', async ({ skip }) => {
      if (!server.kubectl) skip('no kubectl here');
      const manifest = (record: string): string => JSON.stringify(hostSample('apply.example.com', { record }));
      const apply = (record: string): Promise<string> => kubectl(['apply', '-f', '-'], manifest(record));
      const host = 'splithorizonhost.splithorizon.dev/apply.example.com';
      expect(await apply('Managed')).toBe(`${host} created\n`);
      expect(await apply('Observed')).toBe(`${host} configured\n`);
      expect(await apply('Observed')).toBe(`${host} unchanged\n`);
      const changed = JSON.stringify(ingress('applied', 'second.example.com'));
      expect(await kubectl(['apply', '-f', '-'], JSON.stringify(ingress('applied', 'first.example.com')))).toContain(
        'created',
      );
      expect(await kubectl(['apply', '-f', '-'], changed)).toContain('configured');
      expect(await kubectl(['get', 'ingress', 'applied', '-o', 'jsonpath={.spec.rules[*].host}'])).toBe(
        'second.example.com',
      );
    });

    test('annotate, wait and delete', async ({ skip }) => {
      if (!server.kubectl) skip('no kubectl here');
      await createHost('verbs.example.com');
      await kubectl(['annotate', 'shh', 'verbs.example.com', 'a=b']);
      expect((await client.get(`${HOSTS}/verbs.example.com`)).body.metadata.annotations).toMatchObject({ a: 'b' });
      await kubectl(['wait', '--for=condition=Ready=Unknown', 'shh/verbs.example.com']);
      await kubectl(['delete', 'shh', 'verbs.example.com']);
      expect((await client.get(`${HOSTS}/verbs.example.com`)).status).toBe(404);
    });
  });

  test('serves a kind no longer once its CRD is deleted, and ends its watches', async () => {
    await client.post(VANTAGES, vantageSample('lan-last', 'LAN', ['192.0.2.1']));
    const watch = await client.watch(`${VANTAGES}?${STREAM}`);
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await client.delete(`${crds}/splithorizonvantages.splithorizon.dev`);
    await watch.ended;
    await expect.poll(async () => (await client.get(VANTAGES)).status, SOON).toBe(404);
  });

  test('keeps all objects over a restart, but resumes no watch from before it', async () => {
    const { metadata } = await createHost('kept.example.com');
    await createHost('later.example.com');
    const open = await client.watch(`${HOSTS}?resourceVersion=${metadata.resourceVersion ?? ''}`);
    await server.restart();
    await open.ended;
    const fresh = apiClient(server);
    // For a moment the real one says 429: "storage is (re)initializing".
    const kept = async (): Promise<unknown> => (await fresh.get(`${HOSTS}/kept.example.com`)).body.metadata;
    await expect.poll(kept, SOON).toEqual(metadata);
    const from = metadata.resourceVersion ?? '';
    const watch = await vi.waitFor(() => fresh.watch(`${HOSTS}?resourceVersion=${from}`), SOON);
    await watch.ended;
    expect(watch.events).toEqual([
      { type: 'ERROR', object: expect.objectContaining({ kind: 'Status', reason: 'Expired', code: 410 }) as unknown },
    ]);
    fresh.close();
  });
});
