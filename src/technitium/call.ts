import pRetry from 'p-retry';
import { okAnswer } from './answer.ts';
import { Failure, quotable, TechnitiumError } from './errors.ts';
import type { TechnitiumReason } from './errors.ts';
import type { Send } from './http.ts';
import type { Json } from './narrow.ts';
import type { paths } from './schema.gen.ts';

type Path = keyof paths;
type FormBody = { 'application/x-www-form-urlencoded': object };
type ContentOf<P extends Path> = paths[P]['post']['requestBody']['content'];
type FormPath = { [P in Path]: ContentOf<P> extends FormBody ? P : never }[Path];
type WithoutToken<F> = F extends unknown ? Omit<F, 'token'> : never;

/** The form fields of a call, but for the token, which is added to every one. */
export type Form<P extends FormPath> = WithoutToken<ContentOf<P>['application/x-www-form-urlencoded']>;

/** The query of an import. */
export type ImportQuery = paths[typeof IMPORT]['post']['parameters']['query'];

/** What all calls need: how long one attempt may take, when to give up, and how to read an answer of status `ok`. */
export interface CallOptions<T> {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Reads the answer; may throw a `Failure`. */
  readonly narrow: (answer: Json) => T;
}

/** The calls of one server. They reject with a `TechnitiumError` or with the reason of an aborted signal. */
export interface Caller {
  form<P extends FormPath, T>(path: P, form: Form<P>, options: CallOptions<T>): Promise<T>;
  importZone<T>(query: ImportQuery, masterFile: string, options: CallOptions<T>): Promise<T>;
}

/** Where a server is, who calls, and by what. */
export interface CallerOptions {
  readonly url: string;
  readonly token: () => string;
  readonly send: Send;
}

/** What a call sends, but for what every call sends. */
interface Message {
  readonly path: Path;
  readonly query?: string;
  readonly contentType: string;
  readonly body: (token: string) => string;
}

const IMPORT = '/api/zones/import';
const READS: ReadonlySet<Path> = new Set(['/api/user/session/get', '/api/zones/list', '/api/zones/records/get']);

/** Long waits belong to whoever queues the work; these only bridge a restart or a connection that had gone stale. */
const READ_RETRIES = { retries: 2, minTimeout: 250 };

/** An import that meets these stops where it is; all other refusals come before it changes anything. */
const MIDWAY: ReadonlySet<TechnitiumReason> = new Set(['Rejected', 'CnameConflict', 'AlreadyExists']);

/** Makes the calls of the server at `url`. */
export function createCaller({ url, token, send }: CallerOptions): Caller {
  const { origin, pathname } = new URL(url);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;

  function currentToken(): string {
    const current = token().trim();
    if (/^[\x21-\x7e]+$/.test(current)) return current;
    throw new TechnitiumError('NotAuthenticated', `no token for ${origin}: it is empty or has characters of no token`);
  }

  async function call<T>(message: Message, { timeoutMs, signal, narrow }: CallOptions<T>): Promise<T> {
    const { path, query, contentType } = message;
    const secret = currentToken();
    const request = {
      url: `${base}${path}${query === undefined ? '' : `?${query}`}`,
      headers: { authorization: `Bearer ${secret}`, 'content-type': contentType, accept: 'application/json' },
      body: message.body(secret),
      timeoutMs,
    };
    const attempt = async () => okAnswer(await send(request, signal), { url: request.url, path });
    try {
      return narrow(await (READS.has(path) ? retried(attempt, signal) : attempt()));
    } catch (error) {
      throw error instanceof Failure ? explained(error, path, secret) : error;
    }
  }

  /** A failure as whoever made the call hears of it: with the server it is about, and whether it leaves open what was done. */
  function explained({ reason, message, details }: Failure, path: Path, secret: string): TechnitiumError {
    const { mayHaveActed = false, quote } = details;
    const said = quote === undefined ? '' : ` "${quotable(quote, secret)}"`;
    const outcomeUnknown = !READS.has(path) && (mayHaveActed || (path === IMPORT && MIDWAY.has(reason)));
    return new TechnitiumError(reason, `${origin} ${message}${said}`, outcomeUnknown);
  }

  return {
    async form(path, form, options) {
      const contentType = 'application/x-www-form-urlencoded';
      const body = (secret: string) => urlEncoded({ ...form, token: secret });
      return call({ path, contentType, body }, options);
    },
    async importZone(query, masterFile, options) {
      // The server compares the type as a whole, so no charset.
      const message = {
        path: IMPORT,
        query: urlEncoded(query),
        contentType: 'text/plain',
        body: () => masterFile,
      } as const;
      return call(message, options);
    },
  };
}

function retried<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const shouldRetry = ({ error }: { error: Error }) => error instanceof Failure && error.details.transient === true;
  return pRetry(attempt, { ...READ_RETRIES, signal, shouldRetry });
}

function urlEncoded(fields: Readonly<Record<string, string | number | boolean>>): string {
  const entries = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(entries).toString();
}
