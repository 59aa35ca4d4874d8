import { once } from 'node:events';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';
import type { Answer as WireRecord } from 'dns-packet';
import { encodeAnswer, type Query } from './dns-wire.ts';
import { bareRecord, type StoredRecord } from './record.ts';
import type { RData } from './record-types.ts';
import type { Zone } from './zone.ts';

/** So many records fit into one message whatever their names. */
const PER_MESSAGE = 100;
const TIMEOUT_MS = 3_000;

/** Whether a query asks for a whole zone. */
export const isTransfer = ({ type }: Query): boolean => type === 'AXFR' || type === 'IXFR';

/**
 * The messages that answer AXFR (RFC 5936): the SOA, all else that is enabled, the SOA. An IXFR is given the same, which
 * RFC 1995 section 4 allows. Zones that may not be transferred are refused.
 */
export function transferMessages(query: Query, zone: Zone | undefined): Buffer[] {
  if (zone?.state.mayTransfer !== true || zone.state.disabled) return [encodeAnswer(query, { rcode: 'REFUSED' })];
  const sets = [...zone.names].flatMap((name) => [...(zone.node(name)?.sets.values() ?? [])]);
  const others = sets.flat().filter(({ type, disabled }) => type !== 'SOA' && !disabled);
  const records = [zone.soa, ...others, zone.soa];
  const count = Math.ceil(records.length / PER_MESSAGE);
  return Array.from({ length: count }, (_, i) => {
    const answers = records.slice(i * PER_MESSAGE, (i + 1) * PER_MESSAGE);
    return encodeAnswer(query, { rcode: 'NOERROR', aa: true, answers });
  });
}

/**
 * Asks a server for a whole zone over TCP; the first record is its SOA.
 *
 * @param server `127.0.0.1:port`; nothing outside of loopback is asked
 * @throws Error where it gives none
 */
export async function requestZone(server: string, zone: string): Promise<[StoredRecord, ...StoredRecord[]]> {
  const [address = '', port] = server.split(':');
  if (!address.startsWith('127.')) throw new Error(`${server} is not asked: it is not on loopback`);
  const socket = connect(Number(port ?? 53), address).setTimeout(TIMEOUT_MS, () => socket.destroy());
  try {
    await once(socket, 'connect');
    socket.write(dnsPacket.streamEncode({ type: 'query', id: 1, questions: [{ type: 'AXFR', name: zone }] }));
    const records: WireRecord[] = [];
    let pending = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        records.push(...(dnsPacket.decode(pending.subarray(2, end)).answers ?? []));
        pending = pending.subarray(end);
        const [soa, ...rest] = records.flatMap((record) => fromWire(record) ?? []);
        if (soa?.type !== 'SOA') throw new Error(`${server} gives no zone ${zone}`);
        if (rest.at(-1)?.type === 'SOA') return [soa, ...rest.slice(0, -1)];
      }
    }
    throw new Error(`${server} ended in the middle of zone ${zone}`);
  } finally {
    socket.destroy();
  }
}

function fromWire(record: WireRecord): StoredRecord | undefined {
  const read = READ[record.type];
  if (read === undefined || !('data' in record) || !('ttl' in record)) return undefined;
  return bareRecord(record.name, record.type, record.ttl ?? 0, read(record.data));
}

/** A value as it is kept, out of what dns-packet makes of it; a transfer gives these types and no others. */
const READ: Readonly<Record<string, (data: unknown) => RData>> = {
  A: (ipAddress) => ({ ipAddress }),
  AAAA: (ipAddress) => ({ ipAddress }),
  NS: (nameServer) => ({ nameServer }),
  CNAME: (cname) => ({ cname }),
  PTR: (ptrName) => ({ ptrName }),
  DNAME: (dname) => ({ dname }),
  MX: (data) => ({ ...(data as object) }),
  SRV: (data) => ({ ...(data as object) }),
  TXT: (data) => ({ characterStrings: [data].flat().map(String) }),
  SOA: (data) => {
    const { mname, rname, ...numbers } = data as dnsPacket.SoaData;
    return { primaryNameServer: mname, responsiblePerson: rname.replace('.', '@'), ...numbers };
  },
};
