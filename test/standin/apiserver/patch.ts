import { isObject, type Json, type JsonObject } from './objects.ts';

/** JSON merge patch (RFC 7386). */
export const mergePatch = (target: Json | undefined, patch: Json): Json => {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, field);
    else if (value !== undefined) result[field] = mergePatch(result[field], value);
  }
  return result;
};

/** The lists of built-in kinds here that a strategic merge patch merges by a key; it replaces all others whole. */
const MERGE_KEYS: Record<string, string> = { ports: 'port', conditions: 'type' };

const mergeList = (target: readonly Json[], patch: readonly Json[], key: string): Json[] => {
  const keyOf = (item: Json): Json | undefined => (isObject(item) ? item[key] : undefined);
  const byKey = new Map(target.map((item) => [keyOf(item), item]));
  for (const item of patch) {
    if (isObject(item) && item['$patch'] === 'delete') byKey.delete(keyOf(item));
    else byKey.set(keyOf(item), strategicMergePatch(byKey.get(keyOf(item)), item));
  }
  return [...byKey.values()];
};

/** Strategic merge patch as `kubectl apply` and `kubectl edit` send it for the built-in kinds of this server. */
export const strategicMergePatch = (target: Json | undefined, patch: Json): Json => {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    const [mergeKey, old] = [MERGE_KEYS[field], result[field]];
    // $setElementOrder and its kin only say how to order and what to keep.
    if (field.startsWith('$') || value === undefined) continue;
    if (value === null) Reflect.deleteProperty(result, field);
    else if (mergeKey !== undefined && Array.isArray(value)) {
      result[field] = mergeList(Array.isArray(old) ? old : [], value, mergeKey);
    } else result[field] = strategicMergePatch(old, value);
  }
  return result;
};
