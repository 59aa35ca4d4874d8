import { parentOf } from './names.ts';
import { bareRecord, type StoredRecord } from './record.ts';
import type { Node, Zone } from './zone.ts';
import type { ZoneStore } from './zone-store.ts';

export interface Question {
  readonly name: string;
  readonly type: string;
}

export interface Answer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  /** Authoritative. */
  readonly aa: boolean;
  readonly answers: readonly StoredRecord[];
  readonly authorities: readonly StoredRecord[];
}

/** CNAMEs in a row. */
const MAX_HOPS = 16;
const MAX_ANAMES = 64;
const REFUSED: Answer = { rcode: 'REFUSED', aa: false, answers: [], authorities: [] };
const EMPTY: Answer = { rcode: 'NOERROR', aa: false, answers: [], authorities: [] };

/** Answers from the zones alone, recursion denied. @param loopsFail since 15.0 a CNAME loop is SERVFAIL */
export function resolve(store: ZoneStore, question: Question, loopsFail: boolean): Answer {
  return walk({ store, loopsFail, anames: { left: MAX_ANAMES } }, question);
}

/** One answer on its way from name to name. */
interface Walk {
  readonly store: ZoneStore;
  readonly loopsFail: boolean;
  /** How many ANAMEs may still be followed: they can lead back to each other. */
  readonly anames: { left: number };
}

function walk(at: Walk, question: Question): Answer {
  const first = lookUp(at.store, question);
  if (first === undefined) return REFUSED;
  const last = first.answers.at(-1);
  if (last === undefined || last.type === question.type || question.type === 'ANY') return first;
  if (last.type === 'ANAME') return followAname(at, question, first);
  return last.type === 'CNAME' ? followCname(at, question, first) : first;
}

/** Asks on for what a CNAME points at, as long as a zone here has it. */
function followCname(at: Walk, question: Question, first: Answer): Answer {
  const answers = [...first.answers];
  const end = (last: Answer, failed = false): Answer => {
    return { ...last, rcode: failed && at.loopsFail ? 'SERVFAIL' : last.rcode, aa: first.aa, answers };
  };
  let last = first;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const target = String(answers.at(-1)?.data['cname']);
    // A name that points at itself in the first place is no failure to the server.
    if (hops === 0 && target.toLowerCase() === answers.at(-1)?.name.toLowerCase()) return end(last);
    const found = lookUp(at.store, { name: target, type: question.type });
    if (found === undefined) return end(last);
    last = found.answers.at(-1)?.type === 'ANAME' ? followAname(at, question, found) : found;
    if (last.answers.some((record) => answers.some((one) => isSame(one, record)))) return end(last, true);
    answers.push(...last.answers);
    if (last.answers.at(-1)?.type !== 'CNAME') return end(last);
  }
  return end(last, true);
}

const isSame = (a: StoredRecord, b: StoredRecord): boolean =>
  a.name.toLowerCase() === b.name.toLowerCase() && a.type === b.type && a.ttl === b.ttl && a.key === b.key;

/** Answers with the addresses of what an ANAME points at, under its own name; SERVFAIL if no zone here knows. */
function followAname(at: Walk, { type }: Question, first: Answer): Answer {
  const answers: StoredRecord[] = [];
  let failed = false;
  for (const aname of first.answers) {
    at.anames.left -= 1;
    const target = at.anames.left < 0 ? REFUSED : walk(at, { name: String(aname.data['aname']), type });
    failed ||= target.rcode !== 'NOERROR';
    const addresses = target.answers.filter((record) => record.type === type);
    answers.push(...addresses.map((one) => ({ ...one, name: aname.name, ttl: Math.min(one.ttl, aname.ttl) })));
  }
  if (answers.length > 0) return { ...first, answers, authorities: [] };
  return failed ? { ...first, rcode: 'SERVFAIL', answers, authorities: [] } : { ...first, answers };
}

/** What a zone itself says to a question; undefined if there is none for it, or it is disabled. */
function lookUp(store: ZoneStore, question: Question): Answer | undefined {
  const zone = store.closest(question.name);
  if (zone === undefined || zone.state.disabled) return undefined;
  const place = locate(zone, question.name);
  const delegation = place.above.map((name) => enabled(zone, name, 'NS')).find(isFilled);
  if (delegation !== undefined && question.type !== 'DS') return { ...EMPTY, authorities: delegation };
  const answers = substituted(zone, question, place.closest) ?? held(zone, question, place);
  if (answers.length === 0) return withoutRecords(zone, question, place);
  return { ...EMPTY, aa: true, answers, authorities: answers.at(-1)?.type === 'ANAME' ? [zone.soa] : [] };
}

