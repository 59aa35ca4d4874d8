import { describe, expect, test } from 'vitest';
import { PRIORITY } from '../../../src/probe/pacer.ts';
import { answer, createRig, FIREWALL, KEY, labels, PUBLIC, startWith, ZONE } from './prober-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How often each host was asked. */
const counts = (news: readonly string[]): Record<string, number> => {
  const result: Record<string, number> = {};
  for (const line of news) {
    const host = line.split(' ')[0]!;
    result[host] = (result[host] ?? 0) + 1;
  }
  return result;
};

describe('the rotation', () => {
  test('begins with the canary, then asks each host once, evenly spread, in one order', async () => {
    const rig = createRig();
    startWith(rig, ['a', 'b', 'c', 'd'], { canarySeconds: 3600, rotationSeconds: 400 });
    await rig.clock.advance(1_000_000);
    // Each hundred seconds is one host's turn; the canary's own turn is left out, since it is asked more often anyway.
    expect(rig.news()).toEqual(['a 0', 'b 200', 'c 300', 'd 400', 'b 600', 'c 700', 'd 800', 'b 1000']);
  });

  test('asks the canary each canarySeconds', async () => {
    const rig = createRig();
    startWith(rig, ['a']);
    await rig.clock.advance(5 * MINUTE);
    expect(rig.news()).toEqual(['a 0', 'a 60', 'a 120', 'a 180', 'a 240', 'a 300']);
  });

  test('takes in what is added and leaves out what is removed, without asking another twice or never', async () => {
    const rig = createRig();
    startWith(rig, ['a', 'b', 'c', 'd', 'e'], { canarySeconds: 100_000, rotationSeconds: 500 });
    await rig.clock.advance(250_000);
    expect(rig.news()).toEqual(['a 0', 'b 200']);
    rig.prober.removeHost(ZONE, 'c.example.com');
    rig.prober.removeHost(ZONE, 'b.example.com');
    rig.prober.setHost(ZONE, 'f.example.com');
    rig.prober.setHost(ZONE, 'g.example.com');
    await rig.clock.advance(500_000);
    expect(rig.news().map((line) => line.split(' ')[0])).toEqual(['d', 'e', 'f', 'g']);
  });

  test('asks every host at each nameserver, each with one timer', async () => {
    const rig = createRig();
    startWith(rig, labels(60));
    rig.prober.setNameserver(PUBLIC);
    await rig.clock.advance(HOUR);
    const news = rig.asked.map(({ key, name }) => `${key} ${name}`);
    expect(new Set(news).size).toBe(120);
    expect(rig.clock.timers).toBe(2);
  });

  test('is as slow as the pace wants it, and says so', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 4 });
    startWith(rig, labels(1000), { canarySeconds: 60, rotationSeconds: 600 });
    const { rotationSeconds } = rig.prober.paceOf(KEY, ZONE)!;
    expect(Math.round(rotationSeconds)).toBe(1017);
    await rig.clock.advance((rotationSeconds + 2) * 1000);
    const news = rig.news();
    expect(Object.keys(counts(news))).toHaveLength(1000);
    expect(news.length).toBeLessThan(1020);
  });

  test('is as quick again when hosts go', () => {
    const rig = createRig();
    startWith(rig, labels(1000), { canarySeconds: 60, rotationSeconds: 600 });
    for (const host of labels(999)) rig.prober.setHost(ZONE, `${host}.example.com`, 'example.net');
    expect(rig.prober.paceOf(KEY, ZONE)!.rotationSeconds).toBeGreaterThan(2000);
    for (const host of labels(999)) rig.prober.removeHost(ZONE, `${host}.example.com`);
    rig.prober.removeHost(ZONE, 'never.example.com');
    expect(rig.prober.paceOf(KEY, ZONE)).toEqual({ canarySeconds: 60, rotationSeconds: 600 });
  });

  test('starts with the first host that there is', async () => {
    const rig = createRig();
    startWith(rig, []);
    await rig.clock.advance(10_000);
    rig.prober.setHost(ZONE, 'a.example.com');
    await rig.clock.advance(0);
    expect(rig.news()).toEqual(['a 10']);
  });

  test('is not made up for after a pause of the machine', async () => {
    const rig = createRig();
    startWith(rig, labels(10), { canarySeconds: 100_000, rotationSeconds: 100 });
    await rig.clock.advance(5000);
    rig.news();
    rig.held.add('nobody');
    const pause = 500_000;
    rig.clock.skip(pause);
    await rig.clock.advance(15_000);
    expect(rig.news().length).toBeLessThanOrEqual(3);
  });

  test('asks the label of a wildcard that nobody uses, and the name behind a cname beside it', async () => {
    const rig = createRig();
    startWith(rig, []);
    rig.prober.setHost(ZONE, '*.apps.example.com');
    rig.prober.setHost(ZONE, 'site.example.com', 'site.pages.example.net');
    rig.prober.askNow(KEY, 'site.example.com');
    await rig.clock.advance(0);
    expect(rig.asked).toEqual([
      { at: 0, key: KEY, name: 'splithorizon-probe.apps.example.com' },
      { at: 0, key: KEY, name: 'site.example.com', cname: 'site.pages.example.net' },
    ]);
    expect(rig.seen.map(({ host }) => host)).toEqual(['*.apps.example.com', 'site.example.com']);
  });
});

