import { familyOf, isInCidr } from '../../model/address.ts';
import { isLocal } from '../../model/address-range.ts';
import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import type { Answer, DenialSoa, Look } from '../../model/look.ts';
import type { PublicBlock } from '../../model/verdict.ts';
import type { AnswerClass } from './classify.ts';
import { denialDeadline, oldAnswerDeadline } from './deadline.ts';
import { ofClass, see, unexpectedOf, type Seen, type TypeSeen } from './seen.ts';
import * as wording from './wording.ts';
import type { PublicCause } from './wording.ts';

/** What a row finds, before it is put beside what came and what was expected. */
type Finding = Omit<NameserverVerdict, 'answers' | 'expected'>;
/** One row of the table in docs/verdicts.md: its finding, or undefined where it does not fit. */
type Row = (seen: Seen, now: number) => Finding | undefined;

/** The table, top to bottom: the first row that fits decides. */
const ROWS: readonly Row[] = [
  withoutExpectation,
  anotherAddress,
  earlierAddress,
  nowhereAddress,
  denial,
  failure,
  silence,
  noAddress,
  internal,
];

/** The verdict over one nameserver from one look; `now` in milliseconds of the wall clock. */
export function judgeNameserver(look: Look, expectation: Expectation, now: number): NameserverVerdict {
  const seen = see(look, expectation);
  for (const row of ROWS) {
    const finding = row(seen, now);
    if (finding) return { ...finding, answers: wording.answersOf(seen), expected: wording.expectedOf(seen) };
  }
  return { verdict: 'Unknown', detail: 'was not asked for AAAA', answers: [], expected: wording.expectedOf(seen) };
}

function withoutExpectation({ expectation }: Seen): Finding | undefined {
  if (expectation.cname !== undefined || expectation.addresses.length > 0) return undefined;
  return { verdict: 'Unknown', detail: 'cannot be judged: no expected address is known' };
}

function anotherAddress(seen: Seen): Finding | undefined {
  const others = ofClass(seen, 'out');
  if (others.length === 0) return undefined;
  if (others.every((other) => !isProven(seen, other)))
    return { verdict: 'Unknown', detail: wording.unprovenDetail(seen) };
  const known = publicCause(unexpectedOf(seen), seen.expectation);
  const isPublic = known !== undefined || unexpectedOf(seen).some((address) => !isLocal(address));
  return {
    verdict: 'External',
    ...(known && { cause: known.cause }),
    detail: wording.externalDetail(seen, known),
    ...(isPublic && { answersPublicly: true }),
  };
}

function earlierAddress(seen: Seen, now: number): Finding | undefined {
  const earlier = ofClass(seen, 'old');
  if (earlier.length === 0) return undefined;
  const deadlines = earlier.map(({ answer }) => oldAnswerDeadline(answer, seen.expectation, seen.nat64Prefixes));
  const deadline = Math.min(...deadlines);
  if (now < deadline) return propagating(wording.earlierDetail(seen), deadline);
  return { verdict: 'Stale', detail: `${wording.earlierDetail(seen)}: it keeps answers longer than their TTL` };
}

function nowhereAddress(seen: Seen): Finding | undefined {
  if (ofClass(seen, 'null').length === 0) return undefined;
  return { verdict: 'NotFound', detail: `${wording.answersDetail(seen)}: blocked by a filter` };
}

function denial(seen: Seen, now: number): Finding | undefined {
  const denials = ofClass(seen, 'nx');
  if (denials.length === 0) return undefined;
  const { isNew, soa } = seen.expectation;
  const isZonesOwn = denials.length === seen.all.length && denials.every(({ answer }) => isDenialOf(soa, answer));
  const deadline = denialDeadline(seen.expectation);
  if (isNew && isZonesOwn && now < deadline) return propagating(wording.answersDetail(seen), deadline);
  return { verdict: 'NotFound', detail: wording.denialDetail(seen, denials) };
}

function failure(seen: Seen): Finding | undefined {
  const failures = ofClass(seen, 'bad');
  if (failures.length === 0) return undefined;
  return { verdict: 'Failed', detail: wording.failureDetail(seen, failures), ...endOfSearch(seen) };
}

