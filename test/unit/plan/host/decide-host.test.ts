import { describe, expect, test } from 'vitest';
import { targetOfClass } from '../../../../src/plan/host/decide-host.ts';
import { APEX, byHand, coturn, decide, EDGE, ingress, seen, serviceClaim, type Given } from './host-facts.ts';

interface Case {
  readonly name: string;
  readonly given: Given;
  readonly want: Partial<ReturnType<typeof seen>>;
}

const TO_APEX = { target: 'example.com', records: ['CNAME 300 example.com'] };
const TO_EDGE = { target: 'edge.example.com', records: ['CNAME 300 edge.example.com'] };
const TO_COTURN = { target: 'coturn/coturn', records: ['A 300 10.0.20.205'] };
const NOWHERE = { target: undefined, records: [] };

const check = ({ given, want }: Case): void => {
  expect(seen(decide(given))).toEqual({ target: undefined, records: [], sources: [], problem: undefined, ...want });
};

describe('the target of an Ingress', () => {
  test.each<Case>([
    {
      name: 'is the one without classes where none takes its class',
      given: { claims: [ingress('git')], targets: [APEX, EDGE] },
      want: { ...TO_APEX, sources: ['Ingress git/git'] },
    },
    {
      name: 'is the one that takes its class',
      given: { claims: [ingress('git', { className: 'edge' })], targets: [APEX, EDGE] },
      want: { ...TO_EDGE, sources: ['Ingress git/git'] },
    },
    {
      name: 'is the one without classes also where that is not the first',
      given: { claims: [ingress('git')], targets: [EDGE, APEX] },
      want: { ...TO_APEX, sources: ['Ingress git/git'] },
    },
    {
      name: 'is the first where it has no class and no IngressClass is the default',
      given: { claims: [ingress('git', { className: undefined })], targets: [EDGE, APEX] },
      want: { ...TO_EDGE, sources: ['Ingress git/git'] },
    },
  ])('$name', check);

  test('is none where no target takes its class: it makes no host', () => {
    const decision = decide({ claims: [ingress('git')], targets: [EDGE] });
    expect(decision.wanted).toBe(false);
    expect(decision.sources).toEqual([]);
  });

  test.each([
    { given: 'edge', want: EDGE },
    { given: 'internal', want: undefined },
    { given: undefined, want: EDGE },
  ])('for class $given among targets that all name classes', ({ given, want }) => {
    expect(targetOfClass({ targets: [EDGE] }, given)).toBe(want);
  });

  test('carries the ClusterIPs of its Service and why its addresses are not live', () => {
    const kept = 'Service traefik/traefik: its load balancer has no address';
    const { target } = decide({ claims: [ingress('git')], targets: [{ ...APEX, kept }] });
    expect(target).toEqual({
      label: 'example.com',
      record: 'example.com',
      addresses: ['10.0.20.203'],
      cname: undefined,
      clusterIPs: ['10.111.111.95'],
      alsoSeen: [],
      kept,
    });
  });
});

const ROUTE = { kind: 'IngressRoute', className: undefined } as const;

describe('whether a host is wanted', () => {
  test.each<{ name: string; given: Given; want: boolean }>([
    { name: 'nobody names it', given: {}, want: false },
    { name: 'an Ingress names it', given: { claims: [ingress('git')] }, want: true },
    { name: 'a Service names it', given: { claims: [serviceClaim('coturn')] }, want: true },
    {
      name: 'a kind names it that the zone does not list',
      given: { claims: [serviceClaim('coturn')], sources: new Map([['Ingress', {}]]) },
      want: false,
    },
    { name: 'an IngressRoute names it', given: { claims: [ingress('git', ROUTE)] }, want: true },
    {
      name: 'an Ingress names it out of a namespace that is selected',
      given: { claims: [ingress('git')], sources: new Map([['Ingress', { matchLabels: { team: 'git' } }]]) },
      want: true,
    },
    {
      name: 'an Ingress names it out of a namespace that is not selected',
      given: { claims: [ingress('git')], sources: new Map([['Ingress', { matchLabels: { team: 'web' } }]]) },
      want: false,
    },
    {
      name: 'status remembers an Ingress, whose namespace has no labels that are known',
      given: {
        claims: [ingress('git', { namespaceLabels: undefined, recalled: { target: 'example.com', conflict: false } })],
        sources: new Map([['Ingress', { matchLabels: { team: 'web' } }]]),
      },
      want: true,
    },
    { name: 'a person wrote it', given: { request: byHand() }, want: true },
    {
      name: 'its object was generated and nobody names it any more',
      given: { request: byHand(undefined, { generated: true }) },
      want: false,
    },
    {
      name: 'a person gave its generated object a target, and nobody names it any more',
      given: { request: byHand({ cname: 'a.example.net' }, { generated: true }) },
      want: false,
    },
  ])('$name: $want', ({ given, want }) => {
    expect(decide(given).wanted).toBe(want);
  });
});

