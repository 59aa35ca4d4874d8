import { describe, expect, test } from 'vitest';
import type { Expectation, NameserverVerdict } from '../../../../src/model/expectation.ts';
import type { Look } from '../../../../src/model/look.ts';
import type { Cause, Verdict } from '../../../../src/model/verdict.ts';
import { judgeNameserver } from '../../../../src/plan/verdict/nameserver.ts';
import {
  EMPTY,
  expectation,
  gives,
  LAME,
  look,
  MALFORMED,
  MINUTE,
  nx,
  previously,
  PUBLIC_SOA,
  rcode,
  SECOND,
  SILENT,
  T0,
  TRAEFIK,
  TRAEFIK_CLUSTER_IP,
  TRAEFIK_MOVED,
  verdictOf,
  WAN,
  ZONE_SOA,
} from './world.ts';

interface Case {
  name: string;
  given: Look;
  expected?: Partial<Expectation>;
  want: Verdict;
  cause?: Cause;
  until?: number;
}

const IPV6 = '2001:db8::203';
const DUAL = { addresses: [TRAEFIK, IPV6], hasIPv6: true };
const IPV6_ONLY = { addresses: [IPV6], hasIPv4: false, hasIPv6: true };
const OWN = nx(ZONE_SOA);
/** The name appeared a minute ago everywhere: a denial may live until 900 s and 10 s after that. */
const NEW = { isNew: true, levelAt: T0 - MINUTE };
const NEW_UNTIL = T0 - MINUTE + 910 * SECOND;
/** Traefik moved half a minute ago: the old address may live until 60 s and 10 s after that. */
const MOVED = { addresses: [TRAEFIK_MOVED], previous: [previously(TRAEFIK, 30 * SECOND)] };
const MOVED_UNTIL = T0 + 40 * SECOND;
const MOVED_LONG_AGO = { addresses: [TRAEFIK_MOVED], previous: [previously(TRAEFIK, 70 * SECOND)] };
const BLOCKS = [
  { cidr: `${WAN}/32`, kind: 'Hairpin' as const },
  { cidr: '198.51.100.0/24', kind: 'Edge' as const },
  { cidr: '2001:db8:cdf::/48', kind: 'Edge' as const },
];

const OUT: Case[] = [
  { name: 'another A', given: look(gives('10.9.9.9')), want: 'External' },
  { name: 'our own public address', given: look(gives(WAN)), want: 'External', cause: 'Hairpin' },
  { name: 'it beside an expected address', given: look(gives(TRAEFIK, WAN)), want: 'External', cause: 'Hairpin' },
  {
    name: 'a proxy',
    given: look(gives('198.51.100.1')),
    expected: { publicBlocks: BLOCKS },
    want: 'External',
    cause: 'Edge',
  },
  {
    name: 'a proxy of both families',
    given: look(gives('198.51.100.1'), gives('2001:db8:cdf::1')),
    expected: { publicBlocks: BLOCKS },
    want: 'External',
    cause: 'Edge',
  },
  {
    name: 'a proxy beside an unknown address, which may not work',
    given: look(gives('198.51.100.1'), gives('2001:db8:bad::1')),
    expected: { publicBlocks: BLOCKS },
    want: 'External',
  },
  {
    name: 'a proxy beside our own public address',
    given: look(gives('198.51.100.1', WAN)),
    expected: { publicBlocks: BLOCKS },
    want: 'External',
    cause: 'Hairpin',
  },
  { name: 'an expected A and another AAAA', given: look(gives(TRAEFIK), gives('2001:db8::bad')), want: 'External' },
  { name: 'another A and silence on AAAA', given: look(gives(WAN), SILENT), want: 'External', cause: 'Hairpin' },
  {
    name: 'another A, AAAA not asked',
    given: { a: gives(WAN), aaaa: undefined, at: T0 },
    want: 'External',
    cause: 'Hairpin',
  },
  { name: 'another A and NXDOMAIN for AAAA', given: look(gives('10.9.9.9'), nx()), want: 'External' },
  {
    name: 'another A beside an earlier AAAA: the first row decides',
    given: look(gives('10.9.9.9'), gives('2001:db8::1')),
    expected: { previous: [previously('2001:db8::1', SECOND)] },
    want: 'External',
  },
];

