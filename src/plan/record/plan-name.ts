import { formatMarker, isWholeWith, parseMarker, type Owner } from '../../model/marker.ts';
import { decidesAddress, isManagedType, type RecordSet, type ZoneRecord } from '../../model/record.ts';
import { ownershipOf, type LostMarkers, type Ownership } from './ownership.ts';

/** When a record that somebody else wrote is taken over: never, if it already says what we want, or always. */
export type Adoption = 'Never' | 'Matching' | 'Always';

/** One call to the server. An `update` of equal value changes only TTL, comments or the disabled flag. */
export type Change =
  | { readonly op: 'add'; readonly record: ZoneRecord }
  | { readonly op: 'update'; readonly from: ZoneRecord; readonly to: ZoneRecord }
  | { readonly op: 'delete'; readonly record: ZoneRecord };

/** What to do at one name, in order, and what stands in the way there. */
export interface NamePlan {
  readonly changes: readonly Change[];
  /** Foreign records at a wanted name; they stay as they are. Empty when there are none. */
  readonly conflicts: readonly ZoneRecord[];
}

/** What planning one name needs to know. */
export interface NameInput {
  readonly name: string;
  /** Record sets that should be there: one CNAME, or A and AAAA sets. */
  readonly desired: readonly RecordSet[];
  /** All records the zone holds at exactly this name. */
  readonly current: readonly ZoneRecord[];
  readonly owner: Owner;
  readonly adoption: Adoption;
  /** Of records that lost their marker. @default none is known */
  readonly lost?: LostMarkers | undefined;
}

/**
 * The changes that make one name say what is desired, without touching what is not ours.
 *
 * | current, same type and value? | whose      | Never    | Matching | Always     |
 * | ----------------------------- | ---------- | -------- | -------- | ---------- |
 * | (none)                        |            | add      | add      | add        |
 * | same                          | ours       | keep     | keep     | keep       |
 * | other                         | ours       | update   | update   | update     |
 * | same                          | unmarked   | conflict | adopt    | adopt      |
 * | other                         | unmarked   | conflict | conflict | take over  |
 * | any                           | other mark | conflict | conflict | conflict   |
 *
 * What has comments that leave no room for the marker is not taken over, since a person's note is kept.
 * What lost its marker counts as ours and gets it back, together with what else changes, or by itself once an hour.
 *
 * A second plan over the result of the first is empty.
 */
export function planName(input: NameInput): NamePlan {
  const wanted = input.desired.flatMap((set) => set.values.map((value) => wantedRecord(set, value)));
  const { ours, conflicts } = sort(input, wanted);
  const taken = (want: ZoneRecord): ZoneRecord | undefined => conflicts.find((foreign) => sameData(foreign, want));
  // Where a foreign record says all that is wanted but is switched off, ours is the last that answers: it stays.
  const blocked = ours.length === 0 || wantsCname(input) || wanted.every((want) => taken(want)?.disabled === true);
  if (conflicts.length > 0 && blocked) return { changes: [], conflicts };
  // A value stands once at a name: what a foreign record says cannot be said again beside it.
  const free = wanted.filter((want) => taken(want) === undefined);
  const changes = pairUp(ours, free, {
    mark: (adopted, note) => formatMarker({ owner: input.owner, adopted, note }),
    ttlOf: (record) => conflicts.find((foreign) => foreign.type === record.type)?.ttl ?? record.ttl,
    isHeld: (record) => input.lost?.isHeld(record) === true,
  });
  return { changes, conflicts };
}

/**
 * The changes that take our records away from a name: what we made is deleted, what we took over loses its marker and
 * stays with the person's note as its comments. Only a marker allows a delete: what lost it gets it back first. Everything
 * else is left alone.
 */
export function planRemoval(current: readonly ZoneRecord[], owner: Owner, lost?: LostMarkers): readonly Change[] {
  return current.flatMap((record): Change[] => {
    const ownership = ownershipOf(record, owner);
    if (ownership.kind === 'Unmarked' && lost?.find(record)?.adopted === false && !lost.isHeld(record)) {
      const comments = formatMarker({ owner, adopted: false, note: record.comments });
      return [{ op: 'update', from: record, to: { ...record, comments } }];
    }
    if (ownership.kind !== 'Ours') return [];
    if (!ownership.marker.adopted) return [{ op: 'delete', record }];
    // A note that reads as a marker would make the record ours again, for the next removal to delete.
    const comments = parseMarker(ownership.marker.note) === undefined ? ownership.marker.note : '';
    return [{ op: 'update', from: record, to: { ...record, comments } }];
  });
}

/** A record to work with: ours already, or about to be taken over. */
interface Mine {
  readonly record: ZoneRecord;
  readonly adopted: boolean;
  readonly note: string;
}

interface Sorted {
  readonly ours: readonly Mine[];
  readonly conflicts: readonly ZoneRecord[];
}

