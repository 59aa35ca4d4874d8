import { isForbidden, isNotFound } from '../kube/kube-error.ts';
import type { Kube } from '../kube/kube.ts';
import { TechnitiumError } from '../technitium/errors.ts';

/** What lets us in at a Technitium server: an API token, or a user who logs in. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

/** A Secret that is followed. */
export interface FollowedSecret {
  /** What it said last; where that is a minute old it is read again meanwhile, since DNS waits for no API server. */
  current(signal: AbortSignal): Credentials;
  /** What it says now. */
  reread(signal: AbortSignal): Promise<Credentials>;
}

/** A Secret, and who may read it. */
export interface SecretOptions {
  readonly kube: Pick<Kube, 'readSecret'>;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const KEEP_MS = 60_000;

/**
 * Reads a Secret (keys `token`, or `username` and `password`), and again every minute while it is used: what is changed
 * there counts within a minute, or at once where the server refuses what it said before. Once it was read, it stands
 * while it cannot be read again.
 *
 * @throws TechnitiumError `NotAuthenticated` that says what is missing
 */
export async function followSecret(options: SecretOptions, signal: AbortSignal): Promise<FollowedSecret> {
  let credentials = await readCredentials(options, signal);
  let readAt = options.now();
  let reading: Promise<void> | undefined;
  const reread = async (rereading: AbortSignal): Promise<Credentials> => {
    readAt = options.now();
    reading ??= readCredentials(options, rereading)
      .then((found) => void (credentials = found))
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      });
    await reading;
    return credentials;
  };
  return {
    current(using) {
      if (options.now() - readAt >= KEEP_MS) void reread(using);
      return credentials;
    },
    reread,
  };
}

async function readCredentials({ kube, namespace, name }: SecretOptions, signal: AbortSignal): Promise<Credentials> {
  const where = `Secret ${namespace}/${name}`;
  const secret = await kube.readSecret(namespace, name, signal).catch((error: unknown) => {
    if (isNotFound(error)) throw new TechnitiumError('NotAuthenticated', `${where} does not exist`);
    if (isForbidden(error)) throw new TechnitiumError('NotAuthenticated', `${where} may not be read`);
    throw error;
  });
  const [token = '', username = '', password = ''] = ['token', 'username', 'password'].map((key) =>
    // Files end in a line break that is no part of the value.
    secret[key]?.replace(/\r?\n$/, ''),
  );
  if (token.trim() !== '') return { kind: 'token', token: token.trim() };
  if (username !== '' && password !== '') return { kind: 'password', username, password };
  throw new TechnitiumError('NotAuthenticated', `${where} has no key "token", and not both "username" and "password"`);
}
