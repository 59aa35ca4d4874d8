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

const MAX_HOPS = 16;
const REFUSED: Answer = { rcode: 'REFUSED', aa: false, answers: [], authorities: [] };
const EMPTY: Answer = { rcode: 'NOERROR', aa: false, answers: [], authorities: [] };

/** Answers from the zones alone, recursion denied. @param loopsFail since 15.0 a CNAME loop is SERVFAIL */
export function resolve(store: ZoneStore, question: Question, loopsFail: boolean): Answer {
  const first = lookUp(store, question);
  if (first === undefined) return REFUSED;
  const last = first.answers.at(-1);
  if (last === undefined || last.type === question.type || question.type === 'ANY') return first;
  if (last.type === 'ANAME') return followAname(store, question, first);
  return last.type === 'CNAME' ? followCname(store, question, { first, loopsFail }) : first;
}

/** Asks on for what a CNAME points at, as long as a zone here has it. */
function followCname(store: ZoneStore, question: Question, how: { first: Answer; loopsFail: boolean }): Answer {
  const answers = [...how.first.answers];
  const end = (answer: Answer): Answer => ({ ...answer, aa: how.first.aa, answers });
  let last = how.first;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const target = String(answers.at(-1)?.data['cname']);
    const found = lookUp(store, { name: target, type: question.type });
    if (found === undefined) return end({ ...last, rcode: 'NOERROR' });
    const next = found.answers.at(-1)?.type === 'ANAME' ? followAname(store, question, found) : found;
    if (next.answers.length === 0) return end(next);
    if (next.answers.at(-1)?.type !== 'CNAME') {
      answers.push(...next.answers);
      return end(next);
    }
    for (const record of next.answers) {
      if (answers.some((one) => isSame(one, record)))
        return end({ ...next, rcode: how.loopsFail ? 'SERVFAIL' : next.rcode });
      answers.push(record);
    }
    last = next;
  }
  return end({ ...last, rcode: how.loopsFail ? 'SERVFAIL' : last.rcode });
}

const isSame = (a: StoredRecord, b: StoredRecord): boolean =>
  a.name.toLowerCase() === b.name.toLowerCase() && a.type === b.type && a.ttl === b.ttl && a.key === b.key;

/** Answers with the addresses of what an ANAME points at, under its own name; SERVFAIL if no zone here knows. */
function followAname(store: ZoneStore, { type }: Question, first: Answer): Answer {
  const answers: StoredRecord[] = [];
  let failed = false;
  for (const aname of first.answers) {
    const target = resolve(store, { name: String(aname.data['aname']), type }, true);
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
  const { node, owner } = match(zone, question.name);
  const above = namesAbove(zone, owner ?? question.name);
  const delegation = question.type === 'DS' ? undefined : above.map((name) => enabled(zone, name, 'NS')).find(isFilled);
  if (delegation !== undefined) return { ...EMPTY, authorities: delegation };
  const active = node !== undefined && !node.disabled;
  const closest = node === undefined ? above.find((name) => zone.node(name) !== undefined) : undefined;
  const alias = substituted(zone, question, closest);
  if (alias !== undefined) return { ...EMPTY, aa: true, answers: alias };
  const found = active ? records(node, question.type) : [];
  if (found.length > 0 && zone.state.type === 'Forwarder' && question.type === 'SOA') return EMPTY;
  if (found.length > 0) {
    const answers = found.map((record) => (owner?.startsWith('*') ? { ...record, name: question.name } : record));
    return { ...EMPTY, aa: true, answers, authorities: answers.at(-1)?.type === 'ANAME' ? [zone.soa] : [] };
  }
  const isThere = active || exists(zone, question.name, owner);
  return withoutRecords(zone, isThere, active ? [owner ?? ''] : [closest ?? '', zone.name]);
}

const isFilled = (set: readonly StoredRecord[]): boolean => set.length > 0;

/** @param apps names whose APP record would answer for the question: here its app is never installed */
function withoutRecords(zone: Zone, isThere: boolean, apps: readonly string[]): Answer {
  if (apps.some((name) => enabled(zone, name, 'APP').length > 0))
    return { ...EMPTY, rcode: 'SERVFAIL', authorities: [zone.soa] };
  if (zone.state.type === 'Forwarder') return EMPTY;
  return { rcode: isThere ? 'NOERROR' : 'NXDOMAIN', aa: true, answers: [], authorities: [zone.soa] };
}

/** The node that answers for a name: its own, or the wildcard at the closest name that exists (RFC 4592). */
function match(zone: Zone, name: string): { node?: Node; owner?: string } {
  const lower = name.toLowerCase();
  const own = zone.node(lower);
  if (own !== undefined) return { node: own, owner: lower };
  if (zone.countBelow(lower) > 0 || lower.split('.').includes('*')) return {};
  for (let above = parentOf(lower); ; above = parentOf(above)) {
    const wildcard = zone.node(`*.${above}`);
    if (wildcard !== undefined) return { node: wildcard, owner: `*.${above}` };
    if (above === zone.name || zone.node(above) !== undefined || zone.countBelow(above) > 0) return {};
  }
}

/** A name without records of its own: it still exists if others lie below it, or beside the disabled wildcard that stands for it. */
function exists(zone: Zone, name: string, owner: string | undefined): boolean {
  if (owner === undefined || owner === name.toLowerCase()) return zone.countBelow(name) > 0;
  const parent = parentOf(owner);
  return zone.node(parent) !== undefined || zone.countBelow(parent) > 1;
}

/** The name and those above it, from the closest up to the zone's apex, which is left out. */
function namesAbove(zone: Zone, name: string): string[] {
  const names: string[] = [];
  for (let at = name.toLowerCase(); at !== zone.name; at = parentOf(at)) names.push(at);
  return names;
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
