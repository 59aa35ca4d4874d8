import { describe, expect, test } from 'vitest';
import type { Cause, Verdict } from '../../../../src/model/verdict.ts';
import { judgeVantage, type ChainLink } from '../../../../src/plan/verdict/vantage.ts';
import { verdictOf } from './world.ts';

/** A chain as text: verdicts in the order in which they are asked, `!` for an accepted fallback, `/Cause` for a cause. */
function chainOf(text: string): ChainLink[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, at) => {
      const [verdict, cause] = word.replace('!', '').split('/') as [Verdict, Cause?];
      return {
        address: `10.0.0.${at + 1}`,
        accepted: word.endsWith('!'),
        verdict: verdictOf(verdict, cause && { cause }),
      };
    });
}

interface Case {
  chain: string;
  want: Verdict;
  cause?: Cause;
  /** Last octets of the failing ones, worst first, and of the said ones. */
  failing?: number[];
  said?: number[];
}

const FIRST_THAT_ANSWERS: Case[] = [
  { chain: 'Internal', want: 'Internal' },
  { chain: 'External/Hairpin', want: 'External', cause: 'Hairpin', failing: [1] },
  { chain: 'External Internal', want: 'External', failing: [1] },
  { chain: 'NotFound Internal', want: 'NotFound', failing: [1] },
  { chain: 'Stale Internal', want: 'Stale', failing: [1] },
  { chain: 'Mixed Internal', want: 'Mixed', failing: [1] },
  { chain: 'Failed Internal', want: 'Internal', said: [1] },
  { chain: 'Timeout Failed Internal', want: 'Internal', said: [1, 2] },
  { chain: 'Failed External/Edge', want: 'External', cause: 'Edge', failing: [2], said: [1] },
  { chain: 'Timeout', want: 'Timeout', failing: [1] },
  { chain: 'Timeout Failed', want: 'Timeout', failing: [1, 2] },
  { chain: 'Failed Timeout', want: 'Failed', failing: [1, 2] },
  { chain: 'Propagating Internal', want: 'Propagating', said: [1] },
  { chain: 'Propagating External', want: 'Propagating', said: [1, 2] },
  { chain: 'Unknown Internal', want: 'Unknown', said: [1] },
  { chain: 'Unknown/SerialBehind', want: 'Unknown', cause: 'SerialBehind', said: [1] },
  { chain: 'Failed Unknown', want: 'Unknown', said: [1, 2] },
  { chain: '', want: 'Unknown' },
];

const BEHIND_AN_INTERNAL_ONE: Case[] = [
  { chain: 'Internal External', want: 'Mixed', failing: [2] },
  { chain: 'Internal Stale', want: 'Mixed', failing: [2] },
  { chain: 'Internal NotFound', want: 'Mixed', failing: [2] },
  { chain: 'Internal Mixed', want: 'Mixed', failing: [2] },
  { chain: 'Internal Failed', want: 'Internal', said: [2] },
  { chain: 'Internal Timeout', want: 'Internal', said: [2] },
  { chain: 'Internal Propagating', want: 'Internal', said: [2] },
  { chain: 'Internal Unknown', want: 'Internal', said: [2] },
  { chain: 'Internal Failed NotFound External', want: 'Mixed', failing: [4, 3], said: [2] },
  { chain: 'Timeout Internal External', want: 'Mixed', failing: [3], said: [1] },
];

const ACCEPTED_FALLBACKS: Case[] = [
  { chain: 'Internal External!', want: 'Internal', cause: 'AcceptedFallback', said: [2] },
  { chain: 'Internal NotFound!', want: 'Internal', cause: 'AcceptedFallback', said: [2] },
  { chain: 'Internal Internal!', want: 'Internal' },
  { chain: 'Internal Timeout!', want: 'Internal', said: [2] },
  { chain: 'Internal External! External', want: 'Mixed', failing: [3], said: [2] },
  { chain: 'Failed External!/Hairpin', want: 'External', cause: 'Hairpin', failing: [2], said: [1] },
  { chain: 'External! Internal', want: 'External', failing: [1] },
  { chain: 'Internal! External', want: 'Mixed', failing: [2] },
];

const EVERY_SERVER: Case[] = [
  { chain: 'Internal Internal', want: 'Internal' },
  { chain: 'Internal External', want: 'Mixed', failing: [2] },
  { chain: 'External Internal', want: 'Mixed', failing: [1] },
  { chain: 'Internal External!', want: 'Mixed', failing: [2] },
  { chain: 'NotFound External', want: 'External', failing: [2, 1] },
  { chain: 'External External/Edge External/Hairpin', want: 'External', cause: 'Hairpin', failing: [3, 1, 2] },
  { chain: 'Internal Propagating', want: 'Propagating', said: [2] },
  { chain: 'Propagating External', want: 'Mixed', failing: [2], said: [1] },
  { chain: 'Internal Mixed', want: 'Mixed', failing: [2] },
  { chain: 'Internal Failed', want: 'Internal', said: [2] },
  { chain: 'Failed Internal Timeout', want: 'Internal', said: [1, 3] },
  { chain: 'Timeout External', want: 'External', failing: [2], said: [1] },
  { chain: 'Timeout Failed', want: 'Timeout', failing: [1, 2] },
  { chain: 'Internal Unknown', want: 'Internal', said: [2] },
  { chain: 'Unknown External', want: 'External', failing: [2], said: [1] },
  { chain: 'Failed Unknown', want: 'Unknown', said: [1, 2] },
  { chain: '', want: 'Unknown' },
];

