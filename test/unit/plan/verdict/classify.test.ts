import { expect, test } from 'vitest';
import type { Answer } from '../../../../src/model/look.ts';
import { classify, type AnswerClass, type Yardstick } from '../../../../src/plan/verdict/classify.ts';
import {
  EMPTY,
  gives,
  LAME,
  MALFORMED,
  nx,
  previously,
  rcode,
  SILENT,
  TRAEFIK,
  TRAEFIK_CLUSTER_IP,
  WAN,
} from './world.ts';

const E: Yardstick = {
  addresses: [TRAEFIK, TRAEFIK_CLUSTER_IP, '2001:db8::203'],
  cname: undefined,
  previous: [previously('10.0.20.100', 0), previously('10.0.20.101', 0)],
};
const PAGES: Yardstick = { addresses: ['198.51.100.7'], cname: 'site.pages.example.net', previous: [] };

interface Case {
  name: string;
  given: Answer;
  sibling?: Answer;
  yardstick?: Yardstick;
  nat64?: string[];
  want: AnswerClass;
}

const passing = (...addresses: string[]): Answer => ({ ...gives(...addresses), chain: ['site.pages.example.net'] });

const CASES: Case[] = [
  { name: 'every expected address', given: gives(TRAEFIK, TRAEFIK_CLUSTER_IP), want: 'in' },
  { name: 'a part of the expected addresses', given: gives(TRAEFIK_CLUSTER_IP), want: 'in' },
  { name: 'an expected address and another', given: gives(TRAEFIK, WAN), want: 'out' },
  { name: 'an earlier address', given: gives('10.0.20.100'), want: 'old' },
  { name: 'an earlier address beside an expected one', given: gives('10.0.20.100', TRAEFIK), want: 'old' },
  { name: 'addresses of two earlier sets', given: gives('10.0.20.100', '10.0.20.101'), want: 'old' },
  { name: 'an earlier address beside an unknown one', given: gives('10.0.20.100', WAN), want: 'out' },
  { name: '0.0.0.0', given: gives('0.0.0.0'), want: 'null' },
  { name: '::', given: gives('::'), want: 'null' },
  { name: 'IPv4 loopback', given: gives('127.0.0.1'), want: 'null' },
  { name: 'IPv6 loopback', given: gives('::1'), want: 'null' },
  { name: '0.0.0.0 beside an expected address', given: gives('0.0.0.0', TRAEFIK), want: 'null' },
  { name: '0.0.0.0 beside an earlier address', given: gives('0.0.0.0', '10.0.20.100'), want: 'null' },
  { name: '0.0.0.0 beside an unknown address', given: gives('0.0.0.0', WAN), want: 'out' },
  {
    name: 'a loopback address that is expected',
    given: gives('127.0.0.1'),
    yardstick: { ...E, addresses: ['127.0.0.1'] },
    want: 'in',
  },
  { name: 'NXDOMAIN', given: nx(), want: 'nx' },
  { name: 'NXDOMAIN behind a CNAME', given: { ...nx(), chain: ['example.com'] }, want: 'nx' },
  { name: 'NOERROR without address, recursive', given: EMPTY, want: 'empty' },
  { name: 'NOERROR without address, authoritative', given: { ...LAME, aa: true }, want: 'empty' },
  { name: 'NOERROR without address, neither', given: LAME, want: 'bad' },
  { name: 'NOERROR without address, neither, beside another empty one', given: LAME, sibling: EMPTY, want: 'bad' },
  { name: 'NOERROR without address, neither, beside addresses', given: LAME, sibling: gives(WAN), want: 'empty' },
  { name: 'SERVFAIL', given: rcode('SERVFAIL'), want: 'bad' },
  { name: 'REFUSED', given: rcode('REFUSED'), want: 'bad' },
  { name: 'NOTIMP', given: rcode('NOTIMP'), want: 'bad' },
  { name: 'SERVFAIL with an address in it', given: { ...gives(TRAEFIK), rcode: 'SERVFAIL' }, want: 'bad' },
  { name: 'malformed', given: MALFORMED, want: 'bad' },
  { name: 'silence', given: SILENT, want: 'silent' },
  {
    name: 'an AAAA that wraps an expected IPv4 under the well-known prefix',
    given: gives('64:ff9b::a00:14cb'),
    nat64: ['64:ff9b::/96'],
    want: 'in',
  },
  {
    name: 'an AAAA that wraps an expected IPv4 under a prefix of 64 bits',
    given: gives('2001:db8:64:0:a:14:cb00:0'),
    nat64: ['2001:db8:64::/64'],
    want: 'in',
  },
  {
    name: 'an AAAA that wraps another IPv4',
    given: gives('64:ff9b::cb00:710a'),
    nat64: ['64:ff9b::/96'],
    want: 'out',
  },
  {
    name: 'an AAAA that wraps an earlier IPv4',
    given: gives('64:ff9b::a00:1464'),
    nat64: ['64:ff9b::/96'],
    want: 'old',
  },
  {
    name: 'an AAAA that wraps loopback',
    given: gives('64:ff9b::7f00:1'),
    nat64: ['64:ff9b::/96'],
    want: 'null',
  },
  { name: 'such an AAAA from a nameserver that does not translate', given: gives('64:ff9b::a00:14cb'), want: 'out' },
  {
    name: 'an expected AAAA that lies under the prefix itself',
    given: gives('2001:db8::203'),
    nat64: ['2001:db8::/96'],
    want: 'in',
  },
  { name: 'a chain that passes the cname target', given: passing('198.51.100.99'), yardstick: PAGES, want: 'in' },
  { name: 'a chain that passes it and ends in 0.0.0.0', given: passing('0.0.0.0'), yardstick: PAGES, want: 'null' },
  { name: 'such a chain to 0.0.0.0 and more', given: passing('0.0.0.0', WAN), yardstick: PAGES, want: 'null' },
  {
    name: 'the address of the cname target without the chain',
    given: gives('198.51.100.7'),
    yardstick: PAGES,
    want: 'in',
  },
  { name: 'another address without the chain', given: gives(WAN), yardstick: PAGES, want: 'out' },
  {
    name: 'a chain that passes what the cname target used to be',
    given: { ...gives('198.51.100.50'), chain: ['old.pages.example.net'] },
    yardstick: {
      ...PAGES,
      previous: [{ addresses: [], cname: 'old.pages.example.net', ttlSeconds: 60, replacedAt: 0 }],
    },
    want: 'old',
  },
  {
    name: 'such a chain that a filter ends in 0.0.0.0',
    given: { ...gives('0.0.0.0'), chain: ['old.pages.example.net'] },
    yardstick: {
      ...PAGES,
      previous: [{ addresses: [], cname: 'old.pages.example.net', ttlSeconds: 60, replacedAt: 0 }],
    },
    want: 'null',
  },
];

test.each(CASES)('$name: $want', ({ given, sibling, yardstick = E, nat64, want }) => {
  expect(classify(given, sibling, yardstick, nat64)).toBe(want);
});
