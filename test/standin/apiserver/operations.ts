import { alreadyExists, conflict, expired, notFound, ApiError, badRequest, unsupported } from './errors.ts';
import { toServed, toStored } from './event-versions.ts';
import { isObject, textOf, valueAt, type KubeObject } from './objects.ts';
import type { ApiRequest } from './request.ts';
import { apiVersionOf, storageKey, type Resource } from './resources.ts';
import { selectorOf } from './selectors.ts';
import { objectKey, type Store } from './store.ts';
import { applied, created, patched, type Write } from './writes.ts';

/** What a write comes to: the HTTP status and the object, or for a delete the Status. */
export interface Outcome {
  readonly code: number;
  readonly object: KubeObject | object;
}

const NAMESPACES = '/namespaces';

const writeOf = ({ resource, namespace, name, subresource, query, agent }: ApiRequest): Write => ({
  resource,
  namespace,
  name,
  subresource,
  manager: query.get('fieldManager') ?? agent,
  now: new Date().toISOString().replace(/\.\d+/, ''),
});

const find = (store: Store, { resource, namespace, name = '' }: ApiRequest): KubeObject | undefined => {
  const stored = store.get(storageKey(resource), objectKey(namespace, name));
  return stored && { ...stored, apiVersion: apiVersionOf(resource) };
};

const findOrThrow = (store: Store, request: ApiRequest): KubeObject => {
  const found = find(store, request);
  if (!found) throw notFound(request.resource, request.name ?? '');
  return found;
};

export const getObject = (store: Store, request: ApiRequest): KubeObject =>
  toServed(findOrThrow(store, request), request.resource);

const checkNamespace = (store: Store, { resource, namespace }: ApiRequest): void => {
  if (!resource.namespaced) return;
  if (namespace === undefined) throw badRequest('an empty namespace may not be set during creation');
  if (!store.get(NAMESPACES, objectKey(undefined, namespace))) {
    throw new ApiError(404, 'NotFound', `namespaces "${namespace}" not found`);
  }
};

const insert = (store: Store, request: ApiRequest, object: KubeObject): Outcome => {
  const { resource } = request;
  checkNamespace(store, request);
  const { namespace, name } = object.metadata;
  if (store.get(storageKey(resource), objectKey(namespace, name))) throw alreadyExists(resource, name);
  return { code: 201, object: toServed(store.put(storageKey(resource), object), resource) };
};

/** Stores what differs; a write that changes nothing leaves no trace, as on the real server. */
const change = (store: Store, { resource }: ApiRequest, live: KubeObject, next: KubeObject): Outcome => ({
  code: 200,
  object: toServed(next === live ? live : store.put(storageKey(resource), next), resource),
});

const PATCH_KINDS: Record<string, 'merge' | 'strategic'> = {
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

const patch = (store: Store, request: ApiRequest): Outcome => {
  const kind = PATCH_KINDS[request.contentType];
  if (kind === undefined || (kind === 'strategic' && request.resource.custom)) throw unsupported(request.contentType);
  const live = findOrThrow(store, request);
  const body = toStored(request.body, request.resource);
  return change(store, request, live, patched(live, body, writeOf(request), kind === 'strategic'));
};

const apply = (store: Store, request: ApiRequest): Outcome => {
  const live = request.subresource === 'status' ? findOrThrow(store, request) : find(store, request);
  if (!request.query.has('fieldManager')) throw badRequest('fieldManager is required for apply patch');
  const force = request.query.get('force') === 'true';
  const next = applied(live, toStored(request.body, request.resource), writeOf(request), force);
  return live ? change(store, request, live, next) : insert(store, request, next);
};

const remove = (store: Store, request: ApiRequest): Outcome => {
  const { resource, name = '', body } = request;
  const live = findOrThrow(store, request);
  for (const field of ['uid', 'resourceVersion'] as const) {
    const wanted = valueAt(body, ['preconditions', field]);
    if (wanted !== undefined && wanted !== live.metadata[field]) {
      throw conflict(resource, name, `Precondition failed: ${field}: ${textOf(wanted)}, is ${live.metadata[field]}`);
    }
  }
  store.delete(storageKey(resource), live);
  const details = { name, group: resource.group, kind: resource.plural, uid: live.metadata.uid };
  return { code: 200, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
};

/** Does what a write request asks; throws the ApiError that refuses it. */
export const write = (store: Store, request: ApiRequest): Outcome => {
  if (request.query.has('dryRun')) throw badRequest('the stand-in has no dry run');
  switch (request.verb) {
    case 'create':
      return insert(store, request, created(toStored(request.body, request.resource), writeOf(request)));
    case 'patch':
      return patch(store, request);
    case 'apply':
      return apply(store, request);
    case 'delete':
      return remove(store, request);
    default:
      throw new Error(`${request.verb} writes nothing`);
  }
};

/** Which objects a list or watch request means: by namespace, name and selectors. */
export const scopeOf = (request: Omit<ApiRequest, 'body'>): ((object: KubeObject) => boolean) => {
  const { namespace, name, query } = request;
  const isSelected = selectorOf(query);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    isSelected(object);
};

/** A page of a listing. */
export interface Page {
  readonly objects: KubeObject[];
  readonly metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

interface Token {
  readonly revision: number;
  readonly after: string;
}

const encodeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

const decodeToken = (text: string, oldest: number): Token => {
  const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString() || 'null');
  if (!isObject(token)) throw badRequest('continue key is not valid');
  const revision = Number(token['revision']);
  if (revision < oldest)
    throw expired('The provided continue parameter is too old to display a consistent list result.');
  return { revision, after: textOf(token['after']) };
};

/** The objects of a resource that `request` means, in the order of their keys. */
export const select = (store: Store, resource: Resource, matches: (object: KubeObject) => boolean): KubeObject[] => {
  const storage = storageKey(resource);
  const objects = store.keys(storage).map((key) => store.get(storage, key));
  return objects.filter((object): object is KubeObject => object !== undefined && matches(object));
};

/**
 * A page of `limit` objects, after the one that `continue` names. All pages carry the version of the first; unlike the
 * real server's they show later changes, which a watch from that version tells again.
 */
export const listPage = (store: Store, request: Omit<ApiRequest, 'body'>): Page => {
  const { query, resource } = request;
  const [limit, given] = [Number(query.get('limit') ?? 0), query.get('continue') ?? ''];
  const token = given === '' ? undefined : decodeToken(given, store.oldest);
  const keyOf = ({ metadata }: KubeObject): string => objectKey(metadata.namespace, metadata.name);
  const all = select(store, resource, scopeOf(request)).filter((object) => !token || keyOf(object) > token.after);
  const objects = limit > 0 ? all.slice(0, limit) : all;
  const revision = token?.revision ?? store.revision;
  const [last, rest] = [objects.at(-1), all.length - objects.length];
  const more =
    last && rest > 0 ? { continue: encodeToken({ revision, after: keyOf(last) }), remainingItemCount: rest } : {};
  return { objects, metadata: { resourceVersion: String(revision), ...more } };
};
