import type { Expectation } from '../../../../../src/model/expectation.ts';
import type { Answer, Look } from '../../../../../src/model/look.ts';
import type { Cause } from '../../../../../src/model/verdict.ts';
import { SECOND } from '../world.ts';
import { NOWHERE, OUTSIDE, TRANSLATED } from './addresses.ts';
import type { Opinion } from './opinion.ts';

/*
 * What a careful person with a notebook would conclude from the same answers: docs/verdicts.md told a second time, in
 * loops and lists, and from nothing of the code that it checks.
 */

type Kind = 'in' | 'old' | 'out' | 'null' | 'nx' | 'empty' | 'bad' | 'silent';

function addressesIn(answer: Answer | undefined): readonly string[] {
  return answer?.outcome === 'answer' ? answer.addresses : [];
}

function chainIn(answer: Answer): readonly string[] {
  return answer.outcome === 'answer' ? answer.chain : [];
}

function meant(address: string, look: Look): string {
  return look.nat64Prefixes === undefined ? address : (TRANSLATED[address] ?? address);
}

function isExpected(address: string, answer: Answer, { look, expectation }: Page): boolean {
  const { cname } = expectation;
  if (leadsNowhere(address, look)) return false;
  if (cname !== undefined && chainIn(answer).includes(cname)) return true;
  const beside = [...addressesIn(look.cname?.a), ...addressesIn(look.cname?.aaaa)];
  const expected = cname === undefined ? expectation.addresses : beside;
  return expected.includes(address) || expected.includes(meant(address, look));
}

function leadsNowhere(address: string, look: Look): boolean {
  return NOWHERE.some((nowhere) => nowhere === meant(address, look));
}

/** Whether an address that came is one that the host should have. */
export function isRight(address: string, look: Look, expectation: Expectation): boolean {
  return [look.a, look.aaaa].some(
    (answer) =>
      answer !== undefined &&
      addressesIn(answer).includes(address) &&
      isExpected(address, answer, { look, expectation }),
  );
}

/** Until when each former set that may explain an address may still be held; none where no set does. */
function endsOf(address: string, answer: Answer, { look, expectation }: Page): number[] {
  const ends: number[] = [];
  for (const { addresses, cname, replacedAt, ttlSeconds } of expectation.previous) {
    const isOfSet =
      addresses.includes(address) ||
      addresses.includes(meant(address, look)) ||
      (cname !== undefined && chainIn(answer).includes(cname));
    if (isOfSet) ends.push(replacedAt === undefined ? Infinity : replacedAt + (ttlSeconds + 10) * SECOND);
  }
  return ends;
}

/** One look, and what was expected when it was taken. */
export interface Page {
  readonly look: Look;
  readonly expectation: Expectation;
}

function kindOf(answer: Answer, other: Answer | undefined, page: Page): Kind {
  if (answer.outcome === 'silent') return 'silent';
  if (answer.outcome === 'malformed') return 'bad';
  if (answer.rcode === 'NXDOMAIN') return 'nx';
  if (answer.rcode !== 'NOERROR') return 'bad';
  if (answer.addresses.length === 0) {
    return !answer.aa && !answer.ra && addressesIn(other).length === 0 ? 'bad' : 'empty';
  }
  const unexpected = answer.addresses.filter((address) => !isExpected(address, answer, page));
  if (unexpected.length === 0) return 'in';
  const isFormer = (address: string): boolean =>
    !leadsNowhere(address, page.look) && endsOf(address, answer, page).length > 0;
  if (unexpected.every(isFormer)) return 'old';
  return unexpected.some((address) => !leadsNowhere(address, page.look) && !isFormer(address)) ? 'out' : 'null';
}

function causeOf(answers: readonly Answer[], page: Page): Cause | undefined {
  const outside: Readonly<Record<string, Cause | undefined>> = OUTSIDE;
  const causes = answers
    .flatMap((answer) => addressesIn(answer).filter((address) => !isExpected(address, answer, page)))
    .map((address) => outside[meant(address, page.look)]);
  if (causes.includes('Hairpin')) return 'Hairpin';
  return causes.every((cause) => cause === 'Edge') ? 'Edge' : undefined;
}

/** Whether another address is known to be wrong: for a `cname` target only beside what the same server says of that. */
function isProven(type: 'a' | 'aaaa', { look, expectation }: Page): boolean {
  if (expectation.cname === undefined) return true;
  const beside = look.cname?.[type];
  return beside?.outcome === 'answer' && ['NOERROR', 'NXDOMAIN'].includes(beside.rcode);
}

