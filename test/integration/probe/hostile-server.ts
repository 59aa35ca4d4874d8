import { decode, encode, type DecodedPacket, type Packet } from 'dns-packet';
import { onTestFinished } from 'vitest';
import type { NameserverAddress } from '../../../src/probe/nameserver-address.ts';
import { listenDns, type Incoming } from '../../standin/resolver/dns-listener.ts';

/** A query that came in, decoded, with the ways to answer it. */
export interface Heard extends Incoming {
  readonly query: DecodedPacket;
  /** Answers the question rightly, but for the changes. */
  readonly answer: (changes?: Packet) => void;
}

export interface TestServer {
  readonly server: NameserverAddress;
  /** Everything heard so far. */
  readonly heard: readonly Heard[];
}

/** A DNS server on loopback, until the test ends, that answers as `react` does. */
export const serveDns = async (react: (heard: Heard, earlier: number) => void): Promise<TestServer> => {
  const all: Heard[] = [];
  const listener = await listenDns((incoming) => {
    const query = decode(incoming.packet);
    const answer = (changes: Packet = {}): void =>
      incoming.respond(encode({ type: 'response', id: query.id ?? 0, questions: query.questions ?? [], ...changes }));
    const heard = { ...incoming, query, answer };
    all.push(heard);
    react(heard, all.length - 1);
  });
  onTestFinished(() => listener.close());
  return { server: { address: '127.0.0.1', port: listener.port }, heard: all };
};
