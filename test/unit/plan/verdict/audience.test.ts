import { describe, expect, test } from 'vitest';
import type { Cause, Verdict } from '../../../../src/model/verdict.ts';
import {
  judgeAudience,
  type AudienceJudgement,
  type StoredAudience,
  type VantageReport,
} from '../../../../src/plan/verdict/audience.ts';
import { judgeVantage } from '../../../../src/plan/verdict/vantage.ts';
import { TRAEFIK, verdictOf, WAN } from './world.ts';

const ADVICE = { zone: 'example.com', servers: ['10.0.20.201', '10.0.20.202'] };

/** A vantage whose only nameserver has this verdict, written `lan-a Verdict/Cause`; `lan-a -` is silent. */
function vantage(text: string, nameserver = '10.0.20.1'): VantageReport {
  const [name = '', rest = ''] = text.split(' ');
  if (rest === '-') return { name, judgement: undefined };
  const [verdict, cause] = rest.split('/') as [Verdict, Cause?];
  const link = { address: nameserver, accepted: false, verdict: verdictOf(verdict, cause && { cause }) };
  return { name, judgement: judgeVantage({ nameservers: [link], everyServerMayAnswer: false }) };
}

function judge(
  vantages: readonly VantageReport[],
  more: { isListed?: boolean; stored?: StoredAudience } = {},
): AudienceJudgement {
  return judgeAudience({ vantages, isListed: more.isListed ?? false, advice: ADVICE, stored: more.stored });
}

interface Case {
  name: string;
  given: string[];
  isListed?: boolean;
  want: Verdict | '-';
  status?: 'True' | 'False' | 'Unknown';
  reason?: string;
}

const WORST: Case[] = [
  { name: 'no vantage', given: [], want: '-' },
  { name: 'no vantage, but the audience is listed', given: [], isListed: true, want: 'Unknown', status: 'Unknown' },
  { name: 'all Internal', given: ['a Internal', 'b Internal'], want: 'Internal', status: 'True' },
  { name: 'one vantage does not report', given: ['a Internal', 'b -'], want: 'Internal', status: 'True' },
  { name: 'no vantage reports', given: ['a -', 'b -'], want: 'Unknown', status: 'Unknown' },
  { name: 'a faulty vantage beside a silent one', given: ['a -', 'b External'], want: 'External', status: 'False' },
  {
    name: 'Propagating is worse than Internal',
    given: ['a Internal', 'b Propagating'],
    want: 'Propagating',
    status: 'Unknown',
  },
  {
    name: 'Unknown is worse than Propagating',
    given: ['a Propagating', 'b Unknown'],
    want: 'Unknown',
    status: 'Unknown',
  },
  { name: 'Mixed is worse than Unknown', given: ['a Unknown', 'b Mixed'], want: 'Mixed', status: 'False' },
  { name: 'Failed is worse than Mixed', given: ['a Mixed', 'b Failed'], want: 'Failed', status: 'False' },
  { name: 'Timeout is worse than Mixed', given: ['a Mixed', 'b Timeout'], want: 'Timeout', status: 'False' },
  {
    name: 'of Failed and Timeout the first vantage by name',
    given: ['b Failed', 'a Timeout'],
    want: 'Timeout',
    status: 'False',
  },
  { name: 'NotFound is worse than Failed', given: ['a Failed', 'b NotFound'], want: 'NotFound', status: 'False' },
  { name: 'Stale is worse than NotFound', given: ['a NotFound', 'b Stale'], want: 'Stale', status: 'False' },
  { name: 'External is worse than Stale', given: ['a Stale', 'b External'], want: 'External', status: 'False' },
  {
    name: 'a cause is the reason',
    given: ['a External/Hairpin'],
    want: 'External',
    status: 'False',
    reason: 'Hairpin',
  },
  {
    name: 'the hairpin is worse than any other address, and that than a proxy',
    given: ['a External/Edge', 'b External', 'c External/Hairpin'],
    want: 'External',
    status: 'False',
    reason: 'Hairpin',
  },
  {
    name: 'an unknown address is worse than a proxy',
    given: ['a External/Edge', 'b External'],
    want: 'External',
    status: 'False',
  },
  {
    name: 'held back from caches',
    given: ['a Unknown/SerialBehind', 'b Unknown'],
    want: 'Unknown',
    status: 'Unknown',
    reason: 'SerialBehind',
  },
];

