import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAddress } from '../../../src/model/address.ts';
import type { Answer } from '../../../src/model/look.ts';
import { answerOf, soaOf } from '../../../src/probe/answer.ts';
import { readReply } from '../../../src/probe/reply.ts';
import { a, cname, queryFor, responseTo, soa } from './packets.ts';

const NAME = 'git.example.com';
const query = queryFor(NAME);
const PRINTABLE = /^[\x21-\x7e]{1,255}$/;
/** A pointer to the name of the question (RFC 1035 4.1.4). */
const NAME_ASKED = Buffer.from([0xc0, 12]);

/** A response with these sections behind the question, each record as its bytes. */
const responseOf = (sections: {
  answers?: readonly Uint8Array[];
  authorities?: readonly Uint8Array[];
  additionals?: readonly Uint8Array[];
}): Buffer => {
  const lists = [sections.answers ?? [], sections.authorities ?? [], sections.additionals ?? []];
  const packet = Buffer.concat([responseTo(NAME, 'A'), ...lists.flat()]);
  lists.forEach((list, index) => packet.writeUInt16BE(list.length, 6 + 2 * index));
  return packet;
};

interface Wire {
  readonly owner: Uint8Array;
  readonly type: number;
  readonly class?: number;
  readonly data: Uint8Array;
  readonly rdlength?: number;
}

const record = ({ owner, type, class: ofClass = 1, data, rdlength = data.length }: Wire): Buffer => {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(ofClass, 2);
  fixed.writeUInt32BE(60, 4);
  fixed.writeUInt16BE(rdlength, 8);
  return Buffer.concat([owner, fixed, data]);
};

/** What is made of a packet, with all that goes on to be stored or shown held to what it may be. */
const judged = (packet: Buffer): Answer | undefined => {
  const reply = readReply(query, packet);
  if ('problem' in reply) expect(reply.problem).toMatch(/^[\x20-\x7e]{1,300}$/);
  if (reply.kind !== 'message') return undefined;
  const answer = answerOf(reply.message, NAME, 'A');
  const zone = soaOf(reply.message.authorities);
  for (const name of zone === undefined ? [] : [zone.mname, zone.rname]) expect(name).toMatch(PRINTABLE);
  if (answer.outcome === 'malformed') expect(answer.problem).toMatch(/^[\x20-\x7e]{1,300}$/);
  if (answer.outcome !== 'answer') return answer;
  expect(answer.rcode).toMatch(/^[A-Z0-9_]{1,32}$/);
  expect(answer.addresses.length).toBeLessThanOrEqual(64);
  expect(answer.chain.length).toBeLessThanOrEqual(32);
  for (const address of answer.addresses) expect(canonicalAddress(address)).toBe(address);
  for (const name of answer.chain) expect(name).toMatch(PRINTABLE);
  return answer;
};

const addressAt = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
const manyAddresses = (count: number) => Array.from({ length: count }, (_, index) => a(NAME, addressAt(index)));
const aliases = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    cname(index === 0 ? NAME : `a${index}.example.com`, `a${index + 1}.example.com`),
  );

describe('an answer that is too much', () => {
  test('of many addresses keeps as many as are ever expected, in a stable order', () => {
    const answer = judged(responseTo(NAME, 'A', { answers: manyAddresses(900).reverse() }));
    expect(answer).toMatchObject({
      addresses: Array.from({ length: 900 }, (_, index) => addressAt(index))
        .sort()
        .slice(0, 64),
    });
  });

  test('of thousands of records is not read', () => {
    const bytes = responseTo(NAME, 'A', { answers: manyAddresses(4_000) });
    expect(bytes.length).toBeGreaterThan(64_000);
    expect(readReply(query, bytes)).toMatchObject({ kind: 'malformed' });
    const header = responseOf({});
    for (const at of [6, 8]) {
      const claim = Buffer.from(header);
      claim.writeUInt16BE(0xffff, at);
      expect(readReply(query, claim)).toMatchObject({ kind: 'malformed' });
    }
  });

  test.each([
    { count: 32, want: { outcome: 'answer', addresses: ['10.0.20.203'] } },
    { count: 33, want: { outcome: 'malformed', problem: 'more than 32 CNAMEs in a row' } },
    { count: 999, want: { outcome: 'malformed', problem: 'more than 32 CNAMEs in a row' } },
  ])('of $count aliases in a row', ({ count, want }) => {
    const end = a(`a${count}.example.com`, '10.0.20.203');
    expect(judged(responseTo(NAME, 'A', { answers: [...aliases(count), end] }))).toMatchObject(want);
  });

  test('of names that point to each other is refused at once', () => {
    const header = responseOf({});
    const at = header.length;
    const owners = [
      [0xc0, at],
      [0x01, 0x61, 0xc0, at],
      [0xc0, at + 2, 0xc0, at],
      [0xff, 0xff],
    ];
    for (const owner of owners) {
      const given = responseOf({ answers: [record({ owner: Buffer.from(owner), type: 1, data: Buffer.alloc(4) })] });
      expect(readReply(query, given)).toMatchObject({ kind: 'malformed' });
    }
  });
});

