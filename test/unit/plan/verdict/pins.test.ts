import { describe, expect, test } from 'vitest';
import type { NameserverVerdict } from '../../../../src/model/expectation.ts';
import type { Verdict } from '../../../../src/model/verdict.ts';
import { judgeAudience } from '../../../../src/plan/verdict/audience.ts';
import { judgeVantage, type VantageJudgement } from '../../../../src/plan/verdict/vantage.ts';
import { TRAEFIK, TRAEFIK_MOVED, verdictOf, WAN } from './world.ts';

const PUBLIC_IPV6 = '2001:db8::1';

/** A machine that pins these addresses, and one nameserver that says this. */
function judge(
  addresses: readonly string[],
  verdict: Verdict,
  more: Partial<NameserverVerdict> & { asksOtherFamily?: boolean; expected?: readonly string[] } = {},
): VantageJudgement {
  const { asksOtherFamily = true, expected = [TRAEFIK], ...rest } = more;
  return judgeVantage({
    nameservers: [{ address: '10.0.20.1', accepted: false, verdict: verdictOf(verdict, { expected, ...rest }) }],
    everyServerMayAnswer: false,
    pinned: { file: '/etc/hosts', addresses, expected, asksOtherFamily },
  });
}

const told = ({ verdict, misleads, failing }: VantageJudgement): string =>
  [`${verdict}${misleads ? '!' : ''}`, ...failing.map(({ nameserver, detail }) => `${nameserver} ${detail}`)].join(
    '; ',
  );

describe('a host that the hosts file names', () => {
  test('is Pinned, also to the right address', () => {
    expect(told(judge([TRAEFIK], 'Internal', { answers: [TRAEFIK] }))).toBe(
      `Pinned; /etc/hosts pins it to ${TRAEFIK}, whatever DNS says`,
    );
  });

  test('to a wrong address misleads', () => {
    expect(told(judge([TRAEFIK], 'Internal', { expected: [TRAEFIK_MOVED] }))).toBe(
      `Pinned!; /etc/hosts pins it to ${TRAEFIK}, expected ${TRAEFIK_MOVED}`,
    );
  });

  test('is no worse for what DNS says of the same family', () => {
    for (const verdict of ['External', 'Stale', 'NotFound', 'Failed', 'Timeout', 'Mixed'] as const)
      expect(judge([TRAEFIK], verdict, { answers: [WAN] }).verdict).toBe('Pinned');
  });

  test('cannot be held against an expectation that is not known', () => {
    expect(judge([TRAEFIK], 'Unknown', { expected: [] }).misleads).toBeUndefined();
  });
});

describe('the family that it has no address of', () => {
  const OUT = { answers: [WAN, PUBLIC_IPV6] };

  test('is asked for by glibc: a wrong address of it comes', () => {
    const { verdict, failing } = judge([TRAEFIK], 'External', OUT);
    expect([verdict, failing.map(({ nameserver }) => nameserver)]).toEqual(['External', ['10.0.20.1', '/etc/hosts']]);
  });

  test.each([
    ['by nobody where the other family is pinned too', [TRAEFIK, 'fd00::203'], {}],
    ['by nobody but glibc', [TRAEFIK], { asksOtherFamily: false }],
  ])('is asked for %s', (_name, addresses, more) => {
    expect(judge(addresses, 'External', { ...OUT, ...more }).failing.map(({ nameserver }) => nameserver)).toEqual([
      '/etc/hosts',
    ]);
  });

  test('does no harm where DNS has none or fails: there is an address already', () => {
    expect(judge([TRAEFIK], 'NotFound', { answers: ['NXDOMAIN'] }).verdict).toBe('Pinned');
    expect(judge([TRAEFIK], 'Failed', { answers: [TRAEFIK, 'AAAA SERVFAIL'] }).verdict).toBe('Pinned');
  });
});

describe('an audience with a pinned machine', () => {
  const audience = (...judgements: [string, VantageJudgement][]) =>
    judgeAudience({
      vantages: judgements.map(([name, judgement]) => ({ name, judgement })),
      isListed: true,
      advice: { zone: 'example.com', servers: [] },
      stored: undefined,
    });
  const other = (verdict: Verdict): VantageJudgement =>
    judgeVantage({
      nameservers: [{ address: '10.0.20.1', accepted: false, verdict: verdictOf(verdict) }],
      everyServerMayAnswer: false,
    });

  test.each([
    ['External', 'External'],
    ['Stale', 'Stale'],
    ['NotFound', 'Pinned'],
    ['Propagating', 'Pinned'],
    ['Internal', 'Pinned'],
  ] as const)('one pin to a wrong address beside %s: %s', (verdict, want) => {
    const wrong = judge([TRAEFIK], 'Internal', { expected: [TRAEFIK_MOVED] });
    expect(audience(['node-z', wrong], ['node-a', other(verdict)]).verdict).toBe(want);
  });

  test.each([
    ['Mixed', 'Mixed'],
    ['NotFound', 'NotFound'],
    ['Unknown', 'Pinned'],
    ['Internal', 'Pinned'],
  ] as const)('one pin to the right address beside %s: %s', (verdict, want) => {
    expect(audience(['node-z', judge([TRAEFIK], 'Internal')], ['node-a', other(verdict)]).verdict).toBe(want);
  });

  test('says what to do', () => {
    const { condition } = audience(['node-1', judge([TRAEFIK], 'Internal')]);
    expect(condition).toEqual({
      status: 'False',
      reason: 'Pinned',
      message: `node-1: /etc/hosts pins it to ${TRAEFIK}, whatever DNS says. /etc/hosts overrides DNS there: take the name out of it.`,
    });
  });
});
