import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { INTERVALS } from '../../../../src/controller/intervals.ts';
import { createZoneServers } from '../../../../src/controller/probe/zone-servers.ts';
import type { Answer } from '../../../../src/model/look.ts';
import type { ZoneRecord } from '../../../../src/model/record.ts';
import type { ServerList } from '../../../../src/plan/zone/server-list.ts';
import type { SoaAnswer } from '../../../../src/probe/ask.ts';
import { formatNameserver } from '../../../../src/probe/nameserver-address.ts';

const SILENCE_MS = 10_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Listed {
  readonly name: string;
  readonly address: string;
  readonly maxLagSeconds?: number;
}
const listOf = (servers: readonly Listed[]): ServerList => ({
  servers: servers.map((server) => ({ maxLagSeconds: undefined, nudge: undefined, ...server })),
  gaps: [],
});
const alias = (value: string): ZoneRecord => ({
  ...{ name: 'git.example.com', type: 'CNAME', ttl: 300, value, comments: '', disabled: false },
});
const answer = (chain: readonly string[]): Answer => ({
  ...{ outcome: 'answer', rcode: 'NOERROR', aa: true, ra: false, addresses: ['10.0.20.203'], chain },
});
const soa = (serial: number, ttl = 900): SoaAnswer => ({
  outcome: 'soa',
  aa: true,
  soa: { serial, ttl, mname: 'ns1.example.com', rname: 'admin.example.com' } as never,
});

/** Servers by their address with what they answer, beside a primary of serial 100. */
const setUp = (
  listed: readonly Listed[] = [{ name: 'a', address: '10.0.0.1:53' }],
  remembered?: { readonly name: string; readonly serial?: number; readonly reason?: string }[],
) => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const world = {
    primary: 100 as number | undefined,
    /** When the primary was asked last, and when it went back. */
    readAt: undefined as number | undefined,
    steppedBackAt: undefined as number | undefined,
    leftCluster: undefined as string | undefined,
    others: new Set<string>(),
    content: answer(['example.com']),
    answers: new Map<string, SoaAnswer>(listed.map(({ address }) => [address.replace(/:53$/, ''), soa(100)])),
  };
  const asked: string[] = [];
  const rated: string[] = [];
  const reminded: string[] = [];
  let told = 0;
  let raises = 0;
  const servers = createZoneServers({
    remembered,
    primary: () => ({ serial: world.primary, readAt: world.readAt, steppedBackAt: world.steppedBackAt }),
    refreshSeconds: () => 900,
    settledRecords: () => [alias('example.com')],
    leftCluster: () => world.leftCluster,
    ask: () => Promise.resolve(world.content),
    nudges: {
      remind: (name) => reminded.push(name),
      isUnsettled: (name) => world.others.has(name),
      isOtherPrimary: (name) => world.others.has(name),
    },
    onOtherContent: () => (raises += 1),
    askSoa: async (server) => {
      const key = formatNameserver(server);
      asked.push(key);
      await Promise.resolve();
      const answer = world.answers.get(key) ?? { outcome: 'silent' };
      if (answer.outcome === 'silent') await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      return answer;
    },
    setRate: (server) => rated.push(formatNameserver(server)),
    changed: () => (told += 1),
    intervals: INTERVALS,
    now: Date.now,
  });
  servers.update(listOf(listed));
  told = 0;
  void servers.run(stop.signal);
  return {
    world,
    servers,
    asked,
    rated,
    reminded,
    raises: () => raises,
    /** How often it was told since the last call. */
    told: () => {
      const since = told;
      told = 0;
      return since;
    },
    reasons: () => servers.status().servers.map(({ name, serial, reason }) => `${name} ${serial ?? '-'} ${reason}`),
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
};