const OLD: Case[] = [
  { name: 'before D', given: look(gives(TRAEFIK)), expected: MOVED, want: 'Propagating', until: MOVED_UNTIL },
  { name: 'at D', given: look(gives(TRAEFIK)), expected: MOVED_LONG_AGO, want: 'Stale' },
  {
    name: 'while a server of the zone is behind, for any time',
    given: look(gives(TRAEFIK)),
    expected: { addresses: [TRAEFIK_MOVED], previous: [previously(TRAEFIK, undefined)] },
    want: 'Propagating',
  },
  {
    name: 'beside the new address',
    given: look(gives(TRAEFIK, TRAEFIK_MOVED)),
    expected: MOVED_LONG_AGO,
    want: 'Stale',
  },
  {
    name: 'each address by the set that allows it longest',
    given: look(gives(TRAEFIK)),
    expected: {
      addresses: [TRAEFIK_MOVED],
      previous: [previously(TRAEFIK, 70 * SECOND), previously(TRAEFIK, 2 * MINUTE, { ttlSeconds: 86_400 })],
    },
    want: 'Propagating',
    until: T0 - 2 * MINUTE + 86_410 * SECOND,
  },
  {
    name: 'several addresses by the one that must be forgotten first',
    given: look(gives(TRAEFIK, '10.0.20.202')),
    expected: {
      addresses: [TRAEFIK_MOVED],
      previous: [previously(TRAEFIK, 30 * SECOND), previously('10.0.20.202', 5 * MINUTE)],
    },
    want: 'Stale',
  },
  {
    name: 'an old A beside an AAAA that does not exist: the first row decides',
    given: look(gives(TRAEFIK), nx()),
    expected: MOVED,
    want: 'Propagating',
    until: MOVED_UNTIL,
  },
  {
    name: 'an expected A beside an old AAAA',
    given: look(gives(TRAEFIK), gives('2001:db8::202')),
    expected: { ...DUAL, previous: [previously('2001:db8::202', 5 * MINUTE)] },
    want: 'Stale',
  },
];

const NULL: Case[] = [
  { name: '0.0.0.0 and ::', given: look(gives('0.0.0.0'), gives('::')), want: 'NotFound' },
  { name: '0.0.0.0 for A only', given: look(gives('0.0.0.0'), EMPTY), want: 'NotFound' },
  { name: 'an expected A and :: for AAAA', given: look(gives(TRAEFIK), gives('::')), want: 'NotFound' },
  { name: '0.0.0.0 for a new name', given: look(gives('0.0.0.0')), expected: NEW, want: 'NotFound' },
];

const NX: Case[] = [
  { name: 'for a name that is not new', given: look(OWN, OWN), want: 'NotFound' },
  {
    name: "the zone's own, for a new name",
    given: look(OWN, OWN),
    expected: NEW,
    want: 'Propagating',
    until: NEW_UNTIL,
  },
  {
    name: "the zone's own, for a new name, in other letters",
    given: look(nx({ ...ZONE_SOA, mname: 'NS1.Example.COM' }), OWN),
    expected: NEW,
    want: 'Propagating',
    until: NEW_UNTIL,
  },
  {
    name: "the zone's own, for a new name, while a server is behind",
    given: look(OWN, OWN),
    expected: { isNew: true, levelAt: undefined },
    want: 'Propagating',
  },
  {
    name: "the zone's own, for a new name, at D",
    given: look(OWN, OWN),
    expected: { isNew: true, levelAt: T0 - 910 * SECOND },
    want: 'NotFound',
  },
  { name: "a public authority's", given: look(nx(PUBLIC_SOA), nx(PUBLIC_SOA)), expected: NEW, want: 'NotFound' },
  {
    name: "the zone's MNAME with another RNAME",
    given: look(nx({ ...ZONE_SOA, rname: 'x.example.com' }), OWN),
    expected: NEW,
    want: 'NotFound',
  },
  { name: 'without SOA', given: look(nx(), nx()), expected: NEW, want: 'NotFound' },
  {
    name: 'while the primary is not known',
    given: look(OWN, OWN),
    expected: { ...NEW, soa: undefined },
    want: 'NotFound',
  },
  { name: 'A yes, AAAA NXDOMAIN', given: look(gives(TRAEFIK), OWN), want: 'NotFound' },
  { name: 'A yes, AAAA NXDOMAIN, for a new name', given: look(gives(TRAEFIK), OWN), expected: NEW, want: 'NotFound' },
  { name: 'A NXDOMAIN, AAAA yes', given: look(OWN, gives(IPV6)), expected: { ...DUAL, ...NEW }, want: 'NotFound' },
  { name: 'A NXDOMAIN, AAAA SERVFAIL', given: look(OWN, rcode('SERVFAIL')), expected: NEW, want: 'NotFound' },
  { name: 'A NXDOMAIN, AAAA empty', given: look(OWN, EMPTY), expected: NEW, want: 'NotFound' },
];