describe('a host that changed', () => {
  test('is asked at once', async () => {
    const rig = createRig();
    startWith(rig, ['a', 'b', 'c']);
    await rig.clock.advance(10_000);
    rig.prober.askNow(KEY, 'c.example.com');
    rig.prober.askNow(KEY, 'c.example.com');
    await rig.clock.advance(1000);
    expect(rig.news()).toEqual(['a 0', 'c 10']);
  });

  test('is asked before what is only swept or rotated, in the order of the wishes', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 2 });
    startWith(rig, labels(100), { canarySeconds: 3600, rotationSeconds: 50 });
    await rig.clock.advance(10_500);
    rig.prober.sweep(KEY);
    await rig.clock.advance(2000);
    rig.news();
    rig.prober.askNow(KEY, 'h90.example.com');
    rig.prober.askNow(KEY, 'h80.example.com');
    await rig.clock.advance(3000);
    expect(
      rig
        .news()
        .map((line) => line.split(' ')[0])
        .slice(0, 2),
    ).toEqual(['h90', 'h80']);
  });

  test('is asked before what others would ask the same server later', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 2 });
    startWith(rig, labels(100), { canarySeconds: 3600, rotationSeconds: 50 });
    await rig.clock.advance(2500);
    // In debt, so that the rotation's turn has to wait.
    rig.pacer.claim(FIREWALL, { priority: PRIORITY.first, grant: () => 20 });
    await rig.clock.advance(2500);
    rig.news();
    const others: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      const grant = (): number => others.push(rig.clock.now()) && 1;
      rig.pacer.claim(FIREWALL, { priority: PRIORITY.sweep, grant });
    }
    rig.prober.askNow(KEY, 'h90.example.com');
    await rig.clock.advance(20_000);
    expect(rig.news()[0]).toMatch(/^h90 /);
    expect(rig.seen.findLast(({ host }) => host === 'h90.example.com')?.at).toBeLessThan(others[0]!);
    expect(others).toHaveLength(10);
  });

  test('is asked again where the answer on its way may be from before the change', async () => {
    const rig = createRig({ answerMs: 1000 });
    startWith(rig, ['a', 'b']);
    await rig.clock.advance(5000);
    rig.prober.askNow(KEY, 'b.example.com');
    await rig.clock.advance(500);
    rig.prober.askNow(KEY, 'b.example.com');
    await rig.clock.advance(5000);
    expect(rig.news()).toEqual(['a 0', 'b 5', 'b 6']);
  });

  test('is looked at a second time when that was wished, at the earliest time wished', async () => {
    const rig = createRig();
    startWith(rig, ['a', 'b']);
    rig.prober.askAgain(KEY, 'b.example.com', 20_000);
    rig.prober.askAgain(KEY, 'b.example.com', 3000);
    rig.prober.askAgain(KEY, 'b.example.com', 10_000);
    await rig.clock.advance(50_000);
    expect(rig.news()).toEqual(['a 0', 'b 3']);
  });

  test('is told of with what was seen, and when', async () => {
    const rig = createRig();
    startWith(rig, ['a']);
    rig.world.set('a.example.com', answer('203.0.113.10'));
    await rig.clock.advance(0);
    expect(rig.seen).toMatchObject([
      { at: 0, key: KEY, host: 'a.example.com', look: { a: { addresses: ['203.0.113.10'] } } },
    ]);
  });

  test('is not told of once it is gone, or points elsewhere, or nobody asks that nameserver', async () => {
    const rig = createRig({ answerMs: 1000 });
    startWith(rig, ['a', 'b', 'c']);
    rig.prober.setNameserver(PUBLIC);
    for (const host of ['b', 'c']) rig.prober.askNow(KEY, `${host}.example.com`);
    rig.prober.askNow('198.51.100.14', 'c.example.com');
    await rig.clock.advance(500);
    rig.prober.removeHost(ZONE, 'a.example.com');
    rig.prober.setHost(ZONE, 'b.example.com', 'b.example.net');
    rig.prober.removeNameserver('198.51.100.14');
    await rig.clock.advance(10_000);
    expect(rig.asked).toHaveLength(5);
    expect(rig.seen.map(({ key, host }) => `${key} ${host}`)).toEqual([`${KEY} c.example.com`]);
  });

  test('of no zone is not asked', async () => {
    const rig = createRig();
    startWith(rig, ['a']);
    rig.prober.setHost('example.net', 'x.example.net');
    rig.prober.askNow(KEY, 'x.example.net');
    rig.prober.askNow('10.9.9.9', 'a.example.com');
    await rig.clock.advance(1000);
    expect(rig.news()).toEqual(['a 0']);
  });
});

