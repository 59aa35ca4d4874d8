import { describe, expect, test } from 'vitest';
import { createElection, LEASE_TIMES, type Election } from '../../../../src/controller/leader/election.ts';
import { WriteRefused } from '../../../../src/model/write-guard.ts';
import { createManualClock, type ManualClock } from '../../probe/manual-clock.ts';
import { createLeaseServer, type LeaseServer } from './lease-server.ts';

/** One process that takes part, with clocks of its own. */
interface Candidate {
  readonly election: Election;
  readonly clock: ManualClock;
  /** Moves the wall clock alone. */
  setBack(ms: number): void;
  /** Cuts the way to the API server, or mends it. */
  cut(isCut: boolean): void;
  /** Asks whether a write may be sent now. */
  mayWrite(): boolean;
  readonly problems: unknown[];
  stop(): Promise<void>;
}

const START = Date.parse('2026-11-24T02:00:00Z');

const join = (server: LeaseServer, identity: string, wallStart = START): Candidate => {
  const clock = createManualClock();
  const way = server.connect();
  const problems: unknown[] = [];
  const stopping = new AbortController();
  let skew = 0;
  const election = createElection({
    leases: way.leases,
    lease: { namespace: 'splithorizon', name: 'splithorizon' },
    identity,
    times: LEASE_TIMES,
    clock,
    wallClock: () => wallStart + clock.now() + skew,
    random: () => 1,
    onProblem: (error) => problems.push(error),
  });
  const over = election.run(() => undefined, stopping.signal);
  return {
    election,
    clock,
    setBack: (ms) => void (skew -= ms),
    cut: (isCut) => void (way.isCut = isCut),
    mayWrite: () => {
      try {
        election.check();
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(WriteRefused);
        return false;
      }
    },
    problems,
    stop: async () => {
      stopping.abort();
      await over;
      await election.release(new AbortController().signal);
    },
  };
};

/** Lets time go by for several processes at once. */
const pass = async (ms: number, ...candidates: readonly Candidate[]): Promise<void> => {
  for (let gone = 0; gone < ms; gone += 250) {
    for (const { clock } of candidates) await clock.advance(250);
  }
};

describe('a lease that nobody holds', () => {
  test('is created and leads at once', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    expect(one.election.isLeading).toBe(true);
    expect(one.mayWrite()).toBe(true);
    expect(server.stored).toMatchObject({ holder: 'one', durationSeconds: 15, transitions: 0, renewTime: START });
  });

  test('is taken at once where it was given back, by one alone, and the change is counted', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    const others = [join(server, 'two'), join(server, 'three')];
    await pass(5_000, one, ...others);
    expect(others.map(({ election }) => election.isLeading)).toEqual([false, false]);
    await one.stop();
    expect(server.stored).toMatchObject({ holder: '', durationSeconds: 1 });
    await pass(1_000, ...others);
    expect(others.filter(({ election }) => election.isLeading)).toHaveLength(1);
    expect(server.stored?.transitions).toBe(1);
  });
});

