import http from 'node:http';
import https from 'node:https';
import { endAdmitted } from '../http/end-admitted.ts';
import type { Access } from './access.ts';
import { KubeError } from './kube-error.ts';

/** One HTTP exchange with the API server. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly signal: AbortSignal;
  /** The longest the exchange may take until its answer is read, in milliseconds; by default as long as it likes. */
  readonly limitMs?: number | undefined;
  /** The longest time without a byte in either direction, in milliseconds; by default as long as it likes. */
  readonly idleMs?: number | undefined;
  /** Throws where the request must not be sent after all; asked once its connection stands. */
  readonly admit?: (() => void) | undefined;
}

/** Sends a request and resolves with the answer once its headers are there, whatever its status. */
export type Send = (exchange: Exchange) => Promise<http.IncomingMessage>;

/** The reason of the KubeError that ends an exchange which took too long. */
export const TIMEOUT = 'Timeout';

/**
 * Plain `node:http`, with client-node (2.0.1) only for the credentials: its `Watch` hides headers such as Retry-After and
 * takes a fifth more of the processor for the same stream, its generated API opens a new connection for each request.
 */
export function createTransport(access: Access, userAgent: string): Send {
  const { request: open } = access.server.startsWith('https:') ? https : http;
  return async (exchange) => {
    const { headers, auth, agent } = await access.authorize();
    exchange.signal.throwIfAborted();
    const { method, path, body, contentType = 'application/json' } = exchange;
    const request = open(`${access.server}${path}`, {
      method,
      agent,
      auth,
      headers: {
        ...headers,
        'User-Agent': userAgent,
        Accept: 'application/json',
        // Node gives the body of a DELETE no length by itself.
        ...(body === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
      },
    });
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    // Stays for the whole exchange: what fails once the answer has begun is told by the answer itself.
    request.once('response', resolve).on('error', reject);
    guard(request, exchange);
    if (exchange.admit === undefined) request.end(body);
    else endAdmitted(request, body, exchange.admit);
    return promise;
  };
}

/** Ends an exchange that takes too long or is not wanted any more; whoever reads the answer gets the reason. */
function guard(request: http.ClientRequest, { method, path, signal, limitMs, idleMs }: Exchange): void {
  let open: http.ClientRequest | http.IncomingMessage = request;
  request.once('response', (answer) => (open = answer));
  const abort = (): void => void open.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  const timeout = (): void => {
    open.destroy(new KubeError(`${method} ${withoutQuery(path)}: no answer in time`, { code: 0, reason: TIMEOUT }));
  };
  const timer = limitMs === undefined ? undefined : setTimeout(timeout, limitMs);
  if (idleMs !== undefined) request.setTimeout(idleMs, timeout);
  signal.addEventListener('abort', abort, { once: true });
  request.once('close', () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}

/** A path as messages name it. */
export function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