describe('a server of the zone', () => {
  test('is asked for its SOA every five seconds, at its own pace', async () => {
    const { asked, rated, reasons, pass } = setUp();
    await pass(1);
    expect(asked).toEqual(['10.0.0.1']);
    await pass(59_000);
    expect(asked).toHaveLength(12);
    expect(rated).toEqual(['10.0.0.1']);
    expect(reasons()).toEqual(['a 100 Synced']);
  });

  test('says nothing new while nothing changes', async () => {
    const { told, pass } = setUp();
    await pass(60_000);
    expect(told()).toBe(1);
    await pass(600_000);
    expect(told()).toBe(0);
  });

  test('that is behind is late once its lag is over, and that is told though nothing else happens', async () => {
    const { world, servers, reasons, told, pass } = setUp([{ name: 'a', address: '10.0.0.1', maxLagSeconds: 30 }]);
    await pass(1000);
    world.primary = 101;
    await pass(10_000);
    expect(reasons()).toEqual(['a 100 Synced']);
    told();
    await pass(40_000);
    expect(reasons()).toEqual(['a 100 SerialBehind']);
    expect(servers.lags.get('a')).toBeGreaterThan(40);
    expect(told()).toBe(1);
    world.answers.set('10.0.0.1', soa(101));
    await pass(5000);
    expect(reasons()).toEqual(['a 101 Synced']);
    expect(servers.lags.get('a')).toBe(0);
    expect(told()).toBe(1);
  });

  test('may take as long as the refresh of the SOA where nothing else is said', async () => {
    const { world, servers, reasons, pass } = setUp();
    expect(servers.list).toEqual([{ name: 'a', maxLagMs: 900_000, isGone: false }]);
    await pass(1000);
    world.primary = 101;
    await pass(900_000);
    expect(reasons()).toEqual(['a 100 Synced']);
    await pass(10_000);
    expect(reasons()).toEqual(['a 100 SerialBehind']);
  });

  test('that follows a busy primary at a distance is not late', async () => {
    const { world, reasons, pass } = setUp([{ name: 'a', address: '10.0.0.1', maxLagSeconds: 10 }]);
    for (let serial = 101; serial < 140; serial += 1) {
      world.primary = serial;
      world.answers.set('10.0.0.1', soa(serial - 1));
      await pass(5000);
      expect(reasons()).toEqual([`a ${serial - 1} Synced`]);
    }
  });

  test('that runs ahead and does not move is SerialAhead', async () => {
    const { world, reasons, pass } = setUp([{ name: 'a', address: '10.0.0.1', maxLagSeconds: 10 }]);
    world.answers.set('10.0.0.1', soa(105));
    await pass(30_000);
    expect(reasons()).toEqual(['a 105 SerialAhead']);
  });

  test('that is silent is gone after thirty seconds, and back with its first answer', async () => {
    const { world, servers, reasons, pass } = setUp();
    await pass(1000);
    world.answers.delete('10.0.0.1');
    await pass(30_000);
    expect(servers.list[0]?.isGone).toBe(false);
    await pass(30_000);
    expect(servers.list[0]?.isGone).toBe(true);
    expect(reasons()).toEqual(['a 100 ServerSilent']);
    world.answers.set('10.0.0.1', soa(100));
    await pass(15_000);
    expect(servers.list[0]?.isGone).toBe(false);
    expect(reasons()).toEqual(['a 100 Synced']);
  });

  test('is not gone because its turn to be asked comes late', async () => {
    const { servers, pass } = setUp();
    await pass(1000);
    vi.setSystemTime(Date.now() + 600_000);
    expect(servers.list[0]?.isGone).toBe(false);
  });

  test('that cuts its answers short lives', async () => {
    const { world, servers, pass } = setUp();
    world.answers.set('10.0.0.1', { outcome: 'silent', truncated: true });
    await pass(120_000);
    expect(servers.list[0]?.isGone).toBe(false);
  });

  test.each([
    { answer: { outcome: 'none', rcode: 'REFUSED' } as const, message: /a \(10\.0\.0\.1\) answers REFUSED without/ },
    { answer: { outcome: 'malformed', problem: 'odd' } as const, message: /cannot be believed: odd/ },
  ])('that answers $answer.outcome is named', async ({ answer, message }) => {
    const { world, servers, pass } = setUp();
    world.answers.set('10.0.0.1', answer);
    await pass(1000);
    expect(servers.status().serversInSync).toMatchObject({ status: 'False', reason: 'UnexpectedAnswer' });
    expect(servers.status().serversInSync.message).toMatch(message);
  });
});

describe('a cache in the place of a server', () => {
  test('is known by a TTL that counts down, and stays one when it has asked anew', async () => {
    const { world, reasons, told, pass } = setUp();
    world.answers.set('10.0.0.1', soa(90, 20));
    await pass(1000);
    for (const ttl of [15, 10, 5, 20, 15, 10]) {
      world.answers.set('10.0.0.1', soa(90, ttl));
      await pass(5000);
      expect(reasons()).toEqual(['a 90 Cached']);
      if (ttl === 15) told();
    }
    expect(told()).toBe(0);
  });

  test('is none where the TTL was changed once', async () => {
    const { world, reasons, pass } = setUp();
    await pass(1000);
    world.answers.set('10.0.0.1', soa(101, 60));
    world.primary = 101;
    await pass(5000);
    await pass(5000);
    expect(reasons()).toEqual(['a 101 Synced']);
  });
});

