import { createSocket } from 'node:dgram';
import * as dnsPacket from 'dns-packet';

/** Opcode 4 in the flags of a message. */
export const NOTIFY = 4 << 11;

/** Runs something for a zone a while after it was asked to, once for all that ask meanwhile. */
export class Timers {
  readonly #ms: number;
  readonly #run: (zone: string) => void;
  readonly #pending = new Map<string, NodeJS.Timeout>();

  constructor(ms: number, run: (zone: string) => void) {
    this.#ms = ms;
    this.#run = run;
  }

  start(zone: string): void {
    if (this.#pending.has(zone)) return;
    const fire = (): void => {
      this.#pending.delete(zone);
      this.#run(zone);
    };
    this.#pending.set(zone, setTimeout(fire, this.#ms).unref());
  }

  clear(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}

/** Tells a server at `127.0.0.1:port` that a zone has changed (RFC 1996), once: a lost one is not sent again here. */
export function sendNotify(server: string, zone: string): void {
  const [address = '', port] = server.split(':');
  if (!address.startsWith('127.')) return;
  const socket = createSocket('udp4');
  const flags = NOTIFY | dnsPacket.AUTHORITATIVE_ANSWER;
  const message = dnsPacket.encode({ type: 'query', id: 1, flags, questions: [{ type: 'SOA', name: zone }] });
  socket.send(message, Number(port ?? 53), address, () => socket.close());
}
