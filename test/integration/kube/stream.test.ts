import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Kube } from '../../../src/kube/kube.ts';
import type { StreamTiming } from '../../../src/kube/stream.ts';
import type { IngressView } from '../../../src/model/views.ts';
import { apiClient, type ApiClient, type ApiObject } from '../../support/api-client.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServers } from '../../support/api-servers.ts';
import { connectTo } from './connect-to.ts';
import { errorEvent, startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { watched, type Watched } from './watched.ts';

const TIMING: StreamTiming = { firstMs: 10, mostMs: 50, idleMs: 1_000, shortMs: 30 };

const ingress = (name: string, className = 'traefik'): ApiObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: { ingressClassName: className, tls: [{ hosts: [`${name}.example.com`] }], defaultBackend: BACKEND },
});
const BACKEND = { service: { name: 'any', port: { number: 80 } } };

describe.each(apiServers('streams'))('a stream from the $name', ({ lend }) => {
  let server: ApiServer;
  let client: ApiClient;
  let proxy: FaultProxy;
  let kube: Kube;
  let namespace: string;
  let path: string;
  let told: Watched<IngressView>;
  let stop: AbortController;
  let ended: Promise<void>;
  let tests = 0;

  beforeAll(async () => {
    server = await lend();
    client = apiClient(server);
    proxy = await startFaultProxy(server);
    kube = connectTo(proxy.access);
  });
  afterAll(async () => {
    client.close();
    await proxy.refuse();
    await server.stop();
  });

  beforeEach(async () => {
    namespace = `test-${(tests += 1)}`;
    path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
    await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await create('git');
    await create('photos');
    stop = new AbortController();
    told = watched();
    ended = Promise.resolve();
    proxy.requests.length = 0;
  });
  afterEach(async () => {
    stop.abort();
    proxy.fault = () => undefined;
    await ended;
  });

  const create = async (name: string): Promise<void> => {
    const { status, body } = await client.post(path, ingress(name));
    expect(status, body.message).toBe(201);
  };
  const remove = (name: string): Promise<unknown> => client.delete(`${path}/${name}`);
  const follow = (handlers: Watched<IngressView> = told, toView = kube.views.ingress): void => {
    ended = kube.stream({ path, toView, handlers, signal: stop.signal, timing: TIMING });
  };
  const synced = (times = 1): Promise<void> => vi.waitFor(() => expect(told.listings).toHaveLength(times), 10_000);
  const names = (): string[] => [...told.objects.values()].map(({ name }) => name).sort();
  const key = (name: string): string => `${namespace}/${name}`;
  const listRequests = (): string[] => proxy.requests.filter((url) => url.includes('sendInitialEvents'));
  /** Everything asked through the proxy fails until the returned function is called. */
  const outage = (status: number): (() => void) => {
    proxy.fault = () => ({ status });
    return () => (proxy.fault = () => undefined);
  };

  it('tells what there is, then that it has told all, then what changes', async () => {
    follow();
    await synced();
    expect(names()).toEqual(['git', 'photos']);
    expect(told.listings).toEqual([2]);

    await create('wiki');
    await client.patch(`${path}/git`, { spec: { ingressClassName: 'other' } });
    await remove('photos');
    await vi.waitFor(() => expect(told.deletions).toEqual({ [key('photos')]: 'Seen' }));
    expect(names()).toEqual(['git', 'wiki']);
    expect(told.objects.get(key('git'))?.className).toBe('other');
    expect(listRequests()).toHaveLength(1);
  });

  it.each([
    { name: 'closes the watch', fault: () => proxy.closeWatches() },
    { name: 'breaks the connection', fault: () => proxy.resetWatches() },
    { name: 'ends its answer in the middle of an event', fault: () => proxy.endWatchesWith('{"type":"ADD') },
  ])('resumes when the server $name, and sees what was deleted meanwhile', async ({ fault }) => {
    follow();
    await synced();
    const heal = outage(503);
    fault();
    await remove('git');
    await create('wiki');
    heal();
    await vi.waitFor(() => expect(names()).toEqual(['photos', 'wiki']));
    expect(told.deletions).toEqual({ [key('git')]: 'Seen' });
    expect(told.listings).toEqual([2]);
  });

  it('goes on by itself when nothing happens for longer than a connection lives', async () => {
    follow();
    await synced();
    await vi.waitFor(() => expect(proxy.requests.length).toBeGreaterThan(3), 10_000);
    await remove('git');
    await vi.waitFor(() => expect(told.deletions).toEqual({ [key('git')]: 'Seen' }));
    expect(told.problems).toEqual([]);
    expect(told.listings).toEqual([2]);
  });

  it.each([
    { name: 'an ERROR event 410', fault: () => proxy.endWatchesWith(errorEvent(410)) },
    { name: 'an ERROR event 500', fault: () => proxy.endWatchesWith(errorEvent(500)) },
    { name: 'an event that is none', fault: () => proxy.endWatchesWith('{"hello":"world"}\n') },
  ])('lists again after $name, and infers what is gone', async ({ fault }) => {
    follow();
    await synced();
    const heal = outage(503);
    fault();
    await remove('git');
    await create('wiki');
    heal();
    await synced(2);
    expect(names()).toEqual(['photos', 'wiki']);
    expect(told.deletions).toEqual({ [key('git')]: 'Inferred' });
    expect(told.listings).toEqual([2, 2]);
  });

  it.each([
    { name: 'too old', status: 410 },
    { name: 'too new, as after a restored backup', status: 504 },
  ])('lists again where its version is $name', async ({ status }) => {
    follow();
    await synced();
    proxy.fault = (url) => (url.includes('resourceVersion=') ? { status } : undefined);
    proxy.closeWatches();
    await remove('git');
    await synced(2);
    expect(told.deletions).toEqual({ [key('git')]: 'Inferred' });
  });

  it.each([500, 502, 503, 401, 429])('outlives a time of %i, resuming', async (status) => {
    follow();
    await synced();
    const before = proxy.requests.length;
    const heal = outage(status);
    proxy.resetWatches();
    await vi.waitFor(() => expect(proxy.requests.length).toBeGreaterThan(before + 4));
    await remove('git');
    heal();
    await vi.waitFor(() => expect(told.deletions).toEqual({ [key('git')]: 'Seen' }));
    expect(told.listings).toEqual([2]);
    expect(told.unavailabilities).toEqual([]);
  });

  it('waits as long as the server asks for with Retry-After', async () => {
    proxy.fault = () => (proxy.requests.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined);
    const begun = performance.now();
    follow();
    await synced();
    expect(performance.now() - begun).toBeGreaterThan(1_000);
    expect(proxy.requests).toHaveLength(2);
  });

  it('comes back ever more slowly to a server that ends every answer at once', async () => {
    proxy.fault = () => ({ status: 200 });
    const { stream } = connectTo(proxy.access, { random: () => 1 });
    ended = stream({ path, toView: kube.views.ingress, handlers: told, signal: stop.signal, timing: TIMING });
    await vi.waitFor(() => expect(told.problems).toHaveLength(5));
    const waits = told.problems.map((problem) => (problem.kind === 'Interrupted' ? problem.retryMs : 0));
    expect(waits).toEqual([10, 20, 40, 50, 50]);
    expect(told.listings).toEqual([]);
  });

  it('notices a watch that has fallen silent', async () => {
    follow();
    await synced();
    proxy.freezeWatches();
    await create('wiki');
    await vi.waitFor(() => expect(names()).toContain('wiki'), 10_000);
    expect(told.listings).toEqual([2]);
  });

  it('notices a server that takes requests and never answers', async () => {
    proxy.fault = () => 'hang';
    follow();
    await vi.waitFor(() => expect(told.problems).not.toEqual([]), 10_000);
    proxy.fault = () => undefined;
    await synced();
    expect(names()).toEqual(['git', 'photos']);
  });

  it('outlives a server that is gone for a while', async () => {
    follow();
    await synced();
    await proxy.refuse();
    await remove('git');
    await vi.waitFor(() => expect(told.problems.length).toBeGreaterThan(3));
    await proxy.accept();
    await vi.waitFor(() => expect(names()).toEqual(['photos']));
    expect(told.deletions).toEqual({ [key('git')]: 'Seen' });
  });

  it('outlives a restart of the server', async () => {
    follow();
    await synced();
    client.close();
    await server.restart();
    await remove('git');
    await vi.waitFor(() => expect(names()).toEqual(['photos']), 10_000);
  });

  it('says once that it may not read, lets stand what is known, and reads on when it may', async () => {
    follow();
    await synced();
    const before = proxy.requests.length;
    const heal = outage(403);
    proxy.resetWatches();
    await vi.waitFor(() => expect(proxy.requests.length).toBeGreaterThan(before + 4));
    expect(told.unavailabilities.map(({ code, reason }) => `${code} ${reason}`)).toEqual(['403 Forbidden']);
    expect(names()).toEqual(['git', 'photos']);
    await remove('git');
    heal();
    await synced(2);
    expect(told.deletions).toEqual({ [key('git')]: 'Inferred' });
  });

  it('lists in pages where the server does not stream listings', async () => {
    const many = Array.from({ length: 1_100 }, (_, number) => `many-${number}`);
    for (let at = 0; at < many.length; at += 50) await Promise.all(many.slice(at, at + 50).map(create));
    proxy.fault = (url) => (url.includes('sendInitialEvents') ? { status: 422 } : undefined);
    follow();
    await synced();
    expect(told.listings).toEqual([1_102]);
    expect(proxy.requests.filter((url) => url.includes('limit=500'))).toHaveLength(3);
    await remove('many-7');
    await vi.waitFor(() => expect(told.deletions).toEqual({ [key('many-7')]: 'Seen' }));
  });

  it('reports an object that is not what it should be, and goes on', async () => {
    const isBad = { git: true };
    const toView = (raw: unknown): IngressView => {
      const view = kube.views.ingress(raw);
      if (view.name === 'git' && isBad.git) throw new Error('spec is odd');
      return view;
    };
    follow(told, toView);
    await synced();
    expect(names()).toEqual(['photos']);
    expect(told.problems).toEqual([{ kind: 'BadObject', key: key('git'), message: 'spec is odd' }]);
    isBad.git = false;
    await client.patch(`${path}/git`, { spec: { ingressClassName: 'other' } });
    await vi.waitFor(() => expect(names()).toEqual(['git', 'photos']));

    // Bad again: what was known of it stands, also through a new listing.
    isBad.git = true;
    proxy.endWatchesWith(errorEvent(410));
    await synced(2);
    expect(names()).toEqual(['git', 'photos']);
    expect(told.deletions).toEqual({});
  });

  it('goes on when a handler throws', async () => {
    const upsert = (key: string, view: IngressView): void => {
      told.upsert(key, view);
      throw new Error('on purpose');
    };
    follow({ ...told, upsert });
    await synced();
    await create('wiki');
    await vi.waitFor(() => expect(names()).toEqual(['git', 'photos', 'wiki']));
    expect(told.problems.map(({ kind }) => kind)).toEqual(['HandlerFailed', 'HandlerFailed', 'HandlerFailed']);
  });

  it.each([
    { name: 'in the middle of a watch', given: async () => synced() },
    {
      name: 'while the server does not answer',
      given: async () => {
        proxy.fault = () => 'hang';
        await vi.waitFor(() => expect(proxy.requests).not.toEqual([]));
      },
    },
    {
      name: 'while it waits to try again',
      given: async () => {
        proxy.fault = () => ({ status: 429, headers: { 'retry-after': '30' } });
        await vi.waitFor(() => expect(told.problems).not.toEqual([]));
      },
    },
  ])('ends at once when told so $name', async ({ given }) => {
    follow();
    await given();
    stop.abort();
    await ended;
    await create('wiki');
    expect(names()).not.toContain('wiki');
  });
});
