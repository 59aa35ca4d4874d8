import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { WriteRefused, type WriteGuard } from '../model/write-guard.ts';
import { errorOfFailure, errorOfResponse } from './kube-error.ts';
import { withoutQuery, type Exchange, type Send } from './transport.ts';

/** A request whose body and answer are JSON. */
export interface JsonRequest extends Pick<Exchange, 'method' | 'path' | 'contentType' | 'signal'> {
  readonly body?: object | undefined;
  /** Milliseconds until the request is given up; default 10 s. */
  readonly limitMs?: number | undefined;
}

/** Sends a request; resolves with the parsed answer of a 2xx, throws a KubeError otherwise, or the signal's reason. */
export type Rest = (request: JsonRequest) => Promise<unknown>;

/** Content type of a JSON merge patch (RFC 7386). */
export const MERGE_PATCH = 'application/merge-patch+json';
/** Content type of a server-side apply (Kubernetes docs, "Server-Side Apply"); JSON is YAML too. */
export const APPLY_PATCH = 'application/apply-patch+yaml';

const LIMIT_MS = 10_000;

/**
 * JSON requests over `send`. Nothing is tried again here: only who asks knows what a second try would do. With a guard each
 * write is let through by it, or throws its `WriteRefused`.
 */
export function createRest(send: Send, guard?: WriteGuard): Rest {
  return async ({ body, limitMs = LIMIT_MS, ...exchange }) => {
    const what = `${exchange.method} ${withoutQuery(exchange.path)}`;
    try {
      const response = await send({
        ...exchange,
        limitMs,
        body: body === undefined ? undefined : JSON.stringify(body),
        ...(guard !== undefined && exchange.method !== 'GET' && guarded(exchange.signal, limitMs, guard)),
      });
      const answer = await readJson(response);
      if (!isSuccess(response)) throw errorOfResponse(what, response, answer);
      return answer;
    } catch (error) {
      if (error instanceof WriteRefused) throw error;
      exchange.signal.throwIfAborted();
      throw errorOfFailure(what, error);
    }
  };
}

/**
 * What makes an exchange a guarded one. A write that is on its way is seen to its end, which comes soon: whoever writes
 * next then writes after it.
 */
function guarded(signal: AbortSignal, limitMs: number, guard: WriteGuard): Partial<Exchange> {
  const admit = (): void => {
    signal.throwIfAborted();
    guard.check();
  };
  return { admit, limitMs: Math.min(limitMs, guard.limitMs), signal: new AbortController().signal };
}

/** Whether the status of an answer is 2xx. */
export function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** The body of an answer, parsed; undefined where it is no JSON, as an error page of a proxy in between. */
export async function readJson(response: IncomingMessage): Promise<unknown> {
  const body = await text(response);
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
