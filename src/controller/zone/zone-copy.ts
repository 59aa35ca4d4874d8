import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import { nextSerial } from '../../model/serial.ts';
import { ownershipOf } from '../../plan/record/ownership.ts';
import type { Change } from '../../plan/record/plan-name.ts';

/** The zone as last read, kept true through our own writes, with the serial that it must have if nobody else wrote. */
export interface ZoneCopy {
  /** The serial the server must show: the last one read plus one for each successful call since (TECHNITIUM fact 7). */
  readonly serial: number;
  at(name: string): readonly ZoneRecord[];
  /** Names that carry our marker. */
  ours(): Iterable<string>;
  readonly oursCount: number;
  /** Names that carry our owner id with the mark of another cluster, and which cluster that is. */
  readonly rivals: ReadonlyMap<string, string>;
  /** Takes a fresh reading of the whole zone and gives the names at which it differs. */
  replace(content: { readonly serial: number; readonly records: readonly ZoneRecord[] }): Set<string>;
  /** Takes a fresh reading of one name; whether it differs. */
  replaceName(name: string, records: readonly ZoneRecord[]): boolean;
  /**
   * A name that the last reading of the whole zone lacked, though reading the name gives records; each of them in turn,
   * undefined where there is none. Technitium lists a name in the lowest of its zones only.
   */
  nextUnlisted(): string | undefined;
  /** Takes one change that the server has acknowledged. */
  apply(change: Change): void;
}

/** An empty copy, to be filled by the first `replace`. */
export function createZoneCopy(owner: Owner): ZoneCopy {
  let names = new Map<string, ZoneRecord[]>();
  let owned = new Set<string>();
  let rivals = new Map<string, string>();
  let unlisted = new Set<string>();
  let serial = 0;
  const noteOwners = (name: string, records: readonly ZoneRecord[]): void => {
    owned.delete(name);
    rivals.delete(name);
    for (const record of records) {
      const ownership = ownershipOf(record, owner);
      if (ownership.kind === 'Ours') owned.add(name);
      else if (ownership.kind === 'OtherCluster') rivals.set(name, ownership.cluster);
    }
  };
  const put = (name: string, records: ZoneRecord[]): void => {
    if (records.length > 0) names.set(name, records);
    else {
      names.delete(name);
      unlisted.delete(name);
    }
    noteOwners(name, records);
  };
  const at = (name: string): readonly ZoneRecord[] => names.get(name) ?? [];
  return {
    get serial() {
      return serial;
    },
    at,
    ours: () => owned.values(),
    get oursCount() {
      return owned.size;
    },
    get rivals() {
      return rivals;
    },
    replace(content) {
      const before = names;
      names = Map.groupBy(content.records, ({ name }) => name);
      owned = new Set();
      unlisted = new Set();
      rivals = new Map();
      for (const [name, records] of names) noteOwners(name, records);
      serial = content.serial;
      const changed = new Set<string>();
      for (const [name, records] of names) if (!sameRecords(before.get(name) ?? [], records)) changed.add(name);
      for (const name of before.keys()) if (!names.has(name)) changed.add(name);
      return changed;
    },
    replaceName(name, records) {
      const changed = !sameRecords(at(name), records);
      if (!changed) return false;
      if (!names.has(name)) unlisted.add(name);
      put(name, [...records]);
      return true;
    },
    nextUnlisted() {
      const [name] = unlisted;
      if (name !== undefined && unlisted.delete(name)) unlisted.add(name);
      return name;
    },
    apply(change) {
      serial = nextSerial(serial);
      const record = change.op === 'update' ? change.from : change.record;
      const others = at(record.name).filter((other) => other.type !== record.type || other.value !== record.value);
      if (change.op === 'delete') put(record.name, others);
      else put(record.name, [...others, change.op === 'add' ? change.record : change.to]);
    },
  };
}

function sameRecords(a: readonly ZoneRecord[], b: readonly ZoneRecord[]): boolean {
  if (a.length !== b.length) return false;
  const key = ({ type, value, ttl, comments, disabled }: ZoneRecord): string =>
    `${type} ${value} ${ttl} ${disabled} ${comments}`;
  const [left, right] = [a.map(key).sort(), b.map(key).sort()];
  return left.every((text, index) => text === right[index]);
}
