import { ADVICE } from './advice.ts';
import { createCaller, type Caller } from './call.ts';
import { TechnitiumError, type TechnitiumReason } from './errors.ts';
import type { Send } from './http.ts';
import { text } from './narrow.ts';

/** Somebody who is let in by a password, and the server that knows it. */
export interface Account {
  /** Base URL of the API. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * The sessions of accounts, one each, however many zones use it. Five wrong passwords block an address for five
 * minutes, so what the server has refused is not sent again until another password is given or a long time has passed;
 * until then the refusal stands.
 */
export interface Logins {
  /** The session's token; logs in where there is none. Rejects with a `TechnitiumError`, or with what the signal aborts. */
  token(account: Account, send: Send): Promise<string>;
  /** The server does not know a token (any more); whether another one may be asked for. */
  renew(account: Account, refused: string): boolean;
  /** Ends every session at its server, as far as that answers. */
  logout(): Promise<void>;
}

/** What logging in needs. */
export interface LoginsOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Ends logins that are under way. */
  readonly signal: AbortSignal;
}

interface Session {
  readonly token: string;
  readonly since: number;
  readonly caller: Caller;
}

interface Entry {
  pending?: Promise<string> | undefined;
  session?: Session | undefined;
  /** Sessions made in vain, one after the other. */
  inVain?: number;
  refusal?: { readonly error: unknown; readonly until: number } | undefined;
}

/** A wrong password is answered after a second; a slow server must not make a second attempt of one. */
const LOGIN_TIMEOUT_MS = 30_000;
const LOGOUT_TIMEOUT_MS = 2_000;
/** How long a refusal stands: who mends it on the server instead of in the Secret waits for so long. */
const REFUSED_MS = 3_600_000;
/** The server's block of 300 s, and a little more. */
const BLOCKED_MS = 310_000;
/** After an attempt without an answer, which may have counted as a wrong one. */
const UNANSWERED_MS = 60_000;
/** A session that ends sooner was made in vain. Once, that may be a restart of the server; twice, the next would be too. */
const SHORTEST_SESSION_MS = 10_000;
const MOST_IN_VAIN = 2;

const REFUSALS: Readonly<Partial<Record<TechnitiumReason, number>>> = {
  NotAuthenticated: REFUSED_MS,
  LoginBlocked: BLOCKED_MS,
};

const CORRECT_IT =
  'Correct "username" and "password" in the Secret, which is taken up within a minute. What was refused is not sent ' +
  'again for an hour: five wrong passwords block our address.';

/** Nobody is logged in at first. */
export function createLogins({ now, signal }: LoginsOptions): Logins {
  const entries = new Map<string, Entry>();
  const entryOf = ({ url, username, password }: Account): Entry => {
    const key = JSON.stringify([url, username, password]);
    const entry = entries.get(key) ?? {};
    entries.set(key, entry);
    return entry;
  };
  const login = async (entry: Entry, { url, username, password }: Account, send: Send): Promise<string> => {
    const caller = createCaller({ url, token: () => entry.session?.token ?? '', send });
    try {
      const options = { timeoutMs: LOGIN_TIMEOUT_MS, signal, narrow: tokenOf };
      const token = await caller.login({ user: username, pass: password }, options);
      entry.session = { token, since: now(), caller };
      return token;
    } catch (error) {
      const refusal = refusalOf(error);
      const waitMs = holdMs(refusal);
      if (waitMs > 0) entry.refusal = { error: refusal, until: now() + waitMs };
      throw refusal;
    }
  };

  return {
    async token(account, send) {
      const entry = entryOf(account);
      if (entry.session !== undefined) return entry.session.token;
      if (entry.refusal !== undefined && entry.refusal.until > now()) throw entry.refusal.error;
      entry.pending ??= login(entry, account, send).finally(() => {
        entry.pending = undefined;
      });
      return entry.pending;
    },
    renew(account, refused) {
      const entry = entryOf(account);
      const { session } = entry;
      if (session?.token !== refused) return true;
      entry.session = undefined;
      entry.inVain = now() - session.since < SHORTEST_SESSION_MS ? (entry.inVain ?? 0) + 1 : 0;
      if (entry.inVain < MOST_IN_VAIN) return true;
      const { origin } = new URL(account.url);
      const error = new TechnitiumError(
        'NotAuthenticated',
        `${origin} let user "${account.username}" in, but does not know the session that it gave`,
        false,
        'Use an API token (key "token" of the Secret): sessions are known only to the server that made them.',
      );
      entry.refusal = { error, until: now() + UNANSWERED_MS };
      return false;
    },
    async logout() {
      const sessions = [...entries.values()].flatMap(({ session }) => session ?? []);
      const options = { timeoutMs: LOGOUT_TIMEOUT_MS, signal: new AbortController().signal, narrow: () => undefined };
      await Promise.all(
        sessions.map(({ caller }) => caller.form('/api/user/logout', {}, options).catch(() => undefined)),
      );
      entries.clear();
    },
  };
}

function tokenOf(answer: Readonly<Record<string, unknown>>): string {
  return text(answer['token'], 'token');
}

/** A login's failure: whatever the server has against it, it is not let in. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof TechnitiumError)) return error;
  const { reason, message, advice } = error;
  if (reason !== 'Rejected' && reason !== 'NotAuthenticated') return error;
  return new TechnitiumError('NotAuthenticated', message, false, advice === ADVICE[reason] ? CORRECT_IT : advice);
}

/** How long a failed login is not tried again; 0 where nothing can have counted against us. */
function holdMs(error: unknown): number {
  if (!(error instanceof TechnitiumError)) return 0;
  return REFUSALS[error.reason] ?? (error.outcomeUnknown ? UNANSWERED_MS : 0);
}