const isFilled = (set: readonly StoredRecord[]): boolean => set.length > 0;

/** Where a question's name is in its zone. */
interface Place {
  /** The name whose node answers, its own or a wildcard's; lower case. */
  readonly owner: string | undefined;
  /** The owner's node, unless it is disabled. */
  readonly active: Node | undefined;
  /** The owner and the names above it, from the closest up, without the apex. */
  readonly above: readonly string[];
  /** Of a name without owner: the closest above it that has a node. */
  readonly closest: string | undefined;
}

function locate(zone: Zone, name: string): Place {
  const owner = ownerOf(zone, name.toLowerCase());
  const node = owner === undefined ? undefined : zone.node(owner);
  const above: string[] = [];
  for (let at = owner ?? name.toLowerCase(); at !== zone.name; at = parentOf(at)) above.push(at);
  const closest = owner === undefined ? above.find((one) => zone.node(one) !== undefined) : undefined;
  return { owner, active: node?.disabled === false ? node : undefined, above, closest };
}

function held(zone: Zone, question: Question, { owner, active }: Place): StoredRecord[] {
  // The SOA of a forwarder zone is a dummy.
  if (active === undefined || (zone.state.type === 'Forwarder' && question.type === 'SOA')) return [];
  const found = records(active, question.type);
  return owner?.startsWith('*') === true ? found.map((record) => ({ ...record, name: question.name })) : [...found];
}

function withoutRecords(zone: Zone, { name }: Question, { owner, active, closest }: Place): Answer {
  // An APP record would answer for names below it too; here its app is never installed.
  const apps = active === undefined ? [closest, zone.name] : [owner];
  if (apps.some((one) => one !== undefined && enabled(zone, one, 'APP').length > 0))
    return { ...EMPTY, rcode: 'SERVFAIL', authorities: [zone.soa] };
  if (zone.state.type === 'Forwarder') return EMPTY;
  const isThere = active !== undefined || exists(zone, name, owner);
  return { rcode: isThere ? 'NOERROR' : 'NXDOMAIN', aa: true, answers: [], authorities: [zone.soa] };
}

/** The name whose node answers for a name: itself, or the wildcard at the closest name above it that exists (RFC 4592). */
function ownerOf(zone: Zone, name: string): string | undefined {
  if (zone.node(name) !== undefined) return name;
  if (zone.countBelow(name) > 0 || name.split('.').includes('*')) return undefined;
  for (let above = parentOf(name); ; above = parentOf(above)) {
    const wildcard = `*.${above}`;
    if (zone.node(wildcard) !== undefined) return wildcard;
    if (above === zone.name || zone.node(above) !== undefined || zone.countBelow(above) > 0) return undefined;
  }
}

/** A name without records of its own: it still exists if others lie below it, or beside the disabled wildcard that stands for it. */
function exists(zone: Zone, name: string, owner: string | undefined): boolean {
  if (owner === undefined || owner === name.toLowerCase()) return zone.countBelow(name) > 0;
  const parent = parentOf(owner);
  return zone.node(parent) !== undefined || zone.countBelow(parent) > 1;
}

function enabled(zone: Zone, name: string, type: string): readonly StoredRecord[] {
  return zone.records(name, type).filter((record) => !record.disabled);
}

/** The DNAME at the closest name that exists, or at the apex, with the CNAME that it makes (RFC 6672). */
function substituted(zone: Zone, question: Question, closest: string | undefined): StoredRecord[] | undefined {
  const apex = question.name.length > zone.name.length ? zone.name : undefined;
  for (const owner of [closest, apex]) {
    const [dname] = owner === undefined ? [] : enabled(zone, owner, 'DNAME');
    if (dname === undefined) continue;
    const cname = question.name.slice(0, -dname.name.length) + String(dname.data['dname']);
    return [dname, bareRecord(question.name, 'CNAME', dname.ttl, { cname })];
  }
  return undefined;
}

/** Enabled records of a type: a CNAME instead where there is one, an ANAME for addresses that are not there. */
function records(node: Node, type: string): readonly StoredRecord[] {
  const of = (one: string): StoredRecord[] => (node.sets.get(one) ?? []).filter((record) => !record.disabled);
  if (type === 'ANY') return [...node.sets.keys()].filter((one) => one !== 'APP').flatMap(of);
  const asked = [of('CNAME'), of(type)].find(isFilled) ?? [];
  return asked.length > 0 || (type !== 'A' && type !== 'AAAA') ? asked : of('ANAME');
}
