import { describe, expect, test } from 'vitest';
import type { NameserverVerdict } from '../../../../src/model/expectation.ts';
import type { Verdict } from '../../../../src/model/verdict.ts';
import { confirm, lookAgainAt, type Standing } from '../../../../src/plan/verdict/confirm.ts';
import { SECOND, T0, verdictOf } from './world.ts';

/** One look: at how many seconds, what it says, and what should stand after it. */
type Step = [seconds: number, verdict: NameserverVerdict, stands: Verdict, again?: number];

const INTERNAL = verdictOf('Internal', { answers: ['10.0.20.203'] });
const HAIRPIN = verdictOf('External', { answers: ['203.0.113.10'], cause: 'Hairpin', answersPublicly: true });
const ROTATED = verdictOf('External', { answers: ['192.0.2.1'] });
const ROTATED_ON = verdictOf('External', { answers: ['192.0.2.2'] });
const STALE = verdictOf('Stale');
const NOT_FOUND = verdictOf('NotFound');
const SERVFAIL = verdictOf('Failed', { answers: ['SERVFAIL'] });
const REFUSED = verdictOf('Failed', { answers: ['REFUSED'] });
const NOTHING = verdictOf('Failed', { answers: ['nothing'], endsSearch: 'Always' });
const TIMEOUT = verdictOf('Timeout', { answers: ['timeout'] });
const PROPAGATING = verdictOf('Propagating', { until: T0 + 600 * SECOND });
const UNPROVEN = verdictOf('Unknown');

