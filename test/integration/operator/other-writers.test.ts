import { setInterval } from 'node:timers';
import { afterAll, beforeAll, describe, it, type ExpectStatic } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT_ONCE = { deletionGuard: { graceSeconds: 0, free: 50 } };
/** Time for some looks at the serial. */
const LOOKS = { timeout: 30_000, interval: 50 };
const APEX = '@ A 60 10.0.20.203 ours';

const lines = (...hosts: string[]): string[] => hosts.map((host) => `${host} CNAME 300 @ ours`);

describe.concurrent.each(apiServers('other writers'))('on the $name', { timeout: 90_000 }, (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  /** How far the clocks are ahead. */
  const ahead = { operator: 0, technitium: 0 };
  const start = (): Promise<Operator> => world.start(undefined, { now: () => Date.now() + ahead.operator });
  beforeAll(async () => {
    world = await openWorld(kind, { now: () => Date.now() + ahead.technitium });
    operator = await start();
  });
  afterAll(() => world.stop());

  const readings = (zone: TestZone): number => world.technitium.reads(zone.name, 'whole');
  /** Resolves when the operator has read from a zone so many times more in its looks at the serial. */
  const reads = async (zone: TestZone, count: number, { poll }: ExpectStatic): Promise<void> => {
    const before = world.technitium.reads(zone.name);
    await poll(() => world.technitium.reads(zone.name) - before, LOOKS).toBeGreaterThanOrEqual(count);
  };
  const zoneWith = async (hosts: readonly string[], { poll }: ExpectStatic): Promise<TestZone> => {
    const zone = await world.zone({ spec: AT_ONCE });
    for (const host of hosts) await zone.ingress(host, [host]);
    await poll(zone.records, SOON).toEqual([APEX, ...lines(...hosts)]);
    for (const host of hosts) await poll(() => zone.word(host), SOON).toBe('True Published');
    await poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    return zone;
  };
  const repairs = async (zone: TestZone): Promise<string[]> => {
    const abouts = [
      { kind: 'SplitHorizonHost', name: zone.at('git') },
      { kind: 'SplitHorizonZone', name: zone.name },
    ];
    const events = await Promise.all(abouts.map(zone.events));
    return events.flat().filter((text) => text.includes('RecordRepaired'));
  };

  it(
    'that wipe comments while the operator is away, as a zone transfer does: what was taken over is still known',
    { concurrent: false },
    async ({ expect }) => {
      const zone = await world.zone({
        spec: AT_ONCE,
        before: ({ console }) => console.add('old', { type: 'CNAME', value: '@', ttl: 300 }),
      });
      await zone.ingress('all', ['git', 'old']);
      await expect.poll(zone.records, SOON).toContain('old CNAME 300 @ ours+adopted');
      for (const host of ['git', 'old']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
      expect((await zone.hostStatus('old')).records).toMatchObject([{ type: 'CNAME', adopted: true }]);
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
      await operator.stop();
      world.technitium.wipeComments(zone.name);
      operator = await start();
      await expect
        .poll(zone.records, SOON)
        .toEqual([`${APEX}+adopted`, ...lines('git', 'old')].map((line) => line.replace(/^old.*/, '$&+adopted')));
    },
  );

  it('that wipe all comments: markers come back once an hour, and only then a record of ours is deleted', async ({
    expect,
  }) => {
    const zone = await zoneWith(['git', 'goes', 'wiki'], expect);
    const wipe = async (): Promise<number> => {
      const before = readings(zone);
      world.technitium.wipeComments(zone.name);
      const serial = world.technitium.serial(zone.name);
      await expect.poll(() => readings(zone), LOOKS).toBe(before + 1);
      return serial;
    };
    await wipe();
    await expect.poll(zone.records, SOON).toEqual([`${APEX}+adopted`, ...lines('git', 'goes', 'wiki')]);
    await expect.poll(() => repairs(zone), SOON).toHaveLength(2);

    await wipe();
    await zone.remove('Ingress', 'goes');
    await expect.poll(() => zone.word('goes'), SOON).toBe('True SourceGone');
    const serial = await wipe();
    await reads(zone, 1, expect);
    expect(world.technitium.serial(zone.name)).toBe(serial);
    const wiped = ['git', 'goes', 'wiki'].map((host) => `${host} CNAME 300 @ -`);
    expect(zone.records()).toEqual(['@ A 60 10.0.20.203 -', ...wiped]);
    for (const host of ['git', 'wiki']) expect(await zone.word(host)).toBe('True Published');
    expect(await zone.zoneWord('Ready')).toBe('True Synced');
    expect(await repairs(zone)).toHaveLength(2);

    // What else is to be written is written at once, the marker with it.
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.204 ours+adopted', ...wiped]);
    ahead.operator += HOUR;
    await expect.poll(zone.records, LOOKS).toEqual(['@ A 60 10.0.20.204 ours+adopted', ...lines('git', 'wiki')]);
    await expect.poll(() => zone.hostObject('goes'), SOON).toBeUndefined();
  });

  it('that change records of their own all the time: ours are written, and nothing is taken for drift', async ({
    expect,
  }) => {
    const zone = await zoneWith(['git'], expect);
    const before = readings(zone);
    const busy = { type: 'A', value: '192.0.2.1' } as const;
    let writing = Promise.resolve();
    const timer = setInterval(() => {
      writing = writing.then(() => zone.console.add('busy', busy)).then(() => zone.console.delete('busy', busy));
    }, 200);
    await expect.poll(() => readings(zone), LOOKS).toBeGreaterThan(before + 1);
    await zone.ingress('late', ['late']);
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await expect.poll(() => zone.ask('late', 'A'), SOON).toEqual(['10.0.20.204']);
    clearInterval(timer);
    await writing;
    await expect.poll(() => zone.word('late'), SOON).toBe('True Published');
    expect(await repairs(zone)).toEqual([]);
  });

  it('serials by date: the step to another day is one reading, and no drift', async ({ expect }) => {
    const before = ({ name }: TestZone): Promise<void> => {
      world.technitium.createZone(name, { dateScheme: true });
      return Promise.resolve();
    };
    const zone = await world.zone({ onTechnitium: false, before });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await reads(zone, 1, expect);
    const today = world.technitium.serial(zone.name);
    expect(String(today)).toMatch(/^20\d{8}$/);
    const whole = readings(zone);

    ahead.technitium += DAY;
    await zone.ingress('late', ['late']);
    await expect.poll(() => zone.word('late'), SOON).toBe('True Published');
    const tomorrow = world.technitium.serial(zone.name);
    expect(tomorrow - today).toBeGreaterThan(50);
    await expect.poll(() => readings(zone), LOOKS).toBe(whole + 1);
    await reads(zone, 2, expect);
    expect(readings(zone)).toBe(whole + 1);
    expect(world.technitium.serial(zone.name)).toBe(tomorrow);
    expect(await repairs(zone)).toEqual([]);
  });
});
