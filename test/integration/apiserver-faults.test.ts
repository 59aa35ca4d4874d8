import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiClient, type ApiClient, type OpenWatch } from '../support/api-client.ts';
import { startStandInApiServer, type StandInApiServer } from '../standin/apiserver/main.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const STREAM = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
const SOON = { timeout: 20_000, interval: 20 };

const seen = ({ events }: OpenWatch): string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.reason ?? ''}`.trim());

describe("the stand-in's faults", () => {
  let server: StandInApiServer;
  let client: ApiClient;

  beforeEach(async () => {
    server = await startStandInApiServer();
    client = apiClient(server);
    await client.post(CONFIG_MAPS, { metadata: { name: 'first' } });
    server.api.resetCounters();
  });
  afterEach(async () => {
    client.close();
    await server.stop();
  });

  const statusOf = async (path: string): Promise<number> => (await client.get(path)).status;

  test('closed watches end without a word, and can be resumed', async () => {
    const watch = await client.watch(`${CONFIG_MAPS}?${STREAM}`);
    server.api.closeWatches();
    await watch.ended;
    expect(seen(watch)).toEqual(['ADDED first', 'BOOKMARK']);
    await client.post(CONFIG_MAPS, { metadata: { name: 'meanwhile' } });
    const version = watch.events.at(-1)?.object.metadata.resourceVersion ?? '';
    const resumed = await client.watch(`${CONFIG_MAPS}?resourceVersion=${version}`);
    await expect.poll(() => seen(resumed), SOON).toEqual(['ADDED meanwhile']);
  });

  test('expired watches end with 410, which a watch from an earlier version gets too, and an older page', async () => {
    await client.post(CONFIG_MAPS, { metadata: { name: 'second' } });
    const page = (await client.get(`${CONFIG_MAPS}?limit=1`)).body.metadata;
    await client.post(CONFIG_MAPS, { metadata: { name: 'third' } });
    const watch = await client.watch(`${CONFIG_MAPS}?resourceVersion=${page.resourceVersion ?? ''}`);
    server.api.expireWatches();
    await watch.ended;
    expect(seen(watch)).toEqual(['ADDED third', 'ERROR Expired']);
    const resumed = await client.watch(`${CONFIG_MAPS}?resourceVersion=${page.resourceVersion ?? ''}`);
    await resumed.ended;
    expect(resumed.events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410 } }]);
    expect(await statusOf(`${CONFIG_MAPS}?limit=1&continue=${page.continue ?? ''}`)).toBe(410);
  });

  test('a version that is yet to come has no streaming list', async () => {
    expect(await statusOf(`${CONFIG_MAPS}?watch=true&${STREAM}&resourceVersion=999999`)).toBe(504);
  });

  test('failures hit the next requests that they are meant for', async () => {
    server.api.faults.failNext(2, 500);
    server.api.faults.failNext(1, 429, { path: /ingresses/, retryAfterSeconds: 7 });
    expect([await statusOf(CONFIG_MAPS), await statusOf(CONFIG_MAPS), await statusOf(CONFIG_MAPS)]).toEqual([
      500, 500, 200,
    ]);
    const { status, headers, body } = await client.get(INGRESSES);
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 429, retryAfter: '7' });
    expect(body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests' });
    expect(await statusOf(INGRESSES)).toBe(200);
  });

  test('a hanging server answers nothing, and tells its watches nothing, until it is healed', async () => {
    const watch = await client.watch(
      `${CONFIG_MAPS}?resourceVersion=${(await client.get(CONFIG_MAPS)).body.metadata.resourceVersion ?? ''}`,
    );
    server.api.faults.hang({ path: /configmaps/ });
    const answers: number[] = [];
    const held = statusOf(CONFIG_MAPS).then((status) => answers.push(status));
    expect(await statusOf(INGRESSES)).toBe(200);
    expect(answers).toEqual([]);
    server.api.faults.heal();
    await held;
    expect(answers).toEqual([200]);
    await client.post(CONFIG_MAPS, { metadata: { name: 'after' } });
    await expect.poll(() => seen(watch), SOON).toEqual(['ADDED after']);
  });

  test('a watch opened before a hang hears afterwards of what happened meanwhile', async () => {
    const { body } = await client.get(CONFIG_MAPS);
    const watch = await client.watch(`${CONFIG_MAPS}?resourceVersion=${body.metadata.resourceVersion ?? ''}`);
    server.api.faults.hang({ path: /watch=true/ });
    await client.post(CONFIG_MAPS, { metadata: { name: 'meanwhile' } });
    expect(await statusOf(CONFIG_MAPS)).toBe(200);
    expect(watch.events).toEqual([]);
    server.api.faults.heal();
    await expect.poll(() => seen(watch), SOON).toEqual(['ADDED meanwhile']);
  });

  test('a refusing server resets what is open and comes back with its objects on the same port', async () => {
    const watch = await client.watch(CONFIG_MAPS);
    await server.api.refuse();
    await watch.ended;
    await expect(client.get(CONFIG_MAPS)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.api.listen();
    expect(await statusOf(`${CONFIG_MAPS}/first`)).toBe(200);
  });

  test('an emptied listing shows no objects and deletes none', async () => {
    const watch = await client.watch(CONFIG_MAPS);
    server.api.faults.emptyListing('configmaps');
    expect((await client.get(CONFIG_MAPS)).body.items).toEqual([]);
    const stream = await client.watch(`${CONFIG_MAPS}?${STREAM}`);
    await expect.poll(() => seen(stream), SOON).toEqual(['BOOKMARK']);
    expect(seen(watch)).toEqual(['ADDED first']);
    server.api.faults.heal();
    expect((await client.get(CONFIG_MAPS)).body.items).toHaveLength(1);
  });

  test('a forbidden resource answers 403, whatever is asked of it, and others do not', async () => {
    server.api.faults.forbid('configmaps');
    const answers = [await client.get(CONFIG_MAPS), await client.post(CONFIG_MAPS, { metadata: { name: 'b' } })];
    expect(answers.map(({ status, body }) => [status, body.reason])).toEqual(Array(2).fill([403, 'Forbidden']));
    await expect(client.watch(CONFIG_MAPS)).rejects.toThrow('403');
    expect(await statusOf(INGRESSES)).toBe(200);
  });

  test('requests are counted by verb and resource, and writes apart', async () => {
    await client.get(CONFIG_MAPS);
    await client.get(`${CONFIG_MAPS}/first`);
    (await client.watch(CONFIG_MAPS)).close();
    expect(server.api.writes()).toBe(0);
    await client.patch(`${CONFIG_MAPS}/first`, { data: { a: 'b' } });
    await client.patch('/api/v1/namespaces/default/status', { status: {} });
    await client.delete(`${CONFIG_MAPS}/first`);
    expect(server.api.requests).toEqual({
      'list configmaps': 1,
      'get configmaps': 1,
      'watch configmaps': 1,
      'patch configmaps': 1,
      'patch namespaces/status': 1,
      'delete configmaps': 1,
    });
    expect([server.api.writes(), server.api.writes('configmaps'), server.api.writes('namespaces')]).toEqual([3, 2, 1]);
    server.api.resetCounters();
    expect(server.api.requests).toEqual({});
  });
});