describe('the gate', () => {
  test('keeps a host from being asked until it opens', async () => {
    const rig = createRig();
    rig.held.add('b.example.com');
    startWith(rig, ['a', 'b', 'c'], { canarySeconds: 3600, rotationSeconds: 30 });
    rig.prober.askNow(KEY, 'b.example.com');
    rig.prober.sweep(KEY);
    await rig.clock.advance(100_000);
    expect(counts(rig.news())).toEqual({ a: 1, c: 4 });
    rig.held.delete('b.example.com');
    rig.prober.askNow(KEY, 'b.example.com');
    await rig.clock.advance(0);
    expect(rig.news()).toEqual(['b 100']);
  });

  test('chooses the canary, which stays the same until it may not be asked any more', async () => {
    const rig = createRig();
    rig.held.add('a.example.com');
    startWith(rig, ['a', 'b', 'c']);
    await rig.clock.advance(0);
    expect(rig.prober.canaryOf(KEY, ZONE)).toBe('b.example.com');
    rig.held.delete('a.example.com');
    await rig.clock.advance(MINUTE);
    expect(rig.prober.canaryOf(KEY, ZONE)).toBe('b.example.com');
    rig.prober.removeHost(ZONE, 'b.example.com');
    await rig.clock.advance(MINUTE);
    expect(rig.prober.canaryOf(KEY, ZONE)).toBe('a.example.com');
    expect(rig.news()).toEqual(['b 0', 'b 60', 'a 120']);
  });

  test('that lets nobody through leaves the zone unasked, at no cost', async () => {
    const rig = createRig();
    for (const host of labels(10)) rig.held.add(`${host}.example.com`);
    startWith(rig, labels(10));
    await rig.clock.advance(HOUR);
    expect(rig.news()).toEqual([]);
    expect(rig.clock.timers).toBe(1);
  });
});

