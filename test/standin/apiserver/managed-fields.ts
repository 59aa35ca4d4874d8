import { isDeepStrictEqual } from 'node:util';
import { isObject, without, type Json, type JsonObject, type KubeObject, type ManagedFields } from './objects.ts';

/** Who writes: one entry of managedFields belongs to each different writer. */
export type Writer = Pick<ManagedFields, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/**
 * Fields by path: `f:` segments as FieldsV1 has them, joined by NUL. Lists are one field each, which is how the server
 * treats every list that its schema does not key; keyed lists (conditions) are coarser here than there.
 */
type Fields = Map<string, Json>;

const SEPARATOR = '\0';
const TRACKED_METADATA = ['labels', 'annotations', 'ownerReferences', 'finalizers'];

const collect = (value: Json, path: string, into: Fields): Fields => {
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0) into.set(path, value);
  for (const [field, child] of entries) {
    if (child !== undefined) collect(child, path === '' ? `f:${field}` : `${path}${SEPARATOR}f:${field}`, into);
  }
  return into;
};

const fieldsOf = (object: KubeObject): Fields => {
  const { metadata } = object;
  const rest = without(object, 'apiVersion', 'kind', 'metadata');
  const tracked = TRACKED_METADATA.filter((field) => metadata[field] !== undefined);
  const kept = tracked.length === 0 ? {} : { metadata: Object.fromEntries(tracked.map((f) => [f, metadata[f]])) };
  const root = { ...rest, ...kept } as JsonObject;
  return Object.keys(root).length === 0 ? new Map<string, Json>() : collect(root, '', new Map<string, Json>());
};

const fromFieldsV1 = (tree: JsonObject, path = '', into = new Set<string>()): Set<string> => {
  for (const [segment, child] of Object.entries(tree)) {
    const here = path === '' ? segment : `${path}${SEPARATOR}${segment}`;
    if (isObject(child) && Object.keys(child).length > 0) fromFieldsV1(child, here, into);
    else into.add(here);
  }
  return into;
};

const toFieldsV1 = (paths: Iterable<string>): JsonObject => {
  const root: JsonObject = {};
  for (const path of [...paths].sort()) {
    let node = root;
    for (const segment of path.split(SEPARATOR)) {
      const child = (node[segment] ?? {}) as JsonObject;
      node[segment] = child;
      node = child;
    }
  }
  return root;
};

interface Owned {
  readonly entry: Writer & { time: string };
  readonly before: Set<string>;
  after: Set<string>;
}

const isSameWriter = (a: Writer, b: Writer): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.apiVersion === b.apiVersion &&
  a.subresource === b.subresource;

const readOwned = (object: KubeObject | undefined): Owned[] =>
  (object?.metadata.managedFields ?? []).map((entry) => ({
    entry,
    before: fromFieldsV1(entry.fieldsV1),
    after: fromFieldsV1(entry.fieldsV1),
  }));

const ownedBy = (writer: Writer, owned: Owned[]): Owned => {
  const known = owned.find(({ entry }) => isSameWriter(entry, writer));
  if (known) return known;
  const added: Owned = { entry: { ...writer, time: '' }, before: new Set(), after: new Set() };
  owned.push(added);
  return added;
};

const writeOwned = (owned: readonly Owned[], now: string): ManagedFields[] =>
  owned
    .filter(({ after }) => after.size > 0)
    .map(({ entry, before, after }) => ({
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      time: isDeepStrictEqual(before, after) ? entry.time : now,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(after),
      ...(entry.subresource === undefined ? {} : { subresource: entry.subresource }),
    }));

/** managedFields after `writer` replaced `before` by `after`: what it changed is its own, and nobody else's any more. */
export const managedAfterUpdate = (
  before: KubeObject | undefined,
  after: KubeObject,
  writer: Writer,
  now: string,
): ManagedFields[] => {
  const [old, fresh] = [before ? fieldsOf(before) : new Map<string, Json>(), fieldsOf(after)];
  const changed = [...fresh].filter(([path, value]) => !isDeepStrictEqual(old.get(path), value)).map(([path]) => path);
  const owned = readOwned(before);
  const own = ownedBy(writer, owned);
  for (const entry of owned) {
    const lost = new Set(changed);
    entry.after = new Set([...entry.after].filter((path) => fresh.has(path) && !lost.has(path)));
  }
  own.after = new Set([...own.after, ...changed]);
  return writeOwned(owned, now);
};

/** What a server-side apply comes to. */
export interface Applied {
  readonly managedFields: ManagedFields[];
  /** Fields, as paths of field names, that the writer applied earlier, left out now, and that nobody else owns. */
  readonly removed: string[][];
  /** Fields that others own with another value; a conflict unless forced. */
  readonly conflicts: { manager: string; field: string }[];
}

const fieldNames = (path: string): string[] => path.split(SEPARATOR).map((segment) => segment.slice(2));

/** Ownership after `writer` applied `config` to `live`. */
export const applyOwnership = (
  live: KubeObject | undefined,
  config: KubeObject,
  writer: Writer,
  now: string,
): Applied => {
  const [liveFields, wanted] = [live ? fieldsOf(live) : new Map<string, Json>(), fieldsOf(config)];
  const owned = readOwned(live);
  const own = ownedBy(writer, owned);
  const others = owned.filter((entry) => entry !== own);
  const differs = (path: string): boolean =>
    wanted.has(path) && !isDeepStrictEqual(wanted.get(path), liveFields.get(path));
  const conflicts = others.flatMap(({ entry, before }) =>
    [...before].filter(differs).map((path) => ({ manager: entry.manager, field: `.${fieldNames(path).join('.')}` })),
  );
  for (const other of others) other.after = new Set([...other.before].filter((path) => !differs(path)));
  const removed = [...own.before].filter((path) => !wanted.has(path) && !others.some(({ before }) => before.has(path)));
  own.after = new Set(wanted.keys());
  return { managedFields: writeOwned(owned, now), removed: removed.map(fieldNames), conflicts };
};
