import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import { isOurs, ownershipOf } from '../record/ownership.ts';
import type { PlannedAction } from './preview.ts';

/** Names what happens at a name from what it holds before and after; both carry the markers that they have in the zone. */
export function actionOf(before: readonly ZoneRecord[], after: readonly ZoneRecord[], owner: Owner): PlannedAction {
  const [hadOurs, hasOurs] = [before, after].map((records) => records.some((record) => isOurs(record, owner)));
  if (hadOurs === true && hasOurs === true) return 'Change';
  if (hadOurs === true) return before.some((record) => isAdopted(record, owner)) ? 'Release' : 'Delete';
  if (after.some((record) => isAdopted(record, owner))) return 'Adopt';
  // A record that had lost its marker gets it back.
  return after.some((record) => isOurs(record, owner) && before.some((old) => sameData(old, record)))
    ? 'Change'
    : 'Create';
}

function isAdopted(record: ZoneRecord, owner: Owner): boolean {
  const ownership = ownershipOf(record, owner);
  return ownership.kind === 'Ours' && ownership.marker.adopted;
}

function sameData(a: ZoneRecord, b: ZoneRecord): boolean {
  return a.type === b.type && a.value === b.value;
}

/** Whether two readings of a name say the same, in any order. */
export function sameRecords(a: readonly ZoneRecord[], b: readonly ZoneRecord[]): boolean {
  const key = ({ type, value, ttl, comments, disabled }: ZoneRecord): string =>
    JSON.stringify([type, value, ttl, comments, disabled]);
  const [left, right] = [a, b].map((records) => records.map(key).sort().join());
  return left === right;
}
