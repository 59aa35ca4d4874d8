import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
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

const LIMIT_MS = 10_000;

/** JSON requests over `send`. Nothing is tried again here: only who asks knows what a second try would do. */
export function createRest(send: Send): Rest {
  return async ({ body, limitMs = LIMIT_MS, ...exchange }) => {
    const what = `${exchange.method} ${withoutQuery(exchange.path)}`;
    try {
      const response = await send({
        ...exchange,
        limitMs,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const answer = await readJson(response);
      if (!isSuccess(response)) throw errorOfResponse(what, response, answer);
      return answer;
    } catch (error) {
      exchange.signal.throwIfAborted();
      throw errorOfFailure(what, error);
    }
  };
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
