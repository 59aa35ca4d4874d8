import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NameserverVerdict } from '../../../../src/model/expectation.ts';
import type { Answer } from '../../../../src/model/look.ts';
import type { Verdict } from '../../../../src/model/verdict.ts';
import { judgeAudience } from '../../../../src/plan/verdict/audience.ts';
import { confirm, type Standing } from '../../../../src/plan/verdict/confirm.ts';
import { judgeNameserver } from '../../../../src/plan/verdict/nameserver.ts';
import { judgeVantage } from '../../../../src/plan/verdict/vantage.ts';
import {
  EMPTY,
  expectation,
  gives,
  LAME,
  look,
  nx,
  previously,
  rcode,
  SECOND,
  SILENT,
  T0,
  TRAEFIK,
  verdictOf,
  WAN,
  ZONE_SOA,
} from './world.ts';

/*
 * The rules of docs/verdicts.md told a second time, as plainly as can be and from nothing of the code: whatever the
 * generators think of, both must say the same.
 */

const IPV6 = '2001:db8::203';
const OLD = '10.0.20.100';

const ANSWERS: Record<string, Answer> = {
  in4: gives(TRAEFIK),
  in6: gives(IPV6),
  old: gives(OLD),
  out: gives(WAN),
  null: gives('0.0.0.0'),
  ownNx: nx(ZONE_SOA),
  otherNx: nx(),
  empty: EMPTY,
  lame: LAME,
  servfail: rcode('SERVFAIL'),
  silent: SILENT,
};

interface Situation {
  a: string;
  aaaa: string;
  isNew: boolean;
  hasIPv4: boolean;
  isPastDeadline: boolean;
}

/** The classes of A and AAAA, in that order. */
function classesOf({ a, aaaa }: Situation): [string, string] {
  const second = a === 'silent' ? 'unasked' : aaaa;
  const withAddress = ['in4', 'in6', 'old', 'out', 'null'];
  const read = (type: string, sibling: string): string => {
    if (type === 'lame') return withAddress.includes(sibling) ? 'empty' : 'bad';
    if (type === 'servfail') return 'bad';
    return type.startsWith('in') ? 'in' : type;
  };
  return [read(a, second), read(second, a)];
}

function tableSays(given: Situation): Verdict {
  const both = classesOf(given);
  const mayBeDenied = given.isNew && !given.isPastDeadline;
  const rows: [boolean, Verdict][] = [
    [both.includes('out'), 'External'],
    [both.includes('old'), given.isPastDeadline ? 'Stale' : 'Propagating'],
    [both.includes('null'), 'NotFound'],
    [both.every((each) => each === 'ownNx') && mayBeDenied, 'Propagating'],
    [both.includes('ownNx') || both.includes('otherNx'), 'NotFound'],
    [both.includes('bad'), 'Failed'],
    [both.includes('silent'), 'Timeout'],
    [both[0] === 'empty' && (both[1] === 'empty' || given.hasIPv4), mayBeDenied ? 'Propagating' : 'NotFound'],
  ];
  return rows.find(([fits]) => fits)?.[1] ?? 'Internal';
}

const kind = fc.constantFrom(...Object.keys(ANSWERS));
const situation: fc.Arbitrary<Situation> = fc.record({
  a: kind,
  aaaa: kind,
  isNew: fc.boolean(),
  hasIPv4: fc.boolean(),
  isPastDeadline: fc.boolean(),
});

