import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const lines = (...hosts: string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];
const spec = (policy: string, guard: object = {}): Record<string, unknown> => ({
  policy,
  deletionGuard: { graceSeconds: 0, free: 9, maxPercent: 100, ...guard },
});

describe.concurrent.each(apiServers('policy UpsertOnly'))('policy UpsertOnly on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  const obey = (zone: TestZone, policy: string): Promise<void> => zone.patchZone({ spec: { policy } });

  it('creates and changes, and keeps what nobody wants any more, saying so', async ({ expect }) => {
    const zone = await world.zone({ spec: spec('UpsertOnly') });
    await zone.ingress('git', ['git', 'www']);
    await zone.host('site', { target: { addresses: ['10.0.20.9'] } });
    await expect
      .poll(zone.records, SOON)
      .toEqual([...lines('git'), 'site A 300 10.0.20.9 ours', 'www CNAME 300 @ ours']);
    await zone.patchHost('site', { spec: { target: { addresses: ['fd00::9'] } } });
    await expect
      .poll(zone.records, SOON)
      .toEqual([...lines('git'), 'site AAAA 300 fd00::9 ours', 'www CNAME 300 @ ours']);
    await expect.poll(() => zone.word('www'), SOON).toBe('True Published');
    const serial = world.technitium.serial(zone.name);

    await zone.remove('Ingress', 'git');
    await zone.removeHost('site');
    for (const host of ['git', 'www', 'site']) await expect.poll(() => zone.word(host), SOON).toBe('True Retained');
    expect(await zone.message('git')).toBe('No source names this host any more; policy UpsertOnly keeps its record.');
    expect(await zone.hostStatus('git')).not.toHaveProperty('deletion');
    expect((await zone.hostObject('site'))?.metadata.labels).toEqual({ 'splithorizon.dev/generated': 'true' });
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    expect((await zone.zoneStatus()).pendingDeletions).toBeUndefined();
    expect(world.technitium.serial(zone.name)).toBe(serial);

    await zone.ingress('again', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    expect(world.technitium.serial(zone.name)).toBe(serial);
  });

  it('lets what it kept go once the policy is Sync, after its grace time', async ({ expect }) => {
    const zone = await world.zone({ spec: spec('UpsertOnly', { graceSeconds: 2 }) });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await zone.remove('Ingress', 'git');
    await expect.poll(() => zone.word('git'), SOON).toBe('True Retained');
    const keptUntil = Date.now() + 2_000;
    await expect.poll(() => Date.now(), SOON).toBeGreaterThan(keptUntil);
    const changedAt = Date.now();
    await obey(zone, 'Sync');
    await expect.poll(() => zone.word('git'), SOON).toBe('True SourceGone');
    expect((await zone.hostStatus('git')).deletion?.evidence).toBe('Seen');
    await expect.poll(zone.records, SOON).toEqual([APEX]);
    expect(Date.now() - changedAt).toBeGreaterThanOrEqual(2_000);
    await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
  });

  it.for(['UpsertOnly', 'DryRun'])(
    'and DryRun, as here %s, keep what the guard let pass before and could not be deleted yet',
    async (policy, { expect }) => {
      const zone = await world.zone({ spec: spec('Sync') });
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      world.technitium.disableZone(zone.name);
      await expect.poll(() => zone.zoneWord('RecordsSynced'), SOON).toBe('False ZoneDisabled');
      await zone.remove('Ingress', 'git');
      await expect.poll(async () => (await zone.zoneStatus()).recentDeletions, SOON).toHaveLength(1);
      await obey(zone, policy);
      await expect.poll(() => zone.word('git'), SOON).toBe(policy === 'DryRun' ? 'True SourceGone' : 'True Retained');
      const reads = world.technitium.reads(zone.name);
      world.technitium.enableZone(zone.name);
      await expect.poll(() => world.technitium.reads(zone.name) - reads, SOON).toBeGreaterThanOrEqual(3);
      expect(zone.records()).toEqual(lines('git'));
      await obey(zone, 'Sync');
      await expect.poll(zone.records, SOON).toEqual([APEX]);
    },
  );

  it('frees what waits for approval, and to and fro between the policies nothing is lost', async ({ expect }) => {
    const zone = await world.zone({ spec: spec('Sync', { free: 0, maxPercent: 0 }) });
    await zone.ingress('git', ['git']);
    await zone.ingress('stays', ['stays']);
    await expect.poll(zone.records, SOON).toEqual(lines('git', 'stays'));
    await zone.remove('Ingress', 'git');
    await expect.poll(() => zone.word('git'), SOON).toBe('True DeletionPending');
    const { pendingDeletions } = await zone.zoneStatus();
    for (const policy of ['UpsertOnly', 'DryRun', 'UpsertOnly']) {
      await obey(zone, policy);
      const word = policy === 'DryRun' ? 'True SourceGone' : 'True Retained';
      await expect.poll(() => zone.word('git'), SOON).toBe(word);
      await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions, SOON).toBeUndefined();
      expect(zone.records()).toEqual(lines('git', 'stays'));
    }
    // The approval of then counts for nothing now.
    await zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/approve-deletions': pendingDeletions?.id } } });
    await obey(zone, 'Sync');
    await expect.poll(() => zone.word('git'), SOON).toBe('True DeletionPending');
    await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions?.count, SOON).toBe(1);
    expect((await zone.zoneStatus()).pendingDeletions?.id).not.toBe(pendingDeletions?.id);
    expect(zone.records()).toEqual(lines('git', 'stays'));
    await zone.ingress('back', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
  });
});
