import type { Report, ReportAnswer, ReportGroup, ReportUnasked } from './api.ts';
import type { Answer, Look } from './look.ts';
import { canonicalAddress } from './address.ts';
import { printable } from './printable.ts';
import { longName, shortName } from './questions.ts';

/*
 * How looks travel in `status.report` of a SplitHorizonVantage: without times and without flags that prove nothing, so that
 * two looks that saw the same are the same text. See docs/vantages.md.
 */

/** What is reported of a look, its hosts apart. */
export type ReportedLook = Pick<ReportGroup, 'a' | 'aaaa' | 'cname' | 'unvalidated' | 'nat64Prefixes'>;

const LONGEST_PROBLEM = 256;
const MOST_ADDRESSES = 64;
const MOST_NAMES = 32;

/** A look as it is reported. */
export function reportedLook({ a, aaaa, cname, unvalidated, nat64Prefixes = [] }: Look): ReportedLook {
  return {
    a: reportedAnswer(a),
    ...(aaaa && { aaaa: reportedAnswer(aaaa) }),
    ...(cname && { cname: { a: reportedAnswer(cname.a), ...(cname.aaaa && { aaaa: reportedAnswer(cname.aaaa) }) } }),
    ...(unvalidated && { unvalidated: reportedAnswer(unvalidated) }),
    ...(nat64Prefixes.length > 0 && { nat64Prefixes: nat64Prefixes.slice(0, 16) }),
  };
}

/** The look behind what is reported, complete at a time (ms). */
export function lookOfReported({ a, aaaa, cname, unvalidated, nat64Prefixes }: ReportedLook, at: number): Look {
  return {
    a: answerOf(a),
    aaaa: aaaa && answerOf(aaaa),
    cname: cname && { a: answerOf(cname.a), aaaa: cname.aaaa && answerOf(cname.aaaa) },
    unvalidated: unvalidated && answerOf(unvalidated),
    nat64Prefixes,
    at,
  };
}

/** What was seen of a host: one look, or several where answers change by turns. */
export interface SeenLooks {
  readonly looks: readonly Look[];
  /** Another one where something else was seen. */
  readonly text: string;
}

/** What a report says of hosts. */
export interface ReportIndex {
  /** Undefined where a host was not asked for since its question last changed, or is not covered. */
  seen(nameserver: string, zone: string, host: string): SeenLooks | undefined;
  /** Whether nothing is told of a host since the report would be too large. */
  isLeftOut(nameserver: string, zone: string, host: string): boolean;
  /** The host that stands for all of its zone, where only one is asked for. */
  canaryOf(nameserver: string, zone: string): string | undefined;
}

interface Table {
  readonly named: Map<string, SeenLooks | undefined>;
  rest: SeenLooks | undefined;
  isRestUnasked: boolean;
  readonly leftOut: Set<string>;
  canary: string | undefined;
}

/** Reads a report once, so that each host is found by its name. */
export function indexReport(report: Report): ReportIndex {
  const tables = tablesOf(report);
  return {
    seen(nameserver, zone, host) {
      const table = tables.get(`${nameserver} ${zone}`);
      const name = shortName(host, zone);
      if (table?.leftOut.has(name) === true) return undefined;
      return table?.named.has(name) === true ? table.named.get(name) : table?.rest;
    },
    isLeftOut(nameserver, zone, host) {
      if (report.truncated !== true) return false;
      const table = tables.get(`${nameserver} ${zone}`);
      const name = shortName(host, zone);
      if (table === undefined || table.leftOut.has(name)) return true;
      return !table.named.has(name) && table.rest === undefined && !table.isRestUnasked;
    },
    canaryOf: (nameserver, zone) => tables.get(`${nameserver} ${zone}`)?.canary,
  };
}

type TableOf = (of: { readonly nameserver: string; readonly zone: string }) => Table;

function tablesOf(report: Report): Map<string, Table> {
  const tables = new Map<string, Table>();
  const tableOf: TableOf = ({ nameserver, zone }) => {
    const key = `${nameserver} ${zone}`;
    const table = tables.get(key) ?? emptyTable();
    tables.set(key, table);
    return table;
  };
  readGroups(report, tableOf);
  readOthers(report, tableOf);
  return tables;
}

function emptyTable(): Table {
  return { named: new Map(), rest: undefined, isRestUnasked: false, leftOut: new Set(), canary: undefined };
}

function readGroups({ groups = [] }: Report, tableOf: TableOf): void {
  for (const group of groups) {
    const { zone: _zone, nameserver: _nameserver, hosts, rest, count: _count, ...look } = group;
    const seen: SeenLooks = { looks: [lookOfReported(look, 0)], text: JSON.stringify(look) };
    const table = tableOf(group);
    for (const name of hosts ?? []) table.named.set(name, both(table.named.get(name), seen));
    if (rest === true) table.rest = seen;
  }
}

/** Hosts of which no look is told, and those that stand for others. */
function readOthers({ unasked = [], leftOut = [], canaries = [] }: Report, tableOf: TableOf): void {
  for (const each of unasked) {
    const table = tableOf(each);
    for (const name of each.hosts ?? []) table.named.set(name, undefined);
    table.isRestUnasked ||= each.rest === true;
  }
  for (const each of leftOut) for (const name of each.hosts ?? []) tableOf(each).leftOut.add(name);
  for (const { host, zone, nameserver } of canaries) {
    tableOf({ nameserver, zone }).canary = longName(host, zone);
  }
}