describe('several sources', () => {
  const edge = { className: 'edge' };
  const targets = [APEX, EDGE];

  test.each<Case>([
    {
      name: 'that agree are all listed, the oldest first',
      given: {
        claims: [ingress('b', { createdAt: 2 }), ingress('a', { createdAt: 3 }), ingress('c', { createdAt: 1 })],
      },
      want: { ...TO_APEX, sources: ['Ingress c/c', 'Ingress b/b', 'Ingress a/a'] },
    },
    {
      name: 'that disagree follow the oldest; the other is in conflict',
      given: { claims: [ingress('a', { createdAt: 2 }), ingress('b', { createdAt: 1, ...edge })], targets },
      want: { ...TO_EDGE, sources: ['Ingress b/b', 'Ingress a/a !'] },
    },
    {
      name: 'of the same age follow the first by namespace',
      given: { claims: [ingress('b'), ingress('a', edge)], targets },
      want: { ...TO_EDGE, sources: ['Ingress a/a', 'Ingress b/b !'] },
    },
    {
      name: 'of the same age and namespace follow the first by name',
      given: { claims: [ingress('git', { name: 'b' }), ingress('git', { name: 'a', ...edge })], targets },
      want: { ...TO_EDGE, sources: ['Ingress git/a', 'Ingress git/b !'] },
    },
    {
      name: 'of the same age, namespace and name put the Ingress before the Service',
      given: { claims: [serviceClaim('coturn'), ingress('coturn')], services: [coturn()] },
      want: { ...TO_APEX, sources: ['Ingress coturn/coturn', 'Service coturn/coturn !'] },
    },
    {
      name: 'of which one makes no host count without it',
      given: { claims: [ingress('a', { createdAt: 1 }), ingress('b', edge)], targets: [EDGE] },
      want: { ...TO_EDGE, sources: ['Ingress b/b'] },
    },
    {
      name: 'of which a younger one knows no address do not disagree',
      given: { claims: [ingress('git'), serviceClaim('coturn', { createdAt: 2000 })] },
      want: { ...TO_APEX, sources: ['Ingress git/git', 'Service coturn/coturn'] },
    },
    {
      name: 'yield to a target that a person wrote',
      given: { claims: [ingress('git')], request: byHand({ addresses: ['10.0.20.9'] }) },
      want: { target: '10.0.20.9', records: ['A 300 10.0.20.9'], sources: ['Ingress git/git !'] },
    },
    {
      name: 'yield to a target that a person gave a generated object',
      given: { claims: [ingress('git')], request: byHand({ cname: 'site.pages.example.net' }, { generated: true }) },
      want: {
        target: 'site.pages.example.net',
        records: ['CNAME 300 site.pages.example.net'],
        sources: ['Ingress git/git !'],
      },
    },
    {
      name: 'are in conflict with no target that is invalid',
      given: { claims: [ingress('git')], request: byHand({ cname: 'git.example.com' }) },
      want: {
        ...NOWHERE,
        sources: ['Ingress git/git'],
        problem: 'Invalid: spec.target.cname: "git.example.com" is the host itself',
      },
    },
    {
      name: 'decide for an object by hand that leaves its target open',
      given: { claims: [ingress('git', edge)], request: byHand(), targets },
      want: { ...TO_EDGE, sources: ['Ingress git/git'] },
    },
  ])('$name', check);

  test('give the same decision in every order', () => {
    const claims = [ingress('a', { createdAt: 2 }), ingress('b', edge), serviceClaim('coturn'), ingress('c')];
    const given = { targets, services: [coturn()] };
    expect(decide({ ...given, claims: claims.toReversed() })).toEqual(decide({ ...given, claims }));
  });
});

