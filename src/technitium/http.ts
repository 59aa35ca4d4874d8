import { Failure } from './errors.ts';

/** The part of the global `fetch` that is used here, so that tests and a caller with a CA of its own can give another. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One POST. */
export interface HttpRequest {
  readonly url: string;
  readonly token: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** For the connection, the answer and its body together. */
  readonly timeoutMs: number;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Sends a request once and parses the answer. Rejects with a `Failure` that never quotes a header or a body, or with
 * the reason of `signal` when that ended it.
 */
export async function post(request: HttpRequest, fetch: Fetch, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  // Not AbortSignal.timeout(), whose timers of thousands of answered calls would stay until they fire.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), request.timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${request.token}`, 'content-type': request.contentType },
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit.signal]),
    });
    return await parse(response, request.url);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.signal.aborted) {
      // Not transient: whoever waited this long should hear of it before it is tried again.
      throw new Failure('Unreachable', `did not answer within ${request.timeoutMs / 1000} s`, { mayHaveActed: true });
    }
    throw error instanceof Failure ? error : networkFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

async function parse(response: Response, url: string): Promise<unknown> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw statusFailure(response, url);
  }
  const text = await boundedText(response);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const quote = response.headers.get('content-type') ?? '';
    throw new Failure('UnexpectedAnswer', 'gave an answer that is no JSON but', { mayHaveActed: true, quote });
  }
}

/** Technitium answers everything that it understands with HTTP 200; the rest comes from elsewhere, or from a wrong URL. */
function statusFailure({ status, type, headers }: Response, url: string): Failure {
  if (status >= 500) {
    return new Failure('Unreachable', `answered HTTP ${status}`, { mayHaveActed: true, transient: true });
  }
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const target = URL.parse(headers.get('location') ?? '', url)?.origin ?? 'elsewhere';
    return new Failure('UnexpectedAnswer', `redirects to ${target}, which is never followed`);
  }
  return new Failure('UnexpectedAnswer', `answered HTTP ${status}, as no Technitium API does`);
}

/** The body as text. What is counted comes after decompression, so that a small body cannot grow without bound either. */
async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new Failure('UnexpectedAnswer', 'gave an answer of more than 64 MiB', { mayHaveActed: true });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/** Codes of failures before a byte of the request was sent, with what they mean. */
const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'cannot be reached: its name does not resolve',
  EAI_AGAIN: 'cannot be reached: its name cannot be resolved now',
  EHOSTUNREACH: 'cannot be reached: there is no route to it',
  ENETUNREACH: 'cannot be reached: there is no route to it',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be reached: the connection timed out',
};

/** What `fetch` rejected with: a TypeError whose cause carries the code of the system, of TLS or of undici. */
function networkFailure(error: unknown): Failure {
  const code = codeOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
  const text = NOT_CONNECTED[code] ?? 'broke the connection';
  return new Failure('Unreachable', `${text} (${code})`, { mayHaveActed: !(code in NOT_CONNECTED), transient: true });
}

function codeOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown error';
}
