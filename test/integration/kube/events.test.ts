import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventNote } from '../../../src/kube/events.ts';
import type { Kube } from '../../../src/kube/kube.ts';
import { apiClient, type ApiClient, type ApiObject } from '../../support/api-client.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServers } from '../../support/api-servers.ts';
import { collectionPath, hostSample } from '../../support/samples.ts';
import { connectTo } from './connect-to.ts';
import { startFaultProxy } from './fault-proxy.ts';

const HOST = 'git.example.com';

describe.each(apiServers('Events'))('Events on the $name', ({ lend }) => {
  let server: ApiServer;
  let client: ApiClient;
  let kube: Kube;
  let clock = Date.parse('2026-11-23T16:00:00Z');
  let uid: string;
  const stop = new AbortController();

  beforeAll(async () => {
    server = await lend();
    client = apiClient(server);
    kube = connectTo(server, { wallClock: () => clock, paceMs: 1, signal: stop.signal });
    const { body } = await client.post(collectionPath('SplitHorizonHost'), hostSample(HOST));
    uid = body.metadata.uid ?? '';
  });
  afterAll(async () => {
    stop.abort();
    client.close();
    await server.stop();
  });

  const note = (reason: string, message = 'it does not resolve'): EventNote => ({
    regarding: { apiVersion: 'splithorizon.dev/v1alpha1', kind: 'SplitHorizonHost', name: HOST, uid },
    type: 'Warning',
    reason,
    action: 'Probe',
    message,
  });
  const events = async (reason: string, namespace = 'default'): Promise<ApiObject[]> => {
    const { body } = await client.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
    return (body.items ?? []).filter((event) => event.reason === reason);
  };
  const counts = async (reason: string): Promise<unknown[]> =>
    (await events(reason)).map(({ series }) => (series as { count: number } | undefined)?.count ?? 1);

  it('stands in the namespace default for a cluster-scoped object, where kubectl describe finds it', async () => {
    kube.recordEvent(note('Hairpin', 'node-1 is told 203.0.113.10'));
    await vi.waitFor(async () => expect(await events('Hairpin')).toHaveLength(1));
    expect((await events('Hairpin'))[0]).toMatchObject({
      type: 'Warning',
      note: 'node-1 is told 203.0.113.10',
      action: 'Probe',
      eventTime: '2026-11-23T16:00:00.000000Z',
      regarding: { kind: 'SplitHorizonHost', name: HOST, uid },
      reportingInstance: 'operator-0',
    });
    if (server.kubectl === undefined) return;
    const { stdout, stderr } = await server.kubectl(['describe', 'splithorizonhost', HOST]);
    expect(stdout + stderr).toMatch(/Warning +Hairpin .*node-1 is told 203\.0\.113\.10/);
  });

  it('stands beside a namespaced object', async () => {
    const regarding = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      namespace: 'kube-system',
      name: 'git',
      uid,
    };
    kube.recordEvent({ ...note('InvalidName'), regarding });
    await vi.waitFor(async () => expect(await events('InvalidName', 'kube-system')).toHaveLength(1));
  });

  it('counts what repeats within six minutes, and begins anew after them', async () => {
    for (let time = 1; time <= 5; time += 1) kube.recordEvent(note('Flapping'));
    await vi.waitFor(async () => expect(await counts('Flapping')).toEqual([5]));
    clock += 5 * 60_000;
    kube.recordEvent(note('Flapping'));
    await vi.waitFor(async () => expect(await counts('Flapping')).toEqual([6]));
    clock += 7 * 60_000;
    kube.recordEvent(note('Flapping'));
    await vi.waitFor(async () => expect((await counts('Flapping')).sort()).toEqual([1, 6]));
  });

  it('cuts what is too long for an Event, between two characters', async () => {
    kube.recordEvent(note('Long', 'ä'.repeat(2_000)));
    await vi.waitFor(async () => expect(await events('Long')).toHaveLength(1));
    const text = String((await events('Long'))[0]?.['note']);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
    expect(text).toMatch(/^ä{500,}…$/);
  });

  it('lets nothing through that a terminal acts on', async () => {
    kube.recordEvent(note('Hostile', `"git\u001b]0;title\u0007\u009b2J\u202e\n${'\u0000'.repeat(1_000)}" is no name`));
    await vi.waitFor(async () => expect(await events('Hostile')).toHaveLength(1));
    const text = String((await events('Hostile'))[0]?.['note']);
    expect(text).toMatch(/^"git\\u001b\]0;title\\u0007\\u009b2J\\u202e\\u000a(\\u0000)+[\\u0]*…$/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
  });

  it('loses Events rather than hold anything up, and says which', async () => {
    const proxy = await startFaultProxy(server);
    const lost: string[] = [];
    const { recordEvent } = connectTo(proxy.access, {
      paceMs: 1,
      signal: stop.signal,
      onLost: ({ reason }) => void lost.push(reason),
    });
    proxy.fault = () => ({ status: 500 });
    recordEvent(note('Lost'));
    await vi.waitFor(() => expect(lost).toEqual(['Lost']));
    proxy.fault = () => undefined;
    recordEvent(note('Lost'));
    await vi.waitFor(async () => expect(await counts('Lost')).toEqual([2]));

    // A flood: most of it is dropped at once.
    for (let number = 0; number < 1_000; number += 1) recordEvent(note('Flood', String(number)));
    expect(lost.length).toBeGreaterThan(700);
    await proxy.refuse();
  });
});
