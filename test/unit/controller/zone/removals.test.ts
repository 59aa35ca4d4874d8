import { describe, expect, test } from 'vitest';
import { createRemovals, type Removals, type RemovalsOptions } from '../../../../src/controller/zone/removals.ts';

const NOW = Date.UTC(2026, 10, 23);
const GRACE_MS = 300_000;
const LIMITS = { graceSeconds: 300, free: 2, maxPercent: 0, maxRecords: 100, windowSeconds: 600 };

/** The removals of a zone that owns 100 names, at a clock, an approval and a store that the test sets. */
interface Rig {
  readonly removals: Removals;
  now: number;
  /** How far the wall clock is off. */
  off: number;
  approved: string | undefined;
  limits: typeof LIMITS;
  readonly vanished: Set<string>;
  readonly changed: string[];
  /** What was stored last. */
  stored: readonly number[];
  store: RemovalsOptions['storeTimes'];
  /** What a last look keeps. */
  readonly keep: Set<string>;
}

const createRig = (): Rig => {
  const rig = {
    now: NOW,
    off: 0,
    approved: undefined,
    limits: LIMITS,
    vanished: new Set<string>(),
    changed: [],
    stored: [],
    keep: new Set<string>(),
  };
  const options = {
    limits: () => result.limits,
    approved: () => result.approved,
    ownedCount: () => 100,
    kindVanished: (name: string) => result.vanished.has(name),
    now: () => result.now + result.off,
    elapsed: () => result.now,
    storeTimes: (times: readonly number[]) => result.store(times),
    changed: (name: string) => result.changed.push(name),
    confirm: (names: readonly string[]) => Promise.resolve(names.filter((name) => !result.keep.has(name))),
  };
  const store = (times: readonly number[]): Promise<void> => {
    result.stored = times;
    return Promise.resolve();
  };
  const result: Rig = { ...rig, store, removals: createRemovals(options) };
  return result;
};

const beginAll = ({ removals }: Rig, ...names: string[]): void => {
  for (const name of names) removals.begin(name, 'Seen');
};
const released = ({ removals }: Rig, ...names: string[]): string[] =>
  names.filter((name) => removals.get(name)?.released === true);
const snapshotOf = ({ removals }: Rig, name: string): string | undefined => removals.get(name)?.snapshot;

describe('the grace time', () => {
  test('passes nobody before it is over, and says when to look again', async () => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.now += GRACE_MS - 1;
    expect(await rig.removals.evaluate()).toBe(NOW + GRACE_MS);
    expect(released(rig, 'a')).toEqual([]);
    rig.now += 1;
    expect(await rig.removals.evaluate()).toBeUndefined();
    expect(released(rig, 'a')).toEqual(['a']);
  });

  test('ends at the earliest of several', async () => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.now += 1_000;
    beginAll(rig, 'b');
    expect(await rig.removals.evaluate()).toBe(NOW + GRACE_MS);
    rig.now = NOW + GRACE_MS;
    expect(await rig.removals.evaluate()).toBe(NOW + 1_000 + GRACE_MS);
  });

  test('runs on where the removal is begun again, with the first evidence', async () => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.now += GRACE_MS;
    rig.removals.begin('a', 'Inferred');
    expect(rig.removals.get('a')).toEqual({ since: NOW, evidence: 'Seen', snapshot: undefined, released: false });
    await rig.removals.evaluate();
    expect(released(rig, 'a')).toEqual(['a']);
  });

  test('begins anew where the name was wanted in between', async () => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.now += GRACE_MS;
    rig.removals.forget('a');
    beginAll(rig, 'a');
    expect(await rig.removals.evaluate()).toBe(NOW + 2 * GRACE_MS);
    expect(released(rig, 'a')).toEqual([]);
  });

  test('goes on over a restart', async () => {
    const rig = createRig();
    rig.removals.restore('a', { since: NOW - GRACE_MS, evidence: 'Seen', snapshot: undefined });
    await rig.removals.evaluate();
    expect(released(rig, 'a')).toEqual(['a']);
  });

  test('that is under way is not changed by what status remembers', () => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.removals.restore('a', { since: NOW - GRACE_MS, evidence: 'Inferred', snapshot: 'old-1' });
    expect(rig.removals.get('a')).toMatchObject({ since: NOW, evidence: 'Seen', snapshot: undefined });
  });
});