describe.each([
  ['the first server that answers', false, FIRST_THAT_ANSWERS],
  ['servers behind one that is Internal', false, BEHIND_AN_INTERNAL_ONE],
  ['accepted fallbacks', false, ACCEPTED_FALLBACKS],
  ['every server may answer', true, EVERY_SERVER],
])('%s', (_rule, everyServerMayAnswer, cases) => {
  test.each(cases)('"$chain" is $want', ({ chain, want, cause, failing = [], said = [] }) => {
    const found = judgeVantage({ nameservers: chainOf(chain), everyServerMayAnswer });
    const octets = (list: readonly { nameserver: string }[]) =>
      list.map(({ nameserver }) => Number(nameserver.split('.')[3]));
    expect({ ...found, failing: octets(found.failing), said: octets(found.said) }).toEqual({
      verdict: want,
      ...(cause && { cause }),
      failing,
      said,
    });
  });
});

describe('a failure that some clients take for the end', () => {
  const chain = (failure: Verdict, endsSearch: 'Always' | 'UnderMusl', behind: Verdict = 'Internal') => [
    { address: '10.0.0.1', accepted: false, verdict: verdictOf(failure, { endsSearch }) },
    { address: '10.0.0.2', accepted: false, verdict: verdictOf(behind) },
  ];

  test.each([
    ['Failed', 'Always', false, false, 'Failed'],
    ['Timeout', 'Always', false, false, 'Timeout'],
    ['Failed', 'Always', true, false, 'Mixed'],
    ['Failed', 'UnderMusl', false, false, 'Internal'],
    ['Failed', 'UnderMusl', true, false, 'Internal'],
    ['Failed', 'UnderMusl', true, true, 'Mixed'],
  ] as const)('%s that ends the search %s, every server %s, musl %s: %s', (...row) => {
    const [failure, ends, everyServerMayAnswer, mayBeMusl, want] = row;
    const found = judgeVantage({ nameservers: chain(failure, ends), everyServerMayAnswer, mayBeMusl });
    expect(found.verdict).toBe(want);
    expect(found.failing.map(({ nameserver }) => nameserver)).toEqual(want === 'Internal' ? [] : ['10.0.0.1']);
  });

  test('it is only said of one that is asked when an earlier server fails', () => {
    const nameservers = chain('Failed', 'Always').toReversed();
    const { verdict, said } = judgeVantage({ nameservers, everyServerMayAnswer: false });
    expect([verdict, said.length]).toEqual(['Internal', 1]);
  });
});

describe('what is said of a nameserver', () => {
  const detailsOf = (chain: string, everyServerMayAnswer = false): string[] => {
    const { failing, said } = judgeVantage({ nameservers: chainOf(chain), everyServerMayAnswer });
    return [...failing, ...said].map(({ nameserver, detail }) => `${nameserver} ${detail}`);
  };

  test('one that is asked only after a failure says so', () => {
    expect(detailsOf('Internal External')).toEqual(['10.0.0.2 is External; it is asked when an earlier server fails']);
    expect(detailsOf('Failed External')).toEqual(['10.0.0.2 is External', '10.0.0.1 is Failed']);
    expect(detailsOf('Failed Timeout')).toEqual(['10.0.0.1 is Failed', '10.0.0.2 is Timeout']);
  });

  test('one that may answer at any time does not', () => {
    expect(detailsOf('Internal External', true)).toEqual(['10.0.0.2 is External']);
  });

  test('an accepted fallback says so', () => {
    expect(detailsOf('Internal External!')).toEqual(['10.0.0.2 is External; it is an accepted fallback']);
  });

  test('an Internal one says what is missing, and decides nothing by it', () => {
    const link = { address: '10.0.0.1', accepted: false, verdict: verdictOf('Internal', { note: 'gives no AAAA' }) };
    const found = judgeVantage({ nameservers: [link], everyServerMayAnswer: false });
    expect(found.verdict).toBe('Internal');
    expect(found.said.map(({ detail }) => detail)).toEqual(['gives no AAAA']);
  });

  test('a resolver that is listed twice is judged at both places', () => {
    const [first, second] = chainOf('Internal External');
    const found = judgeVantage({
      nameservers: [first!, { ...second!, address: first!.address }],
      everyServerMayAnswer: false,
    });
    expect(found.failing.map(({ detail }) => detail)).toEqual([
      'is External; it is asked when an earlier server fails',
    ]);
  });
});

describe('what could not be looked at', () => {
  const unseen = ['/etc/nsswitch.conf: the module "sss" for hosts is not evaluated, and is asked before DNS'];

  test.each([
    ['Internal', 'Unknown'],
    ['Propagating', 'Unknown'],
    ['Unknown', 'Unknown'],
    ['', 'Unknown'],
    ['External', 'External'],
    ['Internal External', 'Mixed'],
    ['Timeout', 'Timeout'],
  ])('"%s" is %s at best', (chain, want) => {
    const found = judgeVantage({ nameservers: chainOf(chain), everyServerMayAnswer: false, unseen });
    expect([found.verdict, found.unseen]).toEqual([want, want === 'Unknown' ? unseen : undefined]);
  });
});