const STORIES: { name: string; steps: Step[] }[] = [
  { name: 'Internal counts at once', steps: [[0, INTERNAL, 'Internal']] },
  {
    name: 'Propagating counts at once, and is looked at again when it ends',
    steps: [[0, PROPAGATING, 'Propagating', 600]],
  },
  {
    name: 'a new host is Unknown until a second look agrees',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
    ],
  },
  {
    name: 'the last verdict stands until a second look agrees',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, NOT_FOUND, 'Internal', 63],
      [63, NOT_FOUND, 'NotFound'],
    ],
  },
  {
    name: 'one lost look changes nothing',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, TIMEOUT, 'Internal', 63],
      [63, INTERNAL, 'Internal'],
    ],
  },
  {
    name: 'an old answer that a cache gives once more after its end is never Stale',
    steps: [
      [0, PROPAGATING, 'Propagating', 600],
      [600, STALE, 'Propagating', 603],
      [603, INTERNAL, 'Internal'],
    ],
  },
  {
    name: 'an old answer that comes again is Stale',
    steps: [
      [0, PROPAGATING, 'Propagating', 600],
      [600, STALE, 'Propagating', 603],
      [603, STALE, 'Stale'],
    ],
  },
  {
    name: 'a second look that comes too early decides nothing, and does not put the real one off',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [1, HAIRPIN, 'Unknown', 3],
      [2.9, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
    ],
  },
  {
    name: 'a second look with another fault is a first one again',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, HAIRPIN, 'Internal', 63],
      [63, NOT_FOUND, 'Internal', 66],
      [66, NOT_FOUND, 'NotFound'],
    ],
  },
  {
    name: 'three looks with three faults are not Internal',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, HAIRPIN, 'Internal', 63],
      [63, NOT_FOUND, 'Internal', 66],
      [66, SERVFAIL, 'Failed'],
    ],
  },
  {
    name: 'a failure that ends the search is another than one that does not',
    steps: [
      [0, TIMEOUT, 'Unknown', 3],
      [3, TIMEOUT, 'Timeout'],
      [60, NOTHING, 'Timeout', 63],
      [63, NOTHING, 'Failed'],
      [120, TIMEOUT, 'Failed', 123],
      [123, TIMEOUT, 'Timeout'],
    ],
  },
  {
    name: 'one lost packet behind public answers that rotate takes no fault back',
    steps: [
      [0, ROTATED, 'Unknown', 3],
      [3, ROTATED, 'External'],
      [60, ROTATED_ON, 'External', 63],
      [63, TIMEOUT, 'External', 66],
      [66, ROTATED, 'External'],
    ],
  },
  {
    name: 'a fault that stands waits for a second look at another, whatever came between',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
      [60, TIMEOUT, 'External', 63],
      [63, NOT_FOUND, 'External', 66],
      [66, NOT_FOUND, 'NotFound'],
    ],
  },
  {
    name: 'a clock that is set back does not put the second look off',
    steps: [
      [60, HAIRPIN, 'Unknown', 63],
      [10, HAIRPIN, 'External'],
    ],
  },
  {
    name: 'a look that proved nothing is no first look at a fault',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
      [60, UNPROVEN, 'External', 63],
      [63, NOT_FOUND, 'External', 66],
      [66, NOT_FOUND, 'NotFound'],
    ],
  },
  {
    name: 'a fault is left by another as by any verdict',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
      [60, NOT_FOUND, 'External', 63],
      [63, NOT_FOUND, 'NotFound'],
    ],
  },
  {
    name: 'Failed and Timeout agree',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, TIMEOUT, 'Internal', 63],
      [63, SERVFAIL, 'Failed'],
    ],
  },
  {
    name: 'the word of a failure alone never changes',
    steps: [
      [0, TIMEOUT, 'Unknown', 3],
      [3, TIMEOUT, 'Timeout'],
      [60, SERVFAIL, 'Timeout'],
      [63, SERVFAIL, 'Timeout'],
      [120, TIMEOUT, 'Timeout'],
    ],
  },
  {
    name: 'Internal ends a fault at once',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
      [60, INTERNAL, 'Internal'],
    ],
  },
  {
    name: 'what proves nothing needs a second look too',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, UNPROVEN, 'Internal', 63],
      [63, UNPROVEN, 'Unknown'],
    ],
  },
  {
    name: 'three changes within five looks make Mixed, until three looks agree on Internal',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, HAIRPIN, 'Internal', 63],
      [63, INTERNAL, 'Internal'],
      [120, HAIRPIN, 'Mixed'],
      [180, INTERNAL, 'Mixed'],
      [240, INTERNAL, 'Mixed'],
      [300, INTERNAL, 'Internal'],
    ],
  },
  {
    name: 'Mixed ends in a fault, too, once three looks agree',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, HAIRPIN, 'Internal', 63],
      [63, INTERNAL, 'Internal'],
      [120, HAIRPIN, 'Mixed'],
      [180, NOT_FOUND, 'Mixed'],
      [240, HAIRPIN, 'External'],
    ],
  },
  {
    name: 'Mixed from a fault that comes and goes',
    steps: [
      [0, HAIRPIN, 'Unknown', 3],
      [3, HAIRPIN, 'External'],
      [60, INTERNAL, 'Internal'],
      [120, TIMEOUT, 'Internal', 123],
      [123, INTERNAL, 'Mixed'],
    ],
  },
  {
    name: 'two changes within five looks are none too many',
    steps: [
      [0, INTERNAL, 'Internal'],
      [60, HAIRPIN, 'Internal', 63],
      [63, HAIRPIN, 'External'],
      [120, INTERNAL, 'Internal'],
      [180, INTERNAL, 'Internal'],
      [240, HAIRPIN, 'Internal', 243],
      [243, HAIRPIN, 'External'],
    ],
  },
  {
    name: 'Propagating and Unknown are no change',
    steps: [
      [0, INTERNAL, 'Internal'],
      [10, PROPAGATING, 'Propagating', 600],
      [20, INTERNAL, 'Internal'],
      [30, PROPAGATING, 'Propagating', 600],
      [40, INTERNAL, 'Internal'],
      [50, UNPROVEN, 'Internal', 53],
      [60, INTERNAL, 'Internal'],
    ],
  },
];

/** Lets one look after the other count; the expectation last changed `changedAt` seconds after the start. */
function live(steps: readonly (readonly [number, NameserverVerdict])[], changedAt = -60): Standing[] {
  const states: Standing[] = [];
  for (const [seconds, verdict] of steps) {
    const fresh = { verdict, at: T0 + seconds * SECOND };
    states.push(confirm(states.at(-1), fresh, T0 + changedAt * SECOND)!);
  }
  return states;
}

describe('from look to look', () => {
  test.each(STORIES)('$name', ({ steps }) => {
    const states = live(steps.map(([seconds, verdict]) => [seconds, verdict]));
    const seen = states.map((standing, at) => [
      steps[at]![0],
      standing.verdict.verdict,
      lookAgainAt(standing) === undefined ? undefined : (lookAgainAt(standing)! - T0) / SECOND,
    ]);
    expect(seen).toEqual(steps.map(([seconds, , stands, again]) => [seconds, stands, again]));
  });
});