describe('a wall clock that jumps', () => {
  const HOURS = 24 * 3_600_000;

  test.each([HOURS, -HOURS])('by %i ms changes nothing in how long the grace time is', async (off) => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.off = off;
    rig.now += GRACE_MS - 1;
    expect(await rig.removals.evaluate()).toBe(NOW + GRACE_MS);
    expect(released(rig, 'a')).toEqual([]);
    rig.now += 1;
    await rig.removals.evaluate();
    expect(released(rig, 'a')).toEqual(['a']);
    expect(rig.stored).toEqual([rig.now + off]);
  });

  test.each([HOURS, -HOURS])('by %i ms changes nothing in how long a deletion counts', async (off) => {
    const rig = createRig();
    rig.limits = { ...LIMITS, graceSeconds: 0 };
    beginAll(rig, 'a', 'b');
    await rig.removals.evaluate();
    rig.off = off;
    rig.now += LIMITS.windowSeconds * 1_000 - 1;
    beginAll(rig, 'c');
    await rig.removals.evaluate();
    expect(rig.removals.pending).toMatchObject({ sample: ['c'] });
    rig.now += 1;
    beginAll(rig, 'd');
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b', 'c', 'd')).toEqual(['a', 'b', 'd']);
  });

  test('back before a restart lets what is remembered of the future begin now', async () => {
    const rig = createRig();
    rig.limits = { ...LIMITS, free: 1 };
    rig.removals.restoreTimes([NOW + HOURS]);
    rig.removals.restore('a', { since: NOW + HOURS, evidence: 'Seen', snapshot: undefined });
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(rig.removals.pending).toMatchObject({ sample: ['a'] });
    rig.now += LIMITS.windowSeconds * 1_000;
    beginAll(rig, 'b');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['b']);
  });
});

describe('what waits for a person', () => {
  /** Four names whose grace time is over: a and b are free, c and d wait. */
  const createWaiting = async (): Promise<Rig> => {
    const rig = createRig();
    beginAll(rig, 'd', 'c', 'b', 'a');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    return rig;
  };

  test('is nothing at first', () => {
    expect(createRig().removals.pending).toBeUndefined();
  });

  test('is a snapshot with its id, age, count and names in order', async () => {
    const rig = await createWaiting();
    expect(released(rig, 'a', 'b', 'c', 'd')).toEqual(['a', 'b']);
    expect(rig.removals.pending).toEqual({ id: snapshotOf(rig, 'c'), since: NOW, count: 2, sample: ['c', 'd'] });
  });

  test('shows ten names and counts them all', async () => {
    const rig = createRig();
    rig.limits = { ...LIMITS, free: 0 };
    const names = Array.from({ length: 25 }, (_, index) => `h${String(index).padStart(2, '0')}`);
    beginAll(rig, ...names.toReversed());
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(rig.removals.pending).toMatchObject({ count: 25, sample: names.slice(0, 10) });
  });

  test('stays as it is, whoever comes later: newcomers wait behind it, unseen until it is approved', async () => {
    const rig = await createWaiting();
    const before = rig.removals.pending;
    beginAll(rig, 'e');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(rig.removals.pending).toEqual(before);
    expect(snapshotOf(rig, 'e')).not.toBe(before?.id);

    rig.approved = before?.id;
    await rig.removals.evaluate();
    expect(released(rig, 'c', 'd', 'e')).toEqual(['c', 'd']);
    expect(rig.removals.pending).toEqual({
      id: snapshotOf(rig, 'e'),
      since: NOW + GRACE_MS,
      count: 1,
      sample: ['e'],
    });
  });

  test('does not pass when the window has expired, with what waits behind it', async () => {
    const rig = await createWaiting();
    beginAll(rig, 'e');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    rig.now += 10 * LIMITS.windowSeconds * 1_000;
    await rig.removals.evaluate();
    expect(released(rig, 'c', 'd', 'e')).toEqual([]);
  });

  test('becomes less by what is wanted again, and none when all of it is', async () => {
    const rig = await createWaiting();
    rig.removals.forget('c');
    expect(rig.removals.pending).toMatchObject({ count: 1, sample: ['d'] });
    rig.removals.forget('d');
    expect(rig.removals.pending).toBeUndefined();
  });

  test('is known again after a restart, and not by another approval', async () => {
    const before = await createWaiting();
    const rig = createRig();
    for (const name of ['c', 'd']) {
      const { since, evidence, snapshot } = before.removals.get(name) ?? { since: 0, evidence: 'Seen' };
      rig.removals.restore(name, { since, evidence, snapshot });
    }
    expect(rig.removals.pending).toEqual(before.removals.pending);
    rig.now = before.now;
    rig.approved = 'something';
    await rig.removals.evaluate();
    expect(released(rig, 'c', 'd')).toEqual([]);
    rig.approved = before.removals.pending?.id;
    await rig.removals.evaluate();
    expect(released(rig, 'c', 'd')).toEqual(['c', 'd']);
  });

  test('is what is merely inferred of a kind that lists nothing, the free ones too', async () => {
    const rig = createRig();
    rig.removals.begin('a', 'Inferred');
    rig.vanished.add('a');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(rig.removals.pending).toMatchObject({ count: 1, sample: ['a'] });
  });
});

