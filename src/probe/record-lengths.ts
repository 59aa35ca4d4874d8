const TYPE = { A: 1, CNAME: 5, SOA: 6, AAAA: 28 };
const HEADER_BYTES = 12;
const QUESTION_TAIL_BYTES = 4;
const POINTER = 0xc0;
const SOA_NUMBERS_BYTES = 20;

/**
 * Throws unless every record of the answer and authority sections lies within the packet and holds as much data as its
 * type has. dns-packet reads an A, AAAA, CNAME or SOA without looking at RDLENGTH (RFC 1035 3.2.1), so that it makes
 * something up of what follows where that is wrong.
 *
 * @param packet a message with a header and one question
 */
export function checkRecordLengths(packet: Buffer): void {
  let offset = nameEnd(packet, HEADER_BYTES) + QUESTION_TAIL_BYTES;
  const records = packet.readUInt16BE(6) + packet.readUInt16BE(8);
  for (let index = 0; index < records; index += 1) {
    const fixed = nameEnd(packet, offset);
    const data = fixed + 10;
    const end = data + packet.readUInt16BE(fixed + 8);
    if (end > packet.length) throw new RangeError('a record ends beyond the packet');
    if (dataEnd(packet, packet.readUInt16BE(fixed), data, end) !== end) throw new RangeError('RDLENGTH is wrong');
    offset = end;
  }
}

/** Where the data of a record ends by its type; `end`, as the packet says, for types that nobody reads here. */
function dataEnd(packet: Buffer, type: number, data: number, end: number): number {
  if (type === TYPE.A) return data + 4;
  if (type === TYPE.AAAA) return data + 16;
  if (type === TYPE.CNAME) return nameEnd(packet, data);
  if (type === TYPE.SOA) return nameEnd(packet, nameEnd(packet, data)) + SOA_NUMBERS_BYTES;
  return end;
}

/** Where a name ends that starts at `offset`: after its zero byte, or after the pointer it ends in (RFC 1035 4.1.4). */
function nameEnd(packet: Buffer, offset: number): number {
  for (let at = offset; ;) {
    const length = packet.readUInt8(at);
    if (length >= POINTER) return at + 2;
    at += length + 1;
    if (length === 0) return at;
  }
}
