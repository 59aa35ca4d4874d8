import { randomBytes } from 'node:crypto';
import { ApiError } from './errors.ts';
import type { Journal } from './journal.ts';

export interface User {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly disabled: boolean;
  /** The two last logins: milliseconds and address. */
  readonly logins: readonly { readonly at: number; readonly from: string }[];
}

export interface Session {
  readonly token: string;
  readonly user: string;
  /** Undefined for a login; a token with a name never expires. */
  readonly tokenName: string | undefined;
  /** Milliseconds. */
  readonly seen: number;
}

export type Right = 'View' | 'Modify' | 'Delete';

/** What a user may do in one zone. */
export type Rights = ReadonlySet<Right>;

export const ADMIN = 'admin';
const SESSION_MS = 30 * 60_000;
const MAX_ATTEMPTS = 5;
const BLOCK_MS = 300_000;

/** Users, sessions, rights, and the block after too many wrong passwords. */
export class Auth {
  readonly #now: () => number;
  readonly #journal: Journal;
  readonly #users = new Map<string, User>();
  readonly #sessions = new Map<string, Session>();
  /** Rights by zone and user; the admin needs none. */
  readonly #rights = new Map<string, ReadonlyMap<string, Rights>>();
  readonly #attempts = new Map<string, { count: number; blockedUntil: number }>();

  constructor(context: { now: () => number; journal: Journal }, adminPassword: string) {
    this.#now = context.now;
    this.#journal = context.journal;
    const admin = { name: ADMIN, displayName: 'Administrator', password: adminPassword, disabled: false, logins: [] };
    this.#users.set(ADMIN, admin);
  }

  user(name: string): User | undefined {
    return this.#users.get(name.toLowerCase());
  }

  requireUser(name: string): User {
    const user = this.user(name);
    if (user === undefined) throw new ApiError(`No such user exists: ${name}`);
    return user;
  }

  createUser(name: string, displayName: string, password: string): User {
    if (this.user(name) !== undefined) throw new ApiError(`User already exists: ${name}`);
    const user = { name: name.toLowerCase(), displayName, password, disabled: false, logins: [] };
    this.#put(this.#users, user.name, user);
    return user;
  }

  changeUser(user: User, change: Partial<User>): User {
    const next = { ...user, ...change };
    this.#put(this.#users, user.name, next);
    return next;
  }

  deleteUser(name: string): void {
    const user = this.user(name);
    if (user === undefined) throw new ApiError(`Failed to delete user: ${name}`);
    this.#put(this.#users, user.name, undefined);
    for (const session of this.sessionsOf(user)) this.#put(this.#sessions, session.token, undefined);
    for (const [zone, rights] of this.#rights) {
      this.setRights(zone, new Map([...rights].filter(([one]) => one !== user.name)));
    }
  }

  sessionsOf(user: User): Session[] {
    return [...this.#sessions.values()].filter((session) => session.user === user.name);
  }

  /** The user whose password it is; a wrong one counts against the address it came from. */
  authenticate(name: string, password: string, from: string): User {
    const attempts = this.#attempts.get(from) ?? { count: 0, blockedUntil: 0 };
    if (attempts.blockedUntil > this.#now())
      throw new ApiError(
        `Max limit of ${MAX_ATTEMPTS} attempts exceeded. Access blocked for ${BLOCK_MS / 1000} seconds.`,
      );
    const user = this.user(name);
    if (user?.password !== password) {
      const count = attempts.blockedUntil > 0 ? 1 : attempts.count + 1;
      const blockedUntil = count >= MAX_ATTEMPTS ? this.#now() + BLOCK_MS : 0;
      this.#attempts.set(from, { count, blockedUntil });
      throw new ApiError(`Invalid username or password for user: ${name}`);
    }
    this.#attempts.delete(from);
    if (user.disabled) throw new ApiError('User account is disabled. Please contact your administrator.');
    return user;
  }

  /** A login, or with a name an API token. */
  createSession(user: User, from: string, tokenName?: string): Session {
    const session = { token: randomBytes(32).toString('hex'), user: user.name, tokenName, seen: this.#now() };
    this.#put(this.#sessions, session.token, session);
    this.changeUser(user, { logins: [{ at: this.#now(), from }, ...user.logins].slice(0, 2) });
    return session;
  }

  /** The session of a token, undefined if there is none, it has expired, or its user is disabled or gone. */
  session(token: string): Session | undefined {
    const session = this.#sessions.get(token);
    if (session === undefined || this.user(session.user)?.disabled !== false) return undefined;
    const expired = session.tokenName === undefined && session.seen + SESSION_MS < this.#now();
    if (expired) this.endSession(token);
    else this.#sessions.set(token, { ...session, seen: this.#now() });
    return expired ? undefined : session;
  }

  /** Takes over the API tokens of another server, as the nodes of a cluster do. */
  adoptTokens(from: Auth): void {
    for (const session of from.#sessions.values()) {
      if (session.tokenName !== undefined) this.#put(this.#sessions, session.token, session);
    }
  }

  endSession(token: string): void {
    if (this.#sessions.has(token)) this.#put(this.#sessions, token, undefined);
  }

  /** Ends all logins; tokens with a name never expire. */
  expireSessions(): void {
    for (const { token, tokenName } of this.#sessions.values()) if (tokenName === undefined) this.endSession(token);
  }

  /** Rights in a section of the console: the admin has all, others may look, but not at settings and users. */
  inSection(user: string, section: string, right: Right): boolean {
    return user === ADMIN || (right === 'View' && section !== 'Settings' && section !== 'Administration');
  }

  inZone(user: string, zone: string, right: Right): boolean {
    return user === ADMIN || this.rights(zone).get(user)?.has(right) === true;
  }

  rights(zone: string): ReadonlyMap<string, Rights> {
    return this.#rights.get(zone) ?? new Map<string, Rights>();
  }

  setRights(zone: string, rights: ReadonlyMap<string, Rights> | undefined): void {
    this.#put(this.#rights, zone, rights);
  }

  #put<V>(map: Map<string, V>, key: string, value: V | undefined): void {
    const before = map.get(key);
    const place = (one: V | undefined): unknown => (one === undefined ? map.delete(key) : map.set(key, one));
    place(value);
    this.#journal.record(() => place(before));
  }
}
