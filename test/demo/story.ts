import { familyOf } from '../../src/model/address.ts';
import type { ApiObject } from '../support/api-client.ts';
import { vantageSample, zoneSample } from '../support/samples.ts';
import { ZONE, type Stage } from './stage.ts';

/** One act: what happens, and what the table must show when it has. */
export interface Act {
  readonly title: string;
  readonly what: string;
  play(stage: Stage): Promise<void>;
  /** Host -> verdicts of Nodes, Pods, LAN. */
  readonly expected: Readonly<Record<string, readonly [string, string, string]>>;
  /** Why the table looks as it does. */
  readonly why: string;
}

const GIT = `git.${ZONE}`;
const PHOTOS = `photos.${ZONE}`;
const BALANCER = '10.0.20.203';
const MOVED_BALANCER = '10.0.20.204';
const NODE_VANTAGE = '/apis/splithorizon.dev/v1alpha1/splithorizonvantages/node-k8s-node1';
const TRAEFIK = '/api/v1/namespaces/traefik/services/traefik';

/** The story of a household that nobody's DNS told the truth to, act by act. */
export const ACTS: readonly Act[] = [
  {
    title: 'Two Ingresses, and nobody asks the server that knows',
    what: `Technitium holds ${ZONE}. Nodes ask the firewall, then a public resolver; the cluster DNS answers git by Traefik's ClusterIP and sends the rest outside; LAN clients ask Technitium.`,
    async play(stage) {
      await setScene(stage);
      const clusterIP = await createTraefik(stage);
      stage.clusterDns.set({ static: { [GIT]: [clusterIP] } });
      await createZone(stage);
      await createVantages(stage);
      await stage.startOperator();
      await createIngress(stage, 'git', GIT);
      await createIngress(stage, 'photos', PHOTOS);
    },
    expected: { [GIT]: ['External', 'Internal', 'Internal'], [PHOTOS]: ['External', 'External', 'Internal'] },
    why: 'The records are right, and useless to nodes and pods: both still get the router’s public address (Hairpin).',
  },
  {
    title: 'The firewall forwards the zone to Technitium',
    what: 'A domain override for example.com on the firewall, the first nameserver of every node.',
    play(stage) {
      stage.firewall.set({ routes: { [ZONE]: stage.technitium.dns } });
      stage.firewall.flush();
      return Promise.resolve();
    },
    expected: { [GIT]: ['Mixed', 'Internal', 'Internal'], [PHOTOS]: ['Mixed', 'External', 'Internal'] },
    why: 'Nodes get the right answer now, but the moment the firewall is slow they fall back to the public resolver.',
  },
  {
    title: 'The cluster DNS forwards the zone as well',
    what: 'The carve-out in CoreDNS forwards example.com to Technitium instead of outside.',
    play(stage) {
      stage.clusterDns.set({ routes: { [ZONE]: stage.technitium.dns } });
      stage.clusterDns.flush();
      return Promise.resolve();
    },
    expected: { [GIT]: ['Mixed', 'Internal', 'Internal'], [PHOTOS]: ['Mixed', 'Internal', 'Internal'] },
    why: 'Pods are right for every host, git by its ClusterIP pin, which counts as internal too.',
  },
  {
    title: 'The public fallback is taken away',
    what: 'Nodes keep the firewall as their only nameserver.',
    async play(stage) {
      const spec = { resolvers: [{ address: stage.firewall.address }] };
      await stage.client.patch(NODE_VANTAGE, { spec });
    },
    expected: { [GIT]: ['Internal', 'Internal', 'Internal'], [PHOTOS]: ['Internal', 'Internal', 'Internal'] },
    why: 'Every kind of client is told the internal address, whichever server answers.',
  },
  {
    title: 'The load balancer moves',
    what: `Traefik gets ${MOVED_BALANCER}; nobody touches DNS.`,
    async play(stage) {
      await setBalancer(stage, MOVED_BALANCER);
      await until('the apex to move', async () => {
        const records = stage.technitium.records(ZONE);
        return Promise.resolve(records.some(({ name, value }) => name === ZONE && value === MOVED_BALANCER));
      });
    },
    expected: { [GIT]: ['Internal', 'Internal', 'Internal'], [PHOTOS]: ['Internal', 'Internal', 'Internal'] },
    why: 'One write moved the apex, and with it every host; caches follow within the record’s TTL.',
  },
];

async function setScene({ client, technitium }: Stage): Promise<void> {
  for (const name of ['splithorizon', 'traefik', 'home']) {
    await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await client.post('/api/v1/namespaces/splithorizon/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'technitium' },
    data: { token: btoa(technitium.createApiToken()) },
  });
}

async function createTraefik(stage: Stage): Promise<string> {
  const { body } = await stage.client.post('/api/v1/namespaces/traefik/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'traefik' },
    spec: { type: 'LoadBalancer', ports: [{ port: 443 }] },
  });
  await setBalancer(stage, BALANCER);
  return clusterIPOf(body);
}

/** The real API server allots one; the stand-in does not, so the scene's own is written where it is missing. */
function clusterIPOf({ spec }: ApiObject): string {
  const ips = (spec?.['clusterIPs'] ?? []) as readonly string[];
  const ip = ips.find((each) => familyOf(each) === 4);
  if (ip === undefined) throw new Error('the Service traefik got no ClusterIP');
  return ip;
}

async function setBalancer({ client }: Stage, ip: string): Promise<void> {
  const status = { loadBalancer: { ingress: [{ ip }] } };
  await client.patch(`${TRAEFIK}/status`, { status });
}

async function createZone({ client, technitium }: Stage): Promise<void> {
  const zone = zoneSample(
    {
      technitium: {
        url: technitium.url,
        secretRef: { name: 'technitium' },
        servers: [{ name: 'primary', address: technitium.dns }],
      },
      targets: [{ record: '@', serviceRef: { namespace: 'traefik', name: 'traefik' }, ttlSeconds: 2 }],
      hosts: { ttlSeconds: 2 },
      publicAddresses: [{ cidr: '203.0.113.10/32', kind: 'Hairpin' }],
      probe: { canarySeconds: 2, rotationSeconds: 2 },
    },
    ZONE,
  );
  await client.post('/apis/splithorizon.dev/v1alpha1/splithorizonzones', zone);
}

async function createVantages({ client, firewall, publicResolver, technitium }: Stage): Promise<void> {
  const path = '/apis/splithorizon.dev/v1alpha1/splithorizonvantages';
  await client.post(path, vantageSample('node-k8s-node1', 'Nodes', [firewall.address, publicResolver.address]));
  await client.post(path, vantageSample('lan-desk', 'LAN', [technitium.dns]));
}

async function createIngress({ client }: Stage, name: string, host: string): Promise<void> {
  const backend = { service: { name, port: { number: 80 } } };
  await client.post('/apis/networking.k8s.io/v1/namespaces/home/ingresses', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name },
    spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  });
}

/** Waits for a state of the world, at most 30 s. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited 30 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
