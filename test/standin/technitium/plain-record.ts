import type { StoredRecord } from './record.ts';
import { textOf } from './record-types.ts';
import type { Zone } from './zone.ts';

/** A record for assertions. */
export interface PlainRecord {
  readonly name: string;
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** The value's parts, one blank between them: `192.0.2.1`, `10 mail.example.org`. */
  readonly value: string;
  readonly comments: string;
  readonly disabled: boolean;
}

/** What a zone holds, by name, type and value, without the SOA and the NS at its apex. */
export function plainRecords(zone: Zone): PlainRecord[] {
  const brought = ({ name, type }: StoredRecord): boolean =>
    type === 'SOA' || (type === 'NS' && name.toLowerCase() === zone.name);
  const sortKey = ({ name, type, value }: PlainRecord): string => `${name.toLowerCase()} ${type} ${value}`;
  return [...zone.names]
    .flatMap((name) => [...(zone.node(name)?.sets.values() ?? [])].flat())
    .filter((record) => !brought(record))
    .map(plainRecord)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function plainRecord({ name, type, ttl, data, comments, disabled }: StoredRecord): PlainRecord {
  const value = type === 'TXT' ? textOf(data).join('') : Object.values(data).map(String).join(' ');
  return { name, type, ttl, value, comments, disabled };
}
