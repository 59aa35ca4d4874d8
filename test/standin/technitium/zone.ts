import { ApiError } from './errors.ts';
import type { Journal } from './journal.ts';
import { isWithin, parentOf } from './names.ts';
import type { StoredRecord } from './record.ts';
import { allDisabled, merged, requireRoom, without, withSet, type RecordSets } from './record-sets.ts';
import { nextSerial } from './serial.ts';

export type ZoneType = 'Primary' | 'Forwarder' | 'Secondary' | 'Catalog';

/** A name of a zone with its record sets; one without any is left behind by a change that failed after making it. */
export interface Node {
  readonly sets: RecordSets;
  /** All its records are: to DNS it is as if it were not there. */
  readonly disabled: boolean;
}

/** What a zone needs of its server. */
export interface ZoneContext {
  readonly now: () => number;
  readonly journal: Journal;
  /** Since 15.0 an address that exists under another TTL is added again, to change the TTL of its set. */
  readonly addAgainForTtl: boolean;
  /** A zone has another serial by a change that was made here. */
  readonly stepped: (zone: string) => void;
}

/** What is said of a zone besides its records. */
interface ZoneState {
  readonly type: ZoneType;
  readonly disabled: boolean;
  /** Milliseconds. */
  readonly modified: number;
  /** The catalog zone that it is a member of. */
  readonly catalog: string | null;
  /** Where a copy is taken from, `127.0.0.1:5301`. */
  readonly primaries: readonly string[];
  /** Who is told of each change, as `127.0.0.1:5301`. */
  readonly notify: readonly string[];
  /** Whether others may take a copy. */
  readonly mayTransfer: boolean;
  /** Whether it is shown as signed; nothing ever is. */
  readonly signed: boolean;
}

const EMPTY: Node = { sets: new Map(), disabled: false };

/** One zone: its records and the server's rules for changing them, each successful change with a step of the serial. */
export class Zone {
  /** Lower case, without a dot at the end. */
  readonly name: string;
  readonly internal: boolean;
  readonly #context: ZoneContext;
  readonly #nodes = new Map<string, Node>();
  /** How many nodes are below a name, for names without records of their own. */
  readonly #below = new Map<string, number>();
  #state: ZoneState;

  constructor(context: ZoneContext, apex: readonly StoredRecord[], options: { type: ZoneType; internal: boolean }) {
    this.#context = context;
    this.name = apex[0]?.name ?? '';
    this.internal = options.internal;
    const alone = { catalog: null, primaries: [], notify: [], mayTransfer: false, signed: false };
    this.#state = { type: options.type, disabled: false, modified: context.now(), ...alone };
    this.#nodes.set(this.name, { sets: new Map(apex.map((record) => [record.type, [record]])), disabled: false });
  }

  get state(): ZoneState {
    return this.#state;
  }

  get soa(): StoredRecord {
    const soa = this.node(this.name)?.sets.get('SOA')?.[0];
    if (soa === undefined) throw new Error(`zone ${this.name} has no SOA`);
    return soa;
  }

  get serial(): number {
    return Number(this.soa.data['serial']);
  }

  get names(): Iterable<string> {
    return this.#nodes.keys();
  }

  node(name: string): Node | undefined {
    return this.#nodes.get(name.toLowerCase());
  }

  records(name: string, type: string): readonly StoredRecord[] {
    return this.node(name)?.sets.get(type) ?? [];
  }

