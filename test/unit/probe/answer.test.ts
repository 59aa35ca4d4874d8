import type { Packet } from 'dns-packet';
import { AUTHORITATIVE_ANSWER } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import type { Answer, QuestionType } from '../../../src/model/look.ts';
import { answerOf } from '../../../src/probe/answer.ts';
import { readReply } from '../../../src/probe/reply.ts';
import { a, aaaa, cname, queryFor, responseTo, soa } from './packets.ts';

const NAME = 'git.example.com';

const answerTo = (type: QuestionType, changes: Packet & { rcode?: string }): Answer => {
  const reply = readReply(queryFor(NAME, type), responseTo(NAME, type, changes));
  if (reply.kind !== 'message') throw new Error(`no message: ${reply.kind}`);
  return answerOf(reply.message, NAME, type);
};

const empty = { outcome: 'answer', rcode: 'NOERROR', aa: false, ra: true, addresses: [], chain: [] };

describe('an answer', () => {
  test.each([
    {
      name: 'holds the addresses of the name itself, sorted, each once',
      given: { answers: [a(NAME, '10.0.20.204'), a(NAME, '10.0.20.203'), a(NAME, '10.0.20.204')] },
      want: { ...empty, addresses: ['10.0.20.203', '10.0.20.204'] },
    },
    {
      name: 'holds the chain and the addresses at its end',
      given: {
        answers: [
          cname(NAME, 'ingress.example.com'),
          cname('ingress.example.com', 'example.com'),
          a('example.com', '10.0.20.203'),
        ],
      },
      want: { ...empty, chain: ['ingress.example.com', 'example.com'], addresses: ['10.0.20.203'] },
    },
    {
      name: 'needs no order of its records',
      given: { answers: [a('example.com', '10.0.20.203'), cname(NAME, 'example.com')] },
      want: { ...empty, chain: ['example.com'], addresses: ['10.0.20.203'] },
    },
    {
      name: 'is compared without case, and kept lower-case',
      given: { answers: [cname('Git.Example.Com', 'EXAMPLE.com'), a('exAMPle.com', '10.0.20.203')] },
      want: { ...empty, chain: ['example.com'], addresses: ['10.0.20.203'] },
    },
    {
      name: 'leaves out addresses of names that the chain does not pass',
      given: {
        answers: [
          a('mail.example.com', '10.0.20.1'),
          cname('x.example.com', 'example.com'),
          a('example.com', '10.0.20.203'),
        ],
      },
      want: empty,
    },
    {
      name: 'leaves out addresses of the other type',
      given: { answers: [aaaa(NAME, 'fd00::1'), a(NAME, '10.0.20.203')] },
      want: { ...empty, addresses: ['10.0.20.203'] },
    },
    {
      name: 'may be a chain that ends in no address, as rebinding protection leaves it',
      given: { answers: [cname(NAME, 'example.com')] },
      want: { ...empty, chain: ['example.com'] },
    },
    {
      name: 'may be a denial behind a chain',
      given: { rcode: 'NXDOMAIN', answers: [cname(NAME, 'gone.example.net')] },
      want: { ...empty, rcode: 'NXDOMAIN', chain: ['gone.example.net'] },
    },
    {
      name: 'takes who denies, and for how long, from the SOA: its minimum if that is less',
      given: { rcode: 'NXDOMAIN', authorities: [soa('example.com', 300, 900)] },
      want: {
        ...empty,
        rcode: 'NXDOMAIN',
        soa: { mname: 'ns1.example.com', rname: 'hostadmin.example.com', negativeTtl: 300 },
      },
    },
    {
      name: 'takes the TTL of the SOA if that is less, as a cache counts it down',
      given: { authorities: [soa('example.com', 900, 12)] },
      want: { ...empty, soa: { mname: 'ns1.example.com', rname: 'hostadmin.example.com', negativeTtl: 12 } },
    },
    {
      name: 'reads a TTL with the top bit set as 0 (RFC 2181)',
      given: { authorities: [soa('example.com', 900, 0x8000_0001)] },
      want: { ...empty, soa: { mname: 'ns1.example.com', rname: 'hostadmin.example.com', negativeTtl: 0 } },
    },
    {
      name: 'has no SOA beside addresses: nothing is denied',
      given: { answers: [a(NAME, '10.0.20.203')], authorities: [soa('example.com')] },
      want: { ...empty, addresses: ['10.0.20.203'] },
    },
    { name: 'says SERVFAIL', given: { rcode: 'SERVFAIL' }, want: { ...empty, rcode: 'SERVFAIL' } },
    { name: 'says REFUSED', given: { rcode: 'REFUSED' }, want: { ...empty, rcode: 'REFUSED' } },
    { name: 'says an rcode without a name', given: { flags: 11 }, want: { ...empty, ra: false, rcode: 'RCODE_11' } },
    {
      name: 'says AA, and that no recursion is to be had',
      given: { flags: AUTHORITATIVE_ANSWER },
      want: { ...empty, aa: true, ra: false },
    },
    {
      name: 'is malformed where a chain comes back to the name',
      given: { answers: [cname(NAME, 'b.example.com'), cname('b.example.com', NAME)] },
      want: { outcome: 'malformed', problem: `a CNAME loop at ${NAME}` },
    },
    {
      name: 'is malformed where a name stands for itself',
      given: { answers: [cname(NAME, 'b.example.com'), cname('b.example.com', 'B.example.com')] },
      want: { outcome: 'malformed', problem: 'a CNAME loop at b.example.com' },
    },
    {
      name: 'is malformed with two CNAMEs at one name (RFC 2181 10.1)',
      given: { answers: [cname(NAME, 'b.example.com'), cname(NAME, 'c.example.com')] },
      want: { outcome: 'malformed', problem: `two CNAMEs at ${NAME}` },
    },
    {
      name: 'may say the same CNAME twice',
      given: { answers: [cname(NAME, 'example.com'), cname(NAME, 'Example.com'), a('example.com', '10.0.20.203')] },
      want: { ...empty, chain: ['example.com'], addresses: ['10.0.20.203'] },
    },
  ])('$name', ({ given, want }) => {
    expect(answerTo('A', given)).toEqual(want);
  });

  test('has IPv6 addresses in one spelling', () => {
    const answers = [aaaa(NAME, 'fd00:0:0:0:0:0:0:1'), aaaa(NAME, '2001:db8:0:1:1:1:1:1'), aaaa(NAME, '::')];
    expect(answerTo('AAAA', { answers })).toMatchObject({ addresses: ['2001:db8:0:1:1:1:1:1', '::', 'fd00::1'] });
  });
});
