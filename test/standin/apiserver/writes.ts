import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { withBuiltinDefaults } from './builtin.ts';
import { ApiError, badRequest, conflict } from './errors.ts';
import { applyOwnership, managedAfterUpdate, type Writer } from './managed-fields.ts';
import {
  isObject,
  textOf,
  valueAt,
  without,
  type Json,
  type JsonObject,
  type KubeObject,
  type Metadata,
} from './objects.ts';
import { mergePatch, strategicMergePatch } from './patch.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import { conform } from './schema.ts';

/** A write request, its object still as the client sent it. */
export interface Write {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: 'status' | undefined;
  readonly manager: string;
  readonly now: string;
}

const writerOf = (write: Write, operation: Writer['operation']): Writer => ({
  manager: write.manager,
  operation,
  apiVersion: apiVersionOf(write.resource),
  ...(write.subresource === undefined ? {} : { subresource: write.subresource }),
});

/** Fills in what is absent; a custom resource is pruned and defaulted by its schema, of which metadata is no part. */
const withDefaults = (object: KubeObject, resource: Resource): KubeObject => {
  const { schema } = resource;
  if (!schema) return withBuiltinDefaults(object, resource);
  const { apiVersion, kind, metadata, ...rest } = object;
  return { apiVersion, kind, metadata, ...(conform(rest as JsonObject, schema) as JsonObject) };
};

/** A body as an object of this resource: what it leaves out comes from the request, what contradicts it is refused. */
const readObject = (body: unknown, { resource, namespace, name }: Write): KubeObject => {
  if (!isObject(body)) throw badRequest('the body is no Kubernetes object');
  const [apiVersion, { kind }] = [apiVersionOf(resource), resource];
  const wanted = { apiVersion, kind, 'metadata.name': name, 'metadata.namespace': namespace };
  for (const [path, want] of Object.entries(wanted)) {
    const given = textOf(valueAt(body, path.split('.')));
    if (want !== undefined && given !== '' && given !== want) {
      throw badRequest(`${path} of the object is ${given}, of the request ${want}`);
    }
  }
  const identity = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
  const metadata = isObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, apiVersion, kind, metadata: { ...metadata, ...identity } as unknown as Metadata };
};

/** The server stores no empty labels and annotations. */
const withoutEmpty = (metadata: Metadata): Metadata =>
  Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => !isObject(value) || Object.keys(value).length > 0),
  ) as Metadata;

const generatedName = (prefix: string): string => `${prefix}${randomBytes(3).toString('hex').slice(0, 5)}`;

const nameOf = ({ name, generateName }: Partial<Metadata>): string => {
  if (name !== undefined && name !== '') return name;
  if (generateName !== undefined) return generatedName(generateName);
  throw new ApiError(422, 'Invalid', 'metadata.name: Required value: name or generateName is required');
};

const withoutStatus = (object: KubeObject): KubeObject => without(object, 'status');

/** The object that a POST stores, all but its resourceVersion. */
export const created = (body: unknown, write: Write): KubeObject => {
  const { resource, now } = write;
  const given = readObject(body, write);
  const metadata = withoutEmpty(without(given.metadata, 'managedFields'));
  const keepsStatus = !resource.hasStatus || resource.kind === 'Node';
  const object = {
    ...withDefaults(keepsStatus ? given : withoutStatus(given), resource),
    metadata: {
      ...metadata,
      name: nameOf(metadata),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: now,
      ...(resource.hasGeneration ? { generation: 1 } : {}),
    },
  };
  // Defaults belong to the creator, but a status that comes of defaults belongs to nobody.
  const managedFields = managedAfterUpdate(
    undefined,
    resource.hasStatus ? withoutStatus(object) : object,
    writerOf(write, 'Update'),
    now,
  );
  return { ...object, metadata: { ...object.metadata, managedFields } };
};

const specOf = (object: KubeObject): object => without(object, 'apiVersion', 'kind', 'metadata', 'status');

