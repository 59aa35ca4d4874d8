import type { TestContext } from 'vitest';
import { INTERVALS } from '../../src/controller/intervals.ts';
import type { HostAudience, HostStatus } from '../../src/model/api.ts';
import { startResolver, type Resolver, type ResolverOptions } from '../standin/resolver/resolver.ts';
import type { StandInOptions } from '../standin/technitium/technitium-stand-in.ts';
import type { ApiObject } from './api-client.ts';
import { STAND_IN, type ApiServerKind } from './api-servers.ts';
import { openWorld, type Operator, type OperatorSettings, type OperatorWorld } from './operator.ts';
import { pathOf } from './objects.ts';
import { vantageSample, type Sample } from './samples.ts';
import type { TestZone, TestZoneOptions } from './test-zone.ts';

export const ZONE = 'example.com';
export const WAN = '203.0.113.10';
export const BALANCER = '10.0.20.203';
/** The ClusterIP of Traefik where the API server allots none. */
export const CLUSTER_IP = '10.111.111.95';

/** For verdicts: two looks that are 3 s apart, and a busy machine. */
export const IN_TIME = { timeout: 40_000, interval: 300 } as const;

/** The public world: every name of the zone is the router. */
export const OUTSIDE = { [`*.${ZONE}`]: [WAN] } as const;

/** An operator to be, a zone `example.com` with the target traefik, and resolvers: all on 127.0.0.1, until the test ends. */
export interface Stage {
  readonly world: OperatorWorld;
  readonly zone: TestZone;
  /** A caching resolver that forwards the zone to Technitium, unless its options say otherwise. */
  resolver(options?: ResolverOptions): Promise<Resolver>;
  vantage(name: string, audience: 'Nodes' | 'Pods' | 'LAN', resolvers: readonly (Resolver | string)[]): Promise<void>;
  /** Takes a vantage away, or gives it other resolvers. */
  changeVantage(name: string, resolvers: readonly (Resolver | string)[] | undefined): Promise<void>;
  /** Starts the operator; its pod asks Technitium itself unless `podConf` says otherwise. */
  start(settings?: OperatorSettings & { podConf?: string }): Promise<Operator>;
  /** The verdicts of Nodes, Pods and LAN on a host, `-` where none is stored. */
  verdicts(short: string): Promise<string>;
  /** How many hosts have these verdicts. */
  countOf(words: string): Promise<number>;
  /**
   * Every verdict of an audience on a host that was ever stored, in order, each with its condition's message:
   * `Propagating: ...`. What passes while nobody looks is among them.
   */
  history(short: string, name: 'Nodes' | 'Pods' | 'LAN'): readonly string[];
  /** Waits until hosts have these verdicts. */
  comesOut(want: Readonly<Record<string, string>>): Promise<void>;
  audience(short: string, name: 'Nodes' | 'Pods' | 'LAN'): Promise<HostAudience | undefined>;
  /** Reason and message of an audience's condition: `Hairpin: ...`. */
  why(short: string, name: 'Nodes' | 'Pods' | 'LAN'): Promise<string>;
  vantageStatus(name: string): Promise<Record<string, unknown> & { conditions?: readonly { reason: string }[] }>;
}

/** What of the stage differs from the usual. */
export interface StageOptions {
  readonly kind?: ApiServerKind;
  readonly technitium?: StandInOptions;
  /** Fields of the SplitHorizonZone's spec; TTLs, rotation and canaries are of 1 and 2 s. */
  readonly spec?: Sample['spec'];
  /** The servers that the zone lists, default Technitium alone. */
  readonly servers?: readonly { name: string; address: string; maxLagSeconds?: number }[];
  readonly before?: TestZoneOptions['before'];
}

const verdictsIn = ({ audiences = [] }: Partial<HostStatus>): string =>
  ['Nodes', 'Pods', 'LAN'].map((name) => audiences.find((each) => each.name === name)?.verdict ?? '-').join(' ');
const statusOf = ({ status }: ApiObject): Partial<HostStatus> => status ?? {};
const VANTAGES = pathOf({ kind: 'SplitHorizonVantage', metadata: {} });
const addressOf = (resolver: Resolver | string): string => (typeof resolver === 'string' ? resolver : resolver.address);

/** The test on whose stage it is played; tests run beside each other, so each has its own `expect`. */
export type Player = Pick<TestContext, 'expect' | 'onTestFinished'>;