test('a label with a dot in it is not taken for two', () => {
  const label = Buffer.from('\x0fgit.example.com\x00', 'latin1');
  const given = responseOf({ answers: [record({ owner: label, type: 1, data: Buffer.from([10, 0, 20, 203]) })] });
  expect(judged(given)).not.toMatchObject({ addresses: ['10.0.20.203'] });
});

test('OPT belongs to the additional section, where it says nothing', () => {
  const opt = record({ owner: Buffer.alloc(1), type: 41, class: 4096, data: Buffer.from([0, 15, 0, 200, 1]) });
  const right = record({ owner: NAME_ASKED, type: 1, data: Buffer.from([10, 0, 20, 203]) });
  const want = { outcome: 'answer', addresses: ['10.0.20.203'] };
  expect(judged(responseOf({ answers: [right], additionals: [opt, opt] }))).toMatchObject(want);
  for (const sections of [{ answers: [right, opt] }, { answers: [right], authorities: [opt] }]) {
    expect(judged(responseOf(sections))).toBeUndefined();
  }
});

const anyLabel = fc.uint8Array({ minLength: 1, maxLength: 63 }).map((bytes) => Buffer.from([bytes.length, ...bytes]));
const anyName = fc.oneof(
  fc.constant(NAME_ASKED),
  fc.nat(0x3fff).map((at) => Buffer.from([0xc0 | (at >> 8), at & 0xff])),
  fc.array(anyLabel, { maxLength: 6 }).map((labels) => Buffer.concat([...labels, Buffer.alloc(1)])),
);
const anyType = fc.oneof(
  fc.constantFrom(1, 2, 5, 6, 15, 16, 28, 33, 35, 41, 43, 46, 47, 48, 50, 52, 64, 257),
  fc.nat(0xffff),
);
const anyRecord = fc
  .record({
    owner: anyName,
    type: anyType,
    class: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(0xffff) }),
    data: fc.oneof(
      anyName,
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(anyName, anyName, fc.uint8Array({ minLength: 20, maxLength: 20 })).map((parts) => Buffer.concat(parts)),
    ),
    rdlength: fc.option(fc.nat(300), { nil: undefined, freq: 8 }),
  })
  .map(({ rdlength, ...wire }) => record({ ...wire, ...(rdlength !== undefined && { rdlength }) }));

test('whatever records come, what is kept of them is printable and bounded', { timeout: 60_000 }, () => {
  const list = fc.array(anyRecord, { maxLength: 8 });
  const sections = fc.record({ answers: list, authorities: list, additionals: list });
  fc.assert(
    fc.property(sections, fc.nat(0x87ff), (given, flags) => {
      const packet = responseOf(given);
      packet.writeUInt16BE(0x8000 | flags, 2);
      judged(packet);
    }),
    { numRuns: 4000 },
  );
});

test('an authority of any SOA is kept as it may be shown', () => {
  expect(judged(responseTo(NAME, 'A', { rcode: 'NXDOMAIN', authorities: [soa('example.com')] }))).toMatchObject({
    soa: { mname: 'ns1.example.com' },
  });
});
