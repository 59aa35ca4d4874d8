import * as dnsPacket from 'dns-packet';
import type { Answer as WireRecord, Packet, RecordType as WireType } from 'dns-packet';
import { ApiError } from './errors.ts';
import { NOTIFY } from './notify.ts';
import type { StoredRecord } from './record.ts';
import { dsNumbers, textOf, type RData } from './record-types.ts';
import { resolve, type Answer } from './resolve.ts';
import type { ZoneStore } from './zone-store.ts';

/** The largest datagram that the server sends; clients without EDNS get 512 bytes. */
const UDP_PAYLOAD = 1_232;

/** A query that came in. */
export interface Query {
  readonly packet: dnsPacket.DecodedPacket;
  readonly name: string;
  readonly type: string;
}

/** Undefined for what the server does not answer at all: an answer, or no DNS message. */
export function decodeQuery(message: Buffer): Query | undefined {
  try {
    const packet = dnsPacket.decode(message);
    const question = packet.questions?.[0];
    if (packet.type !== 'query') return undefined;
    return { packet, name: question?.name.replace(/^\.$/, '') ?? '', type: question?.type ?? '' };
  } catch {
    return undefined;
  }
}

export interface AnswerOptions {
  readonly udp: boolean;
  /** A CNAME loop is SERVFAIL. */
  readonly loopsFail: boolean;
  /** Counts the answers: several addresses take turns in front, where a real server shuffles them. */
  readonly turn: number;
  /** What the client is told in place of an IPv4 address. */
  readonly translate: (address: string) => string;
}