/** What one look says, taken at its time. */
export function opinionOfLook(page: Page): Opinion {
  const { look, expectation } = page;
  const answers = look.aaaa === undefined ? [look.a] : [look.a, look.aaaa];
  const kinds = answers.map((answer, index) => kindOf(answer, answers[1 - index], page));
  const has = (kind: Kind): boolean => kinds.includes(kind);
  const isHeldTooLong = (): boolean => answers.some((answer, index) => kinds[index] === 'old' && isOver(answer, page));
  const isWithoutAddress = kinds[0] === 'empty' && (kinds[1] === 'empty' || wantsIPv4(page));
  const rows: readonly (readonly [boolean, () => Opinion])[] = [
    [isProvenOutside(kinds, page), () => ({ verdict: 'External', cause: causeOf(answers, page) })],
    [has('out'), () => ({ verdict: 'Unknown' })],
    [has('old'), () => ({ verdict: isHeldTooLong() ? 'Stale' : 'Propagating' })],
    [has('null'), () => ({ verdict: 'NotFound' })],
    [has('nx'), () => ({ verdict: isZonesDenial(answers, page) ? 'Propagating' : 'NotFound' })],
    [has('bad'), () => ({ verdict: 'Failed', stops: stoppedBy(kinds, page) })],
    [has('silent'), () => ({ verdict: 'Timeout', stops: stoppedBy(kinds, page) })],
    [isWithoutAddress, () => ({ verdict: isYoung(page) && isRecordNew(expectation) ? 'Propagating' : 'NotFound' })],
  ];
  return rows.find(([fits]) => fits)?.[1]() ?? { verdict: 'Internal' };
}

function stoppedBy(kinds: readonly Kind[], page: Page): Opinion['stops'] {
  const { look, expectation } = page;
  const leads = (answer: Answer | undefined): boolean => addressesIn(answer).some((each) => !leadsNowhere(each, look));
  const wantsIPv6 = expectation.cname === undefined ? expectation.hasIPv6 : leads(look.cname?.aaaa);
  const isIPv6Alone = wantsIPv6 && !wantsIPv4(page);
  const answer = isIPv6Alone ? look.aaaa : look.a;
  if (kinds[0] === 'empty') return 'everybody';
  return answer?.outcome === 'answer' && answer.rcode === 'NOERROR' && answer.addresses.length === 0
    ? 'musl'
    : undefined;
}

function isProvenOutside([a, aaaa]: readonly Kind[], page: Page): boolean {
  return (a === 'out' && isProven('a', page)) || (aaaa === 'out' && isProven('aaaa', page));
}

/** Whether both types are denied by the zone itself, as caches may still do of a new name. */
function isZonesDenial(answers: readonly Answer[], page: Page): boolean {
  const { isNew, soa } = page.expectation;
  const areOwn = answers.every(
    (answer) =>
      answer.outcome === 'answer' &&
      answer.rcode === 'NXDOMAIN' &&
      soa !== undefined &&
      answer.soa?.mname === soa.mname &&
      answer.soa.rname === soa.rname,
  );
  return isNew && areOwn && isYoung(page);
}

/** Whether a cache may still deny what is new. */
function isYoung({ look, expectation: { levelAt, negativeTtl } }: Page): boolean {
  return levelAt === undefined || look.at < levelAt + (negativeTtl + 10) * SECOND;
}

function wantsIPv4({ look, expectation }: Page): boolean {
  if (expectation.cname === undefined) return expectation.hasIPv4;
  return addressesIn(look.cname?.a).some((address) => !leadsNowhere(address, look));
}

/** An address that may be held in several sets may be held as long as the longest of them; an answer as long as its shortest address. */
function isOver(answer: Answer, page: Page): boolean {
  return addressesIn(answer)
    .filter((address) => !isExpected(address, answer, page))
    .some((address) => page.look.at >= Math.max(...endsOf(address, answer, page)));
}

/** A record may be new without the name: IPv4 beside IPv6, or instead of it. */
function isRecordNew({ isNew, cname, hasIPv4, previous }: Expectation): boolean {
  const [latest] = previous;
  if (isNew || latest === undefined || cname !== undefined || latest.cname !== undefined) return isNew;
  return latest.addresses.every((address) => address.includes(':') === hasIPv4);
}
