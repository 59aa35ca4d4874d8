import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone, TestZoneOptions } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const lines = (...hosts: string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];
const guard = (given: object): { deletionGuard: object } => ({
  deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0, ...given },
});

describe.each(apiServers('nested zones'))('a zone below a zone on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());

  /** A zone that has published `git` and, in the part that a lower zone will take, `a.sub` and `b.sub`. */
  const upperZone = async (deletionGuard: object = {}): Promise<TestZone> => {
    const upper = await world.zone({ spec: guard(deletionGuard) });
    await upper.ingress('all', ['git', 'a.sub', 'b.sub']);
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'b.sub', 'git'));
    for (const host of ['git', 'a.sub', 'b.sub'])
      await expect.poll(() => upper.word(host), SOON).toBe('True Published');
    return upper;
  };
  const lowerZone = (upper: TestZone, options: TestZoneOptions = {}): Promise<TestZone> =>
    world.zone({ name: upper.at('sub'), spec: guard({}), ...options });
  const zoneOf = async (upper: TestZone, host: string): Promise<string | undefined> =>
    (await upper.hostStatus(host)).zone;
  const isTaken = async (upper: TestZone, lower: TestZone): Promise<void> => {
    await expect.poll(lower.records, SOON).toEqual(lines('a', 'b'));
    await expect.poll(upper.records, SOON).toEqual(lines('git'));
    for (const host of ['a', 'b']) {
      await expect.poll(() => zoneOf(upper, `${host}.sub`), SOON).toBe(lower.name);
      await expect.poll(() => lower.word(host), SOON).toBe('True Published');
      expect(await lower.ask(host, 'A')).toEqual(['10.0.20.203']);
    }
  };

  it('takes its hosts: they are created there first, then removed above, whatever the guard says', async () => {
    const upper = await upperZone();
    const lower = await lowerZone(upper);
    await isTaken(upper, lower);
    expect((await upper.zoneStatus()).recentDeletions ?? []).toEqual([]);
    expect((await upper.zoneStatus()).pendingDeletions).toBeUndefined();
    const written = operator.log
      .map((line) => JSON.parse(line) as { msg: string; zone?: string; host?: string })
      .filter(({ msg, host }) => msg === 'record written' && host === lower.at('a'))
      .map(({ zone }) => zone);
    expect(written).toEqual([upper.name, lower.name, upper.name]);

    await lower.ingress('more', ['c']);
    await expect.poll(lower.records, SOON).toEqual(lines('a', 'b', 'c'));
    expect(upper.records()).toEqual(lines('git'));
  });

  it('takes away nothing above that reads as what it holds itself, which may be the same record', async () => {
    const upper = await upperZone();
    await upper.host('own.sub', { target: { addresses: ['10.0.20.9'] } });
    await expect.poll(() => upper.word('own.sub'), SOON).toBe('True Published');
    const lower = await lowerZone(upper);
    await expect.poll(lower.records, SOON).toEqual([...lines('a', 'b'), 'own A 300 10.0.20.9 ours']);
    await expect.poll(upper.records, SOON).toEqual([...lines('git'), 'own.sub A 300 10.0.20.9 ours']);
    await upper.patchHost('own.sub', { spec: { target: { addresses: ['10.0.20.10'] } } });
    await expect.poll(lower.records, SOON).toEqual([...lines('a', 'b'), 'own A 300 10.0.20.10 ours']);
    await expect.poll(upper.records, SOON).toEqual(lines('git'));
  });

  it('takes none while it is not there or not to be written, and those above stand and come and go', async () => {
    const upper = await upperZone({ free: 9 });
    const lower = await lowerZone(upper, { onTechnitium: false, spec: { ...guard({}), policy: 'DryRun' } });
    await expect.poll(() => lower.zoneWord('Ready'), SOON).toBe('False ZoneNotFound');
    await lower.ingress('late', ['late']);
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'b.sub', 'git', 'late.sub'));
    await lower.remove('Ingress', 'late');
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'b.sub', 'git'));

    await lower.patchZone({ spec: { policy: 'Sync' } });
    await upper.ingress('other', ['other.sub']);
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'b.sub', 'git', 'other.sub'));
    expect(await upper.ask('other.sub', 'A')).toEqual(['10.0.20.203']);
    await upper.remove('Ingress', 'other');
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'b.sub', 'git'));

    await lower.patchZone({ spec: { policy: 'DryRun' } });
    world.technitium.createZone(lower.name);
    await expect.poll(() => lower.zoneWord('RecordsSynced'), SOON).toBe('Unknown DryRun');
    expect(upper.records()).toEqual(lines('a.sub', 'b.sub', 'git'));
    await lower.patchZone({ spec: { policy: 'Sync' } });
    await isTaken(upper, lower);
  });

  it('gives them back when it is deleted, without a gap, and its own records stay', async () => {
    const upper = await upperZone();
    const lower = await lowerZone(upper);
    await isTaken(upper, lower);
    await world.client.delete(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${lower.name}`);
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'b.sub', 'git'));
    await expect.poll(() => zoneOf(upper, 'a.sub'), SOON).toBe(upper.name);
    expect(lower.records()).toEqual(lines('a', 'b'));
    expect(await upper.ask('a.sub', 'A')).toEqual(['10.0.20.203']);
    world.technitium.deleteZone(lower.name);
    expect(await upper.ask('a.sub', 'A')).toEqual(['10.0.20.203']);
  });

  it('keeps what it has taken over a restart, though its server cannot be had', async () => {
    const upper = await upperZone();
    const lower = await lowerZone(upper);
    await isTaken(upper, lower);
    await expect.poll(async () => (await lower.zoneStatus()).hosts?.total, SOON).toBe(2);
    const serial = world.technitium.serial(upper.name);
    await operator.stop();
    world.technitium.becomeSecondary(lower.name);
    operator = await world.start();
    await expect.poll(() => lower.zoneWord('Ready'), SOON).toBe('False ZoneNotWritable');
    await upper.ingress('other', ['other']);
    await expect.poll(upper.records, SOON).toEqual(lines('git', 'other'));
    expect(world.technitium.serial(upper.name)).toBe(serial + 1);
    world.technitium.becomePrimary(lower.name);
    await expect.poll(() => lower.zoneWord('Ready'), SOON).toBe('True Synced');
    expect(lower.records()).toEqual(lines('a', 'b'));
  });

  it('leaves what nobody wants any more to the grace time above', async () => {
    const upper = await upperZone({ graceSeconds: 600, free: 9 });
    await upper.ingress('short', ['short.sub']);
    await expect.poll(() => upper.word('short.sub'), SOON).toBe('True Published');
    await upper.remove('Ingress', 'short');
    await expect.poll(() => upper.word('short.sub'), SOON).toBe('True SourceGone');
    const { deletion } = await upper.hostStatus('short.sub');
    const lower = await lowerZone(upper);
    await expect.poll(lower.records, SOON).toEqual(lines('a', 'b'));
    await expect.poll(upper.records, SOON).toEqual(lines('git', 'short.sub'));
    expect((await upper.hostStatus('short.sub')).deletion).toEqual(deletion);
    await upper.patchZone({ spec: guard({ free: 9 }) });
    await expect.poll(upper.records, SOON).toEqual(lines('git'));
    await expect.poll(() => upper.hostObject('short.sub'), SOON).toBeUndefined();
  });
});

describe.each(apiServers('nested zones of one tree'))('where zones share their names, on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind, { oneTree: true });
    await world.start();
  });
  afterAll(() => world.stop());

  it('the same record is handed over and back, and made anew when the zone below goes from the server', async () => {
    const upper = await world.zone();
    await upper.ingress('all', ['git', 'a.sub']);
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'git'));
    const lower = await world.zone({ name: upper.at('sub') });
    await expect.poll(lower.records, SOON).toEqual(lines('a'));
    await expect.poll(() => lower.word('a'), SOON).toBe('True Published');
    expect(upper.records()).toEqual(lines('git'));
    expect(await lower.ask('a', 'A')).toEqual(['10.0.20.203']);

    await world.client.delete(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${lower.name}`);
    await expect.poll(lower.records, SOON).toEqual([APEX, `a CNAME 300 ${upper.name} ours`]);
    await expect.poll(async () => (await lower.hostStatus('a')).zone, SOON).toBe(upper.name);
    expect(await lower.ask('a', 'A')).toEqual(['10.0.20.203']);
    await upper.ingress('more', ['more']);
    await expect.poll(upper.records, SOON).toEqual(lines('git', 'more'));

    world.technitium.deleteZone(lower.name);
    await expect.poll(upper.records, SOON).toEqual(lines('a.sub', 'git', 'more'));
    expect(await lower.ask('a', 'A')).toEqual(['10.0.20.203']);
  });
});
