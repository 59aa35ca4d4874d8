import { describe, expect, test } from 'vitest';
import type { Cause, Verdict } from '../../../../src/model/verdict.ts';
import { judgeVantage, type ChainLink } from '../../../../src/plan/verdict/vantage.ts';
import { verdictOf } from './world.ts';

const linkOf = (address: string, text: string): ChainLink => {
  const [verdict, cause] = text.replace('!', '').split('/') as [Verdict, Cause?];
  return { address, accepted: text.endsWith('!'), verdict: verdictOf(verdict, cause && { cause }) };
};
const linksOf = (prefix: string, text: string): ChainLink[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, index) => linkOf(`${prefix}${index + 1}`, word));

interface Case {
  /** What its stub says; none where it is not asked. */
  stub?: string;
  /** The servers of each scope, in order. */
  scopes: string[];
  want: Verdict;
  cause?: Cause;
  failing?: string[];
}

/** Judges a machine whose resolv.conf lists the stub alone. */
function judge({ stub, scopes }: Pick<Case, 'stub' | 'scopes'>) {
  const listed = linkOf('stub', stub ?? 'Unknown');
  return judgeVantage({
    nameservers: [{ ...listed, isStub: true }],
    everyServerMayAnswer: false,
    resolved: { stub: undefined, scopes: scopes.map((text, index) => linksOf('abc'[index] ?? '', text)) },
  });
}

const ONE_SCOPE: Case[] = [
  { stub: 'Internal', scopes: ['Internal'], want: 'Internal' },
  { stub: 'Internal', scopes: ['Internal External'], want: 'Mixed', failing: ['a2'] },
  { stub: 'Internal', scopes: ['Internal External!'], want: 'Internal', cause: 'AcceptedFallback' },
  { stub: 'Internal', scopes: ['Internal Timeout'], want: 'Internal' },
  { stub: 'External', scopes: ['External Internal'], want: 'External', failing: ['stub', 'a1'] },
  // It has moved to its second server, and stays there when the first is well again.
  {
    stub: 'External/Hairpin',
    scopes: ['Internal External/Hairpin'],
    want: 'External',
    cause: 'Hairpin',
    failing: ['stub', 'a2'],
  },
  { stub: 'External', scopes: ['Internal External!'], want: 'External', failing: ['stub', 'a2'] },
  { stub: 'Internal', scopes: ['External Internal'], want: 'Mixed', failing: ['a1'] },
  { stub: 'Internal', scopes: ['Timeout Internal'], want: 'Internal' },
  // Nobody of those who may be asked says what the stub says.
  { stub: 'NotFound', scopes: ['Internal'], want: 'Mixed', failing: ['stub'] },
  { stub: 'Internal', scopes: ['External'], want: 'Mixed', failing: ['a1'] },
  { stub: 'Propagating', scopes: ['Internal'], want: 'Propagating' },
  // The stub itself is what programs get.
  { stub: 'Failed', scopes: ['Internal'], want: 'Failed', failing: ['stub'] },
  { stub: 'Timeout', scopes: ['Internal'], want: 'Timeout', failing: ['stub'] },
  // It is not asked for names that its servers fail on: what it said before is no answer then.
  { stub: 'Internal', scopes: ['Failed Timeout'], want: 'Failed', failing: ['a1', 'a2'] },
  { scopes: ['Failed'], want: 'Failed', failing: ['a1'] },
  { scopes: ['Internal'], want: 'Internal' },
  { scopes: ['Internal External'], want: 'Mixed', failing: ['a2'] },
  { stub: 'Internal', scopes: ['Unknown'], want: 'Internal' },
  { scopes: ['Unknown'], want: 'Unknown' },
  // No scope is for the name.
  { stub: 'Failed', scopes: [], want: 'Failed', failing: ['stub'] },
  { stub: 'External', scopes: [], want: 'External', failing: ['stub'] },
];

const SEVERAL_SCOPES: Case[] = [
  { stub: 'Internal', scopes: ['Internal', 'Internal'], want: 'Internal' },
  { stub: 'Internal', scopes: ['Internal', 'External'], want: 'Mixed', failing: ['b1'] },
  { stub: 'External', scopes: ['Internal', 'External'], want: 'Mixed', failing: ['stub', 'b1'] },
  { stub: 'External', scopes: ['External', 'External'], want: 'External', failing: ['stub', 'a1', 'b1'] },
  { stub: 'Internal', scopes: ['Internal', 'NotFound'], want: 'Mixed', failing: ['b1'] },
  { stub: 'Internal', scopes: ['Internal', 'Timeout'], want: 'Internal' },
  { stub: 'Internal', scopes: ['Internal External', 'Internal'], want: 'Mixed', failing: ['a2'] },
  { stub: 'External', scopes: ['Internal External', 'Internal'], want: 'Mixed', failing: ['stub'] },
  { stub: 'Internal', scopes: ['Timeout', 'Failed'], want: 'Timeout', failing: ['a1', 'b1'] },
];

describe.each([
  ['one scope', ONE_SCOPE],
  ['scopes that race', SEVERAL_SCOPES],
])('systemd-resolved with %s', (_name, cases) => {
  test.each(cases)('stub $stub over $scopes is $want', ({ want, cause, failing = [], ...given }) => {
    const found = judge(given);
    expect([found.verdict, found.cause, found.failing.map(({ nameserver }) => nameserver)]).toEqual([
      want,
      cause,
      failing,
    ]);
  });
});

describe('systemd-resolved beside a list', () => {
  /** Programs of libc go past the list, Go goes through it. */
  const judgeBoth = (list: string, stub: string, scope: string) =>
    judgeVantage({
      nameservers: linksOf('list', list),
      everyServerMayAnswer: false,
      resolved: { stub: linkOf('stub', stub), scopes: [linksOf('a', scope)] },
    });

  test.each<[string, string, string, Verdict, string[]]>([
    ['Internal', 'Internal', 'Internal', 'Internal', []],
    ['External', 'Internal', 'Internal', 'Mixed', ['list1']],
    ['Internal', 'External', 'External', 'Mixed', ['stub', 'a1']],
    ['External', 'External', 'External', 'External', ['list1', 'stub', 'a1']],
    ['Internal External', 'Internal', 'Internal', 'Mixed', ['list2']],
    ['Internal', 'Internal', 'Internal External', 'Mixed', ['a2']],
    ['Timeout', 'Internal', 'Internal', 'Mixed', ['list1']],
    ['Propagating', 'Internal', 'Internal', 'Propagating', []],
  ])('list %s, stub %s over %s: %s', (...row) => {
    const [list, stub, scope, want, failing] = row;
    const found = judgeBoth(list, stub, scope);
    expect([found.verdict, found.failing.map(({ nameserver }) => nameserver)]).toEqual([want, failing]);
  });

  test('a list that goes on behind the stub exposes what is there', () => {
    const [stub, ...others] = [{ ...linkOf('stub', 'Internal'), isStub: true }, linkOf('public', 'External')];
    const chain = {
      nameservers: [stub, ...others],
      resolved: { stub: undefined, scopes: [[linkOf('a1', 'Internal')]] },
    };
    const found = judgeVantage({ ...chain, everyServerMayAnswer: false });
    expect([found.verdict, found.failing.map(({ nameserver }) => nameserver)]).toEqual(['Mixed', ['public']]);
    const dead = { ...stub, verdict: verdictOf('Timeout') };
    expect(judgeVantage({ ...chain, nameservers: [dead, ...others], everyServerMayAnswer: false }).verdict).toBe(
      'External',
    );
  });
});
