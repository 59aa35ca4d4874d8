import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLevels } from '../../../../src/controller/probe/levels.ts';

const DAY = 24 * 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: DAY });
});
afterEach(() => {
  vi.useRealTimers();
});

interface World {
  /** Each server with the serial that it has, undefined while it gives none. */
  readonly servers: Map<string, number | undefined>;
  readonly gone: Set<string>;
  /** `server name`: what a server never gives, whatever its serial. */
  readonly never: Set<string>;
  /** Serial at which each name changed. */
  readonly changedAt: Map<string, number>;
}

/** Levels over servers that only exist as `world`; a server gives a name's answer once it has the serial of its change. */
const setUp = (serials: Record<string, number | undefined>, { maxLagMs = 60_000 } = {}) => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const world: World = {
    servers: new Map(Object.entries(serials)),
    gone: new Set(),
    never: new Set(),
    changedAt: new Map(),
  };
  const log = { level: [] as string[], late: [] as string[], asked: [] as string[] };
  let serial = 100;
  const since = Date.now();
  const seconds = (): number => (Date.now() - since) / 1000;
  const levels = createLevels({
    servers: () => [...world.servers.keys()].map((name) => ({ name, maxLagMs, isGone: world.gone.has(name) })),
    givesAnswer: (server, name) => {
      log.asked.push(`${server} ${name} ${seconds()}`);
      const has = world.servers.get(server) ?? 0;
      return Promise.resolve(has >= (world.changedAt.get(name) ?? 0) && !world.never.has(`${server} ${name}`));
    },
    serialOf: (server) => {
      log.asked.push(`${server} SOA ${seconds()}`);
      return Promise.resolve(world.servers.get(server));
    },
    onLevel: (name) => log.level.push(`${name} ${seconds()}`),
    onPastLag: (name) => log.late.push(`${name} ${seconds()}`),
    withoutServersMs: 15_000,
    now: Date.now,
    signal: stop.signal,
  });
  return {
    world,
    levels,
    log,
    stop,
    change: (...names: string[]) => {
      for (const name of names) {
        serial += 1;
        world.changedAt.set(name, serial);
        levels.changed(name, serial);
      }
    },
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
};

describe('a changed name', () => {
  test('is level when every server gives its new answer, and not before', async () => {
    const { world, levels, log, change, pass } = setUp({ a: 101, b: 100 });
    change('git');
    expect(levels.of('git')).toBe('Behind');
    await pass(1000);
    expect(levels.of('git')).toBe('Behind');
    expect(levels.levelAt('git')).toBeUndefined();
    world.servers.set('b', 101);
    await pass(5000);
    expect(levels.of('git')).toBe('Level');
    expect(log.level).toEqual(['git 1.5']);
    expect(levels.levelAt('git')).toBe(DAY + 1500);
  });

  test('is seen at once where a server is quick, and asked for ever more slowly where it is not', async () => {
    const { log, change, pass } = setUp({ a: 101, b: 100 });
    change('git');
    await pass(20_000);
    expect(log.asked.filter((line) => line.startsWith('a '))).toEqual(['a git 0']);
    expect(log.asked.filter((line) => line.startsWith('b ')).map((line) => Number(line.split(' ')[2]))).toEqual([
      0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 11.3, 16.3,
    ]);
  });

  test('that changes again waits for the last change', async () => {
    const { world, levels, log, change, pass } = setUp({ a: 100 });
    change('git');
    await pass(1000);
    change('git');
    world.servers.set('a', 101);
    await pass(5000);
    expect(levels.of('git')).toBe('Behind');
    world.servers.set('a', 102);
    await pass(5000);
    expect(log.level).toHaveLength(1);
  });

  test('that was forgotten is asked for no more', async () => {
    const { levels, log, change, pass } = setUp({ a: 100 });
    change('git');
    await pass(1000);
    levels.forget('git');
    expect(levels.of('git')).toBe('Level');
    log.asked.length = 0;
    await pass(60_000);
    expect(log.asked).toEqual([]);
    expect(log.level).toEqual([]);
  });

  test('is asked for at once, though the server is waited for already for another one', async () => {
    const { world, log, change, pass } = setUp({ a: 100 });
    world.never.add('a old');
    change('old');
    await pass(58_000);
    world.servers.set('a', 102);
    change('git');
    await pass(200);
    expect(log.level).toEqual(['old 58', 'git 58']);
  });
});

