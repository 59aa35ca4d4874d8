import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createWorkQueue, TerminalError, type Outcome, type WorkQueue } from '../../../src/queue/work-queue.ts';

// Turns of the event loop are real: only time is ours.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const DONE: Outcome = { kind: 'done' };
const again = (afterMs: number): Outcome => ({ kind: 'again', afterMs });

/** One run of a key that the test ends. */
interface Run {
  readonly key: string;
  readonly at: number;
  readonly signal: AbortSignal;
  readonly end: (outcome?: Outcome) => Promise<void>;
  readonly fail: (error?: Error) => Promise<void>;
}

/** A queue whose runs the test ends, one by one. */
const createRig = (concurrency = 2): { queue: WorkQueue<string>; runs: Run[]; waits: (number | undefined)[] } => {
  const startedAt = performance.now();
  const runs: Run[] = [];
  const waits: (number | undefined)[] = [];
  const queue = createWorkQueue<string>({
    concurrency,
    work: (key, signal) =>
      new Promise((resolve, reject) => {
        runs.push({
          key,
          at: performance.now() - startedAt,
          signal,
          end: async (outcome = DONE) => {
            resolve(outcome);
            await settle();
          },
          fail: async (error = new Error('no luck')) => {
            reject(error);
            await settle();
          },
        });
      }),
    backoff: { firstMs: 100, mostMs: 1_000 },
    random: () => 1,
    onFailure: (_key, _error, waitMs) => waits.push(waitMs),
  });
  return { queue, runs, waits };
};
/** Lets everything happen that is due now. */
const settle = (): Promise<unknown> => later(0);
const later = async (ms: number): Promise<void> => {
  await turns();
  for (let at = 0; at < ms; at += 1) {
    await vi.advanceTimersByTimeAsync(1);
    await turns();
  }
};
/** As many turns of the event loop as a handful of runs take to begin one after another. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await nextTurn();
};
const keysOf = (runs: readonly Run[]): string[] => runs.map(({ key }) => key);

describe('keys', () => {
  test('run in the order they came, each once however often it was added', async () => {
    const { queue, runs } = createRig(1);
    for (const key of ['b', 'a', 'b', 'c', 'a']) queue.add(key);
    await settle();
    for (let run = 0; run < runs.length; run += 1) await runs[run]?.end();
    expect(keysOf(runs)).toEqual(['b', 'a', 'c']);
    expect(queue.size).toBe(0);
  });

  test('run beside each other, as many as there is room for', async () => {
    const { queue, runs } = createRig(2);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    expect(keysOf(runs)).toEqual(['a', 'b']);
    await runs[1]?.end();
    expect(keysOf(runs)).toEqual(['a', 'b', 'c']);
  });

  test('run never twice at the same time; one added while it runs, runs once more after it', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await settle();
    queue.add('a');
    queue.add('a');
    await settle();
    expect(keysOf(runs)).toEqual(['a']);
    await runs[0]?.end();
    expect(keysOf(runs)).toEqual(['a', 'a']);
    await runs[1]?.end();
    expect(keysOf(runs)).toEqual(['a', 'a']);
    expect(queue.size).toBe(0);
  });

  test('added again while they run go behind those that wait for room', async () => {
    const { queue, runs } = createRig(1);
    queue.add('a');
    await settle();
    queue.add('b');
    queue.add('a');
    await runs[0]?.end();
    await runs[1]?.end();
    expect(keysOf(runs)).toEqual(['a', 'b', 'a']);
  });

  test('that failed do not hold up others', async () => {
    const { queue, runs } = createRig(1);
    queue.add('a');
    queue.add('b');
    await settle();
    await runs[0]?.fail();
    expect(keysOf(runs)).toEqual(['a', 'b']);
  });

  test('may be added by the work itself', async () => {
    const seen: string[] = [];
    const queue: WorkQueue<string> = createWorkQueue<string>({
      concurrency: 1,
      work: (key) => {
        seen.push(key);
        if (seen.length < 3) queue.add(key);
        return Promise.resolve(DONE);
      },
      backoff: { firstMs: 1, mostMs: 1 },
      random: () => 1,
      onFailure: () => undefined,
    });
    queue.add('a');
    await settle();
    expect(seen).toEqual(['a', 'a', 'a']);
  });
});

describe('a delay', () => {
  const startTimes = (runs: readonly Run[]): number[] => runs.map(({ at }) => at);

  test.each<{ name: string; given: (queue: WorkQueue<string>) => void; want: readonly number[] }>([
    { name: 'is waited for', given: (queue) => queue.addAfter('a', 50), want: [50] },
    {
      name: 'that is shorter replaces a longer one',
      given: (queue) => {
        queue.addAfter('a', 50);
        queue.addAfter('a', 20);
      },
      want: [20],
    },
    {
      name: 'that is longer changes nothing',
      given: (queue) => {
        queue.addAfter('a', 20);
        queue.addAfter('a', 50);
      },
      want: [20],
    },
    {
      name: 'is over at once when the key is plainly added',
      given: (queue) => {
        queue.addAfter('a', 50);
        queue.add('a');
      },
      want: [0],
    },
    {
      name: 'of a key that is ready changes nothing',
      given: (queue) => {
        queue.add('a');
        queue.addAfter('a', 50);
      },
      want: [0],
    },
    {
      name: 'longer than a timer can hold is no short one',
      given: (queue) => queue.addAfter('a', 2 ** 31),
      want: [],
    },
  ])('$name', async ({ given, want }) => {
    const { queue, runs } = createRig();
    given(queue);
    await later(1_000);
    for (let run = 0; run < runs.length; run += 1) await runs[run]?.end();
    await later(1_000);
    expect(startTimes(runs)).toEqual(want);
  });

  test('that ends while the key runs makes it run again after it', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await settle();
    queue.addAfter('a', 50);
    await later(70);
    expect(runs).toHaveLength(1);
    await runs[0]?.end();
    expect(startTimes(runs)).toEqual([0, 70]);
  });

  test('that the work asks for counts from its end', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await later(30);
    await runs[0]?.end(again(50));
    await later(49);
    expect(runs).toHaveLength(1);
    await later(1);
    expect(startTimes(runs)).toEqual([0, 80]);
  });

  test('that the work asks for is not waited for where the key was added meanwhile', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await settle();
    queue.add('a');
    await runs[0]?.end(again(50));
    expect(runs).toHaveLength(2);
    await runs[1]?.end();
    await later(100);
    expect(runs).toHaveLength(2);
  });

  test('that was asked for earlier is not put off by what the work asks for', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await settle();
    queue.addAfter('a', 20);
    await runs[0]?.end(again(50));
    await later(20);
    expect(startTimes(runs)).toEqual([0, 20]);
  });
});

describe('a failure', () => {
  test('is tried again, each time after a longer wait, up to the ceiling', async () => {
    const { queue, runs, waits } = createRig();
    queue.add('a');
    await settle();
    for (let run = 0; run < 6; run += 1) {
      await runs[run]?.fail();
      await later(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(runs).toHaveLength(7);
  });

  test.each<{ name: string; outcome: Outcome }>([
    { name: 'done', outcome: DONE },
    { name: 'again after a while', outcome: again(10) },
  ])('is forgotten after a run that ended as $name', async ({ outcome }) => {
    const { queue, runs, waits } = createRig();
    queue.add('a');
    await settle();
    await runs[0]?.fail();
    await later(100);
    await runs[1]?.end(outcome);
    queue.add('a');
    await settle();
    await runs[2]?.fail();
    expect(waits).toEqual([100, 100]);
  });

  test('counts for its own key only', async () => {
    const { queue, runs, waits } = createRig();
    queue.add('a');
    await settle();
    await runs[0]?.fail();
    queue.add('b');
    await settle();
    await runs[1]?.fail();
    expect(waits).toEqual([100, 100]);
  });

  test('is tried again at once when the key is added, and goes on counting', async () => {
    const { queue, runs, waits } = createRig();
    queue.add('a');
    await settle();
    await runs[0]?.fail();
    queue.add('a');
    await settle();
    expect(runs).toHaveLength(2);
    await runs[1]?.fail();
    expect(waits).toEqual([100, 200]);
  });

  test('that no trying again can mend waits for a change', async () => {
    const { queue, runs, waits } = createRig();
    queue.add('a');
    await settle();
    await runs[0]?.fail(new TerminalError('never'));
    await later(10_000);
    expect(runs).toHaveLength(1);
    expect(waits).toEqual([undefined]);
    expect(queue.size).toBe(0);
    queue.add('a');
    await settle();
    await runs[1]?.fail();
    expect(waits).toEqual([undefined, 100]);
  });

  test('may be a throw before anything was awaited', async () => {
    const waits: (number | undefined)[] = [];
    const queue = createWorkQueue<string>({
      concurrency: 1,
      work: () => {
        throw new Error('at once');
      },
      backoff: { firstMs: 100, mostMs: 100 },
      random: () => 0,
      onFailure: (_key, _error, waitMs) => waits.push(waitMs),
    });
    queue.add('a');
    await later(149);
    expect(waits).toEqual([50, 50, 50]);
    await queue.stop();
  });
});

describe('the size', () => {
  test('is the number of keys that are ready, running or waiting, each once', async () => {
    const { queue, runs } = createRig(1);
    expect(queue.size).toBe(0);
    queue.add('running');
    await settle();
    queue.add('ready');
    queue.addAfter('waiting', 50);
    expect(queue.size).toBe(3);
    queue.add('running');
    expect(queue.size).toBe(3);
    await runs[0]?.end();
    queue.addAfter('ready', 50);
    expect(queue.size).toBe(3);
  });

  test('is nothing when all is done', async () => {
    const { queue, runs } = createRig();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    for (let run = 0; run < runs.length; run += 1) await runs[run]?.end();
    expect(queue.size).toBe(0);
  });
});

describe('stopping', () => {
  const isOver = async (stopped: Promise<void>): Promise<boolean> => {
    let over = false;
    void stopped.then(() => (over = true));
    await settle();
    return over;
  };

  test('aborts what runs and waits until it has ended', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await settle();
    const stopped = queue.stop();
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(await isOver(stopped)).toBe(false);
    await runs[0]?.end();
    expect(await isOver(stopped)).toBe(true);
  });

  test('starts nobody any more: neither the ready, the waiting, those added again nor those that fail', async () => {
    const { queue, runs, waits } = createRig(1);
    queue.add('a');
    await settle();
    queue.add('a');
    queue.add('ready');
    queue.addAfter('waiting', 50);
    const stopped = queue.stop();
    queue.add('late');
    queue.addAfter('later', 10);
    await runs[0]?.fail();
    await stopped;
    await later(10_000);
    expect(keysOf(runs)).toEqual(['a']);
    expect(waits).toEqual([]);
    expect(queue.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('before a key that was just added has begun leaves it out', async () => {
    const { queue, runs } = createRig();
    queue.add('a');
    await queue.stop();
    expect(runs).toEqual([]);
  });

  test('takes no time where nothing runs', async () => {
    const { queue } = createRig();
    queue.addAfter('a', 50);
    await queue.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('an error that says how long to wait is waited for, and backed off from on top', async () => {
  const { queue, runs, waits } = createRig();
  queue.add('a');
  await settle();
  await runs[0]?.fail(Object.assign(new Error('429'), { retryAfterMs: 2_000 }));
  await later(2_099);
  expect(runs).toHaveLength(1);
  await later(1);
  expect(runs).toHaveLength(2);
  await runs[1]?.fail(Object.assign(new Error('429'), { retryAfterMs: 86_400_000 }));
  expect(waits).toEqual([2_100, 60_200]);
});