const BAD: Case[] = [
  { name: 'SERVFAIL', given: look(rcode('SERVFAIL'), rcode('SERVFAIL')), want: 'Failed' },
  { name: 'REFUSED', given: look(rcode('REFUSED'), rcode('REFUSED')), want: 'Failed' },
  { name: 'malformed', given: look(MALFORMED, EMPTY), want: 'Failed' },
  { name: 'an expected A, SERVFAIL for AAAA', given: look(gives(TRAEFIK), rcode('SERVFAIL')), want: 'Failed' },
  { name: 'SERVFAIL for A, silence on AAAA', given: look(rcode('SERVFAIL'), SILENT), want: 'Failed' },
  { name: 'nothing from who has no authority and no recursion', given: look(LAME, LAME), want: 'Failed' },
];

const SILENCE: Case[] = [
  { name: 'on A', given: look(SILENT), want: 'Timeout' },
  { name: 'on AAAA', given: look(gives(TRAEFIK), SILENT), want: 'Timeout' },
  { name: 'on AAAA beside an empty A', given: look(EMPTY, SILENT), want: 'Timeout' },
];

const EMPTINESS: Case[] = [
  { name: 'both types', given: look(EMPTY, EMPTY), want: 'NotFound' },
  { name: 'a CNAME but no A', given: look(gives(), gives()), want: 'NotFound' },
  {
    name: 'both types, for a new name',
    given: look(EMPTY, EMPTY),
    expected: NEW,
    want: 'Propagating',
    until: NEW_UNTIL,
  },
  {
    name: 'both types, for a new name, at D',
    given: look(EMPTY, EMPTY),
    expected: { isNew: true, levelAt: T0 - 910 * SECOND },
    want: 'NotFound',
  },
  { name: 'A, though the target has IPv4', given: look(EMPTY, gives(IPV6)), expected: DUAL, want: 'NotFound' },
  {
    name: 'A, though the target has IPv4 since a minute, beside IPv6 that it had',
    given: look(EMPTY, gives(IPV6)),
    expected: { ...DUAL, levelAt: T0 - MINUTE, previous: [previously(IPV6, MINUTE)] },
    want: 'Propagating',
    until: NEW_UNTIL,
  },
  {
    name: 'A, though the target had IPv4 all along and got another',
    given: look(EMPTY, gives(IPV6)),
    expected: { ...DUAL, levelAt: T0 - MINUTE, previous: [previously('10.0.20.202', MINUTE)] },
    want: 'NotFound',
  },
  {
    name: 'A, though the target was a name a minute ago, of which no address is known',
    given: look(EMPTY, EMPTY),
    expected: {
      levelAt: T0 - MINUTE,
      previous: [{ ...previously('', MINUTE), addresses: [], cname: 'pages.example.net' }],
    },
    want: 'NotFound',
  },
  { name: 'A, where the target has IPv6 only', given: look(EMPTY, gives(IPV6)), expected: IPV6_ONLY, want: 'Internal' },
  { name: 'both, where the target has IPv6 only', given: look(EMPTY, EMPTY), expected: IPV6_ONLY, want: 'NotFound' },
  {
    name: 'both, where the target changed to IPv6 only a minute ago',
    given: look(EMPTY, EMPTY),
    expected: { ...IPV6_ONLY, levelAt: T0 - MINUTE, previous: [previously(TRAEFIK, MINUTE)] },
    want: 'Propagating',
    until: NEW_UNTIL,
  },
  { name: 'a lame AAAA beside an expected A is only empty', given: look(gives(TRAEFIK), LAME), want: 'Internal' },
];