describe('one nameserver', () => {
  test('is judged as the table says, whatever comes', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const since = given.isPastDeadline ? 1000 * SECOND : SECOND;
        const found = judgeNameserver(
          look(ANSWERS[given.a]!, ANSWERS[given.aaaa]),
          expectation({
            addresses: [TRAEFIK, IPV6],
            hasIPv4: given.hasIPv4,
            isNew: given.isNew,
            levelAt: T0 - since,
            previous: [previously(OLD, since, { addresses: [OLD, '2001:db8::100'] }), previously(OLD, since)],
          }),
          T0,
        );
        expect(found.verdict).toBe(tableSays(given));
        expect(found.detail).not.toBe('');
        expect(found.answers.length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The story of second looks and changes, told over the whole list of looks each time. */
function storySays(words: readonly Verdict[]): Verdict {
  const family = (word: Verdict): string => (word === 'Timeout' ? 'Failed' : word);
  const isFault = (word: Verdict): boolean => word !== 'Unknown' && word !== 'Internal';
  let stands: Verdict = 'Unknown';
  let waiting: Verdict | undefined;
  words.forEach((word, at) => {
    const lastFive = words.slice(Math.max(0, at - 4), at + 1).map((each) => each === 'Internal');
    const changes = lastFive.filter((each, index) => index > 0 && each !== lastFive[index - 1]).length;
    const lastThree = lastFive.slice(-3);
    const threeAgree = lastThree.length === 3 && lastThree.every((each) => each === lastThree[0]);
    const first = waiting;
    waiting = undefined;
    if (stands === 'Mixed' && !threeAgree) return;
    if (changes >= 3) stands = 'Mixed';
    else if (stands === 'Mixed' || word === 'Internal') stands = word;
    else if (family(stands) === family(word)) return;
    else if (first !== undefined && (family(first) === family(word) || (threeAgree && !isFault(stands)))) stands = word;
    else waiting = word;
  });
  return stands;
}

describe('from look to look', () => {
  const words = fc.array(
    fc.constantFrom<Verdict>('Internal', 'Internal', 'External', 'NotFound', 'Failed', 'Timeout'),
    {
      minLength: 1,
      maxLength: 20,
    },
  );

  test('what stands is what the whole story says', () => {
    fc.assert(
      fc.property(words, (given) => {
        let standing: Standing | undefined;
        given.forEach((word, at) => {
          standing = confirm(standing, { verdict: verdictOf(word), at: T0 + at * 3 * SECOND }, T0);
        });
        expect(standing!.verdict.verdict).toBe(storySays(given));
      }),
      { numRuns: 3000 },
    );
  });

  test('no fault ever stands on a single look', () => {
    fc.assert(
      fc.property(words, (given) => {
        let standing: Standing | undefined;
        given.forEach((word, at) => {
          const before = standing?.verdict.verdict ?? 'Unknown';
          standing = confirm(standing, { verdict: verdictOf(word), at: T0 + at * 3 * SECOND }, T0);
          const after = standing!.verdict.verdict;
          if (after !== before && after !== 'Internal') expect(at).toBeGreaterThan(0);
          if (after === 'External' && before === 'Internal') expect(given[at - 1]).not.toBe('Internal');
        });
      }),
    );
  });
});

interface Link {
  verdict: Verdict;
  accepted: boolean;
}

const PROVES_A_FAULT: Verdict[] = ['External', 'Stale', 'NotFound', 'Mixed'];
const WORST_FIRST: Verdict[][] = [
  ['External'],
  ['Stale'],
  ['NotFound'],
  ['Failed', 'Timeout'],
  ['Mixed'],
  ['Unknown'],
  ['Propagating'],
  ['Internal'],
];

function worstOf(verdicts: readonly Verdict[]): Verdict[] {
  return WORST_FIRST.find((words) => verdicts.some((verdict) => words.includes(verdict))) ?? [];
}

/** Which nameserver counts, with the accepted fallbacks: the verdict, with `+` for AcceptedFallback. */
function chainSays(links: readonly Link[], everyServer: boolean): string {
  if (links.length === 0) return 'Unknown';
  const silent = ['Failed', 'Timeout'];
  const answers = links.filter(({ verdict }) => !silent.includes(verdict));
  if (answers.length === 0) return links[0]!.verdict;
  if (everyServer) {
    const known = answers.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'Unknown');
    if (known.length === 0) return 'Unknown';
    const bad = known.filter((verdict) => PROVES_A_FAULT.includes(verdict));
    if (bad.length === known.length) return worstOf(bad)[0]!;
    if (bad.length > 0) return 'Mixed';
    return known.includes('Propagating') ? 'Propagating' : 'Internal';
  }
  const first = answers[0]!;
  if (first.verdict !== 'Internal') return first.verdict;
  const others = answers.slice(1).filter(({ verdict }) => PROVES_A_FAULT.includes(verdict));
  if (others.length === 0) return 'Internal';
  return others.every(({ accepted }) => accepted) ? 'Internal+' : 'Mixed';
}

describe('a chain of nameservers', () => {
  const link = fc.record({
    verdict: fc.constantFrom<Verdict>(
      'Internal',
      'Internal',
      'Internal',
      'External',
      'Stale',
      'NotFound',
      'Failed',
      'Timeout',
      'Mixed',
      'Unknown',
      'Propagating',
    ),
    accepted: fc.boolean(),
  });
  const judge = (links: readonly Link[], everyServerMayAnswer: boolean) =>
    judgeVantage({
      nameservers: links.map(({ verdict, accepted }, at) => ({
        address: `10.0.0.${at}`,
        accepted,
        verdict: verdictOf(verdict),
      })),
      everyServerMayAnswer,
    });

  test('is judged as the rules say', () => {
    fc.assert(
      fc.property(fc.array(link, { maxLength: 4 }), fc.boolean(), (links, everyServer) => {
        const { verdict, cause } = judge(links, everyServer);
        expect(`${verdict}${cause === 'AcceptedFallback' ? '+' : ''}`).toBe(chainSays(links, everyServer));
      }),
      { numRuns: 5000 },
    );
  });

  test('blames somebody exactly when it is a fault, and leaves nothing unsaid', () => {
    fc.assert(
      fc.property(fc.array(link, { minLength: 1, maxLength: 4 }), fc.boolean(), (links, everyServer) => {
        const { verdict, failing, said } = judge(links, everyServer);
        expect(failing.length > 0).toBe(!['Internal', 'Propagating', 'Unknown'].includes(verdict));
        const told = [...failing, ...said].map(({ nameserver }) => nameserver).toSorted();
        const notInternal = links.flatMap((each, at) => (each.verdict === 'Internal' ? [] : [`10.0.0.${at}`]));
        expect(told).toEqual(notInternal);
      }),
    );
  });

  test('an audience is its worst vantage, in any order, with at most three failures listed', () => {
    const vantages = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.array(link, { minLength: 1, maxLength: 3 })),
      {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(vantages, (given) => {
        const reports = given.map(([name, links]) => ({ name, judgement: judge(links, false) }));
        const input = { isListed: false, advice: { zone: 'example.com', servers: [] }, stored: undefined };
        const found = judgeAudience({ ...input, vantages: reports });
        expect(worstOf(reports.map(({ judgement }) => judgement.verdict))).toContain(found.verdict);
        expect(judgeAudience({ ...input, vantages: reports.toReversed() })).toEqual(found);
        const failures = reports.reduce((sum, { judgement }) => sum + judgement.failing.length, 0);
        expect(found.failing.length).toBe(Math.min(3, failures));
        expect(found.failing.length + found.more).toBe(failures);
        expect(found.unlisted.length).toBe(found.more);
        expect(found.condition!.message.length).toBeLessThanOrEqual(1024);
      }),
    );
  });
});

describe('standing verdicts', () => {
  test('stay the same object as long as looks say the same', () => {
    const words = fc.constantFrom<Verdict>('Internal', 'External', 'Timeout', 'Propagating');
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 10 }), (word, times) => {
        const states: Standing[] = [];
        for (let at = 0; at < times; at++) {
          const verdict: NameserverVerdict = verdictOf(word);
          states.push(confirm(states.at(-1), { verdict, at: T0 + at * 3 * SECOND }, T0)!);
        }
        expect(new Set(states.slice(2).map(({ verdict }) => verdict)).size).toBe(1);
      }),
    );
  });
});
