import { sortedAddresses } from '../../model/address.ts';
import { isLocal } from '../../model/address-range.ts';
import type { Answer } from '../../model/look.ts';
import { addressesOf, chainOf, unwrap } from './classify.ts';
import type { Seen, TypeSeen } from './seen.ts';

/*
 * The clauses that people read about one nameserver. Each goes on after the nameserver's name, says what came and what
 * was expected, names no host (so that hosts with the same answer share one verdict) and no time that moves.
 */

/** Which kind of public address came, and one of them. */
export interface PublicCause {
  readonly cause: 'Hairpin' | 'Edge';
  readonly address: string;
}

const MOST_LISTED = 8;
const MOST_TOLD = 4;
const LONGEST_NAME = 80;

/** What came, for the status: addresses, then words; the unexpected ones are kept where not all have room. */
export function answersOf(seen: Seen): readonly string[] {
  const words = wordsOf(seen);
  const addresses = sortedAddresses(cameAddresses(seen).slice(0, MOST_LISTED - words.length));
  return [...addresses, ...words];
}

/** What should have come, for the status. */
export function expectedOf({ expectation: { addresses, cname } }: Seen): readonly string[] {
  if (addresses.length === 0) return cname === undefined ? [] : [cname];
  return addresses.length <= MOST_LISTED ? addresses : addresses.slice(0, MOST_LISTED);
}

/** `answers 10.0.20.203`. */
export function cameDetail(seen: Seen): string {
  return `answers ${told(cameAddresses(seen), ', ')}`;
}

/** `answers 203.0.113.10, expected 10.0.20.203`. */
export function answersDetail(seen: Seen): string {
  const addresses = cameAddresses(seen);
  return `answers ${addresses.length > 0 ? told(addresses, ', ') : wordsOf(seen).join(' and ')}${expected(seen)}`;
}

/** An address that was never expected, with what is known of it. */
export function externalDetail(seen: Seen, known: PublicCause | undefined): string {
  if (known === undefined) return answersDetail(seen);
  const whose = known.cause === 'Hairpin' ? 'our own public address' : 'a proxy in front';
  return `${answersDetail(seen)}: ${known.address} is ${whose}`;
}

/** Another address, but what the nameserver says of the `cname` target itself is not known. */
export function unprovenDetail(seen: Seen): string {
  const target = shortName(seen.expectation.cname ?? '');
  return `${cameDetail(seen)} without passing ${target}, and gives no answer for that name to compare with`;
}

/** An address that was expected once. */
export function earlierDetail(seen: Seen): string {
  return `still answers ${told(cameAddresses(seen), ', ')}${expected(seen)}`;
}

/** NXDOMAIN for one type or both, and whose word that is. */
export function denialDetail(seen: Seen, denials: readonly TypeSeen[]): string {
  const addresses = cameAddresses(seen);
  if (addresses.length > 0) {
    return `answers ${told(addresses, ', ')} as expected but NXDOMAIN for ${typesOf(denials)}: to musl the name does not exist`;
  }
  return `${answersDetail(seen)}${denialHint(seen, denials)}`;
}

/** SERVFAIL, REFUSED and their like, with the reason where it is known. */
export function failureDetail(seen: Seen, failures: readonly TypeSeen[]): string {
  const addresses = cameAddresses(seen);
  if (addresses.length > 0) {
    const words = [...new Set(failures.map(({ answer }) => failureWord(answer)))].join(' and ');
    return `answers ${told(addresses, ', ')} as expected but ${words} for ${typesOf(failures)}: musl resolves nothing then`;
  }
  return `${answersDetail(seen)}${failureHint(seen, failures)}`;
}

/** Silence on A, or on AAAA only. */
export function silenceDetail(seen: Seen): string {
  if (seen.a.class === 'silent') return `does not answer${expected(seen)}`;
  return cameAddresses(seen).length > 0
    ? `${cameDetail(seen)} as expected but is silent on AAAA: musl resolves nothing then`
    : `gives no address and is silent on AAAA${expected(seen)}`;
}

