import type { Answer as PacketRecord } from 'dns-packet';
import { canonicalAddress, sortedAddresses } from '../model/address.ts';
import type { Answer, DenialSoa, QuestionType } from '../model/look.ts';
import type { Message } from './reply.ts';

const MAX_TTL = 0x7fff_ffff;
/**
 * 64 KiB of answer hold thousands, and each host's may be others. These are more than anybody expects of one name, so that of
 * too many one at least is unexpected among those that are kept.
 */
const MOST_ADDRESSES = 64;
/** Longer than resolvers follow (Unbound 11, BIND 16). */
const MOST_ALIASES = 32;

/** The SOA record as a server gave it: names lower-case, times in seconds (RFC 1035 3.3.13). */
export interface Soa {
  readonly mname: string;
  /** The mailbox in the form of a name; a dot within its first label is written `\.`. */
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly minimum: number;
  /** TTL of the record itself, 0 for one with the top bit set (RFC 2181 8). */
  readonly ttl: number;
}

/** What a believed message says about a name: the chain is followed within it, and only from the name asked for. */
export function answerOf(message: Message, name: string, type: QuestionType): Answer {
  const records = message.answers ?? [];
  const walked = followChain(records, name);
  if (!walked.ok) return { outcome: 'malformed', problem: walked.problem };
  const owners = new Set([name, ...walked.chain]);
  const addresses: string[] = [];
  for (const record of records) {
    if (record.type !== type || !owners.has(record.name.toLowerCase())) continue;
    const address = canonicalAddress(record.data);
    if (address === undefined) return { outcome: 'malformed', problem: 'an address that is none' };
    addresses.push(address);
  }
  const soa = addresses.length === 0 ? denialSoaOf(message) : undefined;
  return {
    outcome: 'answer',
    rcode: message.rcode,
    aa: message.flag_aa,
    ra: message.flag_ra,
    addresses: sortedAddresses(addresses).slice(0, MOST_ADDRESSES),
    chain: walked.chain,
    ...(soa && { soa }),
  };
}

/** The first SOA among records. */
export function soaOf(records: readonly PacketRecord[] | undefined): Soa | undefined {
  const record = records?.find((candidate) => candidate.type === 'SOA');
  if (record === undefined) return undefined;
  const { mname, rname, serial = 0, refresh = 0, minimum = 0 } = record.data;
  const ttl = record.ttl ?? 0;
  return {
    mname: mname.toLowerCase(),
    rname: rname.toLowerCase(),
    serial,
    refresh,
    minimum,
    ttl: ttl > MAX_TTL ? 0 : ttl,
  };
}

type Walk = { ok: true; chain: string[] } | { ok: false; problem: string };

/** CNAME by CNAME from `name`; ends where no record goes on. */
function followChain(records: readonly PacketRecord[], name: string): Walk {
  const targets = new Map<string, string>();
  for (const record of records) {
    if (record.type !== 'CNAME') continue;
    const [owner, target] = [record.name.toLowerCase(), record.data.toLowerCase()];
    if ((targets.get(owner) ?? target) !== target) return { ok: false, problem: `two CNAMEs at ${owner}` };
    targets.set(owner, target);
  }
  const passed = new Set([name]);
  for (let at = targets.get(name); at !== undefined; at = targets.get(at)) {
    if (passed.has(at)) return { ok: false, problem: `a CNAME loop at ${at}` };
    passed.add(at);
    if (passed.size > MOST_ALIASES + 1) return { ok: false, problem: `more than ${MOST_ALIASES} CNAMEs in a row` };
  }
  return { ok: true, chain: [...passed].slice(1) };
}

function denialSoaOf(message: Message): DenialSoa | undefined {
  const soa = soaOf(message.authorities);
  return soa && { mname: soa.mname, rname: soa.rname, negativeTtl: Math.min(soa.ttl, soa.minimum) };
}