/** Tells what we may work with at the name from what stands in the way; what does neither (a TXT beside an A) is left out. */
function sort(input: NameInput, wanted: readonly ZoneRecord[]): Sorted {
  const all = wantsCname(input);
  const ours: Mine[] = [];
  const conflicts: ZoneRecord[] = [];
  for (const record of input.current) {
    if (!all && !decidesAddress(record.type)) continue;
    const ownership = ownershipOf(record, input.owner);
    const lost = ownership.kind === 'Unmarked' ? input.lost?.find(record) : undefined;
    if (ownership.kind === 'Ours')
      ours.push({ record, adopted: ownership.marker.adopted, note: ownership.marker.note });
    else if (lost !== undefined) ours.push({ record, adopted: lost.adopted, note: record.comments });
    else if (mayTakeOver(record, ownership, input, wanted)) {
      ours.push({ record, adopted: true, note: record.comments });
    } else conflicts.push(record);
  }
  return { ours, conflicts };
}

function mayTakeOver(
  record: ZoneRecord,
  ownership: Ownership,
  { adoption, owner }: NameInput,
  wanted: readonly ZoneRecord[],
): boolean {
  if (ownership.kind !== 'Unmarked' || adoption === 'Never') return false;
  if (!isWholeWith({ owner, adopted: true, note: record.comments })) return false;
  if (adoption === 'Always') return isManagedType(record.type);
  return !record.disabled && wanted.some((want) => sameData(want, record));
}

/** Whether a CNAME is wanted, beside which nothing else may stand (RFC 1034 3.6.2). */
function wantsCname(input: NameInput): boolean {
  return input.desired.some((set) => set.type === 'CNAME');
}

interface Writing {
  mark(adopted: boolean, note: string): string;
  /** The TTL to write: a set has one, and a foreign record in it keeps its own. */
  ttlOf(record: ZoneRecord): number;
  /** Whether a record has to do without its marker for now. */
  isHeld(record: ZoneRecord): boolean;
}

/**
 * Keeps what fits, rewrites in place what can be, then adds and deletes the rest. Another TTL erases the comments of all
 * others in the set, so it comes when nothing unwanted is left there (cut off half-way, no old address stays behind
 * without its marker), and then goes to each of them. A type that goes is deleted last, so that the name never stops
 * answering, or first where nothing may stand beside it (a CNAME); what takes its place inherits that it was taken over,
 * and its note.
 */
function pairUp(ours: readonly Mine[], wanted: readonly ZoneRecord[], writing: Writing): Change[] {
  const missing = wanted.filter((want) => !ours.some((mine) => sameData(mine.record, want)));
  const moves: Change[] = [];
  const surplus: Change[] = [];
  const retimes: Change[] = [];
  const gone: Mine[] = [];
  for (const mine of ours) {
    const kept = wanted.find((want) => sameData(mine.record, want));
    const want = kept ?? takeFirst(missing, ({ type }) => type === mine.record.type);
    if (want === undefined) {
      if (wanted.some(({ type }) => type === mine.record.type)) surplus.push({ op: 'delete', record: mine.record });
      else gone.push(mine);
    } else {
      const to = { ...want, ttl: writing.ttlOf(want), comments: writing.mark(mine.adopted, mine.note) };
      const moved = setChangesTtl(ours, to) ? beforeTtl(mine.record, to) : to;
      if (isMarkerAlone(mine.record, to) && writing.isHeld(mine.record)) continue;
      if (!same(mine.record, moved)) moves.push({ op: 'update', from: mine.record, to: moved });
      if (moved !== to) retimes.push({ op: 'update', from: moved, to });
    }
  }
  const adds = missing.map((want, index): Change => {
    const { adopted = false, note = '' } = gone[index] ?? {};
    return { op: 'add', record: { ...want, ttl: writing.ttlOf(want), comments: writing.mark(adopted, note) } };
  });
  const ends = gone.map(({ record }): Change => ({ op: 'delete', record }));
  const typeChanges = ours.some(({ record }) => record.type === 'CNAME') || adds.some(isCname);
  const inPlace = [...moves, ...surplus, ...retimes, ...adds];
  return typeChanges ? [...ends, ...inPlace] : [...inPlace, ...ends];
}

/** Whether a set of several gets another TTL. */
function setChangesTtl(ours: readonly Mine[], to: ZoneRecord): boolean {
  const set = ours.filter(({ record }) => record.type === to.type);
  return set.length > 1 && set.some(({ record }) => record.ttl !== to.ttl);
}

/** What a record is to be before its set gets another TTL: what clients should see, with the TTL it has. */
function beforeTtl(record: ZoneRecord, to: ZoneRecord): ZoneRecord {
  return sameData(record, to) && !record.disabled ? record : { ...to, ttl: record.ttl };
}

function takeFirst<T>(list: T[], matches: (item: T) => boolean): T | undefined {
  const index = list.findIndex(matches);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}

function wantedRecord(set: RecordSet, value: string): ZoneRecord {
  return { name: set.name, type: set.type, ttl: set.ttl, value, comments: '', disabled: false };
}

function sameData(a: ZoneRecord, b: ZoneRecord): boolean {
  return a.type === b.type && a.value === b.value;
}

function same(a: ZoneRecord, b: ZoneRecord): boolean {
  return sameData(a, b) && a.ttl === b.ttl && a.comments === b.comments && a.disabled === b.disabled;
}

/** Whether nothing but the comments would change: of what carries the marker they never do. */
function isMarkerAlone(a: ZoneRecord, b: ZoneRecord): boolean {
  return same({ ...a, comments: b.comments }, b);
}

function isCname(change: Change): boolean {
  return change.op === 'add' && change.record.type === 'CNAME';
}