describe('the worst vantage decides', () => {
  test.each(WORST)('$name: $want', ({ given, isListed = false, want, status, reason = want }) => {
    const found = judge(
      given.map((text) => vantage(text)),
      { isListed },
    );
    expect(found.verdict).toBe(want);
    expect(found.condition && { status: found.condition.status, reason: found.condition.reason }).toEqual(
      status && { status, reason },
    );
  });

  test('an accepted fallback at any vantage is the reason', () => {
    const links = [verdictOf('Internal'), verdictOf('External')].map((verdict, at) => ({
      address: `10.0.20.${at}`,
      accepted: true,
      verdict,
    }));
    const judgement = judgeVantage({ nameservers: links, everyServerMayAnswer: false });
    const { verdict, condition } = judge([vantage('a Internal'), { name: 'b', judgement }]);
    expect([verdict, condition?.status, condition?.reason]).toEqual(['Internal', 'True', 'AcceptedFallback']);
  });

  test('whatever order the vantages come in', () => {
    const vantages = ['c Timeout', 'a Failed', 'b External', 'd Internal'].map((text) => vantage(text));
    expect(judge(vantages)).toEqual(judge(vantages.toReversed()));
  });
});

const stored = (verdict: string, status: 'True' | 'False' | 'Unknown'): StoredAudience => ({
  verdict,
  failing: [],
  more: 0,
  condition: { status, reason: verdict, message: 'as it was' },
});

describe('Propagating keeps the status that was', () => {
  test.each(['True', 'False', 'Unknown'] as const)('%s', (status) => {
    const { condition } = judge([vantage('a Propagating')], { stored: stored('Internal', status) });
    expect(condition).toEqual({ status, reason: 'Propagating', message: 'a: 10.0.20.1 is Propagating.' });
  });

  test('Unknown for an audience that had no vantage', () => {
    const before: StoredAudience = { verdict: '-', failing: [], more: 0, condition: undefined };
    expect(judge([vantage('a Propagating')], { stored: before }).condition?.status).toBe('Unknown');
  });
});

describe('the word of a failure alone never rewrites a status', () => {
  const timeout: StoredAudience = {
    verdict: 'Timeout',
    failing: [{ vantage: 'a', nameserver: '10.0.20.1', verdict: 'Timeout', answers: ['timeout'] }],
    more: 0,
    condition: { status: 'False', reason: 'Timeout', message: 'a: 10.0.20.1 does not answer.' },
  };

  test('what is stored stands, whole', () => {
    const found = judge([vantage('a Failed')], { stored: timeout });
    expect(found.verdict).toBe('Timeout');
    expect(found.condition).toBe(timeout.condition);
    expect(found.failing.map(({ verdict, answers }) => ({ verdict, answers }))).toEqual([
      { verdict: 'Timeout', answers: ['timeout'] },
    ]);
  });

  test.each([
    ['another nameserver', [vantage('a Failed', '10.0.20.2')]],
    ['another vantage', [vantage('b Failed')]],
    ['one more of them', [vantage('a Failed'), vantage('b Failed')]],
    ['another class', [vantage('a NotFound')]],
  ])('%s rewrites it', (_what, vantages) => {
    const found = judge(vantages, { stored: timeout });
    expect(found.condition).not.toEqual(timeout.condition);
    expect(found).toEqual(judge(vantages));
  });
});

test('what is said beside a failure is written though the failure is the same', () => {
  const before: StoredAudience = { ...judge([vantage('a Failed')]), condition: stored('Failed', 'False').condition };
  expect(judge([vantage('a Failed')], { stored: before }).condition?.message).toBe('a: 10.0.20.1 is Failed.');
});

test('a failure more than before is written even where it is not listed', () => {
  const vantages = ['a', 'b', 'c', 'd'].map((name) => vantage(`${name} Failed`));
  const before: StoredAudience = judge(vantages.slice(0, 3).map(({ name }) => vantage(`${name} Timeout`)));
  const found = judge(vantages, { stored: before });
  expect([found.verdict, found.more]).toEqual(['Failed', 1]);
});

describe('what fails', () => {
  test('at most three are listed, of the worst vantages first, then by name, and the rest is counted', () => {
    const found = judge([
      ...['e NotFound', 'd External', 'c Internal', 'b External/Edge', 'a Failed', 'f NotFound'].map((text) =>
        vantage(text),
      ),
    ]);
    expect(found.failing.map(({ vantage: name, verdict }) => `${name} ${verdict}`)).toEqual([
      'd External',
      'b External',
      'e NotFound',
    ]);
    expect(found.more).toBe(2);
    expect(found.unlisted.map(({ vantage: name, verdict }) => `${name} ${verdict}`)).toEqual([
      'f NotFound',
      'a Failed',
    ]);
  });

  test('a fallback that would answer publicly comes after what decides the verdict', () => {
    const chain = (second: Verdict) => ({
      nameservers: [verdictOf('Internal'), verdictOf(second)].map((verdict, at) => ({
        address: `10.0.20.${at}`,
        accepted: false,
        verdict,
      })),
      everyServerMayAnswer: false,
    });
    const found = judge([{ name: 'a', judgement: judgeVantage(chain('External')) }, vantage('b NotFound')]);
    expect(found.verdict).toBe('NotFound');
    expect(found.failing.map(({ vantage: name, isMixed }) => [name, isMixed])).toEqual([
      ['b', false],
      ['a', true],
    ]);
  });
});

