import { ApiError } from './errors.ts';
import { bareRecord, type StoredRecord } from './record.ts';

/** The record sets of one name by type. */
export type RecordSets = ReadonlyMap<string, readonly StoredRecord[]>;

const CNAME_CONFLICT = 'Cannot add record: a CNAME record cannot exists with other record types for the same name.';

/** @throws ApiError if a record of the type cannot be at a name with these sets */
export function requireRoom(sets: RecordSets, type: string): void {
  const conflict = type === 'CNAME' ? sets.size > 0 && !sets.has('CNAME') : sets.has('CNAME');
  if (conflict) throw new ApiError(CNAME_CONFLICT);
}

/**
 * The set of the record's type with the record in it, all of it with its TTL; undefined if it is in there already.
 * @param againForTtl one that is there under another TTL is added again, to change the TTL of the set
 */
export function merged(
  sets: RecordSets,
  record: StoredRecord,
  againForTtl: boolean,
): readonly StoredRecord[] | undefined {
  requireRoom(sets, record.type);
  const present = sets.get(record.type) ?? [];
  const same = present.find(({ key }) => key === record.key);
  if (same !== undefined && (same.ttl === record.ttl || !againForTtl)) return undefined;
  // The server makes the others anew for their new TTL, and forgets all else that was said of them.
  const others = present.map((one) =>
    one.ttl === record.ttl ? one : bareRecord(one.name, one.type, record.ttl, one.data),
  );
  return same === undefined ? [...others, record] : others;
}

/** The sets less the record of one value; undefined if it is not there. */
export function without(sets: RecordSets, type: string, key: string): RecordSets | undefined {
  const present = sets.get(type) ?? [];
  const at = present.findIndex((record) => record.key === key);
  return at < 0 ? undefined : withSet(sets, type, present.toSpliced(at, 1));
}

/** The sets with one of them replaced, or removed by an empty one. */
export function withSet(sets: RecordSets, type: string, set: readonly StoredRecord[]): RecordSets {
  const next = new Map(sets);
  if (set.length === 0) next.delete(type);
  else next.set(type, set);
  return next;
}

/** True if no record is there for DNS. */
export function allDisabled(sets: RecordSets): boolean {
  for (const set of sets.values()) if (set.some((record) => !record.disabled)) return false;
  return true;
}
