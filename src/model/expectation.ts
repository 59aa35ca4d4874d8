import type { Cause, PublicBlock, Verdict } from './verdict.ts';

/** A set of addresses that a host used to point to: caches may rightly hold it for a while. */
export interface PreviousSet {
  readonly addresses: readonly string[];
  /** The name that the chain passed, for a target that had a `cname`; its addresses were anyone's. */
  readonly cname?: string | undefined;
  /** TTL of the record set that held them, in seconds. */
  readonly ttlSeconds: number;
  /** Since when every server of the zone gave the set that replaced this one; undefined while one does not. */
  readonly replacedAt: number | undefined;
}

/** What an audience should be told about a host, and since when, with the times around it. */
export interface Expectation {
  readonly host: string;
  /** The addresses of the target, for Nodes and Pods with the ClusterIPs of its Service; empty for a `cname` target. */
  readonly addresses: readonly string[];
  /** Whether the target itself has IPv4 addresses (so that an empty A is a fault). */
  readonly hasIPv4: boolean;
  /** Whether the target itself has IPv6 addresses (so that an empty AAAA is worth saying). */
  readonly hasIPv6: boolean;
  /** The name that the chain must pass, for a target with a `cname`. */
  readonly cname: string | undefined;
  /** Newest first. */
  readonly previous: readonly PreviousSet[];
  /** Whether the name had no addresses before `changedAt` (a denial may still be cached). */
  readonly isNew: boolean;
  /** When this expectation last changed, milliseconds of the wall clock. */
  readonly changedAt: number;
  /** When the last server of the zone gave the new answer itself; undefined while one that answers is behind within its allowed lag. */
  readonly levelAt: number | undefined;
  /** min(SOA TTL, minimum) of the zone, in seconds. */
  readonly negativeTtl: number;
  /** The primary's SOA names, to know the zone's own denial from a public one. */
  readonly soa: { readonly mname: string; readonly rname: string } | undefined;
  readonly publicBlocks: readonly PublicBlock[];
}

/** The verdict over one nameserver: what it says, why, and what a person reads about it. */
export interface NameserverVerdict {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  /** What came: addresses, or a word such as NXDOMAIN or SERVFAIL. At most 8, sorted. */
  readonly answers: readonly string[];
  /** What should have come: addresses, or the name of a `cname` target that gives none. At most 8, sorted. */
  readonly expected: readonly string[];
  /** For Propagating: until when (ms); absent when that cannot be said yet. */
  readonly until?: number;
  /** One clause for people, without the nameserver's name: "answers 203.0.113.10, expected 10.0.20.203". */
  readonly detail: string;
  /** Beside an Internal verdict: what is only said, a clause like `detail`. */
  readonly note?: string;
  /**
   * Beside Failed and Timeout: one type came as NOERROR with nothing in it, and clients take that for the end of the
   * matter instead of asking the next server; `UnderMusl` where glibc asks on, since A is not it or has AA=0 and RA=0.
   */
  readonly endsSearch?: 'Always' | 'UnderMusl';
  /** Beside Pinned: to another address than the expected ones. */
  readonly misleads?: true;
  /** Beside External: a public address comes, so whoever was asked does not know the internal horizon. */
  readonly answersPublicly?: true;
}
