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

/** An id of a snapshot that was formed at a time. */
const idAt = (time: number, hash = '1abcdef'): string => `${time.toString(36)}-${hash}`;
const ID = /^[0-9a-z]+-[0-9a-z]+$/;
const OLDEST = idAt(NOW - 60 * MINUTE);
const NEXT = idAt(NOW - 30 * MINUTE);

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
/** What waits, by name, with its snapshot. */
const snapshotsOf = (wait: GuardDecision['wait']): Record<string, string> =>
  Object.fromEntries(wait.map(({ name, snapshot }) => [name, snapshot]));
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
    expect(wait[0]?.snapshot).toMatch(ID);
  });

  test('waits on in its snapshot when the window has passed: only a person releases it', () => {
    const { release, wait } = guard({ candidates: waiting(OLDEST, 'a', 'b') });
    expect(release).toEqual([]);
    expect(wait).toEqual([
      { name: 'a', snapshot: OLDEST },
      { name: 'b', snapshot: OLDEST },
    ]);
  });

  test('does not use up what newcomers may have', () => {
    const { release } = guard({ candidates: [...waiting(OLDEST, 'a', 'b'), ...seen('c', 'd')] });
    expect(release).toEqual(['c', 'd']);
  });

  test('forms the next snapshot at once while another waits, and takes nobody into that', () => {
    const { release, wait } = guard({ candidates: [...waiting(OLDEST, 'x'), ...seen('a', 'b', 'c', 'd')] });
    expect(release).toEqual(['a', 'b']);
    expect(snapshotsOf(wait)).toEqual({ x: OLDEST, c: wait[0]?.snapshot, d: wait[0]?.snapshot });
    expect(wait[0]?.snapshot).toMatch(ID);
    expect([wait[0]?.snapshot, OLDEST].sort()).toEqual([OLDEST, wait[0]?.snapshot]);
  });

  test('joins the snapshot after the oldest where there is one', () => {
    const candidates = [...waiting(OLDEST, 'x'), ...waiting(NEXT, 'c'), ...seen('a', 'b', 'd')];
    const { release, wait } = guard({ candidates });
    expect(release).toEqual(['a', 'b']);
    expect(snapshotsOf(wait)).toEqual({ c: NEXT, d: NEXT, x: OLDEST });
  });

  test('of several snapshots, as a restart with another clock may leave them, joins the newest', () => {
    const newest = idAt(NOW - MINUTE / 2);
    const candidates = [...waiting(newest, 'c'), ...waiting(OLDEST, 'x'), ...waiting(NEXT, 'y'), ...vanished('d')];
    expect(snapshotsOf(guard({ candidates }).wait)).toEqual({ c: newest, d: newest, x: OLDEST, y: NEXT });
  });

  test('begins another snapshot when the one that took newcomers has become the oldest', () => {
    const { wait } = guard({ candidates: [...waiting(NEXT, 'c'), ...vanished('d')] });
    expect(snapshotsOf(wait)).toEqual({ c: NEXT, d: wait[1]?.snapshot });
    expect(wait[1]?.snapshot).toMatch(new RegExp(`^(?!${NEXT})`));
  });

  test('behind a snapshot passes never by itself, also when the window has long expired', () => {
    const used = [NOW - 2, NOW - 1];
    const first = guard({ candidates: [...waiting(OLDEST, 'x'), ...seen('c')], recent: used });
    expect(first.release).toEqual([]);
    const candidates = first.wait.map(({ name, snapshot }) => candidate(name, { snapshot }));
    const later = guard({
      candidates,
      recent: used,
      now: NOW + 1_000 * MINUTE,
      limits: { ...LIMITS, maxPercent: 100 },
    });
    expect(later).toEqual(first);
  });

  test('has an id that sorts behind the oldest even where the clock was set back', () => {
    const ahead = idAt(NOW + MINUTE);
    const { wait } = guard({ candidates: [...waiting(ahead, 'x'), ...vanished('a')] });
    const { a = '', x = '' } = snapshotsOf(wait);
    expect(x).toBe(ahead);
    expect([a, x].sort()).toEqual([x, a]);
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
      ...names(200).map((name) => candidate(name, { snapshot: OLDEST, evidence: 'Inferred', kindVanished: true })),
      ...vanished('newcomer'),
    ];
    const { release, wait } = guard({ candidates, owned: 201, approved: OLDEST });
    expect(release).toEqual(names(200));
    expect(wait.map(({ name }) => name)).toEqual(['newcomer']);
  });

  test('leaves the newcomers to form the next snapshot, under another id', () => {
    const { wait } = guard({ candidates: [...waiting(OLDEST, 'a'), ...vanished('b', 'c')], approved: OLDEST });
    expect(wait).toEqual(['b', 'c'].map((name) => ({ name, snapshot: wait[0]?.snapshot })));
    expect(wait[0]?.snapshot).toMatch(ID);
    expect(wait[0]?.snapshot).not.toBe(OLDEST);
  });

  test('of another snapshot releases nothing', () => {
    const given = { candidates: waiting(OLDEST, 'a'), approved: NEXT };
    expect(guard(given)).toEqual({ release: [], wait: [{ name: 'a', snapshot: OLDEST }] });
  });

  test('that still stands on the zone does not release what comes later', () => {
    expect(guard({ candidates: vanished('a'), approved: OLDEST }).release).toEqual([]);
  });

  test.each([
    { name: 'behind it in name order', newcomers: ['c', 'd'] },
    { name: 'before it in name order', newcomers: ['0', '1'] },
  ])('counts within the window, so that no newcomer slips through $name', ({ newcomers }) => {
    const candidates = [...waiting(OLDEST, 'a', 'b'), ...seen(...newcomers)];
    const { release, wait } = guard({ candidates, approved: OLDEST });
    expect(release).toEqual(['a', 'b']);
    expect(wait.map(({ name }) => name)).toEqual(newcomers);
  });
});

