import { expect, test } from 'vitest';
import type { ReportGroup } from '../../../src/model/api.ts';
import type { Answer, Look } from '../../../src/model/look.ts';
import { groupHosts, indexReport, lookOfReported, reportedLook, type ReportedLook } from '../../../src/model/report.ts';

const ZONE = 'example.com';
const NAMESERVER = '10.0.20.1';
const RESOLVER = { outcome: 'answer', rcode: 'NOERROR', aa: false, ra: true, chain: [] } as const;
const addresses = (...values: string[]): Answer => ({ ...RESOLVER, addresses: values });
const lookOf = (a: Answer): Look => ({ a, aaaa: a.outcome === 'silent' ? undefined : addresses(), at: 7 });
const INSIDE = reportedLook(lookOf(addresses('10.0.20.203')));
const OUTSIDE = reportedLook(lookOf(addresses('203.0.113.10')));

const DENIAL: Answer = {
  ...RESOLVER,
  rcode: 'NXDOMAIN',
  addresses: [],
  soa: { mname: 'ns', rname: 'admin', negativeTtl: 0 },
};

test.each<[string, Look]>([
  ['addresses', lookOf({ ...RESOLVER, addresses: ['10.0.20.203'], chain: ['example.com'] })],
  ['a denial', lookOf(DENIAL)],
  ['an empty answer of a resolver', lookOf(addresses())],
  ['a lame answer', lookOf({ ...RESOLVER, ra: false, addresses: [] })],
  ['silence', lookOf({ outcome: 'silent' })],
  ['an answer cut short', lookOf({ outcome: 'silent', truncated: true })],
  ['what cannot be believed', lookOf({ outcome: 'malformed', problem: 'two CNAMEs' })],
  ['a name beside', { ...lookOf(addresses('192.0.2.80')), cname: { a: addresses('192.0.2.80'), aaaa: addresses() } }],
  ['a failure of validation', { ...lookOf({ ...RESOLVER, rcode: 'SERVFAIL', addresses: [] }), unvalidated: DENIAL }],
  ['a translator', { ...lookOf(addresses()), nat64Prefixes: ['64:ff9b::/96'] }],
])('%s arrives as it was seen', (_name, look) => {
  const travelled = JSON.parse(JSON.stringify(reportedLook(look))) as ReportedLook;
  const arrived = lookOfReported(travelled, 7);
  expect(JSON.parse(JSON.stringify(arrived))).toEqual(JSON.parse(JSON.stringify(look)));
});

const group = (hosts: Record<string, readonly ReportedLook[]>) =>
  groupHosts([
    {
      zone: ZONE,
      nameserver: NAMESERVER,
      hosts: Object.entries(hosts).map(([name, looks]) => [`${name}.${ZONE}`, looks] as const),
    },
  ]);

test('hosts that are answered alike stand together, and the most are not named', () => {
  const { groups, unasked } = group({ c: [INSIDE], a: [INSIDE], b: [OUTSIDE], d: [] });
  expect(groups).toEqual([
    { zone: ZONE, nameserver: NAMESERVER, ...INSIDE, rest: true, count: 2 },
    { zone: ZONE, nameserver: NAMESERVER, ...OUTSIDE, hosts: ['b'], count: 1 },
  ]);
  expect(unasked).toEqual([{ zone: ZONE, nameserver: NAMESERVER, hosts: ['d'], count: 1 }]);
});

test('each host is found again, unasked ones and those with answers by turns too', () => {
  const hosts = { a: [INSIDE], b: [INSIDE], c: [INSIDE, OUTSIDE], d: [OUTSIDE], e: [] };
  const index = indexReport({ questions: '1', resolvers: [], ...group(hosts) });
  const seen = (name: string): unknown[] | undefined =>
    index.seen(NAMESERVER, ZONE, `${name}.${ZONE}`)?.looks.map((look) => reportedLook(look));
  expect(Object.keys(hosts).map(seen)).toEqual([[INSIDE], [INSIDE], [INSIDE, OUTSIDE], [OUTSIDE], undefined]);
  expect(index.seen('192.0.2.1', ZONE, `a.${ZONE}`)).toBeUndefined();
});

test('where most were not asked for, nobody counts as answered', () => {
  const index = indexReport({ questions: '1', resolvers: [], ...group({ a: [], b: [], c: [INSIDE] }) });
  expect(index.seen(NAMESERVER, ZONE, `a.${ZONE}`)).toBeUndefined();
  expect(index.seen(NAMESERVER, ZONE, `new.${ZONE}`)).toBeUndefined();
});

test.each<[string, ReportGroup['a']]>([
  ['an address that is none', { outcome: 'answer', rcode: 'NOERROR', values: ['10.0.20.203', '\u001b[2J'] }],
  ['an address in another spelling', { outcome: 'answer', rcode: 'NOERROR', values: ['FD00::1'] }],
  ['a code that is none', { outcome: 'answer', rcode: 'NOERROR\u009b31m' }],
  ['a name of control characters', { outcome: 'answer', rcode: 'NXDOMAIN', chain: ['a\u0007.example.com'] }],
  ['a denial from nobody', { outcome: 'answer', rcode: 'NXDOMAIN', soa: { mname: '\u202e', rname: 'a' } }],
  ['an outcome that is none', { outcome: '__proto__', problem: '\u001b]0;x\u0007' }],
])('what no agent makes of an answer counts as none: %s', (_name, a) => {
  const { a: answer } = lookOfReported({ a }, 0);
  expect(answer).toMatchObject({ outcome: 'malformed', problem: expect.stringMatching(/^[\x20-\x7e]+$/) as string });
});
