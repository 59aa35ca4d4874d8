import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../../src/model/api.ts';
import { readyFrom, stampConditions, timestamp, type ConditionNow } from '../../../../src/plan/status/conditions.ts';

const THEN = '2026-11-22T08:00:00Z';
const NOW = Date.UTC(2026, 10, 23, 9, 30, 15, 999);
const AT = { observedGeneration: 7, now: NOW };

const ready = (rest: Partial<ConditionNow> = {}): ConditionNow => ({
  type: 'Ready',
  status: 'True',
  reason: 'Published',
  message: 'All is well.',
  ...rest,
});
const stored = (rest: Partial<Condition> = {}): Condition => ({
  type: 'Ready',
  status: 'True',
  reason: 'Published',
  message: 'All is well.',
  observedGeneration: 6,
  lastTransitionTime: THEN,
  ...rest,
});
/** What is stored of one condition. */
const stampOne = (now: ConditionNow, before: readonly Condition[]): Condition | undefined =>
  stampConditions([now], before, AT)[0];

test('a time is RFC 3339 in whole seconds, the begun one not counted', () => {
  expect(timestamp(NOW)).toBe('2026-11-23T09:30:15Z');
});

describe('the time of the last transition', () => {
  const moved = timestamp(NOW);
  test.each<{ name: string; now: ConditionNow; before: readonly Condition[]; want: string }>([
    { name: 'is now for a condition that is new', now: ready(), before: [], want: moved },
    { name: 'stays where nothing changes', now: ready(), before: [stored()], want: THEN },
    {
      name: 'stays where another reason or message comes',
      now: ready({ reason: 'AcceptedFallback', message: 'Other.' }),
      before: [stored()],
      want: THEN,
    },
    { name: 'moves to False', now: ready({ status: 'False' }), before: [stored()], want: moved },
    { name: 'moves to Unknown', now: ready({ status: 'Unknown' }), before: [stored()], want: moved },
    { name: 'moves from Unknown', now: ready(), before: [stored({ status: 'Unknown' })], want: moved },
    {
      name: 'is now where the default of the CRD has none, also for the same status',
      now: ready({ status: 'Unknown' }),
      before: [{ type: 'Ready', status: 'Unknown', reason: 'Pending', message: '' }],
      want: moved,
    },
    {
      name: 'is that of its own type',
      now: ready(),
      before: [stored({ type: 'RecordPublished', lastTransitionTime: '2020-01-01T00:00:00Z' }), stored()],
      want: THEN,
    },
  ])('$name', ({ now, before, want }) => {
    expect(stampOne(now, before)?.lastTransitionTime).toBe(want);
  });
});

describe('Ready made of another condition', () => {
  const hairpin = ready({ type: 'NodesResolve', status: 'False', reason: 'Hairpin', message: 'Nodes are led out.' });

  test('says of a fault where to read on', () => {
    const message = 'Nodes are led out. See docs/troubleshooting.md#hairpin.';
    expect(readyFrom(hairpin)).toEqual({ type: 'Ready', status: 'False', reason: 'Hairpin', message });
  });

  test('keeps the end of what is too long', () => {
    const stamped = stampOne(readyFrom({ ...hairpin, message: 'x'.repeat(2_000) }), []);
    expect(stamped?.message).toHaveLength(1_024);
    expect(stamped?.message).toMatch(/x… See docs\/troubleshooting\.md#hairpin\.$/);
  });

  test('is otherwise as it was', () => {
    const unknown = ready({ type: 'NodesResolve', status: 'Unknown', reason: 'Unknown' });
    expect(readyFrom(unknown)).toEqual({ ...unknown, type: 'Ready' });
  });
});

test('the generation is always the one looked at', () => {
  expect(stampOne(ready(), [stored()])).toEqual({ ...stored(), observedGeneration: 7 });
});

test('conditions keep the order given, and those no longer given go', () => {
  const before = [stored({ type: 'PodsResolve' }), stored()];
  const types = stampConditions([ready({ type: 'RecordPublished' }), ready()], before, AT).map(({ type }) => type);
  expect(types).toEqual(['RecordPublished', 'Ready']);
});

describe('a message', () => {
  const messageOf = (message: string): string => stampOne(ready({ message }), [])?.message ?? '';

  test.each([
    { name: 'of 1,024 characters stays whole', given: 'x'.repeat(1_024), want: 'x'.repeat(1_024) },
    { name: 'of more is cut, and says so', given: 'x'.repeat(1_025), want: `${'x'.repeat(1_023)}…` },
    { name: 'is cut between characters', given: `${'x'.repeat(1_022)}😀y`, want: `${'x'.repeat(1_022)}\u{fffd}…` },
    {
      name: 'shows what a terminal would act on',
      given: 'holds "\u001b[2J\u009b1m\u202e\n"',
      want: String.raw`holds "\u001b[2J\u009b1m\u202e\u000a"`,
    },
    { name: 'holds no half character that somebody else cut', given: 'holds "\ud83d"', want: 'holds "\u{fffd}"' },
  ])('$name', ({ given, want }) => {
    expect(messageOf(given)).toBe(want);
  });

  test('is the same after it was stored as UTF-8', () => {
    const message = messageOf(`${'x'.repeat(1_022)}😀y`);
    expect(new TextDecoder().decode(new TextEncoder().encode(message))).toBe(message);
  });
});