describe('an object by hand', () => {
  const serviceRef = { namespace: 'coturn', name: 'coturn' };

  test.each<Case>([
    {
      name: 'with nothing but a host takes the first target',
      given: { request: byHand(), targets: [EDGE, APEX] },
      want: TO_EDGE,
    },
    {
      name: 'with nothing but a host waits where the zone has no target',
      given: { request: byHand(), targets: [] },
      want: { ...NOWHERE, problem: 'Waiting: zone example.com has no target' },
    },
    {
      name: 'with addresses has them in canonical form, sorted, once, a set a family',
      given: {
        request: byHand({ addresses: ['FD00:0::1', '10.0.20.9', '10.0.20.10', 'fd00::1'] }),
        hostTtlSeconds: 120,
      },
      want: { target: '10.0.20.10,10.0.20.9,fd00::1', records: ['A 120 10.0.20.10 10.0.20.9', 'AAAA 120 fd00::1'] },
    },
    {
      name: 'with an IPv6 address alone has no A',
      given: { request: byHand({ addresses: ['fd00::1'] }) },
      want: { target: 'fd00::1', records: ['AAAA 300 fd00::1'] },
    },
    {
      name: 'with nothing that is an address is invalid',
      given: { request: byHand({ addresses: ['010.0.0.1'] }) },
      want: { ...NOWHERE, problem: 'Invalid: spec.target.addresses: has no IP address' },
    },
    {
      name: 'with a cname is that CNAME, in lower case and without a dot',
      given: { request: byHand({ cname: 'Site.Pages.example.net.' }) },
      want: { target: 'site.pages.example.net', records: ['CNAME 300 site.pages.example.net'] },
    },
    {
      name: 'with its own name as cname is invalid',
      given: { request: byHand({ cname: 'GIT.example.com.' }) },
      want: { ...NOWHERE, problem: 'Invalid: spec.target.cname: "GIT.example.com." is the host itself' },
    },
    {
      name: "with a cname at the zone's apex is invalid",
      given: { host: 'example.com', request: byHand({ cname: 'site.example.net' }), targets: [EDGE] },
      want: {
        target: 'site.example.net',
        records: [],
        problem: "Invalid: the zone's apex cannot be a CNAME (to site.example.net)",
      },
    },
    {
      name: "with addresses at the zone's apex has them there",
      given: { host: 'example.com', request: byHand({ addresses: ['10.0.20.9'] }), targets: [EDGE] },
      want: { target: '10.0.20.9', records: ['A 300 10.0.20.9'] },
    },
    {
      name: 'with a Service points to its load balancer',
      given: { request: byHand({ serviceRef }), services: [coturn()] },
      want: TO_COTURN,
    },
    {
      name: "with the Service of the zone's target points to its record",
      given: { request: byHand({ serviceRef: EDGE.service }), targets: [APEX, EDGE] },
      want: TO_EDGE,
    },
    {
      name: 'with a Service that a source has too is not in conflict with it',
      given: { request: byHand({ serviceRef }), claims: [serviceClaim('coturn')], services: [coturn()] },
      want: { ...TO_COTURN, sources: ['Service coturn/coturn'] },
    },
    {
      name: 'of a wildcard has a record like any other',
      given: { host: '*.apps.example.com', request: byHand() },
      want: TO_APEX,
    },
  ])('$name', check);
});

describe('a Service that names a host', () => {
  const claims = [serviceClaim('coturn')];

  test.each<Case>([
    {
      name: 'points to its own load balancer',
      given: { claims, services: [coturn()] },
      want: { ...TO_COTURN, sources: ['Service coturn/coturn'] },
    },
    {
      name: "points to the record of the zone's target where that is the same Service",
      given: { claims: [serviceClaim('traefik')] },
      want: { ...TO_APEX, sources: ['Service traefik/traefik'] },
    },
    {
      name: 'is not the target of the same name in another namespace',
      given: {
        claims: [serviceClaim('coturn', { name: 'traefik' })],
        services: [coturn({ name: 'traefik' })],
      },
      want: { target: 'coturn/traefik', records: ['A 300 10.0.20.205'], sources: ['Service coturn/traefik'] },
    },
    {
      name: 'has a record a family',
      given: { claims, services: [coturn({ balancer: [{ ip: 'FD00::5' }, { ip: '10.0.20.205' }] })] },
      want: {
        target: 'coturn/coturn',
        records: ['A 300 10.0.20.205', 'AAAA 300 fd00::5'],
        sources: ['Service coturn/coturn'],
      },
    },
    {
      name: 'waits for the first address',
      given: { claims, services: [coturn({ balancer: [] })] },
      want: {
        ...NOWHERE,
        sources: ['Service coturn/coturn'],
        problem: 'Waiting: Service coturn/coturn: its load balancer has no address',
      },
    },
  ])('$name', check);

  test('carries the ClusterIPs of that Service, and none when it has vanished', () => {
    expect(decide({ claims, services: [coturn()] }).target?.clusterIPs).toEqual(['10.100.0.5']);
    expect(decide({ claims, lastAddresses: ['10.0.20.205'] }).target?.clusterIPs).toEqual([]);
  });

  test.each<{ name: string; given: Given }>([
    { name: "the zone's apex", given: { host: 'example.com', targets: [EDGE] } },
    { name: "a target's record", given: { host: 'edge.example.com', targets: [APEX, EDGE] } },
    { name: 'an excluded name', given: { host: 'mail.example.com', exclude: new Set(['mail.example.com']) } },
  ])('never names $name', ({ given }) => {
    const decision = decide({ ...given, claims: [serviceClaim('coturn')], services: [coturn()] });
    expect(decision.wanted).toBe(false);
    expect(decision.sources).toEqual([]);
  });
});

