import type { Expectation } from '../../../../../src/model/expectation.ts';
import type { Answer, DenialSoa } from '../../../../../src/model/look.ts';
import { PUBLIC_SOA, ZONE_SOA } from '../world.ts';
import { FORMER, FORMER_SITE, isIPv6, NOWHERE, OUTSIDE, SITE, TARGETS, TRANSLATED } from './addresses.ts';
import type { Draw } from '../../../../support/draw.ts';

/** What a server has in mind when it is asked. */
export type Mood = 'right' | 'outside' | 'former' | 'denied' | 'dead' | 'anything';

const ANYTHING = {
  own: 4,
  former: 2,
  outside: 2,
  nowhere: 1,
  medley: 2,
  none: 2,
  nx: 2,
  code: 2,
  silent: 2,
  malformed: 1,
};
type Sort = keyof typeof ANYTHING;
const MOODS: Readonly<Record<Mood, Partial<Record<Sort, number>>>> = {
  right: { own: 1 },
  outside: { outside: 4, own: 1, none: 1 },
  former: { former: 4, nx: 1, none: 1 },
  denied: { nx: 6, none: 1 },
  dead: { code: 2, silent: 2, malformed: 1 },
  anything: ANYTHING,
};

/** An answer of a server that is in that mood. */
export function drawAnswer(draw: Draw, type: 'A' | 'AAAA', mood: Mood, expectation: Expectation): Answer {
  const pick = (addresses: readonly string[]): string[] => {
    const [first, ...others] = addresses.filter((address) => isIPv6(address) === (type === 'AAAA'));
    return first === undefined ? [] : [first, ...draw.some(others)];
  };
  const shuffled = (addresses: readonly string[]): string[] => pick(draw.once(2) ? addresses : addresses.toReversed());
  const { cname, addresses } = expectation;
  const own = cname === undefined ? addresses : draw.some(['192.0.2.80', '192.0.2.99', '2001:db8:aaaa::80']);
  const ownChain = cname === undefined || draw.once(6) ? ['example.com'] : ['alias.example.com', cname];
  const formerChain = draw.once(2) ? [draw.oneOf([FORMER_SITE, SITE])] : ['example.com'];
  const replaced = draw.once(3) ? [] : expectation.previous.flatMap((set) => set.addresses);
  const former = replaced.length > 0 ? replaced : [...FORMER, ...TARGETS.slice(0, 1)];
  const outside = Object.keys(OUTSIDE);
  const sorts: Readonly<Record<Sort, () => Answer>> = {
    own: () => given(draw, pick(own), ownChain),
    former: () => given(draw, shuffled(former), formerChain),
    outside: () => given(draw, shuffled(outside), draw.once(8) ? ownChain : ['example.com']),
    nowhere: () => given(draw, shuffled(NOWHERE), ownChain),
    medley: () => given(draw, pick(draw.some([...own, ...FORMER, ...outside, ...NOWHERE])), formerChain),
    none: () => ({ ...given(draw, [], draw.once(2) ? [] : ownChain), aa: draw.once(3), ra: !draw.once(3) }),
    nx: () => ({ ...given(draw, [], []), rcode: 'NXDOMAIN', ...(draw.once(6) ? {} : { soa: drawSoa(draw) }) }),
    code: () => ({ ...given(draw, [], []), rcode: draw.oneOf(['SERVFAIL', 'REFUSED', 'NOTIMP']) }),
    silent: () => (draw.once(5) ? { outcome: 'silent', truncated: true } : { outcome: 'silent' }),
    malformed: () => ({ outcome: 'malformed', problem: 'another question came back' }),
  };
  return sorts[draw.weighted(MOODS[mood] as Readonly<Record<Sort, number>>)]();
}

function given(
  draw: Draw,
  addresses: readonly string[],
  chain: readonly string[],
): Extract<Answer, { outcome: 'answer' }> {
  const [aa, ra] = [draw.once(3), !draw.once(4)];
  return { outcome: 'answer', rcode: 'NOERROR', aa, ra, addresses: addresses.toSorted(), chain };
}

/** An answer of addresses that a translator made. */
export function translated(draw: Draw): Answer {
  return given(draw, draw.some(Object.keys(TRANSLATED)), ['example.com']);
}

function drawSoa(draw: Draw): DenialSoa {
  return draw.oneOf([
    ZONE_SOA,
    ZONE_SOA,
    PUBLIC_SOA,
    { ...ZONE_SOA, mname: PUBLIC_SOA.mname },
    { ...ZONE_SOA, rname: PUBLIC_SOA.rname },
  ]);
}