/** Sets the stage; nobody asks anything yet. */
export const openStage = async ({ expect, onTestFinished }: Player, options: StageOptions = {}): Promise<Stage> => {
  const world = await openWorld(options.kind ?? STAND_IN, { soaMinimum: 1, ...options.technitium });
  onTestFinished(() => world.stop());
  const zone = await setZone(world, options);
  const { client, technitium } = world;

  const changes = await client.watch(pathOf({ kind: 'SplitHorizonHost', metadata: {} }));
  onTestFinished(() => changes.close());
  const hostStatus = (short: string): Promise<Partial<HostStatus>> => zone.hostStatus(short);
  const audience: Stage['audience'] = async (short, name) =>
    (await hostStatus(short)).audiences?.find((each) => each.name === name);
  const verdicts = async (short: string): Promise<string> => verdictsIn(await hostStatus(short));
  return {
    world,
    zone,
    async resolver(behaviour = {}) {
      const resolver = await startResolver({
        routes: { [ZONE]: technitium.dns },
        upstreamTimeoutMs: 4000,
        ...behaviour,
      });
      onTestFinished(() => resolver.close());
      return resolver;
    },
    async vantage(name, of, resolvers) {
      await world.create({ ...vantageSample(name, of, resolvers.map(addressOf)) });
    },
    async changeVantage(name, resolvers) {
      const spec = { resolvers: resolvers?.map((resolver) => ({ address: addressOf(resolver) })) };
      if (resolvers === undefined) await client.delete(`${VANTAGES}/${name}`);
      else await client.patch(`${VANTAGES}/${name}`, { spec });
    },
    start: ({ podConf = world.resolvConf, intervals, ...settings } = {}) =>
      // In proportion to the rotations, which are as short as they can be.
      world.start(undefined, {
        readResolvConf: () => podConf,
        intervals: { ...INTERVALS, ...intervals },
        ...settings,
      }),
    verdicts,
    async countOf(words) {
      const { items = [] } = (await client.get(pathOf({ kind: 'SplitHorizonHost', metadata: {} }))).body;
      return items.filter((host) => verdictsIn(statusOf(host)) === words).length;
    },
    history: (short, name) =>
      changes.events
        .filter(({ object }) => object.spec?.['host'] === zone.at(short))
        .flatMap(({ object }) => {
          const { audiences = [], conditions = [] } = statusOf(object);
          const message = conditions.find(({ type }) => type === `${name}Resolve`)?.message ?? '';
          return audiences.flatMap((each) => (each.name === name ? `${each.verdict}: ${message}` : []));
        })
        .filter((text, index, all) => text !== all[index - 1]),
    async comesOut(want) {
      const found = async (): Promise<Record<string, string>> =>
        Object.fromEntries(
          await Promise.all(Object.keys(want).map(async (host) => [host, await verdicts(host)] as const)),
        );
      await expect.poll(found, IN_TIME).toEqual(want);
    },
    audience,
    async why(short, name) {
      const found = (await hostStatus(short)).conditions?.find(({ type }) => type === `${name}Resolve`);
      return found === undefined ? '' : `${found.status} ${found.reason}: ${found.message}`;
    },
    async vantageStatus(name) {
      const { body } = await client.get(`${VANTAGES}/${name}`);
      return (body.status ?? {}) as Awaited<ReturnType<Stage['vantageStatus']>>;
    },
  };
};

const setZone = async (world: OperatorWorld, { spec, servers, before }: StageOptions): Promise<TestZone> => {
  const { technitium } = world;
  const listed = servers ?? [{ name: 'primary', address: technitium.dns }];
  return world.zone({
    name: ZONE,
    spec: {
      technitium: { url: technitium.url, secretRef: { name: 'technitium' }, servers: listed },
      // The first zone of a world has the namespace z1.
      targets: [{ record: '@', serviceRef: { namespace: 'z1', name: 'traefik' }, ttlSeconds: 1 }],
      hosts: { ttlSeconds: 1 },
      publicAddresses: [{ cidr: `${WAN}/32`, kind: 'Hairpin' }],
      probe: { canarySeconds: 2, rotationSeconds: 2 },
      deletionGuard: { graceSeconds: 0 },
      ...spec,
    },
    before: async (zone) => {
      if (world.standIn) await zone.patch('Service', 'traefik', { spec: { clusterIPs: [CLUSTER_IP] } });
      await before?.(zone);
    },
  });
};
