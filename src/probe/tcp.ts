import { connect } from 'node:net';
import { readReply } from './reply.ts';
import type { Exchange, Received } from './udp.ts';

const LENGTH_BYTES = 2;
const LONGEST_MESSAGE = 0xffff;

/**
 * Sends a query over TCP (RFC 7766), once. A server that refuses, closes, resets or says nothing within the time is
 * silent. Rejects when the signal aborts.
 */
export function exchangeTcp({ server, query, timeoutMs, signal }: Exchange): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const socket = connect(server.port, server.address);
  const stream = Buffer.alloc(LENGTH_BYTES + LONGEST_MESSAGE);
  let size = 0;

  const received = (chunk: Buffer): void => {
    size += chunk.copy(stream, size);
    const message = completeMessage(stream.subarray(0, size));
    if (message !== undefined) resolve(judged(query, message));
  };
  const silent = (): void => resolve({ kind: 'silent' });
  const timer = setTimeout(silent, timeoutMs);
  const abort = (): void => reject(signal.reason as Error);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(query.length);

  socket.on('data', received).on('error', silent).on('close', silent);
  signal.addEventListener('abort', abort);
  socket.write(Buffer.concat([length, query]));
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.destroy();
  });
}

/** The first message of a stream, once all of it is there. */
function completeMessage(stream: Buffer): Buffer | undefined {
  if (stream.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + stream.readUInt16BE(0);
  return stream.length < end ? undefined : stream.subarray(LENGTH_BYTES, end);
}

/** A connection carries one answer: what it carries instead is not waited past. */
function judged(query: Buffer, message: Buffer): Received {
  const reply = readReply(query, message);
  if (reply.kind === 'message' || reply.kind === 'malformed') return reply;
  if (reply.kind === 'doubtful') return { kind: 'malformed', problem: reply.problem };
  return {
    kind: 'malformed',
    problem: reply.kind === 'foreign' ? 'no answer to the query' : 'a truncated answer over TCP',
  };
}