describe('what stands', () => {
  test('is the very same object while nothing changes, so that nothing is written and nothing is stored twice', () => {
    const [first, second] = live([
      [0, INTERNAL],
      [60, { ...INTERNAL }],
    ]);
    expect(second!.verdict).toBe(first!.verdict);
  });

  test('takes on other public addresses once they came twice', () => {
    const states = live([
      [0, ROTATED],
      [3, ROTATED],
      [60, HAIRPIN],
      [63, HAIRPIN],
    ]);
    expect(states.map(({ verdict }) => verdict.answers)).toEqual([
      [],
      ROTATED.answers,
      ROTATED.answers,
      HAIRPIN.answers,
    ]);
  });

  test('keeps its answers while public addresses rotate from look to look, and asks no more than once again', () => {
    const states = live([
      [0, ROTATED],
      [3, ROTATED],
      [60, ROTATED_ON],
      [63, HAIRPIN],
      [120, ROTATED_ON],
    ]);
    expect(states.slice(1).map(({ verdict }) => verdict)).toEqual([ROTATED, ROTATED, ROTATED, ROTATED]);
    expect(states.map((standing) => lookAgainAt(standing) !== undefined)).toEqual([true, false, true, false, true]);
  });

  test('takes on other public addresses that came twice after a fault that did not', () => {
    const states = live([
      [0, ROTATED],
      [3, ROTATED],
      [60, NOT_FOUND],
      [63, HAIRPIN],
      [66, HAIRPIN],
    ]);
    expect(states.slice(1).map(({ verdict }) => verdict)).toEqual([ROTATED, ROTATED, ROTATED, HAIRPIN]);
  });

  test('tells SERVFAIL from REFUSED once either came twice', () => {
    const states = live([
      [0, SERVFAIL],
      [3, SERVFAIL],
      [60, REFUSED],
      [63, REFUSED],
    ]);
    expect(states.map(({ verdict }) => verdict.answers)).toEqual([[], ['SERVFAIL'], ['SERVFAIL'], ['REFUSED']]);
  });

  test('says of a Mixed nameserver what comes when it is not internal, whichever look found it out', () => {
    const other = { answers: HAIRPIN.answers, answersPublicly: true as const };
    const detail = 'changes between internal answers and others: now and then it is External';
    const first = live([
      [0, INTERNAL],
      [60, HAIRPIN],
      [63, INTERNAL],
      [120, HAIRPIN],
    ]).at(-1);
    const second = live([
      [0, HAIRPIN],
      [3, INTERNAL],
      [60, HAIRPIN],
      [63, INTERNAL],
    ]).at(-1);
    expect(first!.verdict).toEqual(verdictOf('Mixed', { ...other, detail }));
    expect(second!.verdict).toEqual(verdictOf('Mixed', { ...other, detail }));
  });
});

describe('a change of what is expected', () => {
  test('makes a look from before it count for nothing', () => {
    const [before] = live([[0, INTERNAL]]);
    expect(confirm(before, { verdict: HAIRPIN, at: T0 + 5 * SECOND }, T0 + 6 * SECOND)).toBe(before);
    expect(confirm(undefined, { verdict: INTERNAL, at: T0 }, T0 + SECOND)).toBeUndefined();
  });

  test('leaves the host Propagating until a second look agrees with the first', () => {
    const [before] = live([[0, INTERNAL]]);
    const first = confirm(before, { verdict: HAIRPIN, at: T0 + 10 * SECOND }, T0 + 5 * SECOND)!;
    const second = confirm(first, { verdict: HAIRPIN, at: T0 + 13 * SECOND }, T0 + 5 * SECOND)!;
    expect([first.verdict.verdict, second.verdict.verdict]).toEqual(['Propagating', 'External']);
  });

  test('drops a first look that waited, and the changes counted so far', () => {
    const before = live([
      [0, INTERNAL],
      [60, HAIRPIN],
      [63, INTERNAL],
      [120, HAIRPIN],
    ]).at(-1);
    const next = confirm(before, { verdict: HAIRPIN, at: T0 + 123 * SECOND }, T0 + 121 * SECOND)!;
    expect(next.verdict.verdict).toBe('Propagating');
    expect(lookAgainAt(next)).toBe(T0 + 126 * SECOND);
  });
});
