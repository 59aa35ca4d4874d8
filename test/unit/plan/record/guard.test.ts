import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  guardDeletions,
  type DeletionCandidate,
  type GuardDecision,
  type GuardInput,
  type GuardLimits,
} from '../../../../src/plan/record/guard.ts';

// Hundreds of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const LIMITS: GuardLimits = { free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 };
const NOW = Date.UTC(2026, 10, 23);
const MINUTE = 60_000;

const candidate = (name: string, rest: Partial<DeletionCandidate> = {}): DeletionCandidate => ({
  name,
  evidence: 'Seen',
  kindVanished: false,
  snapshot: undefined,
  ...rest,
});

const seen = (...names: string[]): DeletionCandidate[] => names.map((name) => candidate(name));
const waiting = (snapshot: string, ...names: string[]): DeletionCandidate[] =>
  names.map((name) => candidate(name, { snapshot }));
const vanished = (...names: string[]): DeletionCandidate[] =>
  names.map((name) => candidate(name, { evidence: 'Inferred', kindVanished: true }));
/** As many names as asked, in the order of their numbers. */
const names = (count: number, prefix = 'h'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);

const guard = (input: Partial<GuardInput>): GuardDecision =>
  guardDeletions({
    candidates: [],
    recent: [],
    owned: 5,
    limits: LIMITS,
    approved: undefined,
    now: NOW,
    ...input,
  });

describe('what may be deleted now', () => {
  test.each<{ name: string; given: Partial<GuardInput>; want: readonly string[] }>([
    { name: 'nothing, where nothing is to go', given: {}, want: [] },
    { name: 'two of five are free', given: { candidates: seen('a', 'b') }, want: ['a', 'b'] },
    { name: 'a third of five is more than 30 percent', given: { candidates: seen('a', 'b', 'c') }, want: ['a', 'b'] },
    { name: 'the first by name, whatever the order', given: { candidates: seen('c', 'a', 'b') }, want: ['a', 'b'] },
    { name: '30 percent of ten', given: { candidates: seen('a', 'b', 'c', 'd'), owned: 10 }, want: ['a', 'b', 'c'] },
    {
      name: '30 percent of nine, rounded down',
      given: { candidates: seen('a', 'b', 'c'), owned: 9 },
      want: ['a', 'b'],
    },
    { name: 'no more than maxRecords', given: { candidates: seen(...names(200)), owned: 10_000 }, want: names(100) },
    {
      name: 'maxRecords below free does not take the free ones away',
      given: { candidates: seen('a', 'b', 'c'), owned: 100, limits: { ...LIMITS, maxRecords: 1 } },
      want: ['a', 'b'],
    },
    {
      name: 'none where nothing is free and no percent is allowed',
      given: { candidates: seen('a'), owned: 100, limits: { ...LIMITS, free: 0, maxPercent: 0 } },
      want: [],
    },
    {
      name: 'all of them at 100 percent',
      given: { candidates: seen('a', 'b', 'c', 'd', 'e'), limits: { ...LIMITS, maxPercent: 100 } },
      want: ['a', 'b', 'c', 'd', 'e'],
    },
    {
      name: 'what was deleted within the window counts, free ones too',
      given: { candidates: seen('a', 'b'), recent: [NOW - MINUTE] },
      want: ['a'],
    },
    {
      name: 'nothing more where the window is used up',
      given: { candidates: seen('a'), recent: [NOW - 9 * MINUTE, NOW - MINUTE] },
      want: [],
    },
    {
      name: 'again what fits when the window has passed',
      given: { candidates: seen('a', 'b'), recent: [NOW - 10 * MINUTE, NOW - 11 * MINUTE] },
      want: ['a', 'b'],
    },
    {
      name: 'one millisecond before the window has passed it still counts',
      given: { candidates: seen('a', 'b'), recent: [NOW - 10 * MINUTE + 1] },
      want: ['a'],
    },
    {
      name: 'a deletion that a clock set back dates into the future counts',
      given: { candidates: seen('a', 'b'), recent: [NOW + MINUTE] },
      want: ['a'],
    },
    {
      name: 'the percentage is of what was owned before the window, so that it does not shrink on the way',
      given: { candidates: seen('a', 'b'), owned: 15, recent: Array.from({ length: 5 }, () => NOW - 1) },
      want: ['a'],
    },
    {
      name: 'what is inferred from a listing that has others passes like what was seen',
      given: { candidates: [candidate('a', { evidence: 'Inferred' }), candidate('b', { evidence: 'Inferred' })] },
      want: ['a', 'b'],
    },
    {
      name: 'nothing that is inferred from a kind that lists nothing at all, not even the free ones',
      given: { candidates: vanished('a', 'b', 'c'), owned: 1_000 },
      want: [],
    },
    {
      name: 'what was seen to go, even of a kind that now lists nothing: its last Ingress was deleted',
      given: { candidates: [candidate('a', { kindVanished: true })] },
      want: ['a'],
    },
    {
      name: 'a vanished kind does not use up what others may have',
      given: { candidates: [...vanished('a', 'b'), ...seen('c', 'd')] },
      want: ['c', 'd'],
    },
  ])('$name', ({ given, want }) => {
    expect(guard(given).release).toEqual(want);
  });
});

