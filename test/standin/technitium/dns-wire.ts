import * as dnsPacket from 'dns-packet';
import type { Answer as WireRecord, Packet, RecordType as WireType } from 'dns-packet';
import type { StoredRecord } from './record.ts';
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

/** Encodes the answer to a query from the zones of a store. */
export function answerQuery(query: Query, store: ZoneStore, how: { udp: boolean; loopsFail: boolean }): Buffer {
  const { packet, name, type } = query;
  const [question] = packet.questions ?? [];
  if (packet.questions?.length !== 1 || question === undefined) return encode(query, { rcode: 'FORMERR' });
  if (opcodeOf(packet) !== 'QUERY') return encode(query, { rcode: 'NOTIMP' });
  if (question.class !== undefined && question.class !== 'IN') return encode(query, { rcode: 'REFUSED' });
  let answer: Answer;
  try {
    answer = resolve(store, { name, type }, how.loopsFail);
  } catch {
    return encode(query, { rcode: 'FORMERR' });
  }
  if (!how.udp) return encode(query, answer);
  if (type === 'ANY' && answer.rcode !== 'REFUSED') return encode(query, { rcode: answer.rcode, aa: true, tc: true });
  const whole = encode(query, answer);
  return whole.length <= payloadOf(packet) ? whole : encode(query, { rcode: answer.rcode, aa: answer.aa, tc: true });
}

/** The answer of a server that has had enough of a client: "ask again over TCP". */
export function truncated(query: Query): Buffer {
  return encode(query, { rcode: 'NOERROR', tc: true });
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

function encode(
  { packet, name }: Query,
  answer: Partial<Pick<Answer, 'aa' | 'answers' | 'authorities'>> & { rcode: keyof typeof RCODES; tc?: boolean },
): Buffer {
  const flag = (on: boolean | undefined, bit: number): number => (on === true ? bit : 0);
  const flags =
    RCODES[answer.rcode] |
    flag(answer.aa, dnsPacket.AUTHORITATIVE_ANSWER) |
    flag(answer.tc, dnsPacket.TRUNCATED_RESPONSE) |
    flag(packet.flag_rd, dnsPacket.RECURSION_DESIRED);
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
function speller(question: string): (name: string) => string {
  const said = new Map<string, string>();
  const spell = (name: string): string => {
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

/** A record as dns-packet takes it; undefined for types that the stand-in keeps but does not serve. */
function wireRecord(record: StoredRecord, spell: (name: string) => string): WireRecord | undefined {
  const name = spell(record.name);
  const data = wireData(record, spell);
  if (data === undefined) return undefined;
  return { name, type: record.type as WireType, ttl: record.ttl, data } as WireRecord;
}

function wireData({ type, data }: StoredRecord, spell: (name: string) => string): unknown {
  switch (type) {
    case 'A':
    case 'AAAA':
      return data['ipAddress'];
    case 'TXT':
      return [...(data['characterStrings'] as string[])]; // dns-packet writes into it
    case 'SOA': {
      const { primaryNameServer, responsiblePerson, ...numbers } = data;
      const names = [String(primaryNameServer), String(responsiblePerson).replace('@', '.')];
      const [mname, rname] = names.map(spell);
      return { mname, rname, ...numbers };
    }
    case 'MX':
      return { ...data, exchange: spell(String(data['exchange'])) };
    case 'SRV':
    case 'CAA':
      return data;
    case 'DS': {
      const { keyTag, algorithmNumber, digestTypeNumber, digest } = data;
      const bytes = Buffer.from(String(digest), 'hex');
      return { keyTag, algorithm: algorithmNumber, digestType: digestTypeNumber, digest: bytes };
    }
    case 'HTTPS':
    case 'SVCB':
    case 'ANAME':
    case 'APP':
      return undefined;
    default:
      return spell(String(Object.values(data)[0]));
  }
}
