import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startRealApiServer } from '../real/apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import type { ApiObject } from '../support/api-client.ts';
import { startedBy } from '../support/api-servers.ts';
import { installCrds, readCrds } from '../support/crds.ts';
import { openWorld, SOON, type OperatorWorld } from '../support/operator.ts';
import { collectionPath, vantageSample } from '../support/samples.ts';
import type { TestZone } from '../support/test-zone.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const FORMER = join(import.meta.dirname, '..', 'data', 'crds', 'ingress-only');
const KINDS = ['SplitHorizonZone', 'SplitHorizonHost', 'SplitHorizonVantage'];

const condition = (type: string, reason: string): object => ({
  type,
  status: 'True',
  reason,
  message: `${reason}.`,
  observedGeneration: 1,
  lastTransitionTime: '2026-11-01T00:00:00Z',
});

describe.skipIf(!findKubeTools() && !process.env['CI'])('an upgrade of the CRDs on the real API server', () => {
  let world: OperatorWorld;
  let zone: TestZone;
  let before: ApiObject[];

  const objects = async (): Promise<ApiObject[]> => {
    const lists = await Promise.all(KINDS.map((kind) => world.client.get(collectionPath(kind))));
    return lists.flatMap(({ body }) => body.items ?? []);
  };
  const patch = async (kind: string, name: string, status: object): Promise<void> => {
    const answer = await world.client.patch(`${collectionPath(kind)}/${name}/status`, { status });
    expect(answer.status, answer.body.message).toBe(200);
  };

  beforeAll(async () => {
    world = await openWorld(startedBy('kube-apiserver', startRealApiServer));
    for (const { metadata } of await readCrds()) await world.client.delete(`${CRD_PATH}/${metadata.name}`);
    await vi.waitFor(async () => expect((await world.client.get(CRD_PATH)).body.items).toEqual([]), SOON);
    await installCrds(world.server, await readCrds(FORMER));
    const { body } = await world.client.get('/api/v1/namespaces/kube-system');
    const comments = `splithorizon:splithorizon/${body.metadata.uid?.slice(0, 8) ?? ''}`;
    zone = await world.zone({
      spec: { exclude: ['mail.z1.test'], deletionGuard: { graceSeconds: 86_400 } },
      before: async ({ console }) => {
        await console.add('@', { type: 'A', value: '10.0.20.203', ttl: 60, comments });
        for (const name of ['git', 'gone']) await console.add(name, { type: 'CNAME', value: '@', ttl: 300, comments });
        await console.add('turn', {
          type: 'A',
          value: '10.0.20.7',
          ttl: 300,
          comments: `${comments}+adopted | by hand`,
        });
      },
    });
    await zone.ingress('git', ['git']);
    await zone.host('turn', { target: { addresses: ['10.0.20.7'] }, audiences: ['LAN'] });
    for (const name of ['git', 'gone']) await zone.host(name);
    for (const name of ['git', 'gone']) {
      await zone.patchHost(name, { metadata: { labels: { 'splithorizon.dev/generated': 'true' } } });
    }
    await world.create({ ...vantageSample('lan-home', 'LAN', ['127.0.0.1']) });
    const since = '2026-11-20T08:00:00Z';
    await patch('SplitHorizonZone', zone.name, {
      observedGeneration: 1,
      targets: [
        {
          record: '@',
          addresses: ['10.0.20.203'],
          since,
          previous: [{ addresses: ['10.0.20.202'], ttlSeconds: 60, levelSince: since }],
        },
      ],
      hosts: { total: 3, ready: 2, conflicting: 0 },
      summary: { target: '10.0.20.203', hosts: '2/3' },
      recentDeletions: [since],
      conditions: [condition('Ready', 'Synced')],
    });
    await patch('SplitHorizonHost', zone.at('gone'), {
      zone: zone.name,
      deletion: { since: new Date().toISOString().replace(/\.\d+/, ''), evidence: 'Seen' },
      conditions: [condition('RecordPublished', 'SourceGone')],
    });
    await patch('SplitHorizonHost', zone.at('git'), {
      sources: [{ kind: 'Ingress', namespace: zone.namespace, name: 'git' }],
      audiences: [{ name: 'LAN', verdict: 'Internal' }],
      conditions: [condition('RecordPublished', 'Published')],
    });
    await patch('SplitHorizonVantage', 'lan-home', { hosts: { total: 3, internal: 3 } });
    before = await objects();
  });
  afterAll(() => world.stop());

  test('keeps every object as it is stored, and adds no more than defaults', async () => {
    expect(before).toHaveLength(5);
    for (const crd of await readCrds()) {
      const path = `${CRD_PATH}/${crd.metadata.name}`;
      const { status, body } = await world.client.patch(path, { spec: crd.spec });
      expect(status, body.message).toBe(200);
    }
    // The new schema is served some moments later: by then a field that the former one did not know has its default.
    const sources = async (): Promise<unknown> => {
      const { body } = await world.client.post(`${collectionPath('SplitHorizonZone')}?dryRun=All`, {
        apiVersion: 'splithorizon.dev/v1alpha1',
        kind: 'SplitHorizonZone',
        metadata: { name: 'new.test' },
        spec: {
          technitium: { url: 'http://technitium.test', secretRef: { name: 'technitium' } },
          targets: [{ record: '@', serviceRef: { namespace: 'traefik', name: 'traefik' } }],
        },
      });
      return (body['spec'] as { sources?: { kind: string }[] } | undefined)?.sources?.map(({ kind }) => kind);
    };
    await expect.poll(sources, SOON).toContain('IngressRoute');
    // A kind whose schema has changed answers 429 for a moment.
    await expect.poll(async () => (await objects()).length, SOON).toBe(5);
    expect(await objects()).toMatchObject(before.map(({ metadata, spec, status }) => ({ metadata, spec, status })));
  });

  test('lets the new operator go on where the former one stopped, without a write to the zone', async () => {
    const held = { records: zone.records(), serial: world.technitium.serial(zone.name) };
    const operator = await world.start();
    await expect.poll(() => zone.word('turn'), SOON).toBe('True Published');
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await expect.poll(() => zone.word('gone'), SOON).toBe('True SourceGone');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    expect({ records: zone.records(), serial: world.technitium.serial(zone.name) }).toEqual(held);
    const stored = before.find(({ metadata }) => metadata.name === zone.at('gone'))?.status as { deletion: object };
    expect((await zone.hostStatus('gone')).deletion).toEqual(stored.deletion);
    expect((await zone.zoneStatus()).targets?.[0]?.previous).toHaveLength(1);
    await operator.stop();
  });
});
