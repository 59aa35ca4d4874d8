import { describe, expect, test } from 'vitest';
import { createPacer, PRIORITY, take, type Pacer, type Priority } from '../../../src/probe/pacer.ts';
import { createManualClock } from './manual-clock.ts';

const SERVER = { address: '10.0.20.1', port: 53 };
const OTHER = { address: '10.0.20.1', port: 5301 };

const setUp = (burst = 4) => {
  const clock = createManualClock();
  const pacer = createPacer({ clock, queriesPerSecond: 2, burst });
  /** When each named claim was granted. */
  const granted: string[] = [];
  const claim = (name: string, priority: Priority = PRIORITY.first, queries = 1, server = SERVER) => {
    const wish = { priority, grant: () => granted.push(`${name} ${clock.now()}`) && queries };
    pacer.claim(server, wish);
    return wish;
  };
  return { clock, pacer, granted, claim };
};

describe('the pace of a server', () => {
  test('a burst goes at once, the rest at the rate', async () => {
    const { clock, granted, claim } = setUp();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) claim(name);
    await clock.advance(1000);
    expect(granted).toEqual(['a 0', 'b 0', 'c 0', 'd 0', 'e 500', 'f 1000']);
  });

  test('a pause fills the burst up again, and no further', async () => {
    const { clock, granted, claim } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) claim(name);
    await clock.advance(600_000);
    granted.length = 0;
    for (const name of ['e', 'f', 'g', 'h', 'i']) claim(name);
    await clock.advance(500);
    expect(granted).toEqual(['e 600000', 'f 600000', 'g 600000', 'h 600000', 'i 600500']);
  });

  test('a claim of several queries is paid for by those after it', async () => {
    const { clock, granted, claim } = setUp(1);
    claim('look', PRIORITY.first, 4);
    claim('next');
    await clock.advance(10_000);
    expect(granted).toEqual(['look 0', 'next 2000']);
  });

  test('a claim that finds nothing to ask any more costs nothing', async () => {
    const { clock, granted, claim } = setUp(1);
    claim('nothing', PRIORITY.first, 0);
    claim('next');
    await clock.advance(0);
    expect(granted).toEqual(['nothing 0', 'next 0']);
  });

  test('holds on average, however long one asks', async () => {
    const { clock, pacer, granted, claim } = setUp();
    pacer.setRate(SERVER, 3);
    for (let index = 0; index < 1000; index += 1) claim(String(index));
    await clock.advance(100_000);
    expect(granted.length).toBe(4 + 300);
  });

  test('is its own for each address and port', async () => {
    const { clock, granted, claim } = setUp(1);
    claim('a');
    claim('b');
    claim('c', PRIORITY.first, 1, OTHER);
    await clock.advance(0);
    expect(granted).toEqual(['a 0', 'c 0']);
  });

  test('may be another for one server, from now on', async () => {
    const { clock, pacer, granted, claim } = setUp(1);
    for (const name of ['a', 'b', 'c']) claim(name);
    pacer.setRate(SERVER, 8);
    await clock.advance(1000);
    expect(granted).toEqual(['a 0', 'b 125', 'c 250']);
    expect([pacer.rateOf(SERVER), pacer.rateOf(OTHER)]).toEqual([8, 2]);
  });
});

describe('waiting claims', () => {
  test('go by priority, and in their order within one', async () => {
    const { clock, granted, claim } = setUp(1);
    claim('now');
    claim('rotated', PRIORITY.rotation);
    claim('swept', PRIORITY.sweep);
    claim('changed 1');
    claim('changed 2');
    claim('rotated 2', PRIORITY.rotation);
    await clock.advance(10_000);
    expect(granted.map((grant) => grant.replace(/ \d+$/, ''))).toEqual([
      'now',
      'changed 1',
      'changed 2',
      'swept',
      'rotated',
      'rotated 2',
    ]);
  });

  test('may be withdrawn; then nothing waits, not even a timer', async () => {
    const { clock, pacer, granted, claim } = setUp(1);
    claim('a');
    const second = claim('b');
    expect(clock.timers).toBe(1);
    pacer.withdraw(SERVER, second);
    pacer.withdraw(SERVER, second);
    expect(clock.timers).toBe(0);
    await clock.advance(10_000);
    expect(granted).toEqual(['a 0']);
  });

  test('may claim again when granted, without end and without a deep stack', async () => {
    const { clock, pacer } = setUp(20_000);
    let granted = 0;
    const again = (): void =>
      pacer.claim(SERVER, {
        priority: PRIORITY.rotation,
        grant: () => {
          granted += 1;
          again();
          return 1;
        },
      });
    again();
    await clock.advance(1000);
    expect(granted).toBe(20_002);
  });
});

describe('one query may be waited for', () => {
  const taken = async (pacer: Pacer, signal = new AbortController().signal): Promise<void> =>
    take(pacer, SERVER, PRIORITY.first, signal);

  test('as long as the pace wants it', async () => {
    const { clock, pacer } = setUp(1);
    const times: number[] = [];
    void taken(pacer).then(() => times.push(clock.now()));
    void taken(pacer).then(() => times.push(clock.now()));
    await clock.advance(1000);
    expect(times).toEqual([0, 500]);
  });

  test('until a signal ends it; the query is left to others', async () => {
    const { clock, pacer, granted, claim } = setUp(1);
    const stop = new AbortController();
    await taken(pacer);
    const outcome = expect(taken(pacer, stop.signal)).rejects.toThrow('stopped');
    claim('other');
    stop.abort(new Error('stopped'));
    await outcome;
    await clock.advance(500);
    expect(granted).toEqual(['other 500']);
    await expect(taken(pacer, stop.signal)).rejects.toThrow('stopped');
  });
});
