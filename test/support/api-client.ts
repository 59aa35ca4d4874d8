import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { ApiAccess } from './kubeconfig.ts';

/** metadata as far as tests look into it. */
export interface ObjectMeta {
  name?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1: Record<string, unknown> }[];
  continue?: string;
  [field: string]: unknown;
}

/** Any answer of the API: an object, a list (`items`) or a Status (`reason`, `message`, `code`). */
export interface ApiObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: unknown;
  items?: ApiObject[];
  reason?: string;
  message?: string;
  [field: string]: unknown;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: ApiObject;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: ApiObject;
}

/** An open watch: `events` grows as they come. */
export interface OpenWatch {
  readonly events: WatchEvent[];
  /** Resolves when the server has ended the answer, or the connection is gone. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface RequestOptions {
  readonly contentType?: string;
  readonly headers?: Record<string, string>;
}

export const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
  json: 'application/json-patch+json',
} as const;

/** Plain requests to an API server, for what tests set up and look at; an answer of any status is a result. */
export interface ApiClient {
  request(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<ApiResponse>;
  get(path: string): Promise<ApiResponse>;
  post(path: string, body: unknown): Promise<ApiResponse>;
  put(path: string, body: unknown): Promise<ApiResponse>;
  patch(path: string, body: unknown, type?: keyof typeof PATCH_TYPES): Promise<ApiResponse>;
  delete(path: string, body?: unknown): Promise<ApiResponse>;
  /** Opens a watch (`watch=true` is added to `path`); throws on any status but 200. */
  watch(path: string): Promise<OpenWatch>;
  /** Ends the kept-alive connections. */
  close(): void;
}

const parseBody = (body: string): ApiObject => {
  try {
    return JSON.parse(body) as ApiObject;
  } catch {
    return { metadata: {}, message: body };
  }
};

const collectEvents = (answer: http.IncomingMessage): OpenWatch => {
  const events: WatchEvent[] = [];
  const ended = new Promise<void>((resolve) => {
    answer.once('close', resolve).once('error', () => resolve());
  });
  const lines = createInterface(answer).on('line', (line) => {
    if (line !== '') events.push(JSON.parse(line) as WatchEvent);
  });
  // A connection that is reset ends the watch; readline would throw it.
  lines.on('error', () => undefined);
  return { events, ended, close: () => answer.destroy() };
};

/** A client of the API server that `access` names. */
export const apiClient = ({ url, token, ca }: ApiAccess): ApiClient => {
  const secure = url.startsWith('https:');
  const agent = secure ? new https.Agent({ keepAlive: true, ca }) : new http.Agent({ keepAlive: true });
  const send = secure ? https.request : http.request;

  const open = (
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions = {},
  ): Promise<http.IncomingMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(payload === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
      // Without it Node sends the body of a DELETE unframed, and the server does not see it.
      ...(payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) }),
      ...options.headers,
    };
    send(new URL(path, url), { method, headers, agent }, resolve).once('error', reject).end(payload);
    return promise;
  };

  const request: ApiClient['request'] = async (method, path, body, options) => {
    const answer = await open(method, path, body, options);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: parseBody(await text(answer)) };
  };

  return {
    request,
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, body),
    put: (path, body) => request('PUT', path, body),
    patch: (path, body, type = 'merge') => request('PATCH', path, body, { contentType: PATCH_TYPES[type] }),
    delete: (path, body) => request('DELETE', path, body),
    watch: async (path) => {
      const answer = await open('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`, undefined);
      if (answer.statusCode === 200) return collectEvents(answer);
      throw new Error(`watch ${path}: ${answer.statusCode ?? 0} ${await text(answer)}`);
    },
    close: () => agent.destroy(),
  };
};