describe('what waits', () => {
  test('forms one snapshot, in name order', () => {
    const { wait } = guard({ candidates: seen('e', 'd', 'c', 'b', 'a') });
    expect(wait.map(({ name }) => name)).toEqual(['c', 'd', 'e']);
    expect(new Set(wait.map(({ snapshot }) => snapshot)).size).toBe(1);
    expect(wait[0]?.snapshot).toMatch(/^[0-9a-f]{8}$/);
  });

  test('waits on in its snapshot when the window has passed: only a person releases it', () => {
    const { release, wait } = guard({ candidates: waiting('11111111', 'a', 'b') });
    expect(release).toEqual([]);
    expect(wait).toEqual([
      { name: 'a', snapshot: '11111111' },
      { name: 'b', snapshot: '11111111' },
    ]);
  });

  test('does not use up what newcomers may have', () => {
    const { release } = guard({ candidates: [...waiting('11111111', 'a', 'b'), ...seen('c', 'd')] });
    expect(release).toEqual(['c', 'd']);
  });

  test('does so without a snapshot while another snapshot waits', () => {
    const { release, wait } = guard({ candidates: [...waiting('11111111', 'x'), ...seen('a', 'b', 'c')] });
    expect(release).toEqual(['a', 'b']);
    expect(wait).toEqual([
      { name: 'c', snapshot: undefined },
      { name: 'x', snapshot: '11111111' },
    ]);
  });

  test('has another id each time, also for the same names', () => {
    const ids = [0, 1, MINUTE].map((later) => guard({ candidates: vanished('a'), now: NOW + later }).wait[0]?.snapshot);
    const others = [['b'], ['a', 'b'], ['ab']].map(
      (list) => guard({ candidates: vanished(...list) }).wait[0]?.snapshot,
    );
    expect(new Set([...ids, ...others]).size).toBe(6);
  });
});

describe('an approval', () => {
  test('releases exactly its snapshot, past every limit', () => {
    const candidates = [
      ...names(200).map((name) => candidate(name, { snapshot: '11111111', evidence: 'Inferred', kindVanished: true })),
      ...vanished('newcomer'),
    ];
    const { release, wait } = guard({ candidates, owned: 201, approved: '11111111' });
    expect(release).toEqual(names(200));
    expect(wait.map(({ name }) => name)).toEqual(['newcomer']);
  });

  test('leaves the newcomers to form the next snapshot, under another id', () => {
    const { wait } = guard({ candidates: [...waiting('11111111', 'a'), ...vanished('b', 'c')], approved: '11111111' });
    expect(wait).toEqual(['b', 'c'].map((name) => ({ name, snapshot: wait[0]?.snapshot })));
    expect(wait[0]?.snapshot).toMatch(/^(?!11111111)[0-9a-f]{8}$/);
  });

  test('of another snapshot releases nothing', () => {
    const given = { candidates: waiting('11111111', 'a'), approved: '22222222' };
    expect(guard(given)).toEqual({ release: [], wait: [{ name: 'a', snapshot: '11111111' }] });
  });

  test('that still stands on the zone does not release what comes later', () => {
    expect(guard({ candidates: vanished('a'), approved: '11111111' }).release).toEqual([]);
  });

  test.each([
    { name: 'behind it in name order', newcomers: ['c', 'd'] },
    { name: 'before it in name order', newcomers: ['0', '1'] },
  ])('counts within the window, so that no newcomer slips through $name', ({ newcomers }) => {
    const candidates = [...waiting('11111111', 'a', 'b'), ...seen(...newcomers)];
    const { release, wait } = guard({ candidates, approved: '11111111' });
    expect(release).toEqual(['a', 'b']);
    expect(wait.map(({ name }) => name)).toEqual(newcomers);
  });
});

