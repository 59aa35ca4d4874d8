import { expect, test } from 'vitest';
import type { Cause, Verdict } from '../../../../src/model/verdict.ts';
import type { Standing } from '../../../../src/plan/verdict/confirm.ts';
import { currentVerdict, type Circumstances } from '../../../../src/plan/verdict/current.ts';
import { MINUTE, SECOND, T0, TRAEFIK, verdictOf } from './world.ts';

const HOUR = 60 * MINUTE;
const CHANGED_LONG_AGO = { addresses: [TRAEFIK], changedAt: T0 - 24 * HOUR };
const CHANGED_JUST_NOW = { addresses: [TRAEFIK], changedAt: T0 - SECOND };

interface Case {
  name: string;
  /** When the last look was, before T0; undefined for none. */
  askedAgo?: number;
  given?: Partial<Circumstances>;
  want: Verdict;
  cause?: Cause;
}

const CASES: Case[] = [
  { name: 'what stands', askedAgo: MINUTE, want: 'External' },
  { name: 'what stands, for three rotations', askedAgo: 3 * HOUR, want: 'External' },
  { name: 'what was not looked at for three rotations', askedAgo: 3 * HOUR + 1, want: 'Unknown' },
  { name: 'the same under a short rotation', askedAgo: 7 * SECOND, given: { rotationSeconds: 2 }, want: 'Unknown' },
  {
    name: 'the same while the nameserver limits the prober',
    askedAgo: 3 * HOUR + 1,
    given: { isThrottled: true },
    want: 'Unknown',
    cause: 'Throttled',
  },
  {
    name: 'what stands while the nameserver limits the prober',
    askedAgo: MINUTE,
    given: { isThrottled: true },
    want: 'External',
  },
  {
    name: 'not asked since the expectation changed',
    askedAgo: MINUTE,
    given: { expectation: CHANGED_JUST_NOW },
    want: 'Propagating',
  },
  { name: 'a new host that was never asked', given: { expectation: CHANGED_JUST_NOW }, want: 'Propagating' },
  { name: 'a host that was never asked within three rotations', want: 'Unknown' },
  {
    name: 'not asked since a server is behind within its lag',
    given: { expectation: CHANGED_JUST_NOW, heldBack: 'Behind' },
    want: 'Propagating',
  },
  {
    name: 'the same for longer than three rotations',
    given: { rotationSeconds: 2, expectation: { ...CHANGED_JUST_NOW, changedAt: T0 - MINUTE }, heldBack: 'Behind' },
    want: 'Propagating',
  },
  {
    name: 'not asked since a server is behind for longer than its lag',
    askedAgo: MINUTE,
    given: { expectation: CHANGED_JUST_NOW, heldBack: 'PastLag' },
    want: 'Unknown',
    cause: 'SerialBehind',
  },
  { name: 'asked since, whatever a server does', askedAgo: MINUTE, given: { heldBack: 'PastLag' }, want: 'External' },
  { name: 'a published name that no server holds', askedAgo: MINUTE, given: { heldBack: 'NotHeld' }, want: 'NotFound' },
  {
    name: 'an observed name that no server holds',
    given: { heldBack: 'NotHeld', recordReason: 'Observed' },
    want: 'NotFound',
  },
  {
    name: 'a name that no server holds, and that is not to be published',
    askedAgo: MINUTE,
    given: { heldBack: 'NotHeld', recordReason: 'DryRun' },
    want: 'Unknown',
  },
];

test.each(CASES)('$name: $want', ({ askedAgo, given, want, cause }) => {
  const standing: Standing | undefined =
    askedAgo === undefined ? undefined : { verdict: verdictOf('External'), at: T0 - askedAgo, history: 1 };
  const circumstances: Circumstances = {
    expectation: CHANGED_LONG_AGO,
    heldBack: undefined,
    recordReason: 'Published',
    isThrottled: false,
    rotationSeconds: 3600,
    ...given,
  };
  const found = currentVerdict(standing, circumstances, T0);
  expect({ verdict: found.verdict, cause: found.cause }).toEqual({ verdict: want, cause });
});

test('a name that no server holds says what would be expected', () => {
  const found = currentVerdict(
    undefined,
    {
      expectation: CHANGED_LONG_AGO,
      heldBack: 'NotHeld',
      recordReason: 'Observed',
      isThrottled: false,
      rotationSeconds: 1,
    },
    T0,
  );
  expect(found.expected).toEqual([TRAEFIK]);
  expect(found.detail).toBe('is not asked, since no server of the zone holds the name');
});