/** Encodes the answer to a query from the zones of a store. */
export function answerQuery(query: Query, store: ZoneStore, how: AnswerOptions): Buffer {
  const refusal = refusalOf(query.packet);
  if (refusal !== undefined) return encodeAnswer(query, { rcode: refusal });
  let answer: Answer;
  try {
    const found = resolve(store, query, how.loopsFail);
    answer = { ...found, answers: rotated(found.answers, how.turn).map((record) => translated(record, how)) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return encodeAnswer(query, { rcode: 'FORMERR' }); // the name breaks the rules for names
  }
  const whole = encodeAnswer(query, answer);
  const forTcp = whole.length > payloadOf(query.packet) || (query.type === 'ANY' && answer.rcode !== 'REFUSED');
  return how.udp && forTcp ? encodeAnswer(query, { rcode: answer.rcode, aa: answer.aa, tc: true }) : whole;
}

/** The zone that a query says has changed (RFC 1996); undefined for any other query. */
export function notifiedZone({ packet, name }: Query): string | undefined {
  return opcodeOf(packet) === 'NOTIFY' ? name : undefined;
}

function translated(record: StoredRecord, { translate }: AnswerOptions): StoredRecord {
  if (record.type !== 'A') return record;
  return { ...record, data: { ...record.data, ipAddress: translate(String(record.data['ipAddress'])) } };
}

function rotated(records: readonly StoredRecord[], turn: number): StoredRecord[] {
  const [addresses, others] = [true, false].map((wanted) =>
    records.filter(({ type }) => (type === 'A' || type === 'AAAA') === wanted),
  ) as [StoredRecord[], StoredRecord[]];
  const first = addresses.length === 0 ? 0 : turn % addresses.length;
  return [...others, ...addresses.slice(first), ...addresses.slice(0, first)];
}

function refusalOf(packet: Packet): keyof typeof RCODES | undefined {
  const [question, ...others] = packet.questions ?? [];
  if (question === undefined || others.length > 0) return 'FORMERR';
  if (opcodeOf(packet) !== 'QUERY') return 'NOTIMP';
  return question.class === 'IN' ? undefined : 'REFUSED';
}

/** The answer of a server that has had enough of a client: "ask again over TCP". */
export function truncated(query: Query): Buffer {
  return encodeAnswer(query, { rcode: 'NOERROR', tc: true });
}

function payloadOf(packet: Packet): number {
  const asked = optOf(packet)?.udpPayloadSize;
  return asked === undefined ? 512 : Math.max(512, Math.min(asked, UDP_PAYLOAD));
}

/** The types of dns-packet leave it out. */
const opcodeOf = (packet: object): unknown => ('opcode' in packet ? packet.opcode : undefined);

const optOf = (packet: Packet): dnsPacket.OptAnswer | undefined =>
  packet.additionals?.find((record): record is dnsPacket.OptAnswer => record.type === 'OPT');

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** Encodes one message of an answer. */
export function encodeAnswer(
  { packet, name }: Query,
  answer: Partial<Pick<Answer, 'aa' | 'answers' | 'authorities'>> & { rcode: keyof typeof RCODES; tc?: boolean },
): Buffer {
  const flag = (on: boolean | undefined, bit: number): number => (on === true ? bit : 0);
  const flags =
    RCODES[answer.rcode] |
    flag(answer.aa, dnsPacket.AUTHORITATIVE_ANSWER) |
    flag(answer.tc, dnsPacket.TRUNCATED_RESPONSE) |
    flag(packet.flag_rd, dnsPacket.RECURSION_DESIRED) |
    flag(opcodeOf(packet) === 'NOTIFY', NOTIFY);
  const spell = speller(name);
  const wire = (records: readonly StoredRecord[] = []): WireRecord[] =>
    records.flatMap((record) => wireRecord(record, spell) ?? []);
  return dnsPacket.encode({
    type: 'response',
    id: packet.id ?? 0,
    flags,
    questions: packet.questions ?? [],
    answers: wire(answer.answers),
    authorities: wire(answer.authorities),
    additionals: optOf(packet) === undefined ? [] : [opt],
  });
}

/** Spells names as compression does: what a message said before, the question first, is pointed at whatever its case. */
function speller(question: string): (name: unknown) => string {
  const said = new Map<string, string>();
  const spell = (given: unknown): string => {
    const name = String(given);
    const suffixes = name.split('.').map((_, i, labels) => labels.slice(i).join('.'));
    const known = suffixes.find((suffix) => said.has(suffix.toLowerCase()));
    const spelt = known === undefined ? name : name.slice(0, -known.length) + (said.get(known.toLowerCase()) ?? '');
    for (const suffix of suffixes) {
      const key = suffix.toLowerCase();
      if (!said.has(key)) said.set(key, spelt.slice(-suffix.length));
    }
    return spelt;
  };
  spell(question);
  return spell;
}

const opt: WireRecord = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_PAYLOAD,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

function wireRecord(record: StoredRecord, spell: (name: unknown) => string): WireRecord | undefined {
  const wire = WIRE[record.type];
  if (wire === undefined) return undefined;
  const [name, type] = [spell(record.name), record.type as WireType];
  return { name, type, ttl: record.ttl, data: wire(record.data, spell) } as WireRecord;
}

/** A value as dns-packet takes it, by type; types that are not here are kept but not served. */
const WIRE: Readonly<Record<string, (data: RData, spell: (name: unknown) => string) => unknown>> = {
  A: (data) => data['ipAddress'],
  AAAA: (data) => data['ipAddress'],
  NS: (data, spell) => spell(data['nameServer']),
  CNAME: (data, spell) => spell(data['cname']),
  PTR: (data, spell) => spell(data['ptrName']),
  DNAME: (data, spell) => spell(data['dname']),
  MX: (data, spell) => ({ ...data, exchange: spell(data['exchange']) }),
  TXT: textOf,
  SRV: (data) => data,
  CAA: (data) => data,
  SOA: ({ primaryNameServer, responsiblePerson, ...numbers }, spell) => {
    const mname = spell(primaryNameServer);
    return { mname, rname: spell(String(responsiblePerson).replace('@', '.')), ...numbers };
  },
  DS: (data) => {
    const { algorithmNumber: algorithm, digestTypeNumber: digestType } = dsNumbers(data);
    return { keyTag: data['keyTag'], algorithm, digestType, digest: Buffer.from(String(data['digest']), 'hex') };
  },
};
