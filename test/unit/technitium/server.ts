import type { TechnitiumClient, TechnitiumOptions } from '../../../src/technitium/client.ts';
import { createTechnitiumClient } from '../../../src/technitium/client.ts';

/** What arrived at the handler that stands for a server. */
export interface Arrived {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  /** The fields of a form body. */
  readonly form: Readonly<Record<string, string>>;
}

export const TOKEN = '5f'.repeat(32);
export const URL_OF_SERVER = 'http://technitium.test:5380';

/** Answers as the server does: HTTP 200 and JSON. */
export function json(answer: unknown): Response {
  return Response.json(answer);
}

/**
 * A client of a server that is only a handler, and the list of the requests that arrived at it. A handler that throws
 * is a network that fails.
 */
export function clientOf(
  handler: (arrived: Arrived, signal: AbortSignal) => Response | Promise<Response>,
  options: Partial<TechnitiumOptions> = {},
): { client: TechnitiumClient; arrived: Arrived[] } {
  const arrived: Arrived[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init);
    const body = await request.text();
    const form = Object.fromEntries(new URLSearchParams(body));
    arrived.push({ url, method: request.method, headers: request.headers, body, form });
    return handler(arrived.at(-1)!, request.signal);
  };
  return { client: createTechnitiumClient({ url: URL_OF_SERVER, token: () => TOKEN, fetch, ...options }), arrived };
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