describe('the times of deletions', () => {
  test('are stored before anything passes', async () => {
    const rig = createRig();
    beginAll(rig, 'a', 'b');
    rig.now += GRACE_MS;
    rig.store = (times) => {
      rig.stored = times;
      return released(rig, 'a', 'b').length === 0 ? Promise.resolve() : Promise.reject(new Error('too late'));
    };
    await rig.removals.evaluate();
    expect(rig.stored).toEqual([rig.now, rig.now]);
    expect(released(rig, 'a', 'b')).toEqual(['a', 'b']);
  });

  test('that cannot be stored let nothing pass, and do not count', async () => {
    const rig = createRig();
    beginAll(rig, 'a', 'b');
    rig.now += GRACE_MS;
    const { store } = rig;
    rig.store = () => Promise.reject(new Error('the API server is away'));
    await expect(rig.removals.evaluate()).rejects.toThrow('away');
    expect(released(rig, 'a', 'b')).toEqual([]);
    rig.store = store;
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['a', 'b']);
    expect(rig.stored).toEqual([rig.now, rig.now]);
  });

  test('count within the window, those from before a restart too', async () => {
    const rig = createRig();
    rig.removals.restoreTimes([NOW + GRACE_MS - 1, NOW + GRACE_MS - LIMITS.windowSeconds * 1_000]);
    beginAll(rig, 'a', 'b');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['a']);
  });

  test('are the last hundred at most', async () => {
    const rig = createRig();
    rig.limits = { ...LIMITS, free: 100 };
    rig.removals.restoreTimes(Array.from({ length: 99 }, (_, index) => index));
    beginAll(rig, 'a', 'b');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(rig.stored).toHaveLength(100);
    expect(rig.stored.slice(0, 1)).toEqual([1]);
    expect(rig.stored.slice(-2)).toEqual([rig.now, rig.now]);
  });

  test('are not stored again where nothing passes', async () => {
    const rig = createRig();
    beginAll(rig, 'a');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    rig.stored = [];
    await rig.removals.evaluate();
    expect(rig.stored).toEqual([]);
  });
});

describe('what a last look keeps', () => {
  test('neither passes nor counts, and goes when it is not kept any more', async () => {
    const rig = createRig();
    beginAll(rig, 'a', 'b');
    rig.keep.add('a');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['b']);
    expect(rig.stored).toEqual([rig.now]);
    rig.keep.clear();
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['a', 'b']);
    expect(rig.stored).toEqual([rig.now, rig.now]);
  });

  test('of an approved snapshot stays, while the others of it go', async () => {
    const rig = createRig();
    rig.limits = { ...LIMITS, free: 0 };
    beginAll(rig, 'a', 'b');
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    rig.approved = rig.removals.pending?.id;
    rig.keep.add('a');
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['b']);
  });
});

describe('what is wanted again while the times are stored', () => {
  test.each([
    { name: 'does not pass', again: false },
    { name: 'begins its grace time anew where it is unwanted once more', again: true },
  ])('$name', async ({ again }) => {
    const rig = createRig();
    beginAll(rig, 'a', 'b');
    rig.now += GRACE_MS;
    rig.store = () => {
      rig.removals.forget('a');
      if (again) rig.removals.begin('a', 'Seen');
      return Promise.resolve();
    };
    await rig.removals.evaluate();
    expect(released(rig, 'a', 'b')).toEqual(['b']);
    const anew = { since: rig.now, evidence: 'Seen', snapshot: undefined, released: false };
    expect(rig.removals.get('a')).toEqual(again ? anew : undefined);
  });
});

describe('whoever listens', () => {
  test('is told when a removal begins, gets further and ends, and of nothing else', async () => {
    const rig = createRig();
    rig.limits = { ...LIMITS, free: 1 };
    const told = (): string[] => rig.changed.splice(0);
    beginAll(rig, 'a', 'b');
    beginAll(rig, 'a');
    expect(told()).toEqual(['a', 'b']);
    rig.now += GRACE_MS;
    await rig.removals.evaluate();
    expect(told().sort()).toEqual(['a', 'b']);
    await rig.removals.evaluate();
    expect(told()).toEqual([]);
    rig.removals.forget('a');
    rig.removals.forget('a');
    expect(told()).toEqual(['a']);
  });
});
