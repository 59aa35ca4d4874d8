import { leadsNowhere } from '../../model/address-range.ts';
import type { Expectation, PreviousSet } from '../../model/expectation.ts';
import type { Answer } from '../../model/look.ts';
import { embeddedIPv4 } from '../../model/nat64.ts';

/** What the answer to one question of one type amounts to, held against what was expected. */
export type AnswerClass =
  /** Every address is an expected one; a part of the expected ones is enough. */
  | 'in'
  /** Every address is expected now or was before. */
  | 'old'
  /** An address that was never expected. */
  | 'out'
  /** An address that leads nowhere: a filter's way to say no. */
  | 'null'
  | 'nx'
  /** NOERROR without an address. */
  | 'empty'
  /** SERVFAIL, REFUSED, any other rcode, malformed, or an empty answer from who is no authority and no resolver. */
  | 'bad'
  | 'silent';

/** The part of an expectation that an answer is measured by. */
export type Yardstick = Pick<Expectation, 'addresses' | 'cname' | 'previous'>;

/** Classifies the answer to one question; `sibling` is the same nameserver's answer to the other type. */
export function classify(
  answer: Answer,
  sibling: Answer | undefined,
  yardstick: Yardstick,
  nat64Prefixes: readonly string[] = [],
): AnswerClass {
  if (answer.outcome === 'silent') return 'silent';
  if (answer.outcome === 'malformed') return 'bad';
  if (answer.rcode === 'NXDOMAIN') return 'nx';
  if (answer.rcode !== 'NOERROR') return 'bad';
  if (answer.addresses.length > 0) return classifyAddresses(answer, yardstick, nat64Prefixes);
  // glibc goes on to its next server after such an answer: it is what a server without the zone gives.
  return answer.aa || answer.ra || addressesOf(sibling).length > 0 ? 'empty' : 'bad';
}

/** The addresses in an answer, none where there was no answer. */
export function addressesOf(answer: Answer | undefined): readonly string[] {
  return answer?.outcome === 'answer' ? answer.addresses : [];
}

/** The CNAME targets that an answer passes. */
export function chainOf(answer: Answer | undefined): readonly string[] {
  return answer?.outcome === 'answer' ? answer.chain : [];
}

/** The address to judge: itself, or the IPv4 that a translator's prefix wraps, unless it is expected as it stands. */
export function unwrap(address: string, expected: readonly string[], nat64Prefixes: readonly string[]): string {
  return expected.includes(address) ? address : (embeddedIPv4(address, nat64Prefixes) ?? address);
}

/** The earlier sets that explain why an answer holds an address. */
export function setsBehind(
  previous: readonly PreviousSet[],
  address: string,
  chain: readonly string[],
): readonly PreviousSet[] {
  return previous.filter(
    ({ addresses, cname }) =>
      addresses.includes(address) || (cname !== undefined && chain.includes(cname) && !leadsNowhere(address)),
  );
}

/** The addresses in an answer that are not expected now, unwrapped. */
export function unexpectedIn(
  answer: Answer | undefined,
  { addresses: expected, cname }: Yardstick,
  nat64Prefixes: readonly string[],
): readonly string[] {
  const unexpected = addressesOf(answer)
    .map((address) => unwrap(address, expected, nat64Prefixes))
    .filter((address) => !expected.includes(address));
  // A chain that passes the target's name ends where it should, unless a filter cut it off.
  return cname !== undefined && chainOf(answer).includes(cname) ? unexpected.filter(leadsNowhere) : unexpected;
}

function classifyAddresses(
  answer: Extract<Answer, { outcome: 'answer' }>,
  yardstick: Yardstick,
  nat64Prefixes: readonly string[],
): AnswerClass {
  const unexpected = unexpectedIn(answer, yardstick, nat64Prefixes);
  if (unexpected.length === 0) return 'in';
  const unknown = unexpected.filter((address) => setsBehind(yardstick.previous, address, answer.chain).length === 0);
  if (unknown.length === 0) return 'old';
  return unknown.every(leadsNowhere) ? 'null' : 'out';
}
