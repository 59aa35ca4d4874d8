import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const GIT = 'git CNAME 300 @ ours';
const guard = (given: object): { deletionGuard: object } => ({
  deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0, ...given },
});
const names = (count: number, letter = 'h'): string[] => Array.from({ length: count }, (_, n) => `${letter}${n}`);
const lines = (hosts: readonly string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];
const approve = (zone: TestZone, id: string | undefined): Promise<void> =>
  zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/approve-deletions': id } } });
const pending = async (zone: TestZone): Promise<{ count: number; sample: readonly string[] } | undefined> =>
  (await zone.zoneStatus()).pendingDeletions;

describe.concurrent.each(apiServers('deletions'))('on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  describe('the grace time', () => {
    it('lets a record outlive the last source of its host, and says so', async ({ expect }) => {
      const zone = await world.zone({ spec: guard({ graceSeconds: 2, free: 9 }) });
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      const { summary } = await zone.hostStatus('git');

      const wentAt = Date.now();
      await zone.remove('Ingress', 'git');
      await expect.poll(() => zone.word('git'), SOON).toBe('True SourceGone');
      expect(zone.records()).toEqual([APEX, GIT]);
      const { deletion, ...status } = await zone.hostStatus('git');
      expect(deletion).toEqual({ since: expect.stringMatching(/Z$/) as string, evidence: 'Seen' });
      expect(status.summary).toEqual(summary);
      await expect.poll(zone.records, SOON).toEqual([APEX]);
      expect(Date.now() - wentAt).toBeGreaterThanOrEqual(2_000);
      await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
    });

    it('makes no gap and no write where an Ingress is replaced, renamed or its host comes back', async ({ expect }) => {
      const zone = await world.zone({ spec: guard({ graceSeconds: 2, free: 9 }) });
      for (const name of ['replaced', 'renamed', 'edited', 'sentinel']) await zone.ingress(name, [name]);
      const all = ['edited', 'renamed', 'replaced', 'sentinel'];
      await expect.poll(zone.records, SOON).toEqual(lines(all));
      const serial = world.technitium.serial(zone.name);

      await zone.remove('Ingress', 'replaced');
      await zone.remove('Ingress', 'renamed');
      await zone.patch('Ingress', 'edited', { spec: { rules: null } });
      for (const name of ['replaced', 'renamed', 'edited']) {
        await expect.poll(() => zone.word(name), SOON).toBe('True SourceGone');
      }
      await zone.ingress('replaced', ['replaced']);
      await zone.ingress('new-name', ['renamed']);
      await zone.patch('Ingress', 'edited', { spec: { rules: [{ host: zone.at('edited') }] } });
      for (const name of ['replaced', 'renamed', 'edited']) {
        await expect.poll(() => zone.word(name), SOON).toBe('True Published');
        expect((await zone.hostStatus(name)).deletion).toBeUndefined();
      }
      // What goes now is gone after the others' time would have been over.
      await zone.remove('Ingress', 'sentinel');
      await expect.poll(zone.records, SOON).toEqual(lines(all.slice(0, 3)));
      expect(world.technitium.serial(zone.name)).toBe(serial + 1);
    });
  });

  describe('the guard', () => {
    it('lets the free ones pass, then as many as the percentage allows; the rest waits for approval', async ({
      expect,
    }) => {
      const hosts = names(9);
      const zone = await world.zone({ spec: guard({ free: 2, maxPercent: 30 }) });
      await zone.ingress('all', hosts);
      await expect.poll(zone.records, SOON).toEqual(lines(hosts));
      await zone.remove('Ingress', 'all');
      // 30 % of ten records are three, the two free ones among them.
      await expect.poll(zone.records, SOON).toEqual(lines(hosts.slice(3)));
      await expect.poll(() => pending(zone), SOON).toMatchObject({ count: 6, sample: hosts.slice(3).map(zone.at) });
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False AwaitingApproval');
      const id = (await zone.zoneStatus()).pendingDeletions?.id;
      expect(await zone.zoneMessage('DeletionsApproved')).toContain(`approve-deletions=${id}`);
      expect((await zone.zoneStatus()).recentDeletions).toHaveLength(3);
      await expect.poll(() => zone.word('h8'), SOON).toBe('True DeletionPending');
      expect((await zone.hostStatus('h8')).deletion).toMatchObject({ evidence: 'Seen', snapshot: id });

      await approve(zone, 'something');
      await zone.ingress('back', ['h5']);
      await expect.poll(() => pending(zone), SOON).toMatchObject({ count: 5 });
      expect(zone.records()).toEqual(lines(hosts.slice(3)));

      await approve(zone, id);
      await expect.poll(zone.records, SOON).toEqual(lines(['h5']));
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
      expect(await pending(zone)).toBeUndefined();
      await expect.poll(() => zone.hostObject('h8'), SOON).toBeUndefined();
    });

    it('takes one approval for one snapshot: newcomers form the next, and no approval counts twice', async ({
      expect,
    }) => {
      const [first, second] = [names(3, 'a'), names(2, 'b')];
      const zone = await world.zone({ spec: guard({}) });
      await zone.ingress('first', first);
      await zone.ingress('second', second);
      await expect.poll(zone.records, SOON).toEqual(lines([...first, ...second]));
      await zone.remove('Ingress', 'first');
      await expect.poll(() => pending(zone), SOON).toMatchObject({ count: 3, sample: first.map(zone.at) });
      const id = (await zone.zoneStatus()).pendingDeletions?.id;
      await zone.remove('Ingress', 'second');
      await expect.poll(() => zone.word('b0'), SOON).toBe('True DeletionPending');
      const behind = (await zone.hostStatus('b0')).deletion?.snapshot;
      expect(behind).not.toBe(id);
      expect(await pending(zone)).toMatchObject({ id, count: 3 });

      await approve(zone, id);
      await expect.poll(zone.records, SOON).toEqual(lines(second));
      await expect.poll(() => pending(zone), SOON).toMatchObject({ count: 2, sample: second.map(zone.at) });
      const next = (await zone.zoneStatus()).pendingDeletions?.id;
      expect(next).toBe(behind);

      await zone.ingress('second', second);
      await expect.poll(() => pending(zone), SOON).toBeUndefined();
      expect(zone.records()).toEqual(lines(second));
      await zone.remove('Ingress', 'second');
      await expect.poll(() => pending(zone), SOON).toMatchObject({ count: 2 });
      expect((await zone.zoneStatus()).pendingDeletions?.id).not.toBe(next);
      expect(zone.records()).toEqual(lines(second));
    });

    it('counts what was deleted within the window', async ({ expect }) => {
      const hosts = names(4);
      const zone = await world.zone({ spec: guard({ free: 2, windowSeconds: 2 }) });
      for (const host of hosts) await zone.ingress(host, [host]);
      await expect.poll(zone.records, SOON).toEqual(lines(hosts));
      await zone.remove('Ingress', 'h0');
      await zone.remove('Ingress', 'h1');
      await expect.poll(zone.records, SOON).toEqual(lines(['h2', 'h3']));
      const deletedAt = Math.max(...((await zone.zoneStatus()).recentDeletions ?? []).map((time) => Date.parse(time)));
      await expect.poll(() => Date.now() - deletedAt, SOON).toBeGreaterThan(3_000);
      await zone.remove('Ingress', 'h2');
      await expect.poll(zone.records, SOON).toEqual(lines(['h3']));
    });

    it('lets maxRecords count beside the percentage', async ({ expect }) => {
      const hosts = names(6);
      const zone = await world.zone({ spec: guard({ maxPercent: 100, maxRecords: 4 }) });
      await zone.ingress('all', hosts);
      await expect.poll(zone.records, SOON).toEqual(lines(hosts));
      await zone.remove('Ingress', 'all');
      await expect.poll(zone.records, SOON).toEqual(lines(['h4', 'h5']));
      await expect.poll(() => pending(zone), SOON).toMatchObject({ count: 2 });
    });

    it('is no matter of changes: a host that moves to another target or type is not held up', async ({ expect }) => {
      const zone = await world.zone({ spec: guard({}) });
      await zone.host('site');
      await expect.poll(zone.records, SOON).toEqual(lines(['site']));
      await zone.patchHost('site', { spec: { target: { addresses: ['10.0.20.9', 'fd00::9'] } } });
      const site = ['site A 300 10.0.20.9 ours', 'site AAAA 300 fd00::9 ours'];
      await expect.poll(zone.records, SOON).toEqual([APEX, ...site]);
      await zone.patchHost('site', { spec: { target: { addresses: ['fd00::9'] } } });
      await expect.poll(zone.records, SOON).toEqual([APEX, 'site AAAA 300 fd00::9 ours']);
      expect(await pending(zone)).toBeUndefined();
    });

    it('lets only our own records go: what somebody adds beside them while they wait stays', async ({ expect }) => {
      const zone = await world.zone({ spec: guard({}) });
      await zone.host('site', { target: { addresses: ['10.0.20.9'] } });
      await expect.poll(() => zone.word('site'), SOON).toBe('True Published');
      await zone.removeHost('site');
      await expect.poll(() => zone.word('site'), SOON).toBe('True DeletionPending');
      const readings = world.technitium.reads(zone.name, 'whole');
      await zone.console.add('site', { type: 'A', value: '10.0.30.5', ttl: 300 });
      await zone.console.add('site', { type: 'AAAA', value: 'fd00::5', comments: 'splithorizon:other/12345678' });
      await expect.poll(() => world.technitium.reads(zone.name, 'whole'), SOON).toBe(readings + 1);
      await zone.ingress('later', ['later']);
      await expect.poll(() => zone.word('later'), SOON).toBe('True Published');
      await approve(zone, (await zone.hostStatus('site')).deletion?.snapshot);
      await expect
        .poll(zone.records, SOON)
        .toEqual([
          ...lines(['later']),
          'site A 300 10.0.30.5 -',
          expect.stringMatching(/^site AAAA 3600 fd00::5 splithorizon/),
        ]);
      await expect.poll(() => zone.hostObject('site'), SOON).toBeUndefined();
      expect(zone.records()).toContain('site A 300 10.0.30.5 -');
    });

    it('holds the record of a deleted hand-written host too, and shows it on an object of its own', async ({
      expect,
    }) => {
      const zone = await world.zone({ spec: guard({}) });
      await zone.host('site');
      await expect.poll(() => zone.word('site'), SOON).toBe('True Published');
      await zone.removeHost('site');
      await expect.poll(() => zone.word('site'), SOON).toBe('True DeletionPending');
      expect(zone.records()).toEqual(lines(['site']));
      await approve(zone, (await zone.hostStatus('site')).deletion?.snapshot);
      await expect.poll(zone.records, SOON).toEqual([APEX]);
      await expect.poll(() => zone.hostObject('site'), SOON).toBeUndefined();
    });
  });
});
