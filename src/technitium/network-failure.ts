import { Failure } from './errors.ts';
import { tlsFailure } from './tls-failure.ts';

/** Codes of failures before a byte of the request was sent, with what they mean. */
const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'cannot be reached: its name does not resolve',
  EAI_AGAIN: 'cannot be reached: its name cannot be resolved now',
  EHOSTUNREACH: 'cannot be reached: there is no route to it',
  ENETUNREACH: 'cannot be reached: there is no route to it',
};

/** What an error of the network means; of the error only its code is told, and the names in a certificate. */
export function networkFailure(error: unknown): Failure {
  const found = error instanceof Error && 'code' in error ? error.code : undefined;
  const code = typeof found === 'string' && /^[A-Z0-9_]{1,60}$/.test(found) ? found : 'unknown error';
  const ofTls = tlsFailure(code, error);
  if (ofTls !== undefined) return ofTls;
  const text = NOT_CONNECTED[code] ?? 'broke the connection';
  return new Failure('Unreachable', `${text} (${code})`, { mayHaveActed: !(code in NOT_CONNECTED), transient: true });
}