/** A CNAME without an address behind it, or nothing at all. */
export function noAddressDetail(seen: Seen): string {
  const last = chainOf(seen.a.answer).at(-1);
  if (last === undefined) return `gives no ${cameAddresses(seen).length > 0 ? 'A' : 'address'}${expected(seen)}`;
  return `gives the CNAME to ${shortName(last)} but no ${seen.expectation.hasIPv4 ? 'A' : 'address'}${expected(seen)}`;
}

/** Why a private address may be missing from an answer; empty where the expected ones are not private. */
export function rebindingHint({ expectation: { addresses } }: Seen): string {
  const isPrivate = addresses.length > 0 && addresses.every(isLocal);
  return isPrivate ? ': rebinding protection may have taken the private address out' : '';
}

/** A target with IPv6 addresses of which none came: no fault. */
export function missingIPv6Note(seen: Seen): string {
  const ipv6 = seen.expectation.addresses.filter((address) => address.includes(':'));
  return `gives no AAAA, though ${told(ipv6, ' or ')} ${ipv6.length === 1 ? 'is' : 'are'} expected`;
}

/** A moment as people and machines read it, to the second, never earlier than it is. */
export function atTime(ms: number): string {
  return new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** Every address that came, the unexpected ones first. */
function cameAddresses({ all, expectation, nat64Prefixes }: Seen): readonly string[] {
  const came = sortedAddresses(all.flatMap(({ answer }) => addressesOf(answer)));
  const isExpected = (address: string): boolean =>
    expectation.addresses.includes(unwrap(address, expectation.addresses, nat64Prefixes));
  return [...came.filter((address) => !isExpected(address)), ...came.filter(isExpected)];
}

/** The words for types that gave no address: `SERVFAIL`, or `AAAA SERVFAIL` where the other type said something else. */
function wordsOf(seen: Seen): readonly string[] {
  const worded = seen.all
    .filter(({ answer }) => addressesOf(answer).length === 0)
    .map(({ type, answer }) => ({ type, word: failureWord(answer) }));
  const [first] = worded;
  if (first === undefined) return [];
  // An empty type beside addresses is as it should be, unless it is the A that the target has.
  const isUsual = seen.all.length > worded.length && first.word === 'NODATA';
  if (isUsual && !(first.type === 'A' && seen.expectation.hasIPv4)) return [];
  const isShared = worded.length === seen.all.length && worded.every(({ word }) => word === first.word);
  return isShared ? [first.word] : worded.map(({ type, word }) => `${type} ${word}`);
}

function failureWord(answer: Answer): string {
  if (answer.outcome === 'silent') return 'timeout';
  if (answer.outcome === 'malformed') return 'malformed';
  return answer.rcode === 'NOERROR' ? 'NODATA' : answer.rcode;
}

function denialHint({ expectation: { soa } }: Seen, denials: readonly TypeSeen[]): string {
  const answer = denials[0]?.answer;
  const last = chainOf(answer).at(-1);
  if (last !== undefined) return `: the CNAME leads to ${shortName(last)}, which does not exist`;
  const denier = answer?.outcome === 'answer' ? answer.soa?.mname : undefined;
  if (denier === undefined || soa === undefined || denier.toLowerCase() === soa.mname.toLowerCase()) return '';
  return `: the denial is from ${shortName(denier)}, not from the zone's own server`;
}

function failureHint({ look }: Seen, failures: readonly TypeSeen[]): string {
  const answer = failures[0]?.answer;
  if (answer?.outcome === 'malformed') return `: ${answer.problem.slice(0, LONGEST_NAME)}`;
  if (answer?.outcome !== 'answer') return '';
  if (answer.rcode === 'NOERROR')
    return ': an empty answer without authority or recursion, as from a server without the zone';
  const isValidation = answer.rcode === 'SERVFAIL' && addressesOf(look.unvalidated).length > 0;
  return isValidation ? ': DNSSEC validation fails there, the internal zone is not signed as the public one is' : '';
}

function expected(seen: Seen): string {
  const list = expectedOf(seen);
  return list.length === 0 ? '' : `, expected ${told(list.map(shortName), ' or ')}`;
}

function typesOf(list: readonly TypeSeen[]): string {
  return list.map(({ type }) => type).join(' and ');
}

function told(list: readonly string[], separator: string): string {
  const rest = list.length - MOST_TOLD;
  const shown = list.slice(0, MOST_TOLD).join(separator);
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function shortName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}