/** The metadata that no client changes. */
const FIXED = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'generation'];

/** Of `wanted`, what this path may change of `live`: status through /status only, and nothing else through it. */
const restrict = (live: KubeObject, wanted: KubeObject, { resource, subresource }: Write): KubeObject => {
  const [main, other] = subresource === 'status' ? [live, wanted] : [wanted, live];
  const { status } = resource.hasStatus ? other : wanted;
  const fixed = Object.entries(live.metadata).filter(([field]) => FIXED.includes(field));
  const metadata = withoutEmpty({ ...main.metadata, ...Object.fromEntries(fixed) });
  const object: KubeObject = { ...withoutStatus(main), metadata, ...(status === undefined ? {} : { status }) };
  return withDefaults(object, resource);
};

const checkPreconditions = (live: KubeObject, wanted: KubeObject, { resource }: Write): void => {
  const { uid, resourceVersion, name } = live.metadata;
  if ((wanted.metadata.resourceVersion || resourceVersion) !== resourceVersion) {
    throw conflict(
      resource,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  if ((wanted.metadata.uid || uid) !== uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${wanted.metadata.uid}, UID in object meta: ${uid}`,
    );
  }
};

const withGeneration = (live: KubeObject, object: KubeObject, { hasGeneration }: Resource): KubeObject => {
  if (!hasGeneration || isDeepStrictEqual(specOf(live), specOf(object))) return object;
  return { ...object, metadata: { ...object.metadata, generation: (live.metadata.generation ?? 0) + 1 } };
};

/** `live` as it is once it says what `body` says; the very same object when nothing changed, which is then no write at all. */
const replaced = (live: KubeObject, body: Json, write: Write): KubeObject => {
  const wanted = readObject(body, write);
  checkPreconditions(live, wanted, write);
  const object = withGeneration(live, restrict(live, wanted, write), write.resource);
  const managedFields = managedAfterUpdate(live, object, writerOf(write, 'Update'), write.now);
  const next = { ...object, metadata: { ...object.metadata, managedFields } };
  return isDeepStrictEqual(next, live) ? live : next;
};

/** `live` as it is after a JSON merge patch, or the strategic one where `strategic`. */
export const patched = (live: KubeObject, patch: Json, write: Write, strategic: boolean): KubeObject => {
  const merge = strategic ? strategicMergePatch : mergePatch;
  return replaced(live, merge(live as JsonObject, patch), write);
};

const withoutField = (value: Json | undefined, [field = '', ...rest]: readonly string[]): Json | undefined => {
  if (!isObject(value)) return value;
  const { [field]: child, ...others } = value;
  const kept = rest.length === 0 ? undefined : withoutField(child, rest);
  return kept === undefined ? others : { ...others, [field]: kept };
};

/** `live` (undefined: not there yet) as it is after a server-side apply of `body`. */
export const applied = (live: KubeObject | undefined, body: unknown, write: Write, force: boolean): KubeObject => {
  const config = readObject(body, write);
  const writer = writerOf(write, 'Apply');
  const { managedFields, removed, conflicts } = applyOwnership(live, config, writer, write.now);
  if (!live) {
    const object = created(body, write);
    return { ...object, metadata: { ...object.metadata, managedFields } };
  }
  checkPreconditions(live, config, write);
  if (conflicts.length > 0 && !force) {
    const list = conflicts.map(({ manager, field }) => `conflict with "${manager}": ${field}`);
    const count = list.length === 1 ? '1 conflict' : `${list.length} conflicts`;
    throw new ApiError(409, 'Conflict', `Apply failed with ${count}: ${list.join(', ')}`);
  }
  const cleared = removed.reduce<Json | undefined>(withoutField, live as JsonObject);
  const merged = mergePatch(cleared, config as JsonObject) as KubeObject;
  const object = withGeneration(live, restrict(live, merged, write), write.resource);
  const next = { ...object, metadata: { ...object.metadata, managedFields } };
  return isDeepStrictEqual(next, live) ? live : next;
};
