import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostStatus } from '../../../src/model/api.ts';
import { parseHostStatus } from '../../../src/model/views.ts';
import { isAlreadyExists, isConflict, isForbidden, isNotFound, KubeError } from '../../../src/kube/kube-error.ts';
import { WriteRefused } from '../../../src/model/write-guard.ts';
import type { Kube } from '../../../src/kube/kube.ts';
import { apiClient, type ApiClient, type ApiObject } from '../../support/api-client.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServers } from '../../support/api-servers.ts';
import { collectionPath, hostSample, vantageSample, zoneSample } from '../../support/samples.ts';
import { connectTo } from './connect-to.ts';

const HOSTS = collectionPath('SplitHorizonHost');
const ZONES = collectionPath('SplitHorizonZone');
const VANTAGES = collectionPath('SplitHorizonVantage');
const { signal } = new AbortController();
const LEASE = { namespace: 'default', name: 'election' };
const NOON = Date.parse('2026-11-24T12:00:00.123Z');
const RECORD = { holder: 'one', durationSeconds: 15, acquireTime: NOON, renewTime: NOON, transitions: 0 };

const CONDITION = {
  type: 'Ready',
  status: 'True',
  reason: 'Published',
  message: 'Published',
  observedGeneration: 1,
  lastTransitionTime: '2026-11-23T16:00:00Z',
};

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );

