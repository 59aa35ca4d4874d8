import type { TechnitiumClient, TechnitiumOptions } from '../../../src/technitium/client.ts';
import { createTechnitiumClient } from '../../../src/technitium/client.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/technitium/http.ts';

/** A request that arrived at the handler that stands for a server. */
export interface Arrived extends HttpRequest {
  /** The fields of a form body. */
  readonly form: Readonly<Record<string, string>>;
}

/** What stands for a server; one that throws is a network that fails. */
export type Handler = (arrived: Arrived) => HttpAnswer;

export const TOKEN = '5f'.repeat(32);
export const URL_OF_SERVER = 'http://technitium.test:5380';

/** Answers as the server does: HTTP 200 and JSON. */
export function json(answer: unknown): HttpAnswer {
  return answerOf({ contentType: 'application/json; charset=utf-8', body: JSON.stringify(answer) });
}

/** Any other answer. */
export function answerOf(answer: Partial<HttpAnswer>): HttpAnswer {
  return { status: 200, contentType: undefined, location: undefined, body: '', ...answer };
}

/** A client of a server that is only a handler, and the list of the requests that arrived at it. */
export function clientOf(
  handler: Handler,
  options: Partial<TechnitiumOptions> = {},
): { client: TechnitiumClient; arrived: Arrived[] } {
  const arrived: Arrived[] = [];
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    await Promise.resolve();
    arrived.push({ ...request, form: Object.fromEntries(new URLSearchParams(request.body)) });
    return handler(arrived.at(-1)!);
  };
  return { client: createTechnitiumClient({ url: URL_OF_SERVER, token: () => TOKEN, send, ...options }), arrived };
}

/** A signal that nobody aborts. */
export function unaborted(): AbortSignal {
  return new AbortController().signal;
}

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}
