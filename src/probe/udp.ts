import { createSocket } from 'node:dgram';
import { familyOf } from '../model/address.ts';
import type { NameserverAddress } from './nameserver-address.ts';
import { readReply, type Reply } from './reply.ts';

/** One query on its way to one server. */
export interface Exchange {
  readonly server: NameserverAddress;
  /** What `encodeQuestion` made. */
  readonly query: Buffer;
  /** How long each attempt may take. */
  readonly timeoutMs: number;
  /** How often the query is sent over UDP. */
  readonly attempts: number;
  readonly signal: AbortSignal;
}

/** A reply worth reading, or that none came. */
export type Received = Exclude<Reply, { kind: 'foreign' | 'doubtful' }> | { readonly kind: 'silent' };

/** This machine has no socket to ask with, which says nothing about the server. */
const OWN_FAULTS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN']);

/**
 * Sends a query over UDP, again when an attempt brought nothing, from one socket: a late answer to the first attempt
 * counts, as it does for glibc. The socket is connected, so that the kernel drops what comes from elsewhere; it picks the
 * source port at random. An ICMP error ends the attempt at once.
 *
 * Rejects when the signal aborts, or when this machine has no socket left.
 */
export function exchangeUdp({ server, query, timeoutMs, attempts, signal }: Exchange): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const socket = createSocket(familyOf(server.address) === 6 ? 'udp6' : 'udp4');
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  let problem: string | undefined;
  let done = false;

  const nothingCame = (): Received => (problem === undefined ? { kind: 'silent' } : { kind: 'malformed', problem });
  const send = (): void => {
    clearTimeout(timer);
    if (sent === attempts) {
      resolve(nothingCame());
      return;
    }
    sent += 1;
    timer = setTimeout(send, timeoutMs);
    socket.send(query, (error) => error && failed(error));
  };
  const failed = (error: NodeJS.ErrnoException): void => {
    if (done) return;
    if (OWN_FAULTS.has(error.code ?? '')) reject(error);
    else if (sent === 0) resolve(nothingCame());
    else send();
  };
  const received = (packet: Buffer): void => {
    const reply = readReply(query, packet);
    if (reply.kind === 'foreign') return;
    if (reply.kind === 'doubtful') problem = reply.problem;
    else resolve(reply);
  };
  const abort = (): void => reject(signal.reason as Error);

  socket.on('connect', send).on('error', failed).on('message', received);
  signal.addEventListener('abort', abort);
  socket.connect(server.port, server.address);
  return promise.finally(() => {
    done = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.close();
  });
}