describe('what changed before our start', () => {
  test('is at every server once each has the serial that the primary had when it was first read', async () => {
    const { world, servers, pass } = setUp([
      { name: 'a', address: '10.0.0.1' },
      { name: 'b', address: '10.0.0.2' },
    ]);
    world.answers.set('10.0.0.2', soa(99));
    await pass(1000);
    expect(servers.hasStarted).toBe(false);
    world.primary = 110;
    world.answers.set('10.0.0.2', soa(100));
    await pass(5000);
    expect(servers.hasStarted).toBe(true);
  });

  test('is said as soon as the primary is read, if the servers answered before', async () => {
    const { world, servers, pass } = setUp();
    world.primary = undefined;
    await pass(6000);
    expect(servers.hasStarted).toBe(false);
    world.primary = 100;
    expect(servers.hasStarted).toBe(true);
  });

  test.each([
    { name: 'silent', answer: undefined, ms: 60_000 },
    { name: 'of no use', answer: { outcome: 'none', rcode: 'REFUSED' } as const, ms: 60_000 },
    { name: 'behind for too long', answer: soa(90), ms: 60_000 },
    { name: 'a cache', answer: soa(90, 10), then: soa(90, 5), ms: 6000 },
  ])('waits no longer for a server that is $name', async ({ answer, then, ms }) => {
    const { world, servers, pass } = setUp([{ name: 'a', address: '10.0.0.1', maxLagSeconds: 30 }]);
    if (answer === undefined) world.answers.clear();
    else world.answers.set('10.0.0.1', answer);
    await pass(1000);
    expect(servers.hasStarted).toBe(false);
    if (then) world.answers.set('10.0.0.1', then);
    await pass(ms);
    expect(servers.hasStarted).toBe(true);
  });

  test('needs no server where none is listed', () => {
    const { servers } = setUp([]);
    expect(servers.hasStarted).toBe(true);
    expect(servers.status().serversInSync).toMatchObject({ status: 'True', reason: 'NoServers' });
  });
});

test('an update keeps what is known of servers that stay, in the middle of a question too', async () => {
  const { world, servers, reasons, pass } = setUp([
    { name: 'a', address: '10.0.0.1' },
    { name: 'b', address: '10.0.0.2' },
  ]);
  world.answers.delete('10.0.0.1');
  await pass(1000);
  servers.update(listOf([{ name: 'a', address: '10.0.0.1:53', maxLagSeconds: 5 }]));
  world.answers.set('10.0.0.1', soa(100));
  await pass(60_000);
  expect(servers.list).toEqual([{ name: 'a', maxLagMs: 5000, isGone: false }]);
  expect(reasons()).toEqual(['a 100 Synced']);
  expect(servers.keys).toEqual(['10.0.0.1']);
  expect(servers.addressOf('a')).toEqual({ address: '10.0.0.1', port: 53 });
  expect(servers.addressOf('b')).toBeUndefined();
});