const INTERNAL: Case[] = [
  { name: 'an expected A, no AAAA', given: look(gives(TRAEFIK)), want: 'Internal' },
  { name: 'both types', given: look(gives(TRAEFIK), gives(IPV6)), expected: DUAL, want: 'Internal' },
  { name: 'a missing AAAA', given: look(gives(TRAEFIK)), expected: DUAL, want: 'Internal' },
  {
    name: "the target Service's ClusterIP",
    given: look(gives(TRAEFIK_CLUSTER_IP)),
    expected: { addresses: [TRAEFIK, TRAEFIK_CLUSTER_IP] },
    want: 'Internal',
  },
  {
    name: 'an AAAA that the nameserver made of the IPv4',
    given: look(gives(TRAEFIK), gives('64:ff9b::a00:14cb'), { nat64Prefixes: ['64:ff9b::/96'] }),
    want: 'Internal',
  },
];

const UNKNOWN: Case[] = [
  { name: 'no address is expected', given: look(gives(WAN)), expected: { addresses: [] }, want: 'Unknown' },
  { name: 'AAAA was not asked', given: { a: gives(TRAEFIK), aaaa: undefined, at: T0 }, want: 'Unknown' },
];

const PAGES = { addresses: [], hasIPv4: false, cname: 'site.pages.example.net' };
const passing = (...addresses: string[]) => ({ ...gives(...addresses), chain: ['site.pages.example.net'] });
const BESIDE = { cname: { a: gives('198.51.100.7'), aaaa: EMPTY } };

const CNAME: Case[] = [
  {
    name: 'the chain passes it and ends in an address',
    given: look(passing('198.51.100.9'), EMPTY, BESIDE),
    expected: PAGES,
    want: 'Internal',
  },
  {
    name: 'the same addresses without the chain',
    given: look(gives('198.51.100.7'), EMPTY, BESIDE),
    expected: PAGES,
    want: 'Internal',
  },
  {
    name: 'other addresses without the chain',
    given: look(gives(WAN), EMPTY, BESIDE),
    expected: PAGES,
    want: 'External',
    cause: 'Hairpin',
  },
  {
    name: 'the chain passes it for A, and ends in a proxy for AAAA',
    given: look(passing('192.0.2.80'), gives('2001:db8:ffff::1'), BESIDE),
    expected: { ...PAGES, publicBlocks: [{ cidr: '2001:db8:ffff::/48', kind: 'Edge' }] },
    want: 'External',
    cause: 'Edge',
  },
  {
    name: 'the chain passes it for A to what is our own public address, and another AAAA comes',
    given: look(passing(WAN), gives('2001:db8:eeee::1'), BESIDE),
    expected: PAGES,
    want: 'External',
  },
  {
    name: 'other addresses, and the target does not exist',
    given: look(gives(WAN), EMPTY, { cname: { a: nx(), aaaa: nx() } }),
    expected: PAGES,
    want: 'External',
    cause: 'Hairpin',
  },
  { name: 'other addresses, and the target was not asked', given: look(gives(WAN)), expected: PAGES, want: 'Unknown' },
  {
    name: 'other addresses, and the target failed',
    given: look(gives(WAN), EMPTY, { cname: { a: rcode('SERVFAIL'), aaaa: EMPTY } }),
    expected: PAGES,
    want: 'Unknown',
  },
  {
    name: 'the chain passes it and ends in nothing',
    given: look(passing(), passing(), BESIDE),
    expected: PAGES,
    want: 'NotFound',
  },
  {
    name: 'other addresses of both types, and the target failed for one',
    given: look(gives(WAN), gives('2001:db8::bad'), { cname: { a: gives('198.51.100.7'), aaaa: rcode('SERVFAIL') } }),
    expected: PAGES,
    want: 'External',
    cause: 'Hairpin',
  },
  {
    name: 'no address, though the target was an address a minute ago',
    given: look(EMPTY, EMPTY, BESIDE),
    expected: { ...PAGES, levelAt: T0 - MINUTE, previous: [previously('2001:db8::202', MINUTE)] },
    want: 'NotFound',
  },
  {
    name: 'the chain passes it and it does not exist',
    given: look({ ...nx(), chain: ['site.pages.example.net'] }, nx()),
    expected: PAGES,
    want: 'NotFound',
  },
  {
    name: 'a filter blocks the target too',
    given: look(passing('0.0.0.0'), EMPTY, { cname: { a: gives('0.0.0.0'), aaaa: EMPTY } }),
    expected: PAGES,
    want: 'NotFound',
  },
  {
    name: 'the addresses from before the cname',
    given: look(gives(TRAEFIK), EMPTY, BESIDE),
    expected: { ...PAGES, previous: [previously(TRAEFIK, 30 * SECOND)] },
    want: 'Propagating',
    until: MOVED_UNTIL,
  },
];