describe('a canary whose answer changes', () => {
  test('has all hosts of its zone asked at once, as fast as the pace allows', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 20 });
    startWith(rig, labels(30));
    rig.prober.setZone('example.net', { canarySeconds: 3600, rotationSeconds: 36_000 });
    rig.prober.setHost('example.net', 'x.example.net');
    await rig.clock.advance(MINUTE - 1);
    rig.news();
    rig.world.set('h0.example.com', answer('10.0.20.204'));
    await rig.clock.advance(30_000);
    const news = rig.news();
    // The canary and what a burst of 20 queries leaves go at once, then one look a second.
    expect(news.slice(0, 11)).toEqual([
      'h0 60',
      ...labels(11)
        .slice(1, 10)
        .map((host) => `${host} 60`),
      'h10 60.5',
    ]);
    expect(Object.keys(counts(news)).sort()).toEqual(labels(30).sort());
  });

  test('does not by its first answer, nor by one that is the same', async () => {
    const rig = createRig();
    startWith(rig, labels(50));
    await rig.clock.advance(59_000);
    rig.prober.askNow(KEY, 'h0.example.com');
    await rig.clock.advance(61_000);
    expect(counts(rig.news())).toEqual({ h0: 4 });
  });

  test.each([
    { name: 'of addresses', after: answer('10.0.20.204') },
    { name: 'to a denial', after: { ...answer(), rcode: 'NXDOMAIN' } },
    { name: 'to silence', after: { outcome: 'silent' } as const },
    { name: 'to a malformed one', after: { outcome: 'malformed', problem: 'x' } as const },
  ])('is noticed by any look at it: a change $name', async ({ after }) => {
    const rig = createRig();
    startWith(rig, labels(50));
    await rig.clock.advance(5000);
    rig.world.set('h0.example.com', after);
    rig.prober.askNow(KEY, 'h0.example.com');
    await rig.clock.advance(1000);
    expect(Object.keys(counts(rig.news()))).toHaveLength(50);
  });

  test('has not changed by being throttled, which is no look at all', async () => {
    const rig = createRig();
    startWith(rig, labels(50));
    await rig.clock.advance(5000);
    rig.world.set('h0.example.com', { outcome: 'silent', truncated: true } as never);
    await rig.clock.advance(60_000);
    rig.world.delete('h0.example.com');
    await rig.clock.advance(5000);
    expect(counts(rig.news())).toEqual({ h0: 2 });
  });

  test('again and again starves no host of the sweep', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 2 });
    startWith(rig, labels(100), { canarySeconds: 10, rotationSeconds: 3600 });
    for (let round = 0; round < 15; round += 1) {
      rig.world.set('h0.example.com', answer(`10.0.20.${round}`));
      await rig.clock.advance(10_000);
    }
    expect(Object.keys(counts(rig.news()))).toHaveLength(100);
  });

  test('is not a canary that took the place of another', async () => {
    const rig = createRig();
    startWith(rig, labels(50));
    rig.world.set('h1.example.com', answer('10.0.20.99'));
    await rig.clock.advance(5000);
    rig.prober.removeHost(ZONE, 'h0.example.com');
    await rig.clock.advance(MINUTE);
    expect(counts(rig.news())).toEqual({ h0: 1, h1: 1 });
  });

  test('in two zones has them take turns', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 2 });
    startWith(rig, labels(1000), { canarySeconds: 10_000, rotationSeconds: 100_000 });
    rig.prober.setZone('example.net', { canarySeconds: 10_000, rotationSeconds: 100_000 });
    for (const host of ['x', 'y', 'z']) rig.prober.setHost('example.net', `${host}.example.net`);
    await rig.clock.advance(5000);
    rig.prober.sweep(KEY);
    await rig.clock.advance(10_000);
    expect(counts(rig.news())).toMatchObject({ 'x.example.net': 1, 'y.example.net': 1, 'z.example.net': 1 });
  });
});

