import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { ZoneTarget } from '../host/target.ts';
import { isOurs } from '../record/ownership.ts';
import { plannedRecord, type Orphan } from './preview.ts';

/** What tells an orphan. */
export interface OrphanInput {
  readonly records: Iterable<ZoneRecord>;
  readonly targets: readonly ZoneTarget[];
  readonly owner: Owner;
  /** Whether a name has a host, is a target, is excluded, or is another zone's. */
  readonly isAccountedFor: (name: string) => boolean;
}

/** The records of others that point to a target, by its name or one of its addresses, at names that no host has. */
export function findOrphans({ records, targets, owner, isAccountedFor }: OrphanInput): Orphan[] {
  const names = new Set(targets.map(({ record }) => record));
  const addresses = new Set(targets.flatMap((target) => [...target.addresses, ...target.alsoSeen]));
  const pointsToTarget = ({ type, value }: ZoneRecord): boolean =>
    type === 'CNAME' ? names.has(value) : (type === 'A' || type === 'AAAA') && addresses.has(value);
  const found = [...records].filter(
    (record) => pointsToTarget(record) && !isOurs(record, owner) && !isAccountedFor(record.name),
  );
  return [...Map.groupBy(found, ({ name }) => name)]
    .map(([name, own]) => ({ name, records: own.map(plannedRecord) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
