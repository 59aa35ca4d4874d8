import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { badRequest, methodNotAllowed, notServed, unsupported } from './errors.ts';
import type { Json } from './objects.ts';
import type { Resource } from './resources.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'apply' | 'delete';

/** A request for a resource, in the API server's own words. */
export interface ApiRequest {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: 'status' | undefined;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  /** Who writes, when the request does not say `fieldManager`: the first word of its user agent. */
  readonly agent: string;
  readonly body: Json;
}

/** Finds a served resource by `group`, `version` and `plural`. */
export type FindResource = (group: string, version: string, plural: string) => Resource | undefined;

type Target = Pick<ApiRequest, 'resource' | 'namespace' | 'name' | 'subresource'>;

const groupVersion = (segments: readonly string[]): { group: string; version: string; rest: readonly string[] } => {
  const [root, first, second] = segments;
  if (root === 'api' && first !== undefined) return { group: '', version: first, rest: segments.slice(2) };
  if (root === 'apis' && first !== undefined && second !== undefined) {
    return { group: first, version: second, rest: segments.slice(3) };
  }
  throw notServed();
};

/** Whether the resource is served at such a path. */
const isServed = ({ resource, name, subresource }: Target, isScoped: boolean): boolean => {
  if (subresource !== undefined && !resource.hasStatus) return false;
  return isScoped ? resource.namespaced : name === undefined || !resource.namespaced;
};

/** What a path such as `/apis/networking.k8s.io/v1/namespaces/git/ingresses/git/status` names; 404 where nothing is served. */
export const parsePath = (path: string, find: FindResource): Target => {
  const { group, version, rest } = groupVersion(path.split('/').filter(Boolean).map(decodeURIComponent));
  // /namespaces/NAME/status is a Namespace's status; any other third segment is a resource in that namespace.
  const isScoped = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status';
  const [plural = '', name, sub, excess] = isScoped ? rest.slice(2) : rest;
  const resource = find(group, version, plural);
  if (!resource || excess !== undefined || (sub !== undefined && sub !== 'status')) throw notServed();
  const target: Target = { resource, namespace: isScoped ? rest[1] : undefined, name, subresource: sub };
  if (!isServed(target, isScoped)) throw notServed();
  return target;
};

const VERBS: Record<string, Verb> = {
  'GET collection': 'list',
  'GET object': 'get',
  'POST collection': 'create',
  'PATCH object': 'patch',
  'DELETE object': 'delete',
};

const verbOf = (method: string, { name }: Target, query: URLSearchParams, contentType: string): Verb => {
  const verb = VERBS[`${method} ${name === undefined ? 'collection' : 'object'}`];
  if (verb === undefined) throw methodNotAllowed();
  if (method === 'GET' && ['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
  return contentType === 'application/apply-patch+yaml' ? 'apply' : verb;
};

/** Only JSON is read, which is YAML too: what is applied comes as `application/apply-patch+yaml`. */
const parseBody = (body: string, contentType: string): Json => {
  if (body === '') return null;
  if (!/json|yaml/.test(contentType)) throw unsupported(contentType);
  try {
    return JSON.parse(body) as Json;
  } catch (error) {
    throw badRequest(`error decoding the body: ${String(error)}`);
  }
};

/** Everything of a request but its body, so that it can be counted, refused or left hanging. */
export const parseRequest = (message: IncomingMessage, find: FindResource): Omit<ApiRequest, 'body'> => {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const contentType = message.headers['content-type']?.split(';')[0]?.trim() ?? '';
  const target = parsePath(url.pathname, find);
  return {
    ...target,
    verb: verbOf(message.method ?? '', target, url.searchParams, contentType),
    query: url.searchParams,
    accept: message.headers.accept ?? '',
    contentType,
    agent: message.headers['user-agent']?.split('/')[0] ?? 'unknown',
  };
};

export const readBody = async (message: IncomingMessage): Promise<Json> =>
  parseBody(await text(message), message.headers['content-type'] ?? '');
