import http from 'node:http';
import https from 'node:https';
import { endAdmitted } from '../http/end-admitted.ts';
import { WriteRefused } from '../model/write-guard.ts';
import { Failure } from './errors.ts';
import { networkFailure } from './network-failure.ts';

/** One POST. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the connection, the answer and its body together. */
  readonly timeoutMs: number;
  /** Throws where the request must not be sent after all; asked once its connection stands. */
  readonly admit?: (() => void) | undefined;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Where a redirect leads. */
  readonly location: string | undefined;
  /** Empty unless the status is 200. */
  readonly body: string;
}

/**
 * Sends a request once. Rejects with a `Failure` that never quotes a header or a body, or with the reason of `signal`
 * when that ended it.
 */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Connections unused this long are closed: before the server does it (130 s) while the next request is on its way. */
const IDLE_MS = 60_000;

/** Whose certificates are believed. */
export interface TrustOptions {
  /** Authorities in PEM. @default those that Node brings along */
  readonly ca?: readonly string[] | undefined;
}

/**
 * Makes a sender that keeps its connections. Plain `node:http`, because the global `fetch` takes three times the
 * processor time and, at thousands of calls a second, 200 MiB more (Node 24).
 */
export function createSend({ ca }: TrustOptions = {}): Send {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const plain = { open: http.request, agent: new http.Agent(options) };
  const secure = { open: https.request, agent: new https.Agent({ ...options, ...(ca && { ca: [...ca] }) }) };
  const inFlight = createInFlight();
  return async ({ url, headers, body, timeoutMs, admit }, signal) => {
    signal.throwIfAborted();
    const { open, agent } = url.startsWith('https:') ? secure : plain;
    const length = Buffer.byteLength(body);
    const request = open(url, { method: 'POST', agent, headers: { ...headers, 'content-length': length } });
    const limit = { reached: false };
    const timer = setTimeout(() => {
      limit.reached = true;
      request.destroy();
    }, timeoutMs);
    const requests = inFlight(signal);
    requests.push(request);
    try {
      return await answerTo(request, body, admit);
    } catch (error) {
      signal.throwIfAborted();
      // Not transient: whoever waited this long should hear of it before it is tried again.
      if (limit.reached) {
        throw new Failure('Unreachable', `did not answer within ${timeoutMs / 1000} s`, { mayHaveActed: true });
      }
      throw error instanceof Failure || error instanceof WriteRefused ? error : networkFailure(error);
    } finally {
      clearTimeout(timer);
      takeOut(requests, request);
    }
  };
}

/**
 * The requests that a signal ends, by one listener for them all, in an array. A listener each, and even a Set of them,
 * leaves chains behind that keep every answer in memory until the next full collection: 120 MiB after some thousand
 * calls (Node 24).
 */
function createInFlight(): (signal: AbortSignal) => http.ClientRequest[] {
  const bySignal = new WeakMap<AbortSignal, http.ClientRequest[]>();
  return (signal) => {
    const known = bySignal.get(signal);
    if (known !== undefined) return known;
    const requests: http.ClientRequest[] = [];
    bySignal.set(signal, requests);
    signal.addEventListener('abort', () => requests.forEach((request) => request.destroy()), { once: true });
    return requests;
  };
}

function takeOut<T>(items: T[], item: T): void {
  const last = items.pop();
  if (last !== undefined && last !== item) items[items.indexOf(item)] = last;
}

async function answerTo(request: http.ClientRequest, body: string, admit: HttpRequest['admit']): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  // Stays for good: what breaks after the answer has begun is told by the answer itself, and must not go unheard here.
  request.once('response', resolve).on('error', reject);
  if (admit === undefined) request.end(body);
  else endAdmitted(request, body, admit);
  const answer = await promise;
  const { statusCode: status = 0, headers } = answer;
  const rest = { status, contentType: headers['content-type'], location: headers.location };
  if (status === 200) return { ...rest, body: await boundedText(answer) };
  answer.destroy();
  return { ...rest, body: '' };
}

async function boundedText(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new Failure('UnexpectedAnswer', 'gave an answer of more than 64 MiB', { mayHaveActed: true });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
