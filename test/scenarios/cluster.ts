import { join } from 'node:path';
import type { GuardedProcess } from '../real/guarded-process.ts';
import { namespaceObject, pathOf, secretObject, type Balancer } from '../support/objects.ts';
import type { ApiObject } from '../support/api-client.ts';
import { vantageSample, zoneSample } from '../support/samples.ts';
import { AT, ZONE, type Landscape } from './landscape.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const NAMESPACE = 'splithorizon';

/** What the operator finds in the cluster, and what people do there. */
export interface Cluster {
  create(object: ApiObject): Promise<ApiObject>;
  ingress(name: string): Promise<void>;
  removeIngress(name: string): Promise<void>;
  /** A Service of type LoadBalancer gets other addresses. */
  balance(name: string, entries: readonly Balancer[]): Promise<void>;
  patchZone(spec: Readonly<Record<string, unknown>>): Promise<void>;
  /** A vantage that the operator asks itself; undefined takes it away. */
  vantage(name: string, audience: string, resolvers: readonly string[] | undefined): Promise<void>;
  startOperator(): GuardedProcess & { readonly log: string };
}

export const whole = (short: string): string => (short === '@' ? ZONE : `${short}.${ZONE}`);

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
    vantage: async (name, audience, resolvers) => {
      const at = own('SplitHorizonVantage', name);
      if (resolvers === undefined) return done(client.delete(at));
      const { body } = await client.get(at);
      const spec = { resolvers: resolvers.map((address) => ({ address })) };
      if (body.kind === 'SplitHorizonVantage') return done(client.patch(at, { spec }));
      await create({ ...vantageSample(name, audience, resolvers) });
    },
    startOperator: () => {
      const flags = ['--kubeconfig', api.kubeconfig.path, '--namespace', NAMESPACE, '--listen', '127.0.0.1:8080'];
      const pace = ['--queries-per-second', '100', '--resolv-conf', '/etc/resolv.conf'];
      return pod.start(process.execPath, [MAIN, 'controller', ...flags, ...pace], { as: 'operator' });
    },
  };
};

/** The household before anything happens: Traefik, three Ingresses, a TURN server of its own, and the zone. */
export const furnish = async (cluster: Cluster, { technitium }: Landscape): Promise<void> => {
  for (const name of [NAMESPACE, 'home']) await cluster.create(namespaceObject(name));
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
      technitium: {
        url: technitium.url,
        secretRef: { name: 'technitium' },
        servers: [{ name: 'primary', address: technitium.dns }],
      },
      targets: [{ record: '@', serviceRef: { namespace: 'home', name: 'traefik' }, ttlSeconds: 2 }],
      hosts: { ttlSeconds: 2 },
      sources: [{ kind: 'Ingress' }, { kind: 'Service' }],
      exclude: [whole('mail')],
      publicAddresses: [{ cidr: `${AT.wan}/32`, kind: 'Hairpin' }],
      probe: { canarySeconds: 2, rotationSeconds: 4 },
    },
    ZONE,
  );
  await cluster.create({ ...zone });
};