describe.each([
  ['one address that was never expected', OUT],
  ['one address that was expected earlier', OLD],
  ['one address that leads nowhere', NULL],
  ['one NXDOMAIN', NX],
  ['one failure', BAD],
  ['one silence', SILENCE],
  ['no address', EMPTINESS],
  ['expected addresses', INTERNAL],
  ['what proves nothing', UNKNOWN],
  ['a target that is a name', CNAME],
])('%s', (_row, cases) => {
  test.each(cases)('$name: $want', ({ given, expected, want, cause, until }) => {
    const { verdict, ...found } = judgeNameserver(given, expectation(expected), T0);
    expect({ verdict, cause: found.cause, until: found.until }).toEqual({ verdict: want, cause, until });
  });
});

interface Wording {
  name: string;
  given: Look;
  expected?: Partial<Expectation>;
  want: { [Field in keyof NameserverVerdict]?: NameserverVerdict[Field] | undefined };
}

const WORDINGS: Wording[] = [
  {
    name: 'the hairpin',
    given: look(gives(WAN)),
    want: {
      answers: [WAN],
      expected: [TRAEFIK],
      detail: `answers ${WAN}, expected ${TRAEFIK}: ${WAN} is our own public address`,
      answersPublicly: true,
    },
  },
  {
    name: 'a proxy',
    given: look(gives('198.51.100.1')),
    expected: { publicBlocks: BLOCKS },
    want: { detail: `answers 198.51.100.1, expected ${TRAEFIK}: 198.51.100.1 is a proxy in front` },
  },
  {
    name: 'another address of our own network, of which nothing is known',
    given: look(gives('10.9.9.9')),
    want: { detail: `answers 10.9.9.9, expected ${TRAEFIK}`, answersPublicly: undefined },
  },
  {
    name: 'a public address of which nothing is known',
    given: look(gives('192.0.2.1')),
    want: { detail: `answers 192.0.2.1, expected ${TRAEFIK}`, answersPublicly: true },
  },
  {
    name: 'several expected addresses, the wrong one first',
    given: look(gives(TRAEFIK, WAN)),
    expected: { addresses: [TRAEFIK, TRAEFIK_CLUSTER_IP] },
    want: {
      answers: [TRAEFIK, WAN],
      detail: `answers ${WAN}, ${TRAEFIK}, expected ${TRAEFIK} or ${TRAEFIK_CLUSTER_IP}: ${WAN} is our own public address`,
    },
  },
  {
    name: 'more addresses than have room, of which the wrong one is kept',
    given: look(gives(...Array.from({ length: 9 }, (_, at) => `10.0.20.10${at}`), WAN)),
    expected: { addresses: Array.from({ length: 9 }, (_, at) => `10.0.20.10${at}`) },
    want: {
      answers: [...Array.from({ length: 7 }, (_, at) => `10.0.20.10${at}`), WAN],
      expected: Array.from({ length: 8 }, (_, at) => `10.0.20.10${at}`),
      detail: `answers ${WAN}, 10.0.20.100, 10.0.20.101, 10.0.20.102 and 6 more, expected 10.0.20.100 or 10.0.20.101 or 10.0.20.102 or 10.0.20.103 and 4 more: ${WAN} is our own public address`,
    },
  },
  {
    name: 'what is propagating, until when',
    given: look(gives(TRAEFIK)),
    expected: MOVED,
    want: {
      answers: [TRAEFIK],
      detail: `still answers ${TRAEFIK}, expected ${TRAEFIK_MOVED}: a cache may hold that until 2026-06-10T02:15:40Z`,
    },
  },
  {
    name: 'what is stale',
    given: look(gives(TRAEFIK)),
    expected: MOVED_LONG_AGO,
    want: { detail: `still answers ${TRAEFIK}, expected ${TRAEFIK_MOVED}: it keeps answers longer than their TTL` },
  },
  {
    name: 'a filter',
    given: look(gives('0.0.0.0'), gives('::')),
    want: { answers: ['0.0.0.0', '::'], detail: `answers 0.0.0.0, ::, expected ${TRAEFIK}: blocked by a filter` },
  },
  {
    name: 'a filter that denies the other type',
    given: look(gives('0.0.0.0'), nx()),
    want: {
      answers: ['0.0.0.0', 'AAAA NXDOMAIN'],
      detail: `answers 0.0.0.0, expected ${TRAEFIK}: blocked by a filter`,
    },
  },
  {
    name: 'a denial from elsewhere',
    given: look(nx(PUBLIC_SOA), nx(PUBLIC_SOA)),
    want: {
      answers: ['NXDOMAIN'],
      detail: `answers NXDOMAIN, expected ${TRAEFIK}: the denial is from ${PUBLIC_SOA.mname}, not from the zone's own server`,
    },
  },
  { name: "the zone's own denial", given: look(OWN, OWN), want: { detail: `answers NXDOMAIN, expected ${TRAEFIK}` } },
  {
    name: 'A yes, AAAA NXDOMAIN',
    given: look(gives(TRAEFIK), nx()),
    want: {
      answers: [TRAEFIK, 'AAAA NXDOMAIN'],
      detail: `answers ${TRAEFIK} as expected but NXDOMAIN for AAAA: to musl the name does not exist`,
    },
  },
  {
    name: 'a CNAME without A, where rebinding protection is at work',
    given: look(gives(), gives()),
    want: {
      answers: ['NODATA'],
      detail: `gives the CNAME to example.com but no A, expected ${TRAEFIK}: rebinding protection may have taken the private address out`,
    },
  },
  {
    name: 'a CNAME without A, where it cannot be',
    given: look(gives(), gives()),
    expected: { addresses: ['192.0.2.80'] },
    want: { detail: 'gives the CNAME to example.com but no A, expected 192.0.2.80' },
  },
  {
    name: 'nothing at all',
    given: look(EMPTY, EMPTY),
    want: {
      detail: `gives no address, expected ${TRAEFIK}: rebinding protection may have taken the private address out`,
    },
  },
  {
    name: 'an AAAA, but no A',
    given: look(EMPTY, gives(IPV6)),
    expected: DUAL,
    want: { answers: [IPV6, 'A NODATA'] },
  },
  {
    name: 'SERVFAIL of which nothing is known',
    given: look(rcode('SERVFAIL'), rcode('SERVFAIL')),
    want: { answers: ['SERVFAIL'], detail: `answers SERVFAIL, expected ${TRAEFIK}` },
  },
  {
    name: 'SERVFAIL that goes away without validation',
    given: look(rcode('SERVFAIL'), rcode('SERVFAIL'), { unvalidated: gives(TRAEFIK) }),
    want: {
      detail: `answers SERVFAIL, expected ${TRAEFIK}: DNSSEC validation fails there, the internal zone is not signed as the public one is`,
    },
  },
  {
    name: 'SERVFAIL for AAAA only',
    given: look(gives(TRAEFIK), rcode('SERVFAIL')),
    want: {
      answers: [TRAEFIK, 'AAAA SERVFAIL'],
      detail: `answers ${TRAEFIK} as expected but SERVFAIL for AAAA: musl resolves nothing then`,
    },
  },
  {
    name: 'REFUSED, which has nothing to do with validation',
    given: look(rcode('REFUSED'), rcode('REFUSED'), { unvalidated: gives(TRAEFIK) }),
    want: { detail: `answers REFUSED, expected ${TRAEFIK}` },
  },
  {
    name: 'a word beside more addresses than have room',
    given: look(gives(...Array.from({ length: 9 }, (_, at) => `10.0.20.10${at}`)), rcode('SERVFAIL')),
    expected: { addresses: Array.from({ length: 9 }, (_, at) => `10.0.20.10${at}`) },
    want: { answers: [...Array.from({ length: 7 }, (_, at) => `10.0.20.10${at}`), 'AAAA SERVFAIL'] },
  },
  {
    name: 'different failures',
    given: look(rcode('REFUSED'), SILENT),
    want: { answers: ['A REFUSED', 'AAAA timeout'], detail: `answers A REFUSED and AAAA timeout, expected ${TRAEFIK}` },
  },
  {
    name: 'a malformed answer',
    given: look(MALFORMED, MALFORMED),
    want: { answers: ['malformed'], detail: `answers malformed, expected ${TRAEFIK}: another question came back` },
  },
  {
    name: 'silence',
    given: look(SILENT),
    want: { answers: ['timeout'], detail: `does not answer, expected ${TRAEFIK}` },
  },
  {
    name: 'silence on AAAA only',
    given: look(gives(TRAEFIK), SILENT),
    want: { detail: `answers ${TRAEFIK} as expected but is silent on AAAA: musl resolves nothing then` },
  },
  {
    name: 'a missing AAAA, which is only said',
    given: look(gives(TRAEFIK)),
    expected: DUAL,
    want: { answers: [TRAEFIK], detail: `answers ${TRAEFIK}`, note: `gives no AAAA, though ${IPV6} is expected` },
  },
  {
    name: 'a missing AAAA that only the ClusterIP would have',
    given: look(gives(TRAEFIK)),
    expected: { addresses: [TRAEFIK, 'fd00::1'], hasIPv6: false },
    want: { verdict: 'Internal', note: undefined },
  },
  {
    name: 'a cname target that gives no address itself',
    given: look(gives(WAN), EMPTY, { cname: { a: nx(), aaaa: nx() } }),
    expected: PAGES,
    want: { expected: ['site.pages.example.net'] },
  },
];