describe('a nameserver of which only canaries are asked', () => {
  test('is asked for nothing else, whatever is wished', async () => {
    const rig = createRig();
    startWith(rig, labels(20));
    rig.prober.setMode(KEY, ZONE, 'canary');
    rig.prober.askNow(KEY, 'h5.example.com');
    rig.prober.askAgain(KEY, 'h6.example.com', 1000);
    rig.prober.askAgain(KEY, 'h0.example.com', 3000);
    await rig.clock.advance(30_000);
    rig.world.set('h0.example.com', answer('203.0.113.10'));
    await rig.clock.advance(90_000);
    expect(rig.news()).toEqual(['h0 0', 'h0 3', 'h0 60', 'h0 120']);
  });

  test('is asked for all hosts at once when that ends', async () => {
    const rig = createRig();
    startWith(rig, labels(20));
    rig.prober.setMode(KEY, ZONE, 'canary');
    await rig.clock.advance(HOUR);
    rig.news();
    rig.prober.setMode(KEY, ZONE, 'all');
    rig.prober.setMode(KEY, ZONE, 'all');
    await rig.clock.advance(1000);
    expect(counts(rig.news())).toEqual(
      Object.fromEntries(
        labels(20)
          .slice(1)
          .map((host) => [host, 1]),
      ),
    );
  });

  test('ends a sweep that has begun', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 2 });
    startWith(rig, labels(20));
    rig.prober.sweep(KEY);
    await rig.clock.advance(5000);
    rig.news();
    rig.prober.setMode(KEY, ZONE, 'canary');
    await rig.clock.advance(50_000);
    expect(rig.news()).toEqual([]);
  });

  test('is asked for all hosts of the zones that this is not said of', async () => {
    const rig = createRig();
    startWith(rig, labels(3), { canarySeconds: 1000, rotationSeconds: 1000 });
    rig.prober.setZone('example.net', { canarySeconds: 1000, rotationSeconds: 1000 });
    for (const host of ['x', 'y', 'z']) rig.prober.setHost('example.net', `${host}.example.net`);
    rig.prober.setMode(KEY, ZONE, 'canary');
    rig.prober.sweep(KEY);
    await rig.clock.advance(900_000);
    expect(Object.keys(counts(rig.news())).sort()).toEqual(['h0', 'x.example.net', 'y.example.net', 'z.example.net']);
  });

  test('has the one canary that it can have as soon as it may be asked', async () => {
    const rig = createRig();
    for (const host of labels(3)) rig.held.add(`${host}.example.com`);
    startWith(rig, labels(3));
    rig.prober.setMode(KEY, ZONE, 'canary');
    await rig.clock.advance(5000);
    rig.held.clear();
    rig.prober.sweep(KEY);
    await rig.clock.advance(1000);
    expect(rig.news()).toEqual(['h0 5']);
  });

  test('begins again with all hosts when its zone went and came back', async () => {
    const rig = createRig();
    startWith(rig, labels(2));
    rig.prober.setMode(KEY, ZONE, 'canary');
    rig.prober.removeZone(ZONE);
    startWith(rig, labels(2));
    rig.prober.sweep(KEY);
    await rig.clock.advance(1000);
    expect(Object.keys(counts(rig.news()))).toEqual(['h0', 'h1']);
  });
});

describe('a sweep of one zone', () => {
  test('asks for nothing of the others', async () => {
    const rig = createRig();
    startWith(rig, labels(3));
    rig.prober.setZone('example.net', { canarySeconds: 60, rotationSeconds: 3600 });
    for (const host of ['x', 'y', 'z']) rig.prober.setHost('example.net', `${host}.example.net`);
    await rig.clock.advance(1000);
    rig.news();
    rig.prober.sweep(KEY, 'example.net');
    await rig.clock.advance(1000);
    expect(Object.keys(counts(rig.news()))).toEqual(['y.example.net', 'z.example.net']);
  });
});

