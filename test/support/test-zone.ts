import { Resolver } from 'node:dns/promises';
import { expect } from 'vitest';
import type { Condition, HostStatus, ZoneStatus } from '../../src/model/api.ts';
import type { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';
import type { ApiClient, ApiObject } from './api-client.ts';
import { ingressObject, namespaceObject, pathOf, serviceObject, type Balancer, type SourceOptions } from './objects.ts';
import { hostSample, zoneSample, type Sample } from './samples.ts';
import { createConsole, type Console } from './technitium-console.ts';

/** What a zone is made in. */
export interface ZoneSurroundings {
  readonly client: ApiClient;
  readonly technitium: TechnitiumStandIn;
  readonly create: (object: ApiObject) => Promise<ApiObject>;
  readonly secret: string;
  /** Tells it from the others. */
  readonly number: number;
}

/** What of a zone differs from the usual. */
export interface TestZoneOptions {
  /** @default its namespace's, as `z1.test` */
  readonly name?: string;
  /** Fields of the SplitHorizonZone's spec. */
  readonly spec?: Sample['spec'];
  /** Addresses of the load balancer of Service traefik, default 10.0.20.203. */
  readonly balancer?: readonly Balancer[];
  /** Runs before the SplitHorizonZone is created; the zone on Technitium is there. */
  readonly before?: (zone: TestZone) => Promise<void>;
  /** Whether Technitium has the zone from the start. @default true */
  readonly onTechnitium?: boolean;
}

/**
 * A zone `z1.test` with a namespace of its own, `z1`, in which the Service traefik is its target. Names below it are
 * given short: `git` for git.z1.test, `@` for the apex; texts that come back are shortened likewise.
 */
export interface TestZone {
  readonly name: string;
  readonly namespace: string;
  /** A person at Technitium's console. */
  readonly console: Console;
  /** Creates the SplitHorizonZone, again after it was deleted. */
  create(): Promise<void>;
  /** The whole name of a short one. */
  at(short: string): string;
  ingress(name: string, hosts: readonly string[], options?: SourceOptions): Promise<ApiObject>;
  service(
    name: string,
    options?: { hostnames?: string; labels?: Record<string, string>; type?: string; balancer?: readonly Balancer[] },
  ): Promise<void>;
  /** A hand-written SplitHorizonHost. */
  host(short: string, spec?: Sample['spec']): Promise<ApiObject>;
  /** Sets what the load balancer of a Service reports. */
  balance(service: string, entries: readonly Balancer[]): Promise<void>;
  /** A merge patch of an Ingress or Service in the namespace. */
  patch(kind: 'Ingress' | 'Service', name: string, patch: object): Promise<void>;
  remove(kind: 'Ingress' | 'Service', name: string): Promise<void>;
  /** A merge patch of the zone or of one of its hosts. */
  patchZone(patch: object): Promise<void>;
  patchHost(short: string, patch: object): Promise<void>;
  patchHostStatus(short: string, status: object): Promise<void>;
  removeHost(short: string): Promise<void>;
  /** The SplitHorizonHost of a name, undefined where there is none. */
  hostObject(short: string): Promise<ApiObject | undefined>;
  /** Its status, `{}` where there is none. */
  hostStatus(short: string): Promise<Partial<HostStatus>>;
  zoneStatus(): Promise<Partial<ZoneStatus>>;
  /** A host's condition as `True Published`, by default RecordPublished; undefined where there is none. */
  word(short: string, type?: string): Promise<string | undefined>;
  message(short: string, type?: string): Promise<string>;
  /** A condition of the zone as `True Synced`. */
  zoneWord(type: string): Promise<string | undefined>;
  zoneMessage(type: string): Promise<string>;
  /** What the zone holds, sorted: `git CNAME 300 @ ours`; `ours` stands for this cluster's marker, `-` for no comments. */
  records(): string[];
  /** What DNS answers to a question of type A, AAAA or CNAME, or the code of what it answers instead. */
  ask(short: string, type: 'A' | 'AAAA' | 'CNAME'): Promise<readonly string[] | string>;
  /** Reasons and notes of the Events about an object, oldest first: `Warning InvalidName: ...`. */
  events(about: { kind: string; name: string; namespace?: string }): Promise<string[]>;
}

const conditionOf = (status: Partial<HostStatus | ZoneStatus>, type: string): Condition | undefined =>
  status.conditions?.find((condition) => condition.type === type);

/** Makes the zone, its namespace, its target, and at last the SplitHorizonZone. */
export const createTestZone = async (
  { client, technitium, create, secret, number }: ZoneSurroundings,
  options: TestZoneOptions = {},
): Promise<TestZone> => {
  const namespace = `z${number}`;
  const { name = `${namespace}.test`, spec, balancer = [{ ip: '10.0.20.203' }], before, onTechnitium = true } = options;
  const { body: system } = await client.get('/api/v1/namespaces/kube-system');
  const cluster = (system.metadata.uid ?? '').slice(0, 8);
  const resolver = new Resolver({ timeout: 2_000, tries: 3 });
  resolver.setServers([technitium.dns]);

  const at = (short: string): string => (short === '@' ? name : `${short}.${name}`);
  const shorten = (text: string): string =>
    text.toLowerCase() === name ? '@' : text.endsWith(`.${name}`) ? text.slice(0, -name.length - 1) : text;
  const zonePath = `${pathOf({ kind: 'SplitHorizonZone', metadata: {} })}/${name}`;
  const hostPath = (short: string): string =>
    `${pathOf({ kind: 'SplitHorizonHost', metadata: {} })}/${at(short).replace(/^\*/, 'xx--wildcard')}`;
  const sourcePath = (kind: string, source: string): string => `${pathOf({ kind, metadata: { namespace } })}/${source}`;
  const done = async (answer: ReturnType<ApiClient['get']>): Promise<ApiObject> => {
    const { status, body } = await answer;
    expect([200, 201, 202], body.message).toContain(status);
    return body;
  };
  const find = async (path: string): Promise<ApiObject | undefined> => {
    const { status, body } = await client.get(path);
    expect([200, 404], body.message).toContain(status);
    return status === 200 ? body : undefined;
  };
  const balance: TestZone['balance'] = async (service, entries) => {
    const path = `${sourcePath('Service', service)}/status`;
    await done(client.patch(path, { status: { loadBalancer: { ingress: entries.length === 0 ? null : entries } } }));
  };

  const zone: TestZone = {
    name,
    namespace,
    console: createConsole(technitium, name, at),
    at,
    create: async () => {
      const given = {
        technitium: { url: technitium.url, secretRef: { name: secret } },
        targets: [{ record: '@', serviceRef: { namespace, name: 'traefik' } }],
        ...spec,
      };
      await create({ ...zoneSample(given, name) });
    },
    ingress: (source, hosts, options) =>
      create(
        ingressObject({ namespace, name: source }, hosts.map(at), {
          ...options,
          ...(options?.tls && { tls: options.tls.map(at) }),
        }),
      ),
    service: async (service, { hostnames, labels = {}, type, balancer: entries = [] } = {}) => {
      const annotations = hostnames === undefined ? {} : { 'splithorizon.dev/hostname': hostnames };
      await create(
        serviceObject({ namespace, name: service }, { annotations, labels, ...(type !== undefined && { type }) }),
      );
      if (entries.length > 0) await balance(service, entries);
    },
    host: (short, hostSpec) => create({ ...hostSample(at(short), hostSpec) }),
    balance,
    patch: async (kind, source, patch) => {
      await done(client.patch(sourcePath(kind, source), patch));
    },
    remove: async (kind, source) => {
      await done(client.delete(sourcePath(kind, source)));
    },
    patchZone: async (patch) => {
      await done(client.patch(zonePath, patch));
    },
    patchHost: async (short, patch) => {
      await done(client.patch(hostPath(short), patch));
    },
    patchHostStatus: async (short, status) => {
      await done(client.patch(`${hostPath(short)}/status`, { status }));
    },
    removeHost: async (short) => {
      await done(client.delete(hostPath(short)));
    },
    hostObject: (short) => find(hostPath(short)),
    hostStatus: async (short) => (await find(hostPath(short)))?.status ?? {},
    zoneStatus: async () => (await find(zonePath))?.status ?? {},
    word: async (short, type = 'RecordPublished') => {
      const condition = conditionOf(await zone.hostStatus(short), type);
      return condition && `${condition.status} ${condition.reason}`;
    },
    message: async (short, type = 'RecordPublished') => conditionOf(await zone.hostStatus(short), type)?.message ?? '',
    zoneWord: async (type) => {
      const condition = conditionOf(await zone.zoneStatus(), type);
      return condition && `${condition.status} ${condition.reason}`;
    },
    zoneMessage: async (type) => conditionOf(await zone.zoneStatus(), type)?.message ?? '',
    records: () =>
      technitium
        .records(name)
        .map((record) => {
          const comments = record.comments.replace(`splithorizon:splithorizon/${cluster}`, 'ours') || '-';
          const words = [shorten(record.name), record.type, record.ttl, shorten(record.value), comments];
          return words.join(' ') + (record.disabled ? ' disabled' : '');
        })
        .sort(),
    ask: async (short, type) => {
      try {
        return (await resolver.resolve(at(short), type)).map(shorten).sort();
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    },
    events: async (about) => {
      const { items = [] } = await done(
        client.get(`/apis/events.k8s.io/v1/namespaces/${about.namespace ?? 'default'}/events`),
      );
      return items
        .filter(({ regarding }) => {
          const { kind, name: of } = regarding as { kind: string; name: string };
          return kind === about.kind && of === about.name;
        })
        .sort((a, b) => String(a['eventTime']).localeCompare(String(b['eventTime'])))
        .map(({ type, reason, note }) => `${String(type)} ${String(reason)}: ${String(note)}`);
    },
  };

  if (onTechnitium) technitium.createZone(name);
  await create(namespaceObject(namespace));
  await zone.service('traefik', { balancer });
  await before?.(zone);
  await zone.create();
  return zone;
};
