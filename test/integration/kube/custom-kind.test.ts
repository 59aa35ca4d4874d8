import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Kube } from '../../../src/kube/kube.ts';
import type { StreamTiming } from '../../../src/kube/stream.ts';
import { apiClient, type ApiClient } from '../../support/api-client.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServers } from '../../support/api-servers.ts';
import { installCrds } from '../../support/crds.ts';
import { connectTo } from './connect-to.ts';
import { watched } from './watched.ts';

const NAME = 'widgets.test.example.com';
const PATH = '/apis/test.example.com/v1/widgets';
const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: NAME },
  spec: {
    group: 'test.example.com',
    scope: 'Cluster',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
const TIMING: StreamTiming = { firstMs: 10, mostMs: 50, idleMs: 1_000, shortMs: 30 };

describe.each(apiServers('custom kinds'))('a kind that comes and goes on the $name', ({ lend }) => {
  let server: ApiServer;
  let client: ApiClient;
  let kube: Kube;

  beforeAll(async () => {
    server = await lend();
    client = apiClient(server);
    kube = connectTo(server);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  const widget = (name: string): object => ({ apiVersion: 'test.example.com/v1', kind: 'Widget', metadata: { name } });

  it('is unavailable, is followed from its creation on, and is unavailable again', async () => {
    const stop = new AbortController();
    const told = watched<object>();
    const toView = (raw: unknown): object => ({ raw });
    const ended = kube.stream({ path: PATH, toView, handlers: told, signal: stop.signal, timing: TIMING });
    await vi.waitFor(() => expect(told.unavailabilities.map(({ code }) => code)).toEqual([404]));
    expect(await kube.isCrdGoing(NAME, stop.signal)).toBe(true);

    await installCrds(server, [CRD]);
    await client.post(PATH, widget('one'));
    await vi.waitFor(() => expect([...told.objects.keys()]).toEqual(['one']), 10_000);
    expect(told.listings).toHaveLength(1);
    expect(await kube.isCrdGoing(NAME, stop.signal)).toBe(false);

    // The server deletes the objects of a CRD that goes; only the CRD itself tells that nobody meant to.
    await client.delete(`${CRD_PATH}/${NAME}`);
    await vi.waitFor(() => expect(told.unavailabilities).toHaveLength(2), 20_000);
    expect(await kube.isCrdGoing(NAME, stop.signal)).toBe(true);
    stop.abort();
    await ended;
  });
});
