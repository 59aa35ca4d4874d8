import { join } from 'node:path';
import type { GuardedProcess } from '../real/guarded-process.ts';
import { namespaceObject, pathOf, secretObject, type Balancer } from '../support/objects.ts';
import type { ApiObject } from '../support/api-client.ts';
import { vantageSample, zoneSample } from '../support/samples.ts';
import { AT, ZONE, type Landscape } from './landscape.ts';
import type { Machine } from './net/machine.ts';
import { until } from './until.ts';
import type { Audience } from './verdicts.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const NAMESPACE = 'splithorizon';
const VANTAGES = 'splithorizon-vantages';
/** In the operator's pod. */
const LISTEN = '127.0.0.1:8080';
/** More than anybody's by default, so that a stage is short. */
const QUERIES_PER_SECOND = '100';

/** What the operator finds in the cluster, and what people do there. */
export interface Cluster {
  create(object: ApiObject): Promise<ApiObject>;
  ingress(name: string): Promise<void>;
  removeIngress(name: string): Promise<void>;
  /** A Service of type LoadBalancer gets other addresses. */
  balance(name: string, entries: readonly Balancer[]): Promise<void>;
  patchZone(spec: Readonly<Record<string, unknown>>): Promise<void>;
  /** Starts an agent on a machine, and makes its vantage where that is a person's to make. */
  startAgent(machine: Machine, audience: Audience): Promise<GuardedProcess>;
  /** A vantage goes, as with its node or by its owner. */
  removeVantage(machine: Machine, audience: Audience): Promise<void>;
  /** Starts the operator, or starts it anew, and waits until it is ready. */
  startOperator(): Promise<void>;
}

export const whole = (short: string): string => (short === '@' ? ZONE : `${short}.${ZONE}`);

const vantageOf = ({ name }: Machine, audience: Audience): string => `${audience === 'Nodes' ? 'node' : 'lan'}-${name}`;

/** People and their kubectl. */
export const clusterOf = ({ client, api, pod }: Landscape): Cluster => {
  const create: Cluster['create'] = async (object) => {
    const { status, body } = await client.post(pathOf(object), object);
    if (status !== 201)
      throw new Error(`${object.kind ?? ''} ${object.metadata.name ?? ''}: ${body.message ?? status}`);
    return body;
  };
  const done = async (answer: ReturnType<typeof client.get>): Promise<void> => {
    const { status, body } = await answer;
    if (status !== 200) throw new Error(body.message ?? String(status));
  };
  const own = (kind: string, name: string): string => `${pathOf({ kind, metadata: {} })}/${name}`;
  const service = (name: string): string => `${pathOf({ kind: 'Service', metadata: { namespace: 'home' } })}/${name}`;
  let operator: GuardedProcess | undefined;
  return {
    create,
    ingress: async (name) => {
      const backend = { service: { name, port: { number: 80 } } };
      const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
      await create({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { namespace: 'home', name },
        spec: { rules: [{ host: whole(name), http }] },
      });
    },
    removeIngress: (name) =>
      done(client.delete(`${pathOf({ kind: 'Ingress', metadata: { namespace: 'home' } })}/${name}`)),
    balance: (name, entries) =>
      done(client.patch(`${service(name)}/status`, { status: { loadBalancer: { ingress: entries } } })),
    patchZone: (spec) => done(client.patch(own('SplitHorizonZone', ZONE), { spec })),
    startAgent: async (machine, audience) => {
      const vantage = vantageOf(machine, audience);
      if (audience === 'LAN') await create({ ...vantageSample(vantage, audience), spec: { audience, agent: {} } });
      else await client.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: machine.name } });
      const flags = ['--kubeconfig', api.kubeconfig.path, '--vantage', vantage, '--host-root', machine.root];
      const asking = ['--queries-per-second', QUERIES_PER_SECOND];
      return machine.start(process.execPath, [MAIN, 'agent', ...flags, ...asking], { as: 'agent' });
    },
    removeVantage: async (machine, audience) => {
      if (audience === 'Nodes') await done(client.delete(`/api/v1/nodes/${machine.name}`));
      await done(client.delete(own('SplitHorizonVantage', vantageOf(machine, audience))));
    },
    startOperator: async () => {
      await operator?.stop();
      const flags = ['--kubeconfig', api.kubeconfig.path, '--namespace', NAMESPACE, '--listen', LISTEN];
      const pace = ['--queries-per-second', QUERIES_PER_SECOND, '--resolv-conf', '/etc/resolv.conf'];
      operator = pod.start(process.execPath, [MAIN, 'controller', ...flags, ...pace], { as: 'operator' });
      const readyz = `fetch('http://${LISTEN}/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
      const isReady = async (): Promise<boolean> => (await pod.run(process.execPath, ['-e', readyz])).code === 0;
      await until('the operator is ready', isReady);
    },
  };
};

/** The household before anything happens: Traefik, three Ingresses, a TURN server of its own, and the zone. */
export const furnish = async (cluster: Cluster, { technitium }: Landscape, policy: string): Promise<void> => {
  for (const name of [NAMESPACE, VANTAGES, 'home']) await cluster.create(namespaceObject(name));
  await cluster.create(secretObject(NAMESPACE, 'technitium', { token: technitium.createApiToken() }));
  const service = (name: string, spec: object, annotations = {}): ApiObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'home', name, annotations },
    spec: { type: 'LoadBalancer', ports: [{ port: 443 }], ...spec },
  });
  await cluster.create(service('traefik', { clusterIP: AT.balancerInCluster }));
  await cluster.balance('traefik', [{ ip: AT.balancer }]);
  await cluster.create(service('turn', {}, { 'splithorizon.dev/hostname': whole('turn') }));
  await cluster.balance('turn', [{ ip: AT.turn }]);
  for (const name of ['git', 'photos', 'vault']) await cluster.ingress(name);
  const zone = zoneSample(
    {
      ownerId: 'home',
      policy,
      technitium: {
        url: technitium.url,
        secretRef: { name: 'technitium' },
        servers: [{ name: 'primary', address: technitium.dns }],
      },
      targets: [{ record: '@', serviceRef: { namespace: 'home', name: 'traefik' }, ttlSeconds: 2 }],
      hosts: { ttlSeconds: 2 },
      deletionGuard: { graceSeconds: 3 },
      sources: [{ kind: 'Ingress' }, { kind: 'Service' }],
      exclude: [whole('mail')],
      publicAddresses: [{ cidr: `${AT.wan}/32`, kind: 'Hairpin' }],
      probe: { canarySeconds: 2, rotationSeconds: 6 },
    },
    ZONE,
  );
  await cluster.create({ ...zone });
};
