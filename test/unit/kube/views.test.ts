import { describe, expect, it } from 'vitest';
import { createViews } from '../../../src/kube/views.ts';

const metadata = {
  name: 'git',
  namespace: 'apps',
  uid: 'a-uid',
  resourceVersion: '7',
  generation: 3,
  creationTimestamp: '2026-11-23T16:00:00Z',
};
const common = { namespace: 'apps', name: 'git', uid: 'a-uid', createdAt: Date.UTC(2026, 10, 23, 16) };
const cluster = { name: 'git', uid: 'a-uid', generation: 3, createdAt: common.createdAt };
const views = createViews();

describe('an Ingress', () => {
  const plain = { kind: 'Ingress', ...common, hosts: [], ignore: false };
  it.each([
    { name: 'with no spec', given: { metadata }, want: plain },
    { name: 'with no rules', given: { metadata, spec: { rules: null } }, want: plain },
    {
      name: 'with rules and a TLS section',
      given: {
        metadata,
        spec: {
          ingressClassName: 'traefik',
          rules: [{ host: 'Git.example.com', http: { paths: [] } }, { http: { paths: [] } }, { host: '' }],
          tls: [{ hosts: ['Git.example.com', 'www.example.com'], secretName: 'tls' }, { secretName: 'other' }],
        },
      },
      want: { ...plain, className: 'traefik', hosts: ['Git.example.com', 'www.example.com'] },
    },
    {
      name: 'with the class of old times',
      given: { metadata: { ...metadata, annotations: { 'kubernetes.io/ingress.class': 'nginx' } } },
      want: { ...plain, className: 'nginx' },
    },
    {
      name: 'with both classes',
      given: {
        metadata: { ...metadata, annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
        spec: { ingressClassName: 'traefik' },
      },
      want: { ...plain, className: 'traefik' },
    },
    {
      name: 'that opts out',
      given: { metadata: { ...metadata, annotations: { 'splithorizon.dev/ignore': 'true' } } },
      want: { ...plain, ignore: true },
    },
    {
      name: 'that opts out in other words',
      given: { metadata: { ...metadata, annotations: { 'splithorizon.dev/ignore': 'yes' } } },
      want: plain,
    },
  ])('$name', ({ given, want }) => {
    expect(views.ingress(given)).toEqual(want);
  });
});

describe('an IngressRoute', () => {
  const plain = {
    kind: 'IngressRoute',
    group: 'traefik.io',
    ...common,
    hosts: [],
    skipped: [],
    unread: [],
    ignore: false,
  };
  const apiVersion = 'traefik.io/v1alpha1';
  const routes = (...rules: unknown[]): object => ({ routes: rules.map((match) => ({ kind: 'Rule', match })) });
  it.each([
    { name: 'with no spec', given: { apiVersion, metadata }, want: plain },
    {
      name: 'of the group of old times',
      given: { apiVersion: 'traefik.containo.us/v1alpha1', metadata },
      want: { ...plain, group: 'traefik.containo.us' },
    },
    {
      name: 'with several rules, and a certificate for more',
      given: {
        apiVersion,
        metadata,
        spec: {
          ...routes('Host(`git.example.com`)', 'Host(`git.example.com`) && Path(`/x`) || Host("www.example.com")'),
          tls: { domains: [{ main: '*.example.com', sans: ['example.com'] }] },
        },
      },
      want: { ...plain, hosts: ['git.example.com', 'www.example.com'] },
    },
    {
      name: 'with wildcards of one level and of any',
      given: { apiVersion, metadata, spec: routes('Host(`*.a.example.com`) || Host(`**.b.example.com`)') },
      want: { ...plain, hosts: ['*.a.example.com', '*.b.example.com'] },
    },
    {
      name: 'with patterns, and rules that are none',
      given: {
        apiVersion,
        metadata,
        spec: routes('HostRegexp(`.+`)', 'Host(`a.example.com`)', 'Host(`b.example.com`', undefined),
      },
      want: {
        ...plain,
        hosts: ['a.example.com'],
        skipped: ['HostRegexp(`.+`)'],
        unread: [
          { rule: 'Host(`b.example.com`', problem: 'it ends at character 21, where "," or ")" belongs' },
          { rule: '', problem: 'it ends at character 1, where a matcher such as Host(`...`) belongs' },
        ],
      },
    },
    {
      name: 'that opts out',
      given: { apiVersion, metadata: { ...metadata, annotations: { 'splithorizon.dev/ignore': 'true' } } },
      want: { ...plain, ignore: true },
    },
  ])('$name', ({ given, want }) => {
    expect(views.ingressRoute(given)).toEqual(want);
  });
});

describe('a Service', () => {
  const plain = {
    kind: 'Service',
    ...common,
    labels: {},
    type: 'LoadBalancer',
    clusterIPs: [],
    balancer: [],
    hostnames: [],
    ignore: false,
  };
  it.each([
    {
      name: 'with addresses',
      given: {
        metadata,
        spec: { type: 'LoadBalancer', clusterIPs: ['10.96.0.7', 'fd00::7'] },
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }, { ip: '2001:db8::1' }] } },
      },
      want: { ...plain, clusterIPs: ['10.96.0.7', 'fd00::7'], balancer: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] },
    },
    {
      name: 'with a balancer known by name',
      given: {
        metadata,
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: { ingress: [{ hostname: 'lb.example.net' }, { ip: '', hostname: '' }, {}] } },
      },
      want: { ...plain, balancer: [{ hostname: 'lb.example.net' }] },
    },
    {
      name: 'without a cluster address',
      given: { metadata, spec: { clusterIP: 'None', clusterIPs: ['None'], type: 'ClusterIP' } },
      want: { ...plain, type: 'ClusterIP' },
    },
    {
      name: 'that names hosts',
      given: {
        metadata: {
          ...metadata,
          annotations: { 'splithorizon.dev/hostname': ' a.example.com, b.example.com,,a.example.com ' },
        },
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: {} },
      },
      want: { ...plain, hostnames: ['a.example.com', 'b.example.com'] },
    },
  ])('$name', ({ given, want }) => {
    expect(views.service(given)).toEqual(want);
  });
});