function silence(seen: Seen): Finding | undefined {
  if (ofClass(seen, 'silent').length === 0) return undefined;
  return { verdict: 'Timeout', detail: wording.silenceDetail(seen), ...endOfSearch(seen) };
}

/** Whether clients stop here in spite of the failure, since what they have is an answer to them, with nothing in it. */
function endOfSearch({ a, aaaa, expectation }: Seen): Pick<Finding, 'endsSearch'> {
  if (a.class === 'empty') return { endsSearch: 'Always' };
  const needed = (expectation.hasIPv6 && !expectation.hasIPv4 ? aaaa : a)?.answer;
  const isNothing = needed?.outcome === 'answer' && needed.rcode === 'NOERROR' && needed.addresses.length === 0;
  return isNothing ? { endsSearch: 'UnderMusl' } : {};
}

function noAddress(seen: Seen, now: number): Finding | undefined {
  const { a, aaaa, expectation } = seen;
  const nothing = a.class === 'empty' && aaaa?.class === 'empty';
  if (!nothing && !(a.class === 'empty' && expectation.hasIPv4)) return undefined;
  const deadline = denialDeadline(expectation);
  if (isRecordNew(expectation) && now < deadline) return propagating(wording.noAddressDetail(seen), deadline);
  return { verdict: 'NotFound', detail: `${wording.noAddressDetail(seen)}${wording.rebindingHint(seen)}` };
}

function internal(seen: Seen): Finding | undefined {
  const { a, aaaa, expectation } = seen;
  const fits = (found: AnswerClass): boolean => found === 'in' || found === 'empty';
  if (!fits(a.class) || aaaa === undefined || !fits(aaaa.class)) return undefined;
  const note = aaaa.class === 'empty' && expectation.hasIPv6 ? wording.missingIPv6Note(seen) : undefined;
  return { verdict: 'Internal', detail: wording.cameDetail(seen), ...(note !== undefined && { note }) };
}

function propagating(what: string, deadline: number): Finding {
  return Number.isFinite(deadline)
    ? {
        verdict: 'Propagating',
        until: deadline,
        detail: `${what}: a cache may hold that until ${wording.atTime(deadline)}`,
      }
    : { verdict: 'Propagating', detail: `${what}: not every server of the zone has the new answer yet` };
}

/** For a `cname` target another address proves something only beside what the nameserver says of that name itself. */
function isProven({ look, expectation }: Seen, { type }: TypeSeen): boolean {
  if (expectation.cname === undefined) return true;
  const beside = type === 'A' ? look.cname?.a : look.cname?.aaaa;
  return beside?.outcome === 'answer' && (beside.rcode === 'NOERROR' || beside.rcode === 'NXDOMAIN');
}

/** Hairpin if one address is our own; Edge only if every one is a proxy's, since only then does it work. */
function publicCause(addresses: readonly string[], { publicBlocks }: Expectation): PublicCause | undefined {
  const isOf = (kind: PublicBlock['kind'], address: string): boolean =>
    publicBlocks.some((block) => block.kind === kind && isInCidr(address, block.cidr));
  const own = addresses.find((address) => isOf('Hairpin', address));
  if (own !== undefined) return { cause: 'Hairpin', address: own };
  const [first] = addresses;
  const isProxied = first !== undefined && addresses.every((address) => isOf('Edge', address));
  return isProxied ? { cause: 'Edge', address: first } : undefined;
}

function isDenialOf(soa: Expectation['soa'], answer: Answer): boolean {
  const given: DenialSoa | undefined = answer.outcome === 'answer' ? answer.soa : undefined;
  if (soa === undefined || given === undefined) return false;
  return sameName(soa.mname, given.mname) && sameName(soa.rname, given.rname);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether the addresses of the target's main family are new, with the name or beside the other family's. */
function isRecordNew({ isNew, cname, hasIPv4, previous }: Expectation): boolean {
  const [latest] = previous;
  if (isNew) return true;
  if (cname !== undefined || latest === undefined || latest.cname !== undefined) return false;
  return !latest.addresses.some((address) => familyOf(address) === (hasIPv4 ? 4 : 6));
}
