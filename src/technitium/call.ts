import pRetry from 'p-retry';
import type { WriteGuard } from '../model/write-guard.ts';
import { okAnswer } from './answer.ts';
import { Failure, quotable, TechnitiumError } from './errors.ts';
import type { TechnitiumReason } from './errors.ts';
import type { HttpRequest, Send } from './http.ts';
import type { Json } from './narrow.ts';
import type { paths } from './schema.gen.ts';

type Path = keyof paths;
type FormBody = { 'application/x-www-form-urlencoded': object };
type ContentOf<P extends Path> = paths[P]['post']['requestBody']['content'];
type FormPath = { [P in Path]: ContentOf<P> extends FormBody ? P : never }[Path];
type WithoutToken<F> = F extends unknown ? Omit<F, 'token' | 'node'> : never;

/** The form fields of a call, but for the token and the node, which are added to every one. */
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
  /** Logs in, which needs no token and is sent once: a wrong password counts against the address it came from. */
  login<T>(form: Form<typeof LOGIN>, options: CallOptions<T>): Promise<T>;
  form<P extends FormPath, T>(path: P, form: Form<P>, options: CallOptions<T>): Promise<T>;
  importZone<T>(query: ImportQuery, masterFile: string, options: CallOptions<T>): Promise<T>;
}

/** Where a server is, who calls, and by what. */
export interface CallerOptions {
  readonly url: string;
  /** The token to send; may reject with a `TechnitiumError` where there is none. */
  readonly token: (signal: AbortSignal) => string | Promise<string>;
  /** The server does not know this token any more; whether another one is to be had, with which the call is sent again. */
  readonly renew?: (refused: string, signal: AbortSignal) => Promise<boolean>;
  readonly send: Send;
  /** Lets each write through, or throws its `WriteRefused`. @default all are sent */
  readonly guard?: WriteGuard | undefined;
  /** The server of the cluster that carries the calls out. @default the one at `url` */
  readonly node?: string;
}

/** What a call sends, but for what every call sends. */
interface Message {
  readonly path: Path;
  /** Only of a call whose token finds no other place on servers before 15.0. */
  readonly query?: ImportQuery;
  readonly contentType: string;
  readonly body: (token: string) => string;
  /** Whether it goes without a token. */
  readonly isOpen?: boolean;
}

const FORM = 'application/x-www-form-urlencoded';
const LOGIN = '/api/user/login';
const IMPORT = '/api/zones/import';
const READS: ReadonlySet<Path> = new Set(['/api/user/session/get', '/api/zones/list', '/api/zones/records/get']);

const WRITES: ReadonlySet<Path> = new Set([
  '/api/zones/records/add',
  '/api/zones/records/update',
  '/api/zones/records/delete',
  IMPORT,
]);

/** Long waits belong to whoever queues the work; these only bridge a restart or a connection that had gone stale. */
const READ_RETRIES = { retries: 2, minTimeout: 250 };

/** An import that meets these stops where it is; all other refusals come before it changes anything. */
const MIDWAY: ReadonlySet<TechnitiumReason> = new Set(['Rejected', 'CnameConflict', 'AlreadyExists']);

/** What a server before 15.0 answers where the token is not in the query or in a form: it does not look at the header. */
const NEEDS_QUERY = /"Parameter 'token' missing\."$/;

/** Makes the calls of the server at `url`. */
export function createCaller({ url, token, renew, send, guard, node }: CallerOptions): Caller {
  const { origin, pathname } = new URL(url);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;
  const where = node === undefined ? origin : `${origin} for ${node}`;
  let tokenInQuery = false;

  async function currentToken(signal: AbortSignal): Promise<string> {
    const current = (await token(signal)).trim();
    if (/^[\x21-\x7e]+$/.test(current)) return current;
    throw new TechnitiumError('NotAuthenticated', `no token for ${origin}: it is empty or has characters of no token`);
  }

  /** Makes a call, again where it was refused for its token alone: the server has not acted then. */
  async function call<T>(message: Message, options: CallOptions<T>): Promise<T> {
    for (let mayRenew = true; ;) {
      const secret = await currentToken(options.signal);
      try {
        return await callWith(secret, message, options);
      } catch (error) {
        if (!(error instanceof TechnitiumError) || error.reason !== 'NotAuthenticated') throw error;
        if (message.query !== undefined && !tokenInQuery && NEEDS_QUERY.test(error.message)) tokenInQuery = true;
        else if (mayRenew && (await renew?.(secret, options.signal)) === true) mayRenew = false;
        else throw error;
      }
    }
  }

  async function callWith<T>(secret: string, message: Message, options: CallOptions<T>): Promise<T> {
    const { path, query, contentType, isOpen = false } = message;
    const { timeoutMs, signal, narrow } = options;
    const search = query && urlEncoded(tokenInQuery ? { ...query, token: secret } : query);
    const request = {
      url: `${base}${path}${search === undefined ? '' : `?${search}`}`,
      headers: {
        ...(!isOpen && { authorization: `Bearer ${secret}` }),
        'content-type': contentType,
        accept: 'application/json',
      },
      body: message.body(secret),
      timeoutMs,
      ...(guard !== undefined && WRITES.has(path) && guarded(guard, timeoutMs)),
    };
    const attempt = async () => okAnswer(await send(request, signal), { url: base, path });
    try {
      return narrow(await (READS.has(path) ? retried(attempt, signal) : attempt()));
    } catch (error) {
      throw error instanceof Failure ? explained(error, path, secret) : error;
    }
  }

  /** A failure as whoever made the call hears of it: with the server it is about, and whether it leaves open what was done. */
  function explained({ reason, message, details }: Failure, path: Path, secret: string): TechnitiumError {
    const { mayHaveActed = false, quote, advice } = details;
    const said = quote === undefined ? '' : ` "${quotable(quote, secret)}"`;
    const outcomeUnknown = !READS.has(path) && (mayHaveActed || (path === IMPORT && MIDWAY.has(reason)));
    return new TechnitiumError(reason, `${where} ${message}${said}`, outcomeUnknown, advice);
  }

  return {
    async login(form, options) {
      const body = () => urlEncoded(form);
      return callWith(form.pass, { path: LOGIN, contentType: FORM, body, isOpen: true }, options);
    },
    async form(path, form, options) {
      const body = (secret: string) => urlEncoded({ ...form, ...(node !== undefined && { node }), token: secret });
      return call({ path, contentType: FORM, body }, options);
    },
    async importZone(query, masterFile, options) {
      // The server compares the type as a whole, so no charset.
      const there = { ...query, ...(node !== undefined && { node }) };
      return call({ path: IMPORT, query: there, contentType: 'text/plain', body: () => masterFile }, options);
    },
  };
}

function guarded(guard: WriteGuard, timeoutMs: number): Pick<HttpRequest, 'admit' | 'timeoutMs'> {
  return { admit: () => guard.check(), timeoutMs: Math.min(timeoutMs, guard.limitMs) };
}

function retried<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const shouldRetry = ({ error }: { error: Error }) => error instanceof Failure && error.details.transient === true;
  return pRetry(attempt, { ...READ_RETRIES, signal, shouldRetry });
}

function urlEncoded(fields: Readonly<Record<string, string | number | boolean>>): string {
  const entries = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(entries).toString();
}
