/** The question types that a look consists of. */
export type QuestionType = 'A' | 'AAAA';

/** The SOA that came with a denial (RFC 2308): who denies, and for how long a cache may keep that. */
export interface DenialSoa {
  readonly mname: string;
  readonly rname: string;
  /** min(TTL of the SOA record, its minimum field), in seconds. */
  readonly negativeTtl: number;
}

/** What one nameserver said to one question of one type, after any TCP retry: observed, not judged. */
export type Answer =
  | {
      readonly outcome: 'answer';
      /** NOERROR, NXDOMAIN, SERVFAIL, REFUSED, ... (RFC 6895). */
      readonly rcode: string;
      readonly aa: boolean;
      readonly ra: boolean;
      /** Every address of the asked type along the CNAME chain, canonical and sorted. */
      readonly addresses: readonly string[];
      /** The CNAME targets that the chain passes, in order, lower-case. */
      readonly chain: readonly string[];
      readonly soa?: DenialSoa;
    }
  /** Something came that is no believable answer to the question; `problem` says what is wrong with it. */
  | { readonly outcome: 'malformed'; readonly problem: string }
  /** Nothing came within the time limit, twice; `truncated`: nothing over TCP after TC over UDP, so the server lives. */
  | { readonly outcome: 'silent'; readonly truncated?: true };

/** What one nameserver said of one name: A was asked, then AAAA (left out when A met silence). */
export interface Look {
  readonly a: Answer;
  readonly aaaa: Answer | undefined;
  /** The same for the host's `target.cname`, asked beside it of the same nameserver. */
  readonly cname?: { readonly a: Answer; readonly aaaa: Answer | undefined } | undefined;
  /** The failed question asked once more with CD=1 (RFC 4035 3.2.2), only to explain a SERVFAIL. */
  readonly unvalidated?: Answer | undefined;
  /** CIDR blocks that this nameserver translates IPv4 into (nat64PrefixesOf), where it does. */
  readonly nat64Prefixes?: readonly string[] | undefined;
  /** When the look was complete, in milliseconds of the wall clock. */
  readonly at: number;
}

/** How long after a look that may be a fault the next one is taken, which must agree before it counts. */
export const SECOND_LOOK_MS = 3000;