describe('the message', () => {
  const hairpin = verdictOf('External', {
    cause: 'Hairpin',
    answers: [WAN],
    detail: `answers ${WAN}, expected ${TRAEFIK}`,
    answersPublicly: true,
  });
  const at = (
    name: string,
    ...links: { address: string; verdict?: typeof hairpin; accepted?: boolean }[]
  ): VantageReport => ({
    name,
    judgement: judgeVantage({
      nameservers: links.map(({ address, verdict = hairpin, accepted = false }) => ({ address, verdict, accepted })),
      everyServerMayAnswer: false,
    }),
  });
  const messageOf = (...vantages: VantageReport[]): string | undefined =>
    judge(vantages, { isListed: true }).condition?.message;

  test('names vantage, nameserver, what came, what was expected and what to change', () => {
    expect(messageOf(at('node-1', { address: '10.0.20.1' }))).toBe(
      `node-1: 10.0.20.1 answers ${WAN}, expected ${TRAEFIK}. 10.0.20.1 has no forward for example.com to 10.0.20.201.`,
    );
  });

  test('names vantages with the same fault in one sentence', () => {
    const nodes = ['node-5', 'node-1', 'node-4', 'node-3', 'node-2'].map((name) => at(name, { address: '10.0.20.1' }));
    expect(messageOf(...nodes)).toBe(
      `node-1, node-2, node-3 and 2 more: 10.0.20.1 answers ${WAN}, expected ${TRAEFIK}. 10.0.20.1 has no forward for example.com to 10.0.20.201.`,
    );
  });

  test.each([
    [
      'a public resolver cannot be given one',
      '198.51.100.14',
      '198.51.100.14 is not of this network: take it out, or list it in acceptedFallbacks of the zone.',
    ],
    [
      'a server of the zone needs none',
      '10.0.20.202',
      '10.0.20.202 is a server of the zone: look there for what translates its answers.',
    ],
    ['a port makes no difference', '127.0.0.1:5301', '127.0.0.1:5301 has no forward for example.com to 10.0.20.201.'],
    ['IPv6 neither', '[fd00::53]:5301', '[fd00::53]:5301 has no forward for example.com to 10.0.20.201.'],
  ])('%s', (_name, address, want) => {
    expect(messageOf(at('node-1', { address }))?.split('. ').slice(1).join('. ')).toBe(want);
  });

  test('a zone without listed servers still says what is missing', () => {
    const found = judgeAudience({
      vantages: [at('node-1', { address: '10.0.20.1' })],
      isListed: true,
      advice: { zone: 'example.com', servers: [] },
      stored: undefined,
    });
    expect(found.condition?.message).toMatch(/10\.0\.20\.1 has no forward for example\.com to the zone's servers\.$/);
  });

  test('an accepted fallback is said, and nothing is to be changed', () => {
    const internal = verdictOf('Internal');
    const message = messageOf(
      at('node-1', { address: '10.0.20.1', verdict: internal }, { address: '198.51.100.14', accepted: true }),
    );
    expect(message).toBe(
      `Resolves as expected. node-1: 198.51.100.14 answers ${WAN}, expected ${TRAEFIK}; it is an accepted fallback.`,
    );
  });

  test.each([
    ['Internal everywhere', [vantage('a Internal')], 'Resolves as expected.'],
    ['no vantage', [], 'No vantage asks for this audience.'],
    ['silent vantages', [vantage('b -'), vantage('a -')], 'No vantage of it reports: a, b.'],
    ['a vantage without nameservers', [at('pods')], 'No nameserver is known of pods.'],
    ['nothing known yet', [vantage('a Unknown')], 'a: 10.0.20.1 is Unknown.'],
  ])('%s', (_name, vantages, want) => {
    expect(messageOf(...vantages)).toBe(want);
  });

  test('a fourth kind of fault is only counted, and the length is bounded', () => {
    const long = (text: string) => verdictOf('External', { detail: text.repeat(200) });
    const vantages = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      at(name, { address: '10.0.20.1', verdict: long(`${name} `) }),
    );
    const message = messageOf(...vantages)!;
    expect(message).toHaveLength(1024);
    const short = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      at(name, { address: '10.0.20.1', verdict: verdictOf('External', { detail: name }) }),
    );
    expect(messageOf(...short)).toBe('a: 10.0.20.1 a. b: 10.0.20.1 b. c: 10.0.20.1 c. And 2 more like that.');
  });
});
