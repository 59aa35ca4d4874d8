import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { apiClient, type ApiClient, type ApiResponse } from '../support/api-client.ts';
import { collectionPath, hostSample, vantageSample, zoneSample, type Sample } from '../support/samples.ts';
import { refusedByBounds } from './crd-cases/bounds.ts';
import { acceptedHosts, refusedHosts } from './crd-cases/hosts.ts';
import { acceptedVantages, refusedVantages } from './crd-cases/vantages.ts';
import { acceptedZones, refusedZones } from './crd-cases/zones.ts';

// Without the binaries the suite is left out, but not in CI, where starting the server then fails.
describe.skipIf(!findKubeTools() && !process.env['CI'])('the API server, given the CRDs,', () => {
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

  /** What creating the object would do; nothing is stored. */
  const tryToCreate = (object: Sample): Promise<ApiResponse> =>
    client.post(`${collectionPath(object.kind)}?dryRun=All`, object);

  describe.each([
    { group: 'a zone with', refused: refusedZones },
    { group: 'a host with', refused: refusedHosts },
    { group: 'a vantage with', refused: refusedVantages },
    { group: 'what is out of bounds:', refused: refusedByBounds },
  ])('refuses $group', ({ refused }) => {
    test.each(refused)('$name', async ({ object, says }) => {
      const { status, body } = await tryToCreate(object);
      expect(status, JSON.stringify(body)).toBe(422);
      for (const part of says) expect(body.message).toMatch(part);
    });
  });

  test.each([...acceptedZones, ...acceptedHosts, ...acceptedVantages])('accepts $name', async ({ object }) => {
    const { status, body } = await tryToCreate(object);
    expect(body.message).toBeUndefined();
    expect(status).toBe(201);
  });

  test.each([
    {
      name: 'zone',
      object: zoneSample(),
      spec: {
        ownerId: 'splithorizon',
        technitium: { url: 'http://technitium.technitium.svc:5380', secretRef: { name: 'technitium' } },
        targets: [
          {
            record: '@',
            serviceRef: { namespace: 'traefik', name: 'traefik' },
            ingressClassNames: [],
            ttlSeconds: 60,
          },
        ],
        hosts: { ttlSeconds: 300 },
        sources: [{ kind: 'Ingress' }, { kind: 'IngressRoute' }],
        exclude: [],
        policy: 'Sync',
        adoption: 'Matching',
        deletionGuard: { graceSeconds: 300, free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 },
        publicAddresses: [],
        acceptedFallbacks: [],
        probe: { canarySeconds: 60, rotationSeconds: 3600 },
      },
      condition: 'Ready',
    },
    {
      name: 'host',
      object: hostSample('git.example.com'),
      spec: { host: 'git.example.com', record: 'Managed' },
      condition: 'Ready',
    },
    {
      name: 'vantage',
      object: vantageSample('pods', 'Pods'),
      spec: { audience: 'Pods' },
      condition: 'Reporting',
    },
  ])('gives a $name its defaults and a status that is Pending', async ({ object, spec, condition }) => {
    const path = collectionPath(object.kind);
    expect((await client.post(path, object)).status).toBe(201);
    const { body } = await client.get(`${path}/${object.metadata.name}`);
    expect(body.spec).toEqual(spec);
    expect(body.status).toEqual({
      conditions: [{ type: condition, status: 'Unknown', reason: 'Pending', message: 'Waiting for the operator' }],
    });
    expect((await client.delete(`${path}/${object.metadata.name}`)).status).toBe(200);
  });

  test.each([
    {
      name: 'the ownerId of a zone',
      object: zoneSample({ ownerId: 'home' }, 'immutable.example.com'),
      change: { spec: { ownerId: 'work' } },
      says: ['spec.ownerId', 'ownerId is immutable: it is "home" and cannot become "work"'],
    },
    {
      name: 'the ownerId of a zone by taking it away',
      object: zoneSample({ ownerId: 'home' }, 'removed.example.com'),
      change: { spec: { ownerId: null } },
      says: ['spec.ownerId', 'ownerId is immutable: it is "home" and cannot become "splithorizon"'],
    },
    {
      name: 'the host of a host',
      object: hostSample('immutable.example.com'),
      change: { spec: { host: 'other.example.com' } },
      says: ['spec.host', 'host is immutable: it is "immutable.example.com" and cannot become "other.example.com"'],
    },
  ])('refuses to change $name', async ({ object, change, says }) => {
    const path = `${collectionPath(object.kind)}/${object.metadata.name}`;
    expect((await client.post(collectionPath(object.kind), object)).status).toBe(201);
    const { status, body } = await client.patch(path, change);
    expect(status).toBe(422);
    for (const part of says) expect(body.message).toContain(part);
    expect((await client.patch(path, { metadata: { labels: { seen: 'true' } } })).status).toBe(200);
  });
});
