import { decode, encode, TRUNCATED_RESPONSE } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../../src/probe/answer.ts';
import { readReply, type Reply } from '../../../src/probe/reply.ts';
import { a, aaaa, cname, ID, queryFor, responseTo, soa } from './packets.ts';

const NAME = 'git.example.com';
const query = queryFor(NAME);
const right = responseTo(NAME, 'A', { answers: [cname(NAME, 'example.com'), a('example.com', '10.0.20.203')] });

const summary = (reply: Reply): string => ('problem' in reply ? `${reply.kind}: ${reply.problem}` : reply.kind);

/** A copy with some bytes put in place of others. */
const withBytes = (packet: Buffer, offset: number, ...bytes: number[]): Buffer => {
  const copy = Buffer.from(packet);
  copy.set(bytes, offset);
  return copy;
};

/** The right answer with one A record of `bytes` as data and any RDLENGTH. */
const withData = (rdlength: number, ...bytes: number[]): Buffer => {
  const header = responseTo(NAME, 'A', { answers: [] });
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, rdlength, ...bytes]);
  return withBytes(Buffer.concat([header, record]), 6, 0, 1);
};

describe('a packet is judged before it is believed', () => {
  const decodable = 'malformed: a message that cannot be decoded';
  test.each([
    { name: 'the answer to the question', given: right, want: 'message' },
    { name: 'the question in other letters', given: responseTo('GIT.example.COM', 'A'), want: 'message' },
    {
      name: 'owner names in other letters',
      given: responseTo(NAME, 'A', { answers: [a('GIT.Example.com', '10.0.20.203')] }),
      want: 'message',
    },
    { name: 'a single byte', given: Buffer.from([0x12]), want: 'foreign' },
    { name: 'eleven bytes', given: right.subarray(0, 11), want: 'foreign' },
    { name: 'nothing', given: Buffer.alloc(0), want: 'foreign' },
    { name: 'another id', given: withBytes(right, 0, 0x12, 0x35), want: 'foreign' },
    { name: 'our own query coming back', given: query, want: 'foreign' },
    {
      name: 'another opcode (NOTIFY)',
      given: withBytes(right, 2, 0xa4, 0x00),
      want: 'doubtful: an answer to another kind of request',
    },
    {
      name: 'another name',
      given: responseTo('photos.example.com', 'A'),
      want: 'doubtful: an answer to another question',
    },
    { name: 'another type', given: responseTo(NAME, 'AAAA'), want: 'doubtful: an answer to another question' },
    {
      name: 'another class',
      given: encode({ type: 'response', id: ID, questions: [{ name: NAME, type: 'A', class: 'CH' }] }),
      want: 'doubtful: an answer to another question',
    },
    {
      name: 'no question',
      given: encode({ type: 'response', id: ID, questions: [] }),
      want: 'doubtful: an answer to another question',
    },
    {
      name: 'two questions',
      given: encode({
        type: 'response',
        id: ID,
        questions: [
          { name: NAME, type: 'A' },
          { name: NAME, type: 'A' },
        ],
      }),
      want: 'doubtful: an answer to another question',
    },
    {
      name: 'TC, whatever follows',
      given: responseTo(NAME, 'A', { flags: TRUNCATED_RESPONSE }).fill(0xff, 40),
      want: 'truncated',
    },
    { name: 'an A of four bytes', given: withData(4, 10, 0, 20, 203), want: 'message' },
    { name: 'an A of three bytes at the end', given: withData(3, 10, 0, 20), want: decodable },
    { name: 'an A that claims three bytes of four', given: withData(3, 10, 0, 20, 203), want: decodable },
    { name: 'an A that claims five bytes', given: withData(5, 10, 0, 20, 203, 0), want: decodable },
    { name: 'an A that claims more than there is', given: withData(200, 10, 0, 20, 203), want: decodable },
    {
      name: 'an answer cut in the middle of a record, without TC',
      given: right.subarray(0, right.length - 2),
      want: decodable,
    },
    { name: 'fewer records than the header counts', given: withBytes(right, 6, 0xff, 0xff), want: decodable },
    {
      name: 'a name that points to itself',
      given: withBytes(withData(4, 10, 0, 20, 203), 33, 0xc0, 33),
      want: decodable,
    },
    { name: 'a name that points ahead', given: withBytes(withData(4, 10, 0, 20, 203), 33, 0xc0, 40), want: decodable },
    {
      name: 'a label of a reserved kind',
      given: withBytes(withData(4, 10, 0, 20, 203), 33, 0x80, 12),
      want: decodable,
    },
    {
      name: 'a control character in a name',
      given: responseTo(NAME, 'A', { answers: [a('git\u0007.example.com', '10.0.20.203')] }),
      want: 'malformed: a name of unprintable characters',
    },
    {
      name: 'a blank in a CNAME',
      given: responseTo(NAME, 'A', { answers: [cname(NAME, 'a b.example.com')] }),
      want: 'malformed: a name of unprintable characters',
    },
    {
      name: 'a line break in the name of a denying server',
      given: responseTo(NAME, 'A', {
        rcode: 'NXDOMAIN',
        authorities: [
          { type: 'SOA', name: 'example.com', ttl: 9, data: { mname: 'ns\n.example', rname: 'x.example' } },
        ],
      }),
      want: 'malformed: a name of unprintable characters',
    },
    {
      name: 'a record of class CH',
      given: responseTo(NAME, 'A', { answers: [{ ...a(NAME, '10.0.20.203'), class: 'CH' } as never] }),
      want: 'malformed: a record of another class than IN',
    },
    {
      name: 'a record of class IN with the top bit set',
      given: responseTo(NAME, 'A', { answers: [{ ...a(NAME, '10.0.20.203'), flush: true } as never] }),
      want: 'malformed: a record of another class than IN',
    },
    {
      name: 'rubbish in the additional section only',
      given: withBytes(Buffer.concat([right, Buffer.from([0xff, 0xff])]), 10, 0, 9),
      want: 'message',
    },
  ])('$name', ({ given, want }) => {
    expect(summary(readReply(query, given))).toBe(want);
  });
});