function both(a: SeenLooks | undefined, b: SeenLooks): SeenLooks {
  return a === undefined ? b : { looks: [...a.looks, ...b.looks], text: `${a.text} ${b.text}` };
}

/** What a nameserver of a vantage is known to answer, host by host: what reports are made of. */
export interface Seen {
  readonly zone: string;
  readonly nameserver: string;
  /** Each host's looks, none where it was not asked for yet. */
  readonly hosts: Iterable<readonly [host: string, looks: readonly ReportedLook[]]>;
}

/** Groups hosts that are answered alike; per nameserver and zone the largest group names nobody. */
export function groupHosts(seen: Iterable<Seen>): { groups: ReportGroup[]; unasked: ReportUnasked[] } {
  const groups: ReportGroup[] = [];
  const unasked: ReportUnasked[] = [];
  for (const { zone, nameserver, hosts } of seen) {
    const classes = classesOf(zone, hosts);
    const largest = classes.reduce<Class | undefined>(
      (a, b) => (a && a.alone.length >= b.alone.length ? a : b),
      undefined,
    );
    for (const each of classes) {
      const isRest = each === largest && each.alone.length > 1;
      const names = isRest ? each.byTurns : [...each.alone, ...each.byTurns].sort();
      const members = {
        zone,
        nameserver,
        ...(names.length > 0 && { hosts: names }),
        ...(isRest && { rest: true }),
        count: each.alone.length + each.byTurns.length,
      };
      if (each.look === undefined) unasked.push(members);
      else groups.push({ ...members, ...each.look });
    }
  }
  return { groups, unasked };
}

interface Class {
  /** Undefined for hosts not asked for. */
  readonly look: ReportedLook | undefined;
  /** Hosts that nothing else is seen of, and hosts that stand in other classes too. */
  readonly alone: string[];
  readonly byTurns: string[];
}

/** In the order of their texts, so that the same answers make the same report. */
function classesOf(zone: string, hosts: Seen['hosts']): Class[] {
  const classes = new Map<string, Class>();
  for (const [host, looks] of hosts) {
    for (const look of looks.length === 0 ? [undefined] : looks) {
      const text = look === undefined ? '' : JSON.stringify(look);
      const found = classes.get(text) ?? { look, alone: [], byTurns: [] };
      classes.set(text, found);
      (looks.length > 1 ? found.byTurns : found.alone).push(shortName(host, zone));
    }
  }
  return [...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => sorted(each));
}

function sorted(each: Class): Class {
  return { ...each, alone: each.alone.sort(), byTurns: each.byTurns.sort() };
}

function reportedAnswer(answer: Answer): ReportAnswer {
  if (answer.outcome === 'silent') return { outcome: answer.truncated === true ? 'truncated' : 'silent' };
  if (answer.outcome === 'malformed')
    return { outcome: 'malformed', problem: answer.problem.slice(0, LONGEST_PROBLEM) };
  const { rcode, aa, ra, addresses, chain, soa } = answer;
  const isLame = rcode === 'NOERROR' && addresses.length === 0 && !aa && !ra;
  return {
    outcome: 'answer',
    rcode,
    ...(addresses.length > 0 && { values: addresses.slice(0, MOST_ADDRESSES) }),
    ...(chain.length > 0 && { chain: chain.slice(0, MOST_NAMES) }),
    ...(soa && { soa: { mname: soa.mname, rname: soa.rname } }),
    ...(isLame && { lame: true }),
  };
}

const RCODE = /^[A-Z0-9_]{1,32}$/;
const NAME = /^[\x21-\x7e]+$/;
const NO_ANSWER: Answer = { outcome: 'malformed', problem: 'a report of what no nameserver answers' };

/** Whether this is what an agent makes of a message: whoever writes a report, it is held to what messages are held to. */
function isAnswer(rcode: string, values: readonly string[], names: readonly string[]): boolean {
  const areAddresses = values.every((value) => canonicalAddress(value) === value);
  return RCODE.test(rcode) && areAddresses && names.every((name) => NAME.test(name));
}

function answerOf({
  outcome,
  rcode = 'SERVFAIL',
  values = [],
  chain = [],
  soa,
  lame,
  problem = '',
}: ReportAnswer): Answer {
  switch (outcome) {
    case 'answer':
      if (!isAnswer(rcode, values, [...chain, ...(soa ? [soa.mname, soa.rname] : [])])) return NO_ANSWER;
      // How long a denial is kept is no concern of a verdict: the zone's own SOA tells that.
      return {
        outcome,
        rcode,
        aa: false,
        ra: lame !== true,
        addresses: values,
        chain,
        ...(soa && { soa: { ...soa, negativeTtl: 0 } }),
      };
    case 'silent':
      return { outcome };
    case 'truncated':
      return { outcome: 'silent', truncated: true };
    default:
      return { outcome: 'malformed', problem: printable(problem) };
  }
}
