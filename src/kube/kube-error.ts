import type { IncomingMessage } from 'node:http';

/** What is said about a failed exchange beside its message. */
export interface KubeErrorDetails {
  /** HTTP status; 0 when no complete answer came, so that a write may or may not have happened. */
  readonly code: number;
  /** The `reason` of the API server's Status (such as NotFound), or what Node calls the failure (such as ECONNREFUSED). */
  readonly reason: string;
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** A request that the API server refused or did not answer. The message never holds headers, bodies or credentials. */
export class KubeError extends Error implements KubeErrorDetails {
  override readonly name = 'KubeError';
  readonly code: number;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  // No `cause`: errors of TLS, of credential plugins and of JSON.parse quote what they failed on.
  constructor(message: string, { code, reason, retryAfterMs }: KubeErrorDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

const hasCode = (code: number, error: unknown): error is KubeError => error instanceof KubeError && error.code === code;

/** Whether the object does not exist, or its kind is not served. */
export const isNotFound = (error: unknown): boolean => hasCode(404, error);

/** Whether the credentials lack the right. */
export const isForbidden = (error: unknown): boolean => hasCode(403, error);

/** Whether an object of that name exists already, as a create finds out. */
export const isAlreadyExists = (error: unknown): boolean => hasCode(409, error) && error.reason === 'AlreadyExists';

/** Whether the object is not the one any more that the request was made for (its uid or resourceVersion differs). */
export const isConflict = (error: unknown): boolean => hasCode(409, error) && error.reason !== 'AlreadyExists';

const LONGEST_MESSAGE = 300;

/** A text of the server's as a message may quote it: one line of bounded length. */
const quotable = (text: string): string => {
  const line = text
    .slice(0, 10 * LONGEST_MESSAGE)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
};

/** `Retry-After` in seconds (RFC 9110 10.2.3); the API server sends no dates. */
const retryAfterOf = (response: IncomingMessage): number | undefined => {
  const seconds = Number(response.headers['retry-after'] ?? NaN);
  return seconds > 0 ? seconds * 1000 : undefined;
};

/** The members of a Status (v1) that matter here; undefined for anything else. */
const readStatus = (body: unknown): { code: number; reason: string; message: string } | undefined => {
  if (typeof body !== 'object' || body === null || !('kind' in body) || body.kind !== 'Status') return undefined;
  const { code, reason, message } = body as Record<string, unknown>;
  return {
    code: typeof code === 'number' ? code : 0,
    reason: typeof reason === 'string' && reason !== '' ? quotable(reason) : 'Unknown',
    message: typeof message === 'string' ? quotable(message) : '',
  };
};

/** The error that an answer with another status than 2xx stands for; `what` is the method and path. */
export function errorOfResponse(what: string, response: IncomingMessage, body: unknown): KubeError {
  const code = response.statusCode ?? 0;
  const status = readStatus(body);
  const reason = status?.reason ?? 'Unknown';
  const message = status === undefined || status.message === '' ? '' : `: ${status.message}`;
  return new KubeError(`${what}: ${code} ${reason}${message}`, { code, reason, retryAfterMs: retryAfterOf(response) });
}

/** The error that the Status in an ERROR event of a watch stands for. */
export function errorOfEvent(what: string, object: unknown): KubeError {
  const { code, reason, message } = readStatus(object) ?? { code: 0, reason: 'Unknown', message: '' };
  return new KubeError(`${what}: ERROR event: ${code} ${reason}: ${message}`, { code, reason });
}

/** The error of an exchange that gave no complete answer: Node's error code and text, which name host and port. */
export function errorOfFailure(what: string, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'Failed';
  const message = error instanceof Error ? quotable(error.message) : '';
  return new KubeError(`${what}: ${message === '' ? code : message}`, { code: 0, reason: code });
}
