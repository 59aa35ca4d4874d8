import pRetry from 'p-retry';
import { Failure, quotable, reasonOfText, TechnitiumError } from './errors.ts';
import type { TechnitiumReason } from './errors.ts';
import { post } from './http.ts';
import type { Fetch, HttpRequest } from './http.ts';
import { object } from './narrow.ts';
import type { Json } from './narrow.ts';
import type { paths } from './schema.gen.ts';

type Path = keyof paths;
type FormBody = { 'application/x-www-form-urlencoded': object };
type ContentOf<P extends Path> = paths[P]['post']['requestBody']['content'];
type FormPath = { [P in Path]: ContentOf<P> extends FormBody ? P : never }[Path];
type WithoutToken<F> = F extends unknown ? Omit<F, 'token'> : never;

/** The form fields of a call, but for the token, which is added to every one. */
export type Form<P extends FormPath> = WithoutToken<ContentOf<P>['application/x-www-form-urlencoded']>;

/** What all calls need: how long to wait, when to give up, and how to read an answer of status `ok`. */
export interface CallOptions<T> {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Reads the answer; may throw a `Failure`. */
  readonly narrow: (answer: Json) => T;
}

/** The calls of one server. They reject with a `TechnitiumError` or with the reason of an aborted signal. */
export interface Caller {
  form<P extends FormPath, T>(path: P, form: Form<P>, options: CallOptions<T>): Promise<T>;
  importZone(zone: string, masterFile: string, options: CallOptions<void>): Promise<void>;
}

/** Where a server is, who calls, and by what. */
export interface CallerOptions {
  readonly url: string;
  readonly token: () => string;
  readonly fetch: Fetch;
}

const READS: ReadonlySet<Path> = new Set(['/api/user/session/get', '/api/zones/list', '/api/zones/records/get']);
const IMPORT = '/api/zones/import';

/** Refusals that come before an import changes anything; any other may come midway. */
const BEFORE_IMPORT: ReadonlySet<TechnitiumReason> = new Set([
  'NotAuthenticated',
  'AccessDenied',
  'ZoneNotFound',
  'ZoneNotWritable',
]);

/** Long waits belong to whoever queues the work; these only bridge a restart or a connection that had gone stale. */
const READ_RETRIES = { retries: 2, minTimeout: 250 };

/** Makes the calls of the server at `url`. */
export function createCaller({ url, token, fetch }: CallerOptions): Caller {
  const { origin, pathname } = new URL(url);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;

  async function call<T>(path: Path, request: HttpRequest, { signal, narrow }: CallOptions<T>): Promise<T> {
    const reads = READS.has(path);
    const send = () => post(request, fetch, signal);
    try {
      const answer = object(await (reads ? retried(send, signal) : send()), 'the whole');
      refuse(answer, path);
      return narrow(answer);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { mayHaveActed = false, quote } = error.details;
      const quoted = quote === undefined ? '' : ` "${quotable(quote, request.token)}"`;
      throw new TechnitiumError(error.reason, `${origin} ${error.message}${quoted}`, !reads && mayHaveActed);
    }
  }

  function currentToken(): string {
    const current = token().trim();
    if (/^[\x21-\x7e]+$/.test(current)) return current;
    throw new TechnitiumError('NotAuthenticated', `no token for ${origin}: it is empty or has characters of no token`);
  }

  return {
    async form(path, form, options) {
      const secret = currentToken();
      const fields = Object.entries({ ...form, token: secret }).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const request = {
        url: `${base}${path}`,
        token: secret,
        contentType: 'application/x-www-form-urlencoded',
        body: new URLSearchParams(fields).toString(),
        timeoutMs: options.timeoutMs,
      };
      return call(path, request, options);
    },
    async importZone(zone, masterFile, options) {
      const query: paths[typeof IMPORT]['post']['parameters']['query'] = { zone, overwrite: false };
      const request = {
        url: `${base}${IMPORT}?${new URLSearchParams({ ...query, overwrite: String(query.overwrite) }).toString()}`,
        token: currentToken(),
        // Compared as a whole by the server, so no charset; and bytes, or fetch would add one.
        contentType: 'text/plain',
        body: Buffer.from(masterFile, 'utf8'),
        timeoutMs: options.timeoutMs,
      };
      await call(IMPORT, request, options);
    },
  };
}

function retried<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const shouldRetry = ({ error }: { error: Error }) => error instanceof Failure && error.details.transient === true;
  return pRetry(send, { ...READ_RETRIES, signal, shouldRetry });
}

/** Throws unless the answer's status, which alone judges, is `ok`. */
function refuse({ status, errorMessage }: Json, path: Path): void {
  if (status === 'ok') return;
  if (status === '2fa-required') {
    throw new Failure('NotAuthenticated', 'asks for a second factor: only an API token works without');
  }
  if (status !== 'error' && status !== 'invalid-token') {
    throw new Failure('UnexpectedAnswer', 'gave an answer of unknown status', { mayHaveActed: true });
  }
  const quote = typeof errorMessage === 'string' ? errorMessage : '';
  const reason = status === 'invalid-token' ? 'NotAuthenticated' : reasonOfText(quote);
  const mayHaveActed = path === IMPORT && !BEFORE_IMPORT.has(reason);
  throw new Failure(reason, `answered ${path.slice('/api/'.length)} with`, { mayHaveActed, quote });
}