describe('an IngressClass', () => {
  it.each([
    { name: 'the default one', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' }, want: true },
    { name: 'another', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'false' }, want: false },
    { name: 'one without annotations', annotations: undefined, want: false },
  ])('$name', ({ annotations, want }) => {
    expect(views.ingressClass({ metadata: { ...metadata, annotations } })).toEqual({ name: 'git', isDefault: want });
  });
});

const zoneSpec = {
  ownerId: 'splithorizon',
  technitium: { url: 'http://technitium:5380', secretRef: { name: 'technitium' } },
  targets: [
    { record: '@', serviceRef: { namespace: 'traefik', name: 'traefik' }, ingressClassNames: [], ttlSeconds: 60 },
  ],
  hosts: { ttlSeconds: 300 },
  sources: [{ kind: 'Ingress' }],
  exclude: [],
  policy: 'Sync',
  adoption: 'Matching',
  deletionGuard: { graceSeconds: 300, free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 },
  publicAddresses: [],
  acceptedFallbacks: [],
  probe: { canarySeconds: 60, rotationSeconds: 3600 },
};

describe('our own kinds', () => {
  it('a zone keeps our annotations by their short names, and no others', () => {
    const annotations = {
      'splithorizon.dev/approve-deletions': '4711',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    };
    expect(views.zone({ metadata: { ...metadata, annotations }, spec: zoneSpec })).toEqual({
      ...cluster,
      annotations: { 'approve-deletions': '4711' },
      spec: zoneSpec,
      status: { conditions: [] },
    });
  });

  it('a zone of a CRD without a default that the operator needs is refused by the name of the field', () => {
    const { probe: _none, ...spec } = zoneSpec;
    expect(() => views.zone({ metadata, spec })).toThrow('spec.probe is no object');
  });

  it('a host keeps spec and status, in one spelling and without what this version does not know', () => {
    const host = (status: object): string =>
      views.host({ metadata, spec: { host: 'git.example.com', record: 'Managed' }, status }).statusText;
    const conditions = [{ type: 'Ready', status: 'True', reason: 'Published', message: 'fine' }];
    expect(host({ zone: 'example.com', observedGeneration: 3, conditions })).toBe(
      host({
        conditions: [{ message: 'fine', reason: 'Published', type: 'Ready', status: 'True' }],
        fromTheFuture: 1,
        observedGeneration: 3,
        zone: 'example.com',
      }),
    );
  });

  it.each([
    { name: 'a generated one', labels: { 'splithorizon.dev/generated': 'true' }, want: true },
    { name: 'a person’s own', labels: { 'splithorizon.dev/generated': 'false' }, want: false },
    { name: 'one without labels', labels: undefined, want: false },
  ])('a host: $name', ({ labels, want }) => {
    const raw = { metadata: { ...metadata, labels }, spec: { host: 'git.example.com', record: 'Observed' } };
    expect(views.host(raw)).toEqual({
      ...cluster,
      generated: want,
      spec: { host: 'git.example.com', record: 'Observed' },
      statusText: '{"conditions":[]}',
    });
  });

  it('a vantage', () => {
    const raw = {
      metadata,
      spec: { audience: 'LAN', resolvers: [{ address: '192.0.2.53' }] },
      status: { askedFrom: '192.0.2.1' },
    };
    expect(views.vantage(raw)).toEqual({
      ...cluster,
      spec: raw.spec,
      status: { askedFrom: '192.0.2.1', conditions: [] },
    });
  });
});

describe('what is no such object', () => {
  it.each([
    { name: 'nothing', given: undefined, want: 'object is no object' },
    { name: 'a list', given: [], want: 'object is no object' },
    { name: 'no metadata', given: {}, want: 'metadata is no object' },
    { name: 'no name', given: { metadata: { ...metadata, name: undefined } }, want: 'metadata.name is no string' },
    {
      name: 'no time',
      given: { metadata: { ...metadata, creationTimestamp: 'now' } },
      want: 'metadata.creationTimestamp is no time',
    },
    { name: 'rules that are a text', given: { metadata, spec: { rules: 'none' } }, want: 'spec.rules is no list' },
    {
      name: 'a host that is a number',
      given: { metadata, spec: { rules: [{ host: 7 }] } },
      want: 'spec.rules[].host is no string',
    },
  ])('$name is refused', ({ given, want }) => {
    expect(() => views.ingress(given)).toThrow(want);
  });
});
