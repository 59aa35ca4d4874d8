import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDoubtedDeletions, type DoubtedDeletions } from '../../../src/controller/doubted-deletions.ts';

/** Doubts over a kind whose questions the test answers one by one, and what was removed. */
interface Rig {
  readonly doubted: DoubtedDeletions;
  readonly removed: string[];
  /** Answers the oldest open question: whether the kind is going, or that nobody knows. */
  answer(isGoing: boolean | Error): Promise<void>;
  readonly open: number;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const createRig = (): Rig => {
  const questions: PromiseWithResolvers<boolean>[] = [];
  const removed: string[] = [];
  const doubted = createDoubtedDeletions({
    isKindGoing: () => {
      const question = Promise.withResolvers<boolean>();
      questions.push(question);
      return question.promise;
    },
    remove: (key, evidence) => removed.push(`${key} ${evidence}`),
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  });
  return {
    doubted,
    removed,
    answer: async (isGoing) => {
      const question = questions.shift();
      if (isGoing instanceof Error) question?.reject(isGoing);
      else question?.resolve(isGoing);
      await vi.advanceTimersByTimeAsync(0);
    },
    get open() {
      return questions.length;
    },
  };
};

test('a deletion counts once it is known that the kind stays', async () => {
  const rig = createRig();
  rig.doubted.add('a');
  expect(rig.removed).toEqual([]);
  await rig.answer(false);
  expect(rig.removed).toEqual(['a Seen']);
  expect(rig.open).toBe(0);
});

test('one question serves all deletions before it, and the next one those since', async () => {
  const rig = createRig();
  for (const key of ['a', 'b', 'c', 'd']) rig.doubted.add(key);
  await rig.answer(false);
  expect(rig.removed).toEqual(['a Seen']);
  expect(rig.open).toBe(1);
  await rig.answer(false);
  expect(rig.removed).toEqual(['a Seen', 'b Seen', 'c Seen', 'd Seen']);
});

test('what went with its kind stands until a listing lacks it', async () => {
  const rig = createRig();
  rig.doubted.add('a');
  await rig.answer(true);
  rig.doubted.add('b');
  await rig.answer(true);
  expect(rig.removed).toEqual([]);
  rig.doubted.clear('b');
  rig.doubted.listed();
  expect(rig.removed).toEqual(['a Inferred']);
  rig.doubted.listed();
  expect(rig.removed).toEqual(['a Inferred']);
});

test('what is back before the answer is not removed, and what went again is asked about again', async () => {
  const rig = createRig();
  rig.doubted.add('a');
  rig.doubted.add('b');
  rig.doubted.clear('a');
  rig.doubted.clear('b');
  rig.doubted.add('b');
  await rig.answer(false);
  expect(rig.removed).toEqual([]);
  await rig.answer(false);
  expect(rig.removed).toEqual(['b Seen']);
});

test('while nobody knows, it is asked again after a while', async () => {
  const rig = createRig();
  rig.doubted.add('a');
  await rig.answer(new Error('the API server is away'));
  expect(rig.open).toBe(0);
  await vi.advanceTimersByTimeAsync(5_000);
  await rig.answer(false);
  expect(rig.removed).toEqual(['a Seen']);
});