test('whatever comes, reading it ends without an exception', { timeout: 60_000 }, () => {
  const answers = [cname(NAME, 'example.com'), a('example.com', '10.0.20.203'), aaaa('example.com', 'fd00::1')];
  const packet = responseTo(NAME, 'A', { answers, authorities: [soa('example.com')] });
  const mutation = fc.record({ at: fc.nat(packet.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 8 }), fc.nat(packet.length), (mutations, length) => {
      const given = Buffer.from(packet.subarray(0, length === 0 ? packet.length : length));
      for (const { at, byte } of mutations) if (at < given.length) given[at] = byte;
      const reply = readReply(query, given);
      if (reply.kind === 'message') answerOf(reply.message, NAME, 'A');
    }),
    { numRuns: 5000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      readReply(query, Buffer.concat([packet.subarray(0, query.length), bytes]));
      readReply(query, Buffer.from(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('a believed address stands in the packet, byte by byte', { timeout: 60_000 }, () => {
  const packet = responseTo(NAME, 'A', { answers: [cname(NAME, 'example.com'), a('example.com', '10.0.20.203')] });
  const mutation = fc.record({ at: fc.integer({ min: query.length, max: packet.length - 1 }), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const given = Buffer.from(packet);
      for (const { at, byte } of mutations) given[at] = byte;
      const reply = readReply(query, given);
      if (reply.kind !== 'message') return;
      const answer = answerOf(reply.message, NAME, 'A');
      if (answer.outcome !== 'answer') return;
      for (const address of answer.addresses) {
        expect(given.includes(Buffer.from(address.split('.').map(Number)))).toBe(true);
      }
      expect(decode(given).answers).toHaveLength(2);
    }),
    { numRuns: 3000 },
  );
});
