import type { Expectation, NameserverVerdict, PreviousSet } from '../../../../src/model/expectation.ts';
import type { Answer, Look } from '../../../../src/model/look.ts';
import type { Verdict } from '../../../../src/model/verdict.ts';

/** The addresses of the stages: what a host must resolve to, what it did before and after, and the way out. */
export const TRAEFIK = '10.0.20.203';
export const TRAEFIK_CLUSTER_IP = '10.111.111.95';
export const TRAEFIK_MOVED = '10.0.20.204';
export const WAN = '203.0.113.10';

/** The start of every story, in milliseconds; D and the rest are counted from it. */
export const T0 = Date.UTC(2026, 5, 10, 2, 15);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

export const ZONE_SOA = { mname: 'ns1.example.com', rname: 'hostmaster.example.com', negativeTtl: 900 };
export const PUBLIC_SOA = { mname: 'ns.registrar.example', rname: 'dns.registrar.example', negativeTtl: 3600 };

type Given = Extract<Answer, { outcome: 'answer' }>;

/** A recursive server's answer with these addresses behind the apex. */
export function gives(...addresses: string[]): Given {
  return { outcome: 'answer', rcode: 'NOERROR', aa: false, ra: true, addresses, chain: ['example.com'] };
}

/** NOERROR and nothing in it. */
export const EMPTY: Given = { ...gives(), chain: [] };
/** An empty answer of who is no authority and no resolver. */
export const LAME: Given = { ...EMPTY, ra: false };
export const SILENT: Answer = { outcome: 'silent' };
export const MALFORMED: Answer = { outcome: 'malformed', problem: 'another question came back' };

export function rcode(word: string): Given {
  return { ...EMPTY, rcode: word };
}

/** NXDOMAIN with the SOA of who denies. */
export function nx(soa?: Given['soa']): Given {
  return { ...rcode('NXDOMAIN'), ...(soa && { soa }) };
}

export function look(a: Answer, aaaa: Answer | undefined = EMPTY, more: Partial<Look> = {}): Look {
  return { a, aaaa: a.outcome === 'silent' ? undefined : aaaa, at: T0, ...more };
}

/** What Nodes should be told of git.example.com long after the last change. */
export function expectation(more: Partial<Expectation> = {}): Expectation {
  return {
    host: 'git.example.com',
    addresses: [TRAEFIK],
    hasIPv4: true,
    hasIPv6: false,
    cname: undefined,
    previous: [],
    isNew: false,
    changedAt: T0 - 24 * 60 * MINUTE,
    levelAt: T0 - 24 * 60 * MINUTE,
    negativeTtl: 900,
    soa: ZONE_SOA,
    publicBlocks: [{ cidr: `${WAN}/32`, kind: 'Hairpin' }],
    ...more,
  };
}

/** The address before, replaced `agoMs` before T0; a TTL of 60. */
export function previously(address: string, agoMs: number | undefined, more: Partial<PreviousSet> = {}): PreviousSet {
  return { addresses: [address], ttlSeconds: 60, replacedAt: agoMs === undefined ? undefined : T0 - agoMs, ...more };
}

/** A nameserver's verdict where only the verdict matters. */
export function verdictOf(verdict: Verdict, more: Partial<NameserverVerdict> = {}): NameserverVerdict {
  return { verdict, answers: [], expected: [TRAEFIK], detail: `is ${verdict}`, ...more };
}