describe.each(apiServers('objects'))('objects on the $name', ({ lend }) => {
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

  const stored = async (path: string): Promise<ApiObject> => (await client.get(path)).body;
  const fresh = async (name: string) => {
    const host = await kube.readHost(name, signal);
    if (host === undefined) throw new Error(`${name} is not there`);
    return host;
  };

  it('creates a host as generated, under the name that a wildcard must have', async () => {
    await kube.createHost('*.apps.example.com', signal);
    const { view, hasForeignSpec } = await fresh('xx--wildcard.apps.example.com');
    expect(view).toMatchObject({
      generated: true,
      generation: 1,
      spec: { host: '*.apps.example.com', record: 'Managed' },
    });
    expect(hasForeignSpec).toBe(false);
    expect(isAlreadyExists(await errorOf(kube.createHost('*.apps.example.com', signal)))).toBe(true);
  });

  it('sees that somebody else set a field of the spec of a host it made', async () => {
    await kube.createHost('edited.example.com', signal);
    await client.patch(`${HOSTS}/edited.example.com?fieldManager=kubectl-edit`, {
      spec: { target: { cname: 'x.example.net' } },
    });
    const { view, hasForeignSpec } = await fresh('edited.example.com');
    expect(view.spec.target).toEqual({ cname: 'x.example.net' });
    expect(hasForeignSpec).toBe(true);

    await kube.dropGeneratedLabel('edited.example.com', signal);
    expect((await fresh('edited.example.com')).view.generated).toBe(false);
  });

  it('does not take a label or a status that somebody else wrote for a spec', async () => {
    await kube.createHost('labelled.example.com', signal);
    await client.patch(`${HOSTS}/labelled.example.com?fieldManager=other`, { metadata: { labels: { team: 'web' } } });
    await client.patch(`${HOSTS}/labelled.example.com/status?fieldManager=other`, { status: { zone: 'example.com' } });
    expect((await fresh('labelled.example.com')).hasForeignSpec).toBe(false);
  });

  it('deletes only the very host that was read', async () => {
    await kube.createHost('gone.example.com', signal);
    const before = await fresh('gone.example.com');
    await client.patch(`${HOSTS}/gone.example.com`, { metadata: { labels: { team: 'web' } } });
    const stale = { uid: before.view.uid, resourceVersion: before.resourceVersion };
    expect(isConflict(await errorOf(kube.deleteHost('gone.example.com', stale, signal)))).toBe(true);

    const { view, resourceVersion } = await fresh('gone.example.com');
    await kube.deleteHost('gone.example.com', { uid: view.uid, resourceVersion }, signal);
    expect(await kube.readHost('gone.example.com', signal)).toBeUndefined();
    await kube.deleteHost('gone.example.com', { uid: view.uid, resourceVersion }, signal);
  });

  it('patches the status of a host: what is named changes, null removes, the rest stays', async () => {
    await client.post(HOSTS, hostSample('status.example.com'));
    const status: HostStatus = {
      observedGeneration: 1,
      zone: 'example.com',
      sources: [{ kind: 'Ingress', namespace: 'git', name: 'git' }],
      deletion: { since: '2026-11-23T16:00:00Z', evidence: 'Seen' },
      conditions: [CONDITION],
    };
    await kube.patchHostStatus('status.example.com', status, signal);
    expect(parseHostStatus((await fresh('status.example.com')).view.statusText)).toEqual(status);

    await kube.patchHostStatus('status.example.com', { deletion: null, sources: [] }, signal);
    const { view } = await fresh('status.example.com');
    const { deletion: _gone, ...rest } = status;
    expect(parseHostStatus(view.statusText)).toEqual({ ...rest, sources: [] });
    expect(view.generation).toBe(1);
  });

  it('patches the status of zones and vantages, and creates a vantage', async () => {
    await client.post(ZONES, zoneSample());
    await kube.patchZoneStatus(
      'example.com',
      { hosts: { total: 1, ready: 1, conflicting: 0 }, conditions: [CONDITION] },
      signal,
    );
    const zone = kube.views.zone(await stored(`${ZONES}/example.com`));
    expect(zone.status).toEqual({ hosts: { total: 1, ready: 1, conflicting: 0 }, conditions: [CONDITION] });

    await kube.createVantage('pods', { audience: 'Pods' }, signal);
    await kube.patchVantageStatus('pods', { rotationSeconds: 60 }, signal);
    const vantage = kube.views.vantage(await stored(`${VANTAGES}/pods`));
    expect(vantage.spec).toEqual({ audience: 'Pods' });
    expect(vantage.status.rotationSeconds).toBe(60);
    await client.post(VANTAGES, vantageSample('lan', 'LAN', ['192.0.2.1']));
  });

  it('gives zones with every default of the CRD, as the operator needs them', async () => {
    await client.post(ZONES, zoneSample({}, 'defaults.example.com'));
    expect(kube.views.zone(await stored(`${ZONES}/defaults.example.com`)).spec).toMatchObject({
      ownerId: 'splithorizon',
      policy: 'Sync',
      adoption: 'Matching',
      hosts: { ttlSeconds: 300 },
      sources: [{ kind: 'Ingress' }, { kind: 'IngressRoute' }],
      deletionGuard: { graceSeconds: 300, free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 },
      probe: { canarySeconds: 60, rotationSeconds: 3600 },
    });
  });

  it('writes as the field manager splithorizon', async () => {
    await kube.createHost('managed.example.com', signal);
    await kube.patchHostStatus('managed.example.com', { zone: 'example.com' }, signal);
    const { metadata } = await stored(`${HOSTS}/managed.example.com`);
    expect(new Set(metadata.managedFields?.map(({ manager }) => manager))).toEqual(new Set(['splithorizon']));
  });

  it('reads the keys of a Secret as text', async () => {
    const stringData = { token: 'söcret', empty: '' };
    await client.post('/api/v1/namespaces/default/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'one' },
      stringData,
    });
    await client.post('/api/v1/namespaces/default/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'none' },
    });
    expect(await kube.readSecret('default', 'one', signal)).toEqual(stringData);
    expect(await kube.readSecret('default', 'none', signal)).toEqual({});
    expect(isNotFound(await errorOf(kube.readSecret('default', 'two', signal)))).toBe(true);
  });

  it('tells clusters apart by the uid of kube-system', async () => {
    const { metadata } = await stored('/api/v1/namespaces/kube-system');
    expect(await kube.readClusterUid(signal)).toBe(metadata.uid);
  });

  it('knows a CRD that stays', async () => {
    expect(await kube.isCrdGoing('splithorizonhosts.splithorizon.dev', signal)).toBe(false);
  });

  it('asks a guard of each write at the last moment, and of nothing else', async () => {
    let mayWrite = true;
    const check = (): void => {
      if (!mayWrite) throw new WriteRefused('not any more');
    };
    const guarded = kube.guardedBy({ limitMs: 20_000, check }, signal);
    await guarded.createHost('guarded.example.com', signal);
    await guarded.patchHostStatus('guarded.example.com', { zone: 'example.com' }, signal);
    mayWrite = false;
    const { view, resourceVersion } = await fresh('guarded.example.com');
    const refused = [
      guarded.createHost('refused.example.com', signal),
      guarded.patchHostStatus('guarded.example.com', { zone: 'com' }, signal),
      guarded.deleteHost('guarded.example.com', { uid: view.uid, resourceVersion }, signal),
    ];
    for (const error of await Promise.all(refused.map(errorOf))) expect(error).toBeInstanceOf(WriteRefused);
    expect((await fresh('guarded.example.com')).resourceVersion).toBe(resourceVersion);
    expect(await guarded.readHost('refused.example.com', signal)).toBeUndefined();
    expect(await guarded.leases.createLease({ ...LEASE, name: 'beside' }, RECORD, signal)).toMatchObject(RECORD);
  });

  it('sees a guarded write to its end that is under way when it is to stop', async () => {
    const stopping = new AbortController();
    const guarded = kube.guardedBy({ limitMs: 20_000, check: () => stopping.abort() }, signal);
    await guarded.createHost('ending.example.com', stopping.signal);
    expect(await fresh('ending.example.com')).toBeDefined();
    const next = errorOf(guarded.createHost('after.example.com', stopping.signal));
    expect(await next).toBe(stopping.signal.reason);
    expect(await kube.readHost('after.example.com', signal)).toBeUndefined();
  });

  it('keeps a Lease, writes only over the version that was read, and gives it back', async () => {
    const { leases } = kube;
    expect(await leases.readLease(LEASE, signal)).toBeUndefined();
    const created = await leases.createLease(LEASE, RECORD, signal);
    expect(created).toMatchObject(RECORD);
    expect(isAlreadyExists(await errorOf(leases.createLease(LEASE, RECORD, signal)))).toBe(true);
    const next = { ...RECORD, holder: 'two', renewTime: RECORD.renewTime + 2_000, transitions: 1 };
    const taken = await leases.updateLease(LEASE, next, created.resourceVersion, signal);
    expect(isConflict(await errorOf(leases.updateLease(LEASE, RECORD, created.resourceVersion, signal)))).toBe(true);
    expect(await leases.readLease(LEASE, signal)).toEqual({ ...next, resourceVersion: taken.resourceVersion });
    await leases.updateLease(LEASE, { ...next, holder: '', durationSeconds: 1 }, taken.resourceVersion, signal);
    expect(await leases.readLease(LEASE, signal)).toMatchObject({ holder: '', durationSeconds: 1 });
  });

  it('gives errors that name the request and the reason, and nothing that was sent', async () => {
    const error = await errorOf(kube.patchHostStatus('absent.example.com', { zone: 'example.com' }, signal));
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ code: 404, reason: 'NotFound' });
    expect(String(error)).toMatch(
      /^KubeError: PATCH \/apis\/splithorizon\.dev\/v1alpha1\/splithorizonhosts\/absent\.example\.com\/status: 404 NotFound: /,
    );
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(server.token);
    expect(isForbidden(error)).toBe(false);
  });
});
