import { addressData, type ZoneRecord } from '../model/record.ts';

/** What a change of a name's records came to; `adopt`: they say the same, only the marker is another. */
export const RECORD_OPERATIONS = ['create', 'update', 'adopt', 'delete'] as const;
export type RecordOperation = (typeof RECORD_OPERATIONS)[number];

/** Names a change by what the name said before and says now. */
export function operationOf(before: readonly ZoneRecord[], after: readonly ZoneRecord[]): RecordOperation {
  const [old, next] = [addressData(before), addressData(after)];
  if (old === next) return isSameTtl(before, after) ? 'adopt' : 'update';
  if (next === '') return 'delete';
  return old === '' ? 'create' : 'update';
}

function isSameTtl(before: readonly ZoneRecord[], after: readonly ZoneRecord[]): boolean {
  const ttls = (records: readonly ZoneRecord[]): string => [...new Set(records.map(({ ttl }) => ttl))].sort().join();
  return ttls(before) === ttls(after);
}
