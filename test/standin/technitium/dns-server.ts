import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import { answerQuery, decodeQuery, encodeAnswer, notifiedZone, truncated, type Query } from './dns-wire.ts';
import { translator, type Translation } from './translation.ts';
import type { ZoneStore } from './zone-store.ts';
import { isTransfer, transferMessages } from './zone-transfer.ts';

export const LOOPBACK = '127.0.0.1';

/** How a DNS server behaves when nothing is wrong, or not at all, or to a client over its limit. */
export type DnsMood = 'answering' | 'silent' | 'throttling';

export interface DnsOptions {
  /** The IPv4 address to listen on. */
  readonly address: string;
  readonly store: ZoneStore;
  /** A CNAME loop is SERVFAIL. */
  readonly loopsFail: boolean;
  /** Addresses that some clients are told in place of others. */
  readonly translations: readonly Translation[];
  /** Told of each query, also of one that gets no answer. */
  readonly onQuery: (query: Query) => void;
  /** Told that another server says that its zone has changed (RFC 1996). */
  readonly onNotify: (zone: string) => void;
}

/** Who asks, and how. */
interface Client {
  readonly udp: boolean;
  readonly address: string;
}

/** Authoritative DNS over UDP and TCP on one port. */
export class DnsServer {
  mood: DnsMood = 'answering';
  readonly #options: DnsOptions;
  #sockets: { readonly udp: UdpSocket; readonly tcp: TcpServer; readonly clients: Set<Socket> } | undefined;
  #overLimit = 0;
  #answered = 0;

  constructor(options: DnsOptions) {
    this.#options = options;
  }

  /** @param port 0 for any that is free for both @returns the port */
  async open(port: number): Promise<number> {
    const clients = new Set<Socket>();
    const tcp = createServer((client) => {
      clients.add(client.on('close', () => clients.delete(client)));
      this.#serve(client);
    });
    tcp.listen(port, this.#options.address);
    await once(tcp, 'listening');
    const bound = (tcp.address() as { port: number }).port;
    const udp = createSocket('udp4', (message, { port: to, address }) => {
      for (const answer of this.#answers(message, { udp: true, address })) udp.send(answer, to, address);
    });
    try {
      udp.bind(bound, this.#options.address);
      await once(udp, 'listening');
    } catch (error) {
      tcp.close();
      if (port !== 0) throw error;
      return this.open(0); // somebody has that port for UDP only
    }
    this.#sockets = { udp, tcp, clients };
    return bound;
  }

  async close(): Promise<void> {
    const sockets = this.#sockets;
    this.#sockets = undefined;
    if (sockets === undefined) return;
    const closed = [once(sockets.udp, 'close'), once(sockets.tcp, 'close')];
    sockets.udp.close();
    sockets.tcp.close();
    for (const client of sockets.clients) client.destroy();
    await Promise.all(closed);
  }

  #serve(client: Socket): void {
    let pending = Buffer.alloc(0);
    const from = { udp: false, address: client.remoteAddress ?? '' };
    client.on('error', () => client.destroy());
    client.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        for (const answer of this.#answers(pending.subarray(2, end), from)) {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length);
          client.write(Buffer.concat([length, answer]));
        }
        pending = pending.subarray(end);
      }
    });
  }

  /** One message, but for a transfer, which takes several; none where there is no answer. */
  #answers(message: Buffer, from: Client): Buffer[] {
    const query = decodeQuery(message);
    if (query === undefined) return [];
    const { store, onQuery, onNotify } = this.#options;
    onQuery(query);
    if (this.mood === 'silent') return [];
    const notified = notifiedZone(query);
    if (notified !== undefined) {
      onNotify(notified);
      return [encodeAnswer(query, { rcode: 'NOERROR', aa: true })];
    }
    // Over UDP an IXFR is given the SOA alone: ask again over TCP (RFC 1995 section 2).
    if (isTransfer(query) && !from.udp) return transferMessages(query, store.get(query.name));
    const answer = this.#answer(query.type === 'IXFR' ? { ...query, type: 'SOA' } : query, from);
    return answer === undefined ? [] : [answer];
  }

  #answer(query: Query, { udp, address }: Client): Buffer | undefined {
    const { store, loopsFail, translations } = this.#options;
    if (this.mood === 'throttling' && udp) {
      this.#overLimit += 1;
      return this.#overLimit % 2 === 1 ? truncated(query) : undefined;
    }
    this.#answered += 1;
    return answerQuery(query, store, {
      udp,
      loopsFail,
      turn: this.#answered,
      translate: translator(translations, address),
    });
  }
}
