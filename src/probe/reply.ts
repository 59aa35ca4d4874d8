import { decode, type Answer as PacketRecord, type DecodedPacket } from 'dns-packet';
import { checkRecordLengths } from './record-lengths.ts';

const HEADER_BYTES = 12;
const FLAGS = { response: 0x8000, opcode: 0x7800, truncated: 0x0200 };
const PRINTABLE = /^[\x21-\x7e]+$/;

/** A decoded message; the types of dns-packet leave out the rcode, which it names as RFC 6895 does. */
export type Message = DecodedPacket & { readonly rcode: string };

/** What a packet that came back is to the question that was sent. */
export type Reply =
  /** Not for us: forged, or noise. As if it had not come. */
  | { readonly kind: 'foreign' }
  /** It knows our id but not our question: waited past as glibc does, and reported if nothing better comes. */
  | { readonly kind: 'doubtful'; readonly problem: string }
  /** The server's answer, and unusable. */
  | { readonly kind: 'malformed'; readonly problem: string }
  /** Only the beginning of the answer: the rest is to be had over TCP. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'message'; readonly message: Message };

/**
 * Judges a packet before it is believed: id, QR, opcode, the question echoed, lengths, class. What it does not say is
 * where it came from: sockets see to that.
 *
 * @param query what `encodeQuestion` made
 */
export function readReply(query: Buffer, packet: Buffer): Reply {
  if (packet.length < HEADER_BYTES || packet.readUInt16BE(0) !== query.readUInt16BE(0)) return { kind: 'foreign' };
  const flags = packet.readUInt16BE(2);
  if ((flags & FLAGS.response) === 0) return { kind: 'foreign' };
  if ((flags & FLAGS.opcode) !== 0) return { kind: 'doubtful', problem: 'an answer to another kind of request' };
  if (!echoesQuestion(query, packet)) return { kind: 'doubtful', problem: 'an answer to another question' };
  if ((flags & FLAGS.truncated) !== 0) return { kind: 'truncated' };
  return readMessage(packet);
}

/**
 * The question section byte by byte, letters of either case (dnsmasq and others echo them as they like). No byte of a
 * length, a type we ask for or class IN is that of a capital letter, so the whole section may be lowered.
 */
function echoesQuestion(query: Buffer, packet: Buffer): boolean {
  const section = (of: Buffer): string => of.toString('latin1', HEADER_BYTES, query.length).toLowerCase();
  return packet.readUInt16BE(4) === 1 && section(packet) === section(query);
}

function readMessage(packet: Buffer): Reply {
  const malformed = (problem: string): Reply => ({ kind: 'malformed', problem });
  let message: Message;
  try {
    checkRecordLengths(packet);
    message = decode(withoutAdditional(packet)) as Message;
  } catch {
    return malformed('a message that cannot be decoded');
  }
  for (const record of [...(message.answers ?? []), ...(message.authorities ?? [])]) {
    if (!namesOf(record).every((name) => PRINTABLE.test(name))) return malformed('a name of unprintable characters');
    // dns-packet reads the top bit of the class apart, as mDNS has it (RFC 6762 10.2); in DNS it makes another class.
    if (record.type === 'OPT' || record.class !== 'IN' || record.flush === true) {
      return malformed('a record of another class than IN');
    }
  }
  return { kind: 'message', message };
}

/** The names in a record that go on to be compared, or shown. */
function namesOf(record: PacketRecord): string[] {
  if (record.type === 'CNAME') return [record.name, record.data];
  return record.type === 'SOA' ? [record.name, record.data.mname, record.data.rname] : [record.name];
}

/** The additional section answers nothing that was asked: what stands there shall not spoil the rest. */
function withoutAdditional(packet: Buffer): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt16BE(0, 10);
  return copy;
}