describe('a failure whose other half clients take for an answer', () => {
  const NO_A = { ...gives(), ra: true };
  const IPV6_ONLY = { addresses: ['2001:db8::203'], hasIPv4: false, hasIPv6: true };

  test.each<[name: string, given: Look, want: NameserverVerdict['endsSearch'], expected?: Partial<Expectation>]>([
    ['an empty A, SERVFAIL for AAAA', look(NO_A, rcode('SERVFAIL')), 'Always'],
    ['an empty A, silence on AAAA', look(NO_A, SILENT), 'Always'],
    ['an empty A, malformed AAAA, of IPv6 alone', look(NO_A, MALFORMED), 'Always', IPV6_ONLY],
    ['nothing from who has no authority and no recursion', look(LAME, LAME), 'UnderMusl'],
    ['a lame A, silence on AAAA', look(LAME, SILENT), 'UnderMusl'],
    ['SERVFAIL for A, an empty AAAA, of IPv6 alone', look(rcode('SERVFAIL'), EMPTY), 'UnderMusl', IPV6_ONLY],
    ['SERVFAIL for A, an empty AAAA', look(rcode('SERVFAIL'), EMPTY), undefined],
    ['an expected A, SERVFAIL for AAAA', look(gives(TRAEFIK), rcode('SERVFAIL')), undefined],
    ['REFUSED', look(rcode('REFUSED'), rcode('REFUSED')), undefined],
    ['malformed', look(MALFORMED, MALFORMED), undefined],
    ['silence', look(SILENT), undefined],
  ])('%s', (_name, given, want, expected) => {
    const { verdict, endsSearch } = judgeNameserver(given, expectation(expected), T0);
    expect(['Failed', 'Timeout']).toContain(verdict);
    expect(endsSearch).toBe(want);
  });
});

describe('what a person reads', () => {
  test.each(WORDINGS)('$name', ({ given, expected, want }) => {
    const found = judgeNameserver(given, expectation(expected), T0);
    expect(found).toEqual({ ...verdictOf(found.verdict), ...found, ...want });
  });

  test('names of any length stay readable', () => {
    const long = `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example.com`;
    const { detail } = judgeNameserver(look({ ...gives(), chain: [long] }, EMPTY), expectation(), T0);
    expect(detail.length).toBeLessThan(250);
  });
});