describe('limits', () => {
  test('a server that does not answer is not asked more than sixteen at once', async () => {
    const rig = createRig({ answerMs: 10_000 });
    startWith(rig, labels(100));
    rig.prober.sweep(KEY);
    await rig.clock.advance(5000);
    expect(rig.asked).toHaveLength(16);
    await rig.clock.advance(HOUR);
    expect(rig.mostOpen()).toBe(16);
    expect(Object.keys(counts(rig.news()))).toHaveLength(100);
  });

  test('a machine without a socket asks again five seconds later', async () => {
    const rig = createRig();
    startWith(rig, ['a', 'b']);
    await rig.clock.advance(1000);
    rig.world.set('b.example.com', new Error('EMFILE'));
    rig.prober.askNow(KEY, 'b.example.com');
    await rig.clock.advance(1000);
    rig.world.delete('b.example.com');
    await rig.clock.advance(5000);
    expect(rig.news()).toEqual(['a 0', 'b 1', 'b 6']);
    expect(rig.errors).toEqual([`${KEY} b.example.com Error: EMFILE`]);
    expect(rig.seen.map(({ host }) => host)).toEqual(['a.example.com', 'b.example.com']);
  });

  test('canaries do not starve the rotation, however many zones there are', async () => {
    const rig = createRig({ queriesPerSecond: 2, burst: 2 });
    startWith(rig, labels(10), { canarySeconds: 2, rotationSeconds: 10 });
    for (let index = 0; index < 30; index += 1) {
      rig.prober.setZone(`z${index}.example`, { canarySeconds: 2, rotationSeconds: 1_000_000 });
      rig.prober.setHost(`z${index}.example`, `x.z${index}.example`);
    }
    await rig.clock.advance(10 * MINUTE);
    const news = counts(rig.news());
    expect(Math.min(...labels(10).map((host) => news[host] ?? 0))).toBeGreaterThan(5);
    expect(news['x.z29.example']).toBeGreaterThan(5);
  });

  test.each([
    { name: 'and questions with it', deaf: false },
    { name: 'even if answers still come', deaf: true },
  ])('a signal ends all, $name', async ({ deaf }) => {
    const rig = createRig({ answerMs: 1000, queriesPerSecond: 2, burst: 2, deaf });
    startWith(rig, labels(20));
    rig.prober.setNameserver(PUBLIC);
    rig.prober.sweep(KEY);
    await rig.clock.advance(100);
    const onTheirWay = rig.asked.length;
    rig.stop.abort(new Error('stopped'));
    expect(rig.clock.timers).toBe(onTheirWay);
    rig.prober.askNow(KEY, 'h1.example.com');
    rig.prober.setHost(ZONE, 'new.example.com');
    await rig.clock.advance(HOUR);
    expect(rig.asked).toHaveLength(onTheirWay);
    expect([rig.seen, rig.errors, rig.clock.timers]).toEqual([[], [], 0]);
  });

  test('a zone that goes is asked about no more, and begins anew if it comes back', async () => {
    const rig = createRig();
    startWith(rig, ['a', 'b']);
    await rig.clock.advance(1000);
    rig.prober.removeZone(ZONE);
    await rig.clock.advance(HOUR);
    expect(rig.news()).toEqual(['a 0']);
    expect(rig.prober.paceOf(KEY, ZONE)).toBeUndefined();
    rig.prober.setZone(ZONE, { canarySeconds: 60, rotationSeconds: 3600 });
    rig.prober.setHost(ZONE, 'b.example.com');
    await rig.clock.advance(0);
    expect(rig.news()).toEqual(['b 3601']);
  });
});
