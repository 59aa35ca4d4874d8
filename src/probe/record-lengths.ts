const TYPE = { A: 1, CNAME: 5, SOA: 6, AAAA: 28 };
const HEADER_BYTES = 12;
const QUESTION_TAIL_BYTES = 4;
const POINTER = 0xc0;
const SOA_NUMBERS_BYTES = 20;
const DOT = 0x2e;
/** As many labels as a name has at most. */
const MOST_JUMPS = 127;
/** 64 KiB hold 5,000, each with a name of 127 labels by a pointer of two bytes: some 200 ms of reading. */
const MOST_RECORDS = 1000;

/**
 * Throws if there are more records than anybody publishes, and unless every record of the answer and authority sections lies
 * within the packet, has names that can be told from others, and holds as much data as its type has. dns-packet reads an A, AAAA, CNAME or SOA without looking at RDLENGTH (RFC 1035 3.2.1), so that it makes
 * something up of what follows where that is wrong.
 *
 * @param packet a message with a header and one question
 */
export function checkRecordLengths(packet: Buffer): void {
  let offset = nameEnd(packet, HEADER_BYTES) + QUESTION_TAIL_BYTES;
  const records = packet.readUInt16BE(6) + packet.readUInt16BE(8);
  if (records > MOST_RECORDS) throw new RangeError('too many records');
  for (let index = 0; index < records; index += 1) {
    const fixed = nameEnd(packet, offset);
    const data = fixed + 10;
    const type = packet.readUInt16BE(fixed);
    for (const name of type === TYPE.CNAME || type === TYPE.SOA ? [offset, data] : [offset]) checkLabels(packet, name);
    const end = data + packet.readUInt16BE(fixed + 8);
    if (end > packet.length) throw new RangeError('a record ends beyond the packet');
    if (dataEnd(packet, type, data, end) !== end) throw new RangeError('RDLENGTH is wrong');
    offset = end;
  }
}

/**
 * Throws where a label of a name has a dot in it, which would be read as two labels: to clients the name is another. That of
 * a mailbox may (RFC 1035 5.1), and is not looked at here.
 */
function checkLabels(packet: Buffer, offset: number): void {
  let jumps = 0;
  for (let at = offset; ;) {
    const length = packet.readUInt8(at);
    if (length === 0) return;
    if (length >= POINTER) {
      at = packet.readUInt16BE(at) & 0x3fff;
      if ((jumps += 1) > MOST_JUMPS) throw new RangeError('a name that does not end');
    } else {
      if (packet.subarray(at + 1, at + 1 + length).includes(DOT)) throw new RangeError('a label with a dot in it');
      at += length + 1;
    }
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