describe('a load balancer of its own that went blank', () => {
  const claims = [serviceClaim('coturn')];
  const lastAddresses = ['10.0.20.205'];

  test.each<{ name: string; given: Given; want: string }>([
    {
      name: 'has lost its address',
      given: { services: [coturn({ balancer: [] })] },
      want: 'Service coturn/coturn: its load balancer has no address',
    },
    { name: 'has vanished', given: { services: [] }, want: 'Service coturn/coturn does not exist' },
    {
      name: 'is none any more',
      given: { services: [coturn({ type: 'ClusterIP' })] },
      want: 'Service coturn/coturn has type ClusterIP, not LoadBalancer',
    },
    {
      name: 'has a name that stands for nothing',
      given: { services: [coturn({ balancer: [{ hostname: 'lb.example.net' }] })] },
      want: 'Service coturn/coturn: lb.example.net has no address',
    },
    {
      name: 'has something that is no address',
      given: { services: [coturn({ balancer: [{ ip: '' }] })] },
      want: 'Service coturn/coturn: its load balancer has no address',
    },
  ])('keeps the last addresses and says why: it $name', ({ given, want }) => {
    const decision = decide({ claims, lastAddresses, ...given });
    expect(seen(decision)).toEqual({ ...TO_COTURN, sources: ['Service coturn/coturn'], problem: undefined });
    expect(decision.target?.kept).toBe(want);
  });

  test('gives its new addresses as soon as it has some', () => {
    const decision = decide({ claims, lastAddresses, services: [coturn({ balancer: [{ ip: '10.0.20.206' }] })] });
    expect(seen(decision).records).toEqual(['A 300 10.0.20.206']);
    expect(decision.target?.kept).toBeUndefined();
  });
});

describe('a name that is not only a host', () => {
  test.each<Case>([
    {
      name: "a target's own name needs no record: the target's addresses are its records",
      given: { host: 'example.com', claims: [ingress('www')] },
      want: { target: 'example.com', records: [], sources: ['Ingress www/www'] },
    },
    {
      name: "a target's own name follows that target, whatever the class of its source",
      given: { host: 'example.com', claims: [ingress('www', { className: 'edge' })], targets: [APEX, EDGE] },
      want: { target: 'example.com', records: [], sources: ['Ingress www/www !'] },
    },
    {
      name: "a target's own name follows that target, whatever a person wants",
      given: { host: 'edge.example.com', request: byHand({ addresses: ['10.0.20.9'] }), targets: [APEX, EDGE] },
      want: { target: 'edge.example.com', records: [] },
    },
    {
      name: 'the apex cannot be a CNAME to a target with a label of its own',
      given: { host: 'example.com', claims: [ingress('www', { className: 'edge' })], targets: [EDGE] },
      want: {
        target: 'edge.example.com',
        records: [],
        sources: ['Ingress www/www'],
        problem: "Invalid: the zone's apex cannot be a CNAME (to edge.example.com)",
      },
    },
    {
      name: 'a target without an address gets no CNAME that leads nowhere',
      given: {
        claims: [ingress('git')],
        targets: [{ ...APEX, addresses: [], kept: 'Service traefik/traefik does not exist' }],
      },
      want: {
        target: 'example.com',
        records: [],
        sources: ['Ingress git/git'],
        problem: 'Waiting: target example.com has no address: Service traefik/traefik does not exist',
      },
    },
  ])('$name', check);
});

describe('what is not written', () => {
  test('is an excluded host, whoever wants it', () => {
    const exclude = new Set(['git.example.com']);
    for (const given of [{ claims: [ingress('git')] }, { request: byHand({ addresses: ['10.0.20.9'] }) }]) {
      const decision = decide({ ...given, exclude });
      expect(decision).toMatchObject({ excluded: true, wanted: true, desired: [] });
    }
  });

  test('is an observed host, of which is said what should be there', () => {
    const decision = decide({ request: byHand(undefined, { record: 'Observed' }), claims: [ingress('git')] });
    expect(decision).toMatchObject({ observed: true, excluded: false });
    expect(seen(decision)).toMatchObject(TO_APEX);
  });

  test('is nothing else', () => {
    expect(decide({ claims: [ingress('git')], exclude: new Set(['mail.example.com']) })).toMatchObject({
      observed: false,
      excluded: false,
    });
  });
});