describe('a server', () => {
  test('that is gone is waited for no longer, nor one that is not listed any more', async () => {
    const { world, levels, log, change, pass } = setUp({ a: 100, b: 100, c: 101 });
    change('git');
    await pass(1000);
    world.gone.add('a');
    world.servers.delete('b');
    levels.serversChanged();
    await pass(100);
    expect(log.level).toEqual(['git 1']);
  });

  test('that takes longer than it may makes the name past its lag, told once', async () => {
    const { world, levels, log, change, pass } = setUp({ a: 100 }, { maxLagMs: 10_000 });
    change('git');
    await pass(10_000);
    expect(levels.of('git')).toBe('Behind');
    await pass(30_000);
    expect(levels.of('git')).toBe('PastLag');
    expect(log.late).toEqual(['git 11.3']);
    world.servers.set('a', 101);
    await pass(5000);
    expect(levels.of('git')).toBe('Level');
  });
});

describe('where no servers are listed', () => {
  test('a name is level a while after its change', async () => {
    const { levels, log, change, pass } = setUp({});
    change('git');
    await pass(14_999);
    expect(levels.of('git')).toBe('Behind');
    await pass(1);
    expect(levels.of('git')).toBe('Level');
    expect(log.level).toEqual(['git 15']);
  });

  test('a change within that while begins it anew', async () => {
    const { log, change, pass } = setUp({});
    change('git');
    await pass(10_000);
    change('git');
    await pass(14_000);
    expect(log.level).toEqual([]);
    await pass(1000);
    expect(log.level).toEqual(['git 25']);
  });
});

describe('many changes at once', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `h${index}`);

  test('are level by one question and the serial', async () => {
    const { log, change, pass } = setUp({ a: 1100 });
    change(...names);
    await pass(10);
    expect(log.level).toHaveLength(1000);
    expect(log.asked).toEqual(['a h999 0', 'a SOA 0']);
  });

  test('are level as far as the serial of the server goes', async () => {
    const { world, levels, change, pass } = setUp({ a: 600 });
    change(...names);
    // It gives the newest although its serial says no: a name that has said the same for long.
    world.changedAt.set('h999', 0);
    await pass(10);
    expect(names.filter((name) => levels.of(name) === 'Level')).toEqual([...names.slice(0, 500), 'h999']);
  });

  test('are not level by a serial alone: a copy may run ahead of the content', async () => {
    const { world, levels, change, pass } = setUp({ a: 5000 });
    for (const name of names) world.never.add(`a ${name}`);
    change(...names);
    await pass(60_000);
    expect(names.every((name) => levels.of(name) === 'Behind')).toBe(true);
  });

  test('hold up nobody, though the newest never comes', async () => {
    const { world, levels, change, pass } = setUp({ a: 200 });
    world.never.add('a z');
    change('x', 'y', 'z');
    await pass(1000);
    expect(['x', 'y', 'z'].map((name) => levels.of(name))).toEqual(['Level', 'Level', 'Behind']);
  });
});

test('nothing happens any more after the end', async () => {
  const { world, log, stop, change, pass } = setUp({ a: 100 });
  change('git');
  await pass(1000);
  stop.abort();
  log.asked.length = 0;
  world.servers.set('a', 101);
  await pass(60_000);
  expect(log.asked).toEqual([]);
  expect(log.level).toEqual([]);
});