describe('over any course of events', () => {
  /** One step: time goes on, some names lose their source, and a person may approve what waits. */
  const step = fc.record({
    minutes: fc.nat(12),
    gone: fc.nat(12),
    evidence: fc.constantFrom<DeletionCandidate['evidence']>('Seen', 'Inferred'),
    kindVanished: fc.boolean(),
    approve: fc.boolean(),
    backAgain: fc.boolean(),
  });
  const limits = fc.record<GuardLimits>({
    free: fc.nat(4),
    maxPercent: fc.nat(100),
    maxRecords: fc.nat(10),
    windowSeconds: fc.constantFrom(60, 600),
  });

  test('no more goes within a window than the limits allow, but for what a person approved', () => {
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 12 }), (given, steps) => {
        let made = 0;
        let owned = 60;
        let now = NOW;
        let open: DeletionCandidate[] = [];
        let deleted: { name: string; at: number; approved: boolean }[] = [];
        for (const { minutes, gone, approve, backAgain, ...why } of steps) {
          now += minutes * MINUTE;
          if (backAgain) open = open.slice(1);
          // Half of the newcomers come before those that wait in name order, half behind.
          open.push(...Array.from({ length: gone }, () => candidate(`${made++ % 2}-${made}`, why)));
          owned = Math.max(owned, open.length);
          const approved = approve ? open.find(({ snapshot }) => snapshot !== undefined)?.snapshot : undefined;
          const recent = deleted.map(({ at }) => at);
          const decision = guardDeletions({ candidates: open, recent, owned, limits: given, approved, now });

          expect([...decision.release, ...decision.wait.map(({ name }) => name)].sort()).toEqual(
            open.map(({ name }) => name).sort(),
          );
          const ofSnapshot = (name: string): string | undefined => open.find((one) => one.name === name)?.snapshot;
          for (const name of decision.release) expect([undefined, approved]).toContain(ofSnapshot(name));
          for (const { name, snapshot } of decision.wait) {
            expect(snapshot).not.toBe(approved ?? '');
            if (ofSnapshot(name) !== undefined) expect(snapshot).toBe(ofSnapshot(name));
          }
          expect(new Set(decision.wait.flatMap(({ snapshot }) => snapshot ?? [])).size).toBeLessThanOrEqual(1);

          const inWindow = deleted.filter(({ at }) => at > now - given.windowSeconds * 1000);
          const share = Math.floor(((owned + inWindow.length) * given.maxPercent) / 100);
          const most = Math.max(given.free, Math.min(given.maxRecords, share));
          const released = decision.release.map((name) => ({
            name,
            at: now,
            approved: ofSnapshot(name) !== undefined,
          }));
          const unapproved = released.filter((one) => !one.approved).length;
          if (unapproved > 0) {
            expect(inWindow.filter((one) => !one.approved).length + unapproved).toBeLessThanOrEqual(most);
          }

          deleted = [...deleted, ...released];
          owned -= released.length;
          open = decision.wait.map(({ name, snapshot }) => ({ ...open.find((one) => one.name === name)!, snapshot }));
        }
      }),
      { numRuns: 100 },
    );
  });
});