describe('over any course of events', () => {
  /** One step: time goes on (or the clock is set back), some names lose their source, a person may approve a snapshot. */
  const step = fc.record({
    minutes: fc.integer({ min: -2, max: 12 }),
    gone: fc.nat(12),
    evidence: fc.constantFrom<DeletionCandidate['evidence']>('Seen', 'Inferred'),
    kindVanished: fc.boolean(),
    approve: fc.constantFrom('none', 'none', 'oldest', 'newest'),
    backAgain: fc.boolean(),
  });
  const limits = fc.record<GuardLimits>({
    free: fc.nat(4),
    maxPercent: fc.nat(100),
    maxRecords: fc.nat(10),
    windowSeconds: fc.constantFrom(60, 600),
  });
  const idsOf = (candidates: readonly DeletionCandidate[]): string[] =>
    [...new Set(candidates.flatMap(({ snapshot }) => snapshot ?? []))].sort();

  test('no more goes within a window than the limits allow, and of what was held only what a person approved', () => {
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
          const ids = idsOf(open);
          const held = new Map(open.map(({ name, snapshot }) => [name, snapshot]));
          // Half of the newcomers come before those that wait in name order, half behind.
          open.push(...Array.from({ length: gone }, () => candidate(`${made++ % 2}-${made}`, why)));
          owned = Math.max(owned, open.length);
          const approved = approve === 'none' ? undefined : ids.at(approve === 'oldest' ? 0 : -1);
          const recent = deleted.map(({ at }) => at);
          const decision = guardDeletions({ candidates: open, recent, owned, limits: given, approved, now });

          expect([...decision.release, ...decision.wait.map(({ name }) => name)].sort()).toEqual(
            open.map(({ name }) => name).sort(),
          );
          // What was held passes exactly when its snapshot is approved, and stays in that until then.
          for (const name of decision.release) if (held.has(name)) expect(held.get(name)).toBe(approved);
          for (const { name, snapshot } of decision.wait) {
            expect(snapshot).toMatch(ID);
            expect(snapshot).not.toBe(approved);
            if (held.has(name)) expect(snapshot).toBe(held.get(name));
            else expect(snapshot).not.toBe(ids[0]);
          }
          const after = [...new Set(decision.wait.map(({ snapshot }) => snapshot))].sort();
          expect(after.length).toBeLessThanOrEqual(2);
          const stayed = ids.filter((id) => after.includes(id));
          expect(after.slice(0, stayed.length)).toEqual(stayed);

          const inWindow = deleted.filter(({ at }) => at > now - given.windowSeconds * 1000);
          const share = Math.floor(((owned + inWindow.length) * given.maxPercent) / 100);
          const most = Math.max(given.free, Math.min(given.maxRecords, share));
          const released = decision.release.map((name) => ({ name, at: now, approved: held.has(name) }));
          const unapproved = released.filter((one) => !one.approved).length;
          if (unapproved > 0) {
            expect(inWindow.filter((one) => !one.approved).length + unapproved).toBeLessThanOrEqual(most);
          }

          deleted = [...deleted, ...released];
          owned -= released.length;
          open = decision.wait.map(({ name, snapshot }) => ({ ...open.find((one) => one.name === name)!, snapshot }));
        }
        const generous = { free: 100, maxPercent: 100, maxRecords: 100, windowSeconds: 60 };
        const muchLater = { candidates: open, recent: [], owned, limits: generous, now: now + 10_000 * MINUTE };
        expect(guard(muchLater).release).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