describe('who leads', () => {
  test('renews, and goes on for as long as it does', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    const two = join(server, 'two');
    await pass(60_000, one, two);
    expect([one.mayWrite(), two.mayWrite()]).toEqual([true, false]);
    expect(server.stored).toMatchObject({ holder: 'one', acquireTime: START, transitions: 0 });
    expect(server.stored?.renewTime).toBeGreaterThanOrEqual(START + 58_000);
  });

  test('writes nothing any more 10 s after it renewed last, though nobody told it that another leads', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(4_250, one);
    one.cut(true);
    await pass(9_500, one);
    expect(one.mayWrite()).toBe(true);
    await pass(500, one);
    expect(one.mayWrite()).toBe(false);
    expect(one.election.lost.aborted).toBe(true);
    expect(one.problems).not.toEqual([]);
  });

  test.each([
    { name: 'stopped, and its timers did not run', pause: (one: Candidate) => one.clock.skip(10_000) },
    { name: 'suspended, which only the wall clock counts', pause: (one: Candidate) => one.setBack(-10_000) },
    { name: 'given another time', pause: (one: Candidate) => one.setBack(3_600_000) },
  ])('writes nothing after it was $name', async ({ pause }) => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    pause(one);
    expect(one.mayWrite()).toBe(false);
    expect(one.election.lost.aborted).toBe(true);
  });

  test('does not mind a wall clock that is put right by a second', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    one.setBack(1_000);
    expect(one.mayWrite()).toBe(true);
  });

  test('goes on where its own renewal seemed to fail, or somebody wrote the same Lease', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    server.put(server.stored);
    await pass(30_000, one);
    expect(one.mayWrite()).toBe(true);
    expect(server.stored?.renewTime).toBeGreaterThan(START + 25_000);
  });

  test('makes the Lease again that somebody deleted', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    server.put(undefined);
    await pass(2_250, one);
    expect(one.mayWrite()).toBe(true);
    expect(server.stored?.holder).toBe('one');
  });

  test('has lost as soon as it sees that another holds the lease', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    server.put({ holder: 'two', durationSeconds: 15, acquireTime: START, renewTime: START, transitions: 1 });
    await pass(2_250, one);
    expect(one.election.lost.aborted).toBe(true);
    expect(one.mayWrite()).toBe(false);
    await one.stop();
    expect(server.stored?.holder).toBe('two');
  });
});

describe('who waits', () => {
  test('leads 2 s after the end of a lease that was renewed no more, and not before', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    const two = join(server, 'two');
    await pass(10_250, one, two);
    const last = server.stored?.renewTime ?? 0;
    one.cut(true);
    const waits: number[] = [];
    while (!two.election.isLeading && waits.length < 200) {
      await pass(250, two);
      waits.push(START + two.clock.now() - last);
    }
    expect(waits.at(-1)).toBeGreaterThanOrEqual(LEASE_TIMES.durationMs + LEASE_TIMES.writeMs);
    expect(waits.at(-1)).toBeLessThanOrEqual(LEASE_TIMES.durationMs + LEASE_TIMES.writeMs + 2 * LEASE_TIMES.renewMs);
    expect(server.stored).toMatchObject({ holder: 'two', transitions: 1 });
  });

  test.each([
    { name: 'behind', skew: -3_600_000 },
    { name: 'ahead', skew: 3_600_000 },
  ])('goes by when it saw the lease renewed, with a wall clock that is an hour $name', async ({ skew }) => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    await pass(250, one);
    const two = join(server, 'two', START + skew);
    await pass(40_000, one, two);
    expect([one.mayWrite(), two.mayWrite()]).toEqual([true, false]);
    one.cut(true);
    await pass(14_000, one, two);
    expect(two.election.isLeading).toBe(false);
    await pass(6_000, one, two);
    expect([one.mayWrite(), two.mayWrite()]).toEqual([false, true]);
  });

  test('waits for the end of a lease that was deleted: its holder may not know yet', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    const two = join(server, 'two');
    await pass(5_250, one, two);
    one.cut(true);
    server.put(undefined);
    await pass(10_000, one, two);
    expect([one.mayWrite(), two.election.isLeading]).toEqual([false, false]);
    await pass(10_000, one, two);
    expect(two.election.isLeading).toBe(true);
  });

  test('leaves the rest of that wait to the next where it is stopped in it', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    const two = join(server, 'two');
    await pass(250, one, two);
    one.cut(true);
    while (server.stored?.holder !== 'two') await pass(250, two);
    expect(two.election.isLeading).toBe(false);
    await two.stop();
    expect(server.stored.holder).toBe('two');
  });

  test('goes on looking while the API server is away', async () => {
    const server = createLeaseServer();
    const one = join(server, 'one');
    one.cut(true);
    await pass(60_000, one);
    expect(one.election.isLeading).toBe(false);
    expect(one.problems.length).toBeLessThan(20);
    one.cut(false);
    await pass(5_000, one);
    expect(one.election.isLeading).toBe(true);
  });
});