  /** Keeps what is here now; the function given back brings it back. */
  snapshot(): () => void {
    const kept = new Map(this.#nodes);
    return () => {
      for (const key of [...this.#nodes.keys()]) if (!kept.has(key)) this.#write(key, undefined);
      for (const [key, node] of kept) this.#write(key, node);
      this.change({ modified: this.#context.now() });
    };
  }

  /** Takes the records of a transfer in place of all that is here. */
  load(records: readonly StoredRecord[]): void {
    for (const key of [...this.#nodes.keys()]) if (key !== this.name) this.#write(key, undefined);
    for (const [key, here] of Map.groupBy(records, ({ name }) => name.toLowerCase())) {
      this.#write(key, { sets: Map.groupBy(here, ({ type }) => type), disabled: false });
    }
    this.change({ modified: this.#context.now() });
  }

  /** Gives another zone the names below its apex. */
  moveBelow(to: Zone): void {
    for (const [key, node] of [...this.#nodes]) {
      if (key === to.name || !isWithin(to.name, key)) continue;
      this.#write(key, undefined);
      to.#write(key, node);
    }
  }

  /** How many other names lie below one. */
  countBelow(name: string): number {
    return this.#below.get(name.toLowerCase()) ?? 0;
  }

  change(change: Partial<ZoneState>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    this.#context.journal.record(() => (this.#state = before));
  }

  /** Replaces the set of one type at a name. */
  set(records: readonly [StoredRecord, ...StoredRecord[]]): void {
    const [{ name, type, ttl }] = records;
    this.require(name);
    const node = this.#ensure(name);
    if (this.#state.type === 'Secondary') throw new ApiError('Cannot set records in Secondary zone.');
    const apex = name.toLowerCase() === this.name;
    if (apex && (type === 'CNAME' || type === 'DS')) throw new ApiError(`Cannot set ${type} record at zone apex.`);
    if (type === 'SOA') {
      this.#setSoa(records[0]);
      return;
    }
    if (ttl > this.#expire) throw new ApiError('Cannot set records: TTL cannot be greater than SOA EXPIRE.');
    requireRoom(node.sets, type);
    this.#put(name, withSet(node.sets, type, records));
    this.#commit();
  }

  /** Adds to a set, all of which takes the TTL of the newcomer; false if the record is there already. */
  add(record: StoredRecord): boolean {
    this.require(record.name);
    const node = this.#ensure(record.name);
    if (this.#state.type === 'Secondary') throw new ApiError('Cannot add record in Secondary zone.');
    if (record.type === 'DS' && record.name.toLowerCase() === this.name)
      throw new ApiError('Cannot set DS record at zone apex.');
    if (record.ttl > this.#expire) throw new ApiError('Cannot add record: TTL cannot be greater than SOA EXPIRE.');
    const set = merged(node.sets, record, this.#context.addAgainForTtl);
    if (set === undefined) return false;
    this.#put(record.name, withSet(node.sets, record.type, set));
    this.#commit();
    return true;
  }

  /** Puts `next` in the place of the record with the value of `old`; `single` types have one record a name, whatever its value. */
  update(old: { name: string; key: string }, next: StoredRecord, single: boolean): void {
    this.require(old.name);
    this.require(next.name);
    const node = this.node(old.name);
    if (node === undefined) throw new ApiError(`Cannot update record: zone '${this.name}' does not exists.`);
    const renamed = old.name.toLowerCase() !== next.name.toLowerCase();
    if (single) {
      if (renamed) this.removeSet(old.name, next.type);
      this.set([next]);
    } else if (!renamed) {
      this.#updateInPlace(node, old.key, next);
    } else {
      const moved = this.remove(old.name, next.type, old.key);
      if (!moved) throw new ApiError('Cannot update record: the old record does not exists.');
      this.add(next);
    }
  }

  #updateInPlace(node: Node, key: string, next: StoredRecord): void {
    if (this.#state.type === 'Secondary') throw new ApiError('Cannot update record in Secondary zone.');
    if (next.ttl > this.#expire) throw new ApiError('Cannot update record: TTL cannot be greater than SOA EXPIRE.');
    const rest = without(node.sets, next.type, key);
    if (rest === undefined) throw new ApiError('Cannot update record: the record does not exists to be updated.');
    const set = merged(rest, next, this.#context.addAgainForTtl);
    this.#put(next.name, set === undefined ? rest : withSet(rest, next.type, set));
    this.#commit();
  }

  /** Removes the record of one value; false if there is none. */
  remove(name: string, type: string, key: string): boolean {
    this.require(name);
    const node = this.node(name);
    if (node === undefined) return false;
    if (this.#state.type === 'Secondary') throw new ApiError('Cannot delete record in Secondary zone.');
    return this.#drop(name, without(node.sets, type, key));
  }

  /** Removes all of one type at a name; false if there is none. */
  removeSet(name: string, type: string): boolean {
    this.require(name);
    const node = this.node(name);
    if (node === undefined) return false;
    if (this.#state.type === 'Secondary') throw new ApiError('Cannot delete records in Secondary zone.');
    return this.#drop(name, node.sets.has(type) ? withSet(node.sets, type, []) : undefined);
  }

  /** Removes every set but the SOA, each with a step of the serial. */
  clear(): void {
    for (const [name, node] of [...this.#nodes]) {
      for (const type of node.sets.keys()) if (type !== 'SOA') this.removeSet(name, type);
    }
  }

  get #expire(): number {
    return Number(this.soa.data['expire']);
  }

  /** @throws ApiError for a name outside of the zone */
  require(name: string): void {
    if (!isWithin(this.name, name))
      throw new ApiError(`The domain name '${name}' does not belong to the zone: ${this.name}`);
  }

  /** The node at a name, made if need be: it stays even if the change then fails. */
  #ensure(name: string): Node {
    const node = this.node(name);
    if (node !== undefined) return node;
    this.#write(name.toLowerCase(), EMPTY);
    return EMPTY;
  }

  #drop(name: string, sets: RecordSets | undefined): boolean {
    if (sets === undefined) return false;
    this.#put(name, sets);
    this.#commit();
    return true;
  }

  #put(name: string, sets: RecordSets): void {
    const key = name.toLowerCase();
    if (sets.size === 0 && key !== this.name) this.#write(key, undefined);
    else this.#write(key, { sets, disabled: key !== this.name && allDisabled(sets) });
  }

  /** The one place where records change. */
  #write(key: string, node: Node | undefined): void {
    const before = this.#nodes.get(key);
    this.#place(key, node);
    this.#context.journal.record(() => this.#place(key, before));
  }

  #place(key: string, node: Node | undefined): void {
    const step = Number(node !== undefined) - Number(this.#nodes.has(key));
    if (node === undefined) this.#nodes.delete(key);
    else this.#nodes.set(key, node);
    if (step === 0) return;
    for (let above = parentOf(key); isWithin(this.name, above); above = parentOf(above)) {
      this.#below.set(above, (this.#below.get(above) ?? 0) + step);
    }
  }

  #setSoa(record: StoredRecord): void {
    if (record.name.toLowerCase() !== this.name) throw new ApiError('Cannot set SOA record on sub domain.');
    const { refresh, retry, expire } = record.data as Record<string, number>;
    const refuse = (why: string): never => {
      throw new ApiError(`Cannot set record: ${why}`);
    };
    if (record.ttl > (expire ?? 0)) refuse('TTL cannot be greater than SOA EXPIRE.');
    if ((retry ?? 0) > (refresh ?? 0)) refuse('SOA RETRY cannot be greater than SOA REFRESH.');
    if ((refresh ?? 0) > (expire ?? 0)) refuse('SOA REFRESH cannot be greater than SOA EXPIRE.');
    this.#commit({ ...record, modified: this.#context.now(), disabled: false, expiryTtl: 0 });
  }

  /** Steps the serial, on the SOA as it is or on a new one. */
  #commit(next?: StoredRecord): void {
    const now = this.#context.now();
    const soa = next ?? this.soa;
    const asked = next === undefined ? 0 : Number(next.data['serial']);
    const serial = nextSerial(this.serial, asked, soa.dateScheme ?? false, now);
    const forwarder = this.#state.type === 'Forwarder' && next !== undefined;
    const data = { ...soa.data, serial, ...(forwarder && { responsiblePerson: 'invalid' }) };
    const record = { ...soa, name: this.name, data, ...(forwarder && { ttl: 0 }) };
    const sets = withSet(this.node(this.name)?.sets ?? EMPTY.sets, 'SOA', [record]);
    this.#write(this.name, { sets, disabled: false });
    this.change({ modified: now });
    this.#context.stepped(this.name);
  }
}