describe('a copy that cannot follow', () => {
  /** The primary is asked at this moment. */
  const readNow = (world: { readAt: number | undefined }): void => void (world.readAt = Date.now());

  test('is SerialAhead once the primary, asked after it, is surely behind it, whatever its lag', async () => {
    const { world, servers, reasons, pass } = setUp();
    world.answers.set('10.0.0.1', soa(120));
    await pass(61_000);
    expect(reasons()).toEqual(['a 120 Synced']);
    readNow(world);
    await pass(25_000);
    expect(reasons()).toEqual(['a 120 SerialAhead']);
    expect(servers.serialsToPass).toEqual([120]);
  });

  test('is passed by what status remembers of it, until it answers', async () => {
    const { world, servers, pass } = setUp(undefined, [{ name: 'a', serial: 120 }]);
    world.answers.clear();
    await pass(60_000);
    expect(servers.serialsToPass).toEqual([120]);
    world.answers.set('10.0.0.1', soa(118));
    await pass(15_000);
    expect(servers.serialsToPass).toEqual([118]);
    servers.update({ servers: [], gaps: [] });
    expect(servers.serialsToPass).toBeUndefined();
  });

  test('has to be passed where it gives another answer under the same serial, once', async () => {
    const { world, servers, reasons, raises, pass } = setUp();
    world.content = answer(['old.example.com']);
    await pass(1000);
    servers.changed('git.example.com');
    await pass(5000);
    expect(raises()).toBe(0);
    await pass(5000);
    expect(raises()).toBe(1);
    expect(reasons()).toEqual(['a 100 Synced']);
    await pass(30_000);
    expect(reasons()).toEqual(['a 100 SerialBehind']);
    expect(servers.status().serversInSync.message).toMatch(
      /gives another answer for git\.example\.com under the primary/,
    );
    await pass(3_600_000);
    expect(raises()).toBe(1);
    Object.assign(world, { primary: 101, content: answer(['example.com']) });
    world.answers.set('10.0.0.1', soa(101));
    await pass(10_000);
    expect(reasons()).toEqual(['a 101 Synced']);
  });

  test('is not raised for again after a restart, where that did not help before', async () => {
    const { world, servers, raises, pass } = setUp(undefined, [{ name: 'a', serial: 100, reason: 'SerialBehind' }]);
    world.content = answer(['translated.example.com']);
    servers.changed('git.example.com');
    await pass(60_000);
    expect(raises()).toBe(0);
  });

  test('that takes writes of its own is TwoPrimaries, and nobody tries to pass it', async () => {
    const { world, servers, reasons, pass } = setUp();
    await pass(1000);
    for (const serial of [120, 121, 122]) {
      world.answers.set('10.0.0.1', soa(serial));
      await pass(5000);
      readNow(world);
      await pass(5000);
    }
    expect(reasons()).toEqual(['a 122 TwoPrimaries']);
    expect(servers.status().serversInSync).toMatchObject({ status: 'False', reason: 'TwoPrimaries' });
    expect(servers.serialsToPass).toEqual([]);
  });

  test('is TwoPrimaries, too, where the primary was raised above it each time', async () => {
    const { world, servers, reasons, pass } = setUp();
    await pass(1000);
    for (const serial of [120, 130]) {
      world.answers.set('10.0.0.1', soa(serial));
      await pass(5000);
      servers.overtaken(world.primary ?? 0, servers.serialsToPass ?? []);
      world.primary = serial + 1;
      await pass(5000);
    }
    expect(reasons()).toEqual(['a 130 TwoPrimaries']);
  });

  test('is no other primary where the primary went back', async () => {
    const { world, reasons, pass } = setUp();
    await pass(1000);
    for (const [ours, theirs] of [
      [90, 100],
      [101, 101],
      [95, 101],
    ] as const) {
      Object.assign(world, { primary: ours, steppedBackAt: Date.now(), readAt: Date.now() });
      world.answers.set('10.0.0.1', soa(theirs));
      await pass(6000);
      readNow(world);
      await pass(20_000);
    }
    expect(reasons()).toEqual(['a 101 SerialAhead']);
  });

  test('is TwoPrimaries where its own API says that it holds the zone, and is asked again', async () => {
    const { world, servers, reasons, reminded, pass } = setUp();
    world.others.add('a');
    await pass(6000);
    expect(reasons()).toEqual(['a 100 TwoPrimaries']);
    expect(servers.status().serversInSync.message).toMatch(/^a \(10\.0\.0\.1\) holds the zone as its own/);
    expect(reminded).toEqual(['a', 'a']);
    world.others.clear();
    await pass(5000);
    expect(reasons()).toEqual(['a 100 Synced']);
  });

  test('is reminded while it is behind', async () => {
    const { world, reminded, pass } = setUp();
    world.primary = 101;
    await pass(6000);
    expect(reminded).toEqual(['a', 'a']);
  });
});

test('a primary that left its cluster is said before all else', async () => {
  const { world, servers, pass } = setUp();
  world.leftCluster = 'zone example.com was a member.';
  await pass(1000);
  expect(servers.status().serversInSync).toEqual({
    ...{ status: 'False', reason: 'TwoPrimaries', message: 'zone example.com was a member.' },
  });
});

test.each([
  { reason: 'Pending' as const, status: 'Unknown', hasStarted: false },
  { reason: 'AccessDenied' as const, status: 'Unknown', hasStarted: true },
  { reason: 'NoServers' as const, status: 'False', hasStarted: true },
])('an entry without a server is listed as $reason', ({ reason, status, hasStarted }) => {
  const { servers } = setUp([]);
  servers.update({ servers: [], gaps: [{ name: 'replicas', reason, message: 'replicas: why.' }] });
  expect(servers.status()).toEqual({
    servers: [{ name: 'replicas', reason }],
    serversInSync: { status, reason, message: 'replicas: why.' },
  });
  expect(servers.hasStarted).toBe(hasStarted);
});
