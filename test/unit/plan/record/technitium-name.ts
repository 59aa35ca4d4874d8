import type { ZoneRecord } from '../../../../src/model/record.ts';
import type { Change } from '../../../../src/plan/record/plan-name.ts';

/**
 * What a Technitium server holds at one name after a change, from what it held before; throws where the server refuses.
 * As real servers 14.3 and 15.2 do it: one TTL a set, and what is given another TTL loses comments and disabled flag;
 * nothing stands beside a CNAME; a value stands once (adding it again under another TTL is refused here, and does odd
 * things there); an update takes the old value out and adds the new one, which keeps the comments of one that exists.
 */
export function applyChange(held: readonly ZoneRecord[], change: Change): readonly ZoneRecord[] {
  switch (change.op) {
    case 'add':
      return add(held, storable(change.record));
    case 'update':
      return isCname(change.from)
        ? [...without(held, change.from), storable(change.to)]
        : update(held, change.from, storable(change.to));
    case 'delete':
      return without(held, change.record);
  }
}

/** What the name holds after all changes, sent one after the other. */
export function applyAll(held: readonly ZoneRecord[], changes: readonly Change[]): readonly ZoneRecord[] {
  return changes.reduce(applyChange, held);
}

function add(held: readonly ZoneRecord[], record: ZoneRecord): readonly ZoneRecord[] {
  if (held.length > 0 && (isCname(record) || held.some(isCname))) {
    throw new Error('Cannot add record: a CNAME record cannot exists with other record types for the same name.');
  }
  if (held.some((other) => sameData(other, record))) throw new Error('Cannot add record: record already exists.');
  return [...withTtl(held, record), record];
}

function update(held: readonly ZoneRecord[], from: ZoneRecord, to: ZoneRecord): readonly ZoneRecord[] {
  const rest = withTtl(without(held, from), to);
  return rest.some((other) => sameData(other, to)) ? rest : [...rest, to];
}

function without(held: readonly ZoneRecord[], record: ZoneRecord): readonly ZoneRecord[] {
  const rest = held.filter((other) => (isCname(record) ? !isCname(other) : !sameData(other, record)));
  if (rest.length === held.length) throw new Error('Cannot delete record: no such record exists.');
  return rest;
}

function withTtl(held: readonly ZoneRecord[], { type, ttl }: ZoneRecord): readonly ZoneRecord[] {
  return held.map((other) =>
    other.type === type && other.ttl !== ttl ? { ...other, ttl, comments: '', disabled: false } : other,
  );
}

/** More than 255 characters are refused at once; more than 255 bytes of UTF-8 cannot be saved to disk later. */
function storable(record: ZoneRecord): ZoneRecord {
  if (Buffer.byteLength(record.comments) > 255) throw new Error('Resource record comment text cannot exceed 255.');
  return record;
}

function sameData(a: ZoneRecord, b: ZoneRecord): boolean {
  return a.type === b.type && a.value === b.value;
}

function isCname(record: ZoneRecord): boolean {
  return record.type === 'CNAME';
}
