import { describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../../src/controller/world.ts';
import { createViews } from '../../../src/kube/views.ts';
import type { HostView, IngressRouteView, IngressView, ServiceView, ZoneView } from '../../../src/model/views.ts';

/** A world and what its listener was told, in lines, since the last time it was asked. */
const createRig = (): { world: World; told: () => string[] } => {
  const lines: string[] = [];
  const world = createWorld({
    hosts: (hosts) => lines.push(...[...hosts].map((host) => `host ${host}`)),
    allHosts: () => lines.push('all hosts'),
    lost: (host, { kind, evidence }) => lines.push(`lost ${host} ${kind} ${evidence}`),
    zone: (name) => lines.push(`zone ${name}`),
    service: (namespace, name) => lines.push(`service ${namespace}/${name}`),
    vantage: (name) => lines.push(`vantage ${name}`),
    refused: ({ kind, namespace, name, uid, reason, text, problem }) =>
      lines.push(`refused ${kind} ${namespace}/${name} ${uid} ${reason} ${text}: ${problem}`),
  });
  return { world, told: () => lines.splice(0) };
};

const views = createViews();
const metadata = (name: string, rest: object = {}): object => ({
  name,
  namespace: name,
  uid: `uid-${name}`,
  generation: 1,
  creationTimestamp: '1970-01-01T00:00:01Z',
  ...rest,
});
const ingress = (name: string, hosts: readonly string[], rest: Partial<IngressView> = {}): IngressView => ({
  kind: 'Ingress',
  namespace: name,
  name,
  uid: `uid-${name}`,
  createdAt: 1_000,
  hosts,
  ignore: false,
  ...rest,
});
const route = (name: string, hosts: readonly string[], rest: Partial<IngressRouteView> = {}): IngressRouteView => ({
  ...ingress(name, hosts),
  kind: 'IngressRoute',
  group: 'traefik.io',
  skipped: [],
  unread: [],
  ...rest,
});
const LEGACY = { group: 'traefik.containo.us' };
const service = (name: string, rest: Partial<ServiceView> = {}): ServiceView => ({
  kind: 'Service',
  namespace: name,
  name,
  uid: `uid-${name}`,
  createdAt: 1_000,
  labels: {},
  type: 'LoadBalancer',
  clusterIPs: ['10.96.0.1'],
  balancer: [{ ip: '10.0.20.205' }],
  hostnames: [],
  ignore: false,
  ...rest,
});
/** A SplitHorizonHost, hand-written unless `labels` say otherwise. */
const host = (name: string, spec: object = {}, labels: object = {}): HostView =>
  views.host({ metadata: metadata(name, { labels }), spec: { host: name, record: 'Managed', ...spec } });
const zone = (name: string): ZoneView => ({
  name,
  uid: `uid-${name}`,
  generation: 1,
  createdAt: 1_000,
  annotations: {},
  spec: {
    ownerId: 'home',
    technitium: { url: 'http://technitium:5380', secretRef: { name: 'technitium' }, servers: [] },
    targets: [],
    hosts: { ttlSeconds: 300 },
    sources: [],
    exclude: [],
    policy: 'Sync',
    adoption: 'Matching',
    deletionGuard: { graceSeconds: 300, free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 },
    publicAddresses: [],
    acceptedFallbacks: [],
    probe: { canarySeconds: 60, rotationSeconds: 3600 },
  },
  status: { conditions: [] },
});
const GENERATED = { 'splithorizon.dev/generated': 'true' };
/** Who names a host: `Ingress git/git traefik`. */
const claimsOf = (world: World, name: string): string[] =>
  world
    .claims(name)
    .map(({ kind, namespace, name: source, className }) => `${kind} ${namespace}/${source} ${className ?? '-'}`)
    .sort();

describe('who names a host', () => {
  test('is nobody at first', () => {
    const { world } = createRig();
    expect(claimsOf(world, 'git.example.com')).toEqual([]);
    expect([...world.claimedHosts()]).toEqual([]);
  });

  test('is every Ingress and Service that does, with when it was made', () => {
    const { world } = createRig();
    world.putIngress(ingress('git', ['Git.Example.com.', 'www.example.com'], { className: 'traefik' }));
    world.putIngress(ingress('other', ['git.example.com'], { createdAt: 2_000 }));
    world.putService(service('turn', { hostnames: ['git.example.com'] }));
    expect(claimsOf(world, 'git.example.com')).toEqual([
      'Ingress git/git traefik',
      'Ingress other/other -',
      'Service turn/turn -',
    ]);
    expect(world.claims('git.example.com').map(({ createdAt }) => createdAt)).toEqual([1_000, 2_000, 1_000]);
    expect([...world.claimedHosts()].sort()).toEqual(['git.example.com', 'www.example.com']);
  });

  test('is told of at each change, what it named before and what it names now', () => {
    const { world, told } = createRig();
    world.putIngress(ingress('git', ['a.example.com', 'b.example.com']));
    expect(told()).toEqual(['host a.example.com', 'host b.example.com']);
    world.putIngress(ingress('git', ['b.example.com', 'c.example.com']));
    expect(told()).toEqual([
      'lost a.example.com Ingress Seen',
      'host a.example.com',
      'host b.example.com',
      'host c.example.com',
    ]);
    expect(claimsOf(world, 'a.example.com')).toEqual([]);
    expect([...world.claimedHosts()].sort()).toEqual(['b.example.com', 'c.example.com']);
  });

  test('is one claim however often the same object comes', () => {
    const { world, told } = createRig();
    for (let time = 0; time < 3; time += 1) world.putIngress(ingress('git', ['a.example.com', 'A.example.com']));
    expect(claimsOf(world, 'a.example.com')).toEqual(['Ingress git/git -']);
    expect(told().filter((line) => line.startsWith('lost'))).toEqual([]);
    world.removeSource({ kind: 'Ingress', namespace: 'git', name: 'git' }, 'Seen');
    expect([...world.claimedHosts()]).toEqual([]);
  });

  test.each(['Seen', 'Inferred'] as const)('goes with its object, which was %s', (evidence) => {
    const { world, told } = createRig();
    world.putIngress(ingress('git', ['a.example.com']));
    world.putIngress(ingress('other', ['a.example.com']));
    told();
    world.removeSource({ kind: 'Ingress', namespace: 'git', name: 'git' }, evidence);
    expect(told()).toEqual([`lost a.example.com Ingress ${evidence}`, 'host a.example.com']);
    expect(claimsOf(world, 'a.example.com')).toEqual(['Ingress other/other -']);
    world.removeSource({ kind: 'Ingress', namespace: 'git', name: 'git' }, evidence);
    expect(told()).toEqual([]);
  });

  test('is not whoever is to be ignored, from when that is said', () => {
    const { world, told } = createRig();
    world.putIngress(ingress('git', ['a.example.com']));
    told();
    world.putIngress(ingress('git', ['a.example.com', '10.0.0.1'], { ignore: true }));
    expect(told()).toEqual(['lost a.example.com Ingress Seen', 'host a.example.com']);
    expect([...world.claimedHosts()]).toEqual([]);
  });

  test('is not told by what cannot be a name, which is refused while its other names count', () => {
    const { world, told } = createRig();
    world.putIngress(ingress('git', ['under_score.example.com', 'a.example.com']));
    expect(told()).toEqual([
      'refused Ingress git/git uid-git InvalidName under_score.example.com: has the label "under_score", which is no host name label (RFC 1123)',
      'host a.example.com',
    ]);
  });

  test('a Service names hosts while it is a load balancer', () => {
    const { world, told } = createRig();
    world.putService(service('turn', { hostnames: ['a.example.com'] }));
    told();
    world.putService(service('turn', { hostnames: ['a.example.com'], type: 'ClusterIP' }));
    expect(told()).toEqual(['lost a.example.com Service Seen', 'host a.example.com', 'service turn/turn']);
    expect(claimsOf(world, 'a.example.com')).toEqual([]);
  });

  test('is known by its uid while it names a host', () => {
    const { world } = createRig();
    world.putIngress(ingress('git', ['a.example.com']));
    expect(world.sourceUid({ kind: 'Ingress', namespace: 'git', name: 'git' })).toBe('uid-git');
    world.putIngress(ingress('git', []));
    expect(world.sourceUid({ kind: 'Ingress', namespace: 'git', name: 'git' })).toBeUndefined();
  });
});

test('the hosts of a zone below another are told of when it cannot take them, takes them, and gives them back', () => {
  const { world, told } = createRig();
  world.putIngress(ingress('git', ['git.lab.example.com', 'www.example.com']));
  world.putHost(host('pin.lab.example.com'));
  world.putZone(zone('example.com'));
  told();
  const hosts = ['host git.lab.example.com', 'host pin.lab.example.com'];
  world.putZone(zone('lab.example.com'));
  expect(told()).toEqual(['zone lab.example.com', ...hosts]);
  world.markZone('lab.example.com', false);
  expect(told()).toEqual(hosts);
  expect(world.zoneOf('git.lab.example.com')).toBe('example.com');
  world.markZone('lab.example.com', false);
  expect(told()).toEqual([]);
  world.markZone('lab.example.com', true);
  expect(told()).toEqual(hosts);
  expect(world.zoneOf('git.lab.example.com')).toBe('lab.example.com');
  world.removeZone('lab.example.com');
  expect(told()).toEqual(['zone lab.example.com', ...hosts]);
  expect(world.zoneOf('git.lab.example.com')).toBe('example.com');
});

describe('the labels of a namespace', () => {
  test('stand with each claim from it, and are unknown at first', () => {
    const { world, told } = createRig();
    world.putIngress(ingress('git', ['a.example.com']));
    world.putIngress(ingress('web', ['a.example.com']));
    world.putService(service('turn', { namespace: 'git', hostnames: ['b.example.com'] }));
    told();
    const labels = (): unknown[] => world.claims('a.example.com').map(({ namespaceLabels }) => namespaceLabels);
    expect(labels()).toEqual([undefined, undefined]);
    world.putNamespace({ name: 'git', labels: { team: 'a' } });
    expect(told()).toEqual(['host a.example.com', 'host b.example.com']);
    expect(labels()).toEqual([{ team: 'a' }, undefined]);
    world.putNamespace({ name: 'git', labels: { team: 'a' } });
    expect(told()).toEqual([]);
  });

  test('may take a source from each of its hosts when they change, which is seen', () => {
    const { world, told } = createRig();
    world.putNamespace({ name: 'git', labels: {} });
    world.putIngress(ingress('git', ['a.example.com']));
    world.putIngressRoute(route('git', ['a.example.com'], LEGACY));
    told();
    world.putNamespace({ name: 'git', labels: { team: 'a' } });
    expect(told()).toEqual([
      'lost a.example.com Ingress Seen',
      'lost a.example.com IngressRoute.traefik.containo.us Seen',
      'host a.example.com',
    ]);
    world.removeNamespace('git');
    expect(told()).toEqual([]);
    expect(world.labelsOf('git')).toBeUndefined();
  });
});

describe('an IngressRoute', () => {
  test('names hosts as an Ingress does, without a class', () => {
    const { world } = createRig();
    world.putIngressClass({ name: 'traefik', isDefault: true });
    world.putIngressRoute(route('git', ['Git.Example.com', 'www.example.com']));
    expect(claimsOf(world, 'git.example.com')).toEqual(['IngressRoute git/git -']);
    world.putIngressRoute(route('git', ['git.example.com'], { ignore: true }));
    expect([...world.claimedHosts()]).toEqual([]);
  });

  test('is another object in the other group, with an end of its own', () => {
    const { world, told } = createRig();
    world.putIngressRoute(route('git', ['a.example.com']));
    world.putIngressRoute(route('git', ['a.example.com'], { ...LEGACY, uid: 'other', createdAt: 500 }));
    told();
    expect(world.claims('a.example.com').map(({ group, createdAt }) => [group, createdAt])).toEqual([
      [undefined, 1_000],
      ['traefik.containo.us', 500],
    ]);
    const id = { kind: 'IngressRoute', namespace: 'git', name: 'git' } as const;
    expect([world.sourceUid(id), world.sourceUid({ ...id, ...LEGACY })]).toEqual(['uid-git', 'other']);
    world.removeSource({ ...id, ...LEGACY }, 'Seen');
    expect(told()).toEqual(['lost a.example.com IngressRoute.traefik.containo.us Seen', 'host a.example.com']);
    expect([world.countOf('IngressRoute'), world.countOf('IngressRoute.traefik.containo.us')]).toEqual([1, 0]);
  });

  test('tells of its patterns at once, and of each rule that cannot be read', () => {
    const { world, told } = createRig();
    const unread = [{ rule: 'Host(', problem: 'it ends' }];
    world.putIngressRoute(route('git', ['a.example.com'], { skipped: ['HostRegexp(`a`)', '!Host(`b`)'], unread }));
    expect(told()).toEqual([
      'refused IngressRoute git/git uid-git InvalidRule Host(: it ends',
      'refused IngressRoute git/git uid-git HostPatternSkipped HostRegexp(`a`), !Host(`b`): ',
      'all hosts',
      'host a.example.com',
    ]);
    world.putIngressRoute(route('git', [], { skipped: ['HostRegexp(`a`)'], unread, ignore: true }));
    expect(told()).toEqual(['lost a.example.com IngressRoute Seen', 'all hosts', 'host a.example.com']);
  });

  test('keeps the hosts that it named while a rule cannot be read', () => {
    const { world, told } = createRig();
    const id = { kind: 'IngressRoute', namespace: 'git', name: 'git' } as const;
    world.markRead('IngressRoute');
    world.putIngressRoute(route('git', ['a.example.com', 'b.example.com']));
    told();
    expect(world.isInDoubt(id)).toBe(false);
    world.putIngressRoute(route('git', ['c.example.com'], { unread: [{ rule: '', problem: 'it ends' }] }));
    expect(told().filter((line) => line.startsWith('lost'))).toEqual([]);
    expect([...world.claimedHosts()].sort()).toEqual(['a.example.com', 'b.example.com', 'c.example.com']);
    expect(world.isInDoubt(id)).toBe(true);
    world.putIngressRoute(route('git', ['b.example.com']));
    expect(told()).toEqual([
      'lost c.example.com IngressRoute Seen',
      'lost a.example.com IngressRoute Seen',
      'all hosts',
      'host c.example.com',
      'host a.example.com',
      'host b.example.com',
    ]);
    expect(world.isInDoubt(id)).toBe(false);
  });
});

test('what was not listed yet, and what cannot be read, is in doubt', () => {
  const { world } = createRig();
  for (const kind of ['Ingress', 'Service', 'IngressRoute.traefik.containo.us'] as const) world.markRead(kind);
  expect(world.kindsInDoubt()).toEqual(['IngressRoute']);
  const id = { kind: 'IngressRoute', namespace: 'git', name: 'git' } as const;
  expect([world.isInDoubt(id), world.isInDoubt({ ...id, ...LEGACY })]).toEqual([true, false]);
  world.markRead('IngressRoute');
  expect(world.kindsInDoubt()).toEqual([]);
  world.putIngressRoute(route('git', [], { unread: [{ rule: '', problem: 'it ends' }] }));
  expect([world.kindsInDoubt(), world.isInDoubt(id)]).toEqual([['IngressRoute'], true]);
  world.removeSource(id, 'Seen');
  expect([world.kindsInDoubt(), world.isInDoubt(id)]).toEqual([[], false]);
});

test('a kind counts its objects that name hosts', () => {
  const { world } = createRig();
  const counts = (): string => `${world.countOf('Ingress')} ${world.countOf('Service')}`;
  world.putIngress(ingress('a', ['a.example.com', 'b.example.com']));
  world.putIngress(ingress('b', ['b.example.com']));
  world.putIngress(ingress('none', []));
  world.putService(service('turn'));
  expect(counts()).toBe('2 0');
  world.putService(service('turn', { hostnames: ['c.example.com'] }));
  world.putIngress(ingress('a', ['b.example.com']));
  expect(counts()).toBe('2 1');
  world.putIngress(ingress('a', ['b.example.com'], { ignore: true }));
  world.removeSource({ kind: 'Ingress', namespace: 'b', name: 'b' }, 'Seen');
  world.removeSource({ kind: 'Ingress', namespace: 'unknown', name: 'unknown' }, 'Seen');
  world.removeSource({ kind: 'Service', namespace: 'turn', name: 'turn' }, 'Seen');
  expect(counts()).toBe('0 0');
});

test('of SplitHorizonHosts those that a person wrote count', () => {
  const { world } = createRig();
  const count = (): number => world.countOf('SplitHorizonHost');
  world.putHost(host('a.example.com'));
  world.putHost(host('a.example.com', { audiences: ['LAN'] }));
  world.putHost(host('b.example.com', {}, GENERATED));
  expect(count()).toBe(1);
  world.putHost(host('b.example.com'));
  expect(count()).toBe(2);
  world.removeHost('a.example.com', 'Seen');
  world.removeHost('a.example.com', 'Seen');
  expect(count()).toBe(1);
  world.putHost(host('b.example.com', {}, GENERATED));
  expect(count()).toBe(0);
});

test('nothing is known of a kind before it was listed', () => {
  const { world } = createRig();
  world.putIngress(ingress('git', ['a.example.com']));
  expect(world.isRead('Ingress')).toBe(false);
  world.markRead('Ingress');
  expect([world.isRead('Ingress'), world.isRead('Service')]).toEqual([true, false]);
});

describe('an Ingress without a class', () => {
  test('belongs to the default class while there is one, of several to the first by name', () => {
    const { world, told } = createRig();
    world.putIngress(ingress('git', ['a.example.com']));
    const classOf = (): string | undefined => world.claims('a.example.com')[0]?.className;
    told();
    world.putIngressClass({ name: 'traefik', isDefault: false });
    expect([classOf(), told()]).toEqual([undefined, []]);
    world.putIngressClass({ name: 'traefik', isDefault: true });
    expect([classOf(), told()]).toEqual(['traefik', ['all hosts']]);
    world.putIngressClass({ name: 'traefik', isDefault: true });
    world.putIngressClass({ name: 'zzz', isDefault: true });
    expect([classOf(), told()]).toEqual(['traefik', []]);
    world.putIngressClass({ name: 'yyy', isDefault: true });
    world.removeIngressClass('yyy');
    expect([classOf(), told()]).toEqual(['traefik', []]);
    world.removeIngressClass('traefik');
    expect([classOf(), told()]).toEqual(['zzz', ['all hosts']]);
    world.putIngressClass({ name: 'zzz', isDefault: false });
    expect([classOf(), told()]).toEqual([undefined, ['all hosts']]);
    world.removeIngressClass('zzz');
    expect(told()).toEqual([]);
  });

  test('alone does: neither one with a class nor a Service', () => {
    const { world } = createRig();
    world.putIngressClass({ name: 'traefik', isDefault: true });
    world.putIngress(ingress('git', ['a.example.com'], { className: 'edge' }));
    world.putService(service('turn', { hostnames: ['a.example.com'] }));
    expect(claimsOf(world, 'a.example.com')).toEqual(['Ingress git/git edge', 'Service turn/turn -']);
  });
});

describe('a Service', () => {
  test('is known by its addresses, and told of when they change', () => {
    const { world, told } = createRig();
    world.putService(service('turn'));
    expect(told()).toEqual(['service turn/turn']);
    expect(world.service('turn', 'turn')).toEqual({
      namespace: 'turn',
      name: 'turn',
      createdAt: 1_000,
      labels: {},
      type: 'LoadBalancer',
      clusterIPs: ['10.96.0.1'],
      balancer: [{ ip: '10.0.20.205' }],
    });
    world.putService(service('turn'));
    expect(told()).toEqual([]);
    world.putService(service('turn', { balancer: [] }));
    expect(told()).toEqual(['service turn/turn']);
    world.removeSource({ kind: 'Service', namespace: 'turn', name: 'turn' }, 'Seen');
    expect(told()).toEqual(['service turn/turn']);
    expect([world.service('turn', 'turn'), ...world.services()]).toEqual([undefined]);
  });

  test('tells the hosts that a person points to it, while they do', () => {
    const { world, told } = createRig();
    const target = { serviceRef: { namespace: 'turn', name: 'turn' } };
    world.putHost(host('a.example.com', { target }));
    world.putHost(host('b.example.com', { target }));
    told();
    world.putService(service('turn'));
    expect(told()).toEqual(['service turn/turn', 'host a.example.com', 'host b.example.com']);
    world.putHost(host('a.example.com', { target: { addresses: ['10.0.20.5'] } }));
    world.removeHost('b.example.com', 'Seen');
    told();
    world.putService(service('turn', { balancer: [] }));
    expect(told()).toEqual(['service turn/turn']);
  });
});

describe('a SplitHorizonHost', () => {
  test.each<{ name: string; labels: object; want: readonly string[] }>([
    {
      name: 'that a person wrote is a source that is lost',
      labels: {},
      want: ['lost a.example.com SplitHorizonHost Inferred', 'host a.example.com'],
    },
    { name: 'that was generated is none', labels: GENERATED, want: ['host a.example.com'] },
  ])('$name', ({ labels, want }) => {
    const { world, told } = createRig();
    world.putHost(host('a.example.com', {}, labels));
    expect(told()).toEqual(['host a.example.com']);
    world.removeHost('a.example.com', 'Inferred');
    expect(told()).toEqual(want);
    expect(world.hostObjects.size).toBe(0);
    world.removeHost('a.example.com', 'Inferred');
    expect(told()).toEqual([]);
  });

  test('of a wildcard is told of by its host', () => {
    const { world, told } = createRig();
    const view = { ...host('x'), name: 'xx--wildcard.example.com', spec: { ...host('x').spec, host: '*.example.com' } };
    world.putHost(view);
    world.removeHost('xx--wildcard.example.com', 'Seen');
    expect(told()).toEqual(['host *.example.com', 'lost *.example.com SplitHorizonHost Seen', 'host *.example.com']);
  });
});

test('zones and vantages are told of as they come, change and go', () => {
  const { world, told } = createRig();
  world.putZone(zone('example.com'));
  world.putZone(zone('apps.example.com'));
  expect(
    ['a.apps.example.com', 'apps.example.com', 'a.example.com', 'example.net'].map((name) => world.zoneOf(name)),
  ).toEqual(['apps.example.com', 'apps.example.com', 'example.com', undefined]);
  world.removeZone('apps.example.com');
  world.removeZone('apps.example.com');
  expect(world.zoneOf('a.apps.example.com')).toBe('example.com');
  const vantage = { metadata: metadata('lan'), spec: { audience: 'LAN', resolvers: [{ address: '192.168.1.2' }] } };
  world.putVantage(views.vantage(vantage));
  world.removeVantage('lan');
  world.removeVantage('lan');
  expect(told()).toEqual([
    'zone example.com',
    'zone apps.example.com',
    'zone apps.example.com',
    'vantage lan',
    'vantage lan',
  ]);
});
