import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import type { ConsoleRecord } from '../../support/technitium-console.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const AT_ONCE = { deletionGuard: { graceSeconds: 0 } };
const cname = (value: string, comments = ''): ConsoleRecord => ({ type: 'CNAME', value, ttl: 86400, comments });

/** What somebody made by hand: mail, keys, an unowned leftover. Not one byte of it is the operator's. */
const FOREIGN: readonly [string, ConsoleRecord][] = [
  ['@', { type: 'TXT', value: 'v=spf1 -all', comments: 'mail' }],
  ['@', { type: 'MX', value: '10 mail.example.org' }],
  ['mail', { type: 'A', value: '10.0.20.1', ttl: 600, comments: 'by hand' }],
  ['s1._domainkey', cname('s1.dkim.example.net.')],
  ['old', cname('@')],
];
/** A line of `records()` that is not the operator's. */
const isForeign = (line: string): boolean => !line.includes(' ours');
const addForeign = async ({ console }: TestZone): Promise<void> => {
  for (const [name, record] of FOREIGN) await console.add(name, record);
};

describe.concurrent.each(apiServers('whose records are'))('on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  describe('what somebody else wrote', () => {
    it('stays byte for byte while the operator writes, moves and deletes around it', async ({ expect }) => {
      const zone = await world.zone({ spec: AT_ONCE, before: addForeign });
      const foreign = (): string[] => zone.records().filter(isForeign);
      const before = foreign();
      await zone.ingress('git', ['git', 'photos']);
      await zone.balance('traefik', [{ ip: '10.0.20.204' }, { ip: 'fd00::204' }]);
      await expect.poll(() => zone.ask('photos', 'AAAA'), SOON).toEqual(['fd00::204']);
      await zone.remove('Ingress', 'git');
      await expect
        .poll(() => zone.records().filter((line) => line.endsWith('ours')), SOON)
        .toEqual(['@ A 60 10.0.20.204 ours', '@ AAAA 60 fd00::204 ours']);
      expect(foreign()).toEqual(before);
      expect(before).toHaveLength(FOREIGN.length);
    });

    it('at a wanted name is a Conflict that shows what is there, until it is gone', async ({ expect }) => {
      const zone = await world.zone({
        before: async ({ console }) => {
          await console.add('git', { type: 'A', value: '10.0.20.77', comments: 'by hand' });
          await console.add('wiki', cname('elsewhere.example.net.'));
          await console.add('note', { type: 'TXT', value: 'hello' });
        },
      });
      const before = zone.records().filter(isForeign);
      await zone.ingress('all', ['git', 'wiki', 'note', 'fine']);
      for (const [host, what] of [
        ['git', 'A 10.0.20.77 (comments "by hand")'],
        ['wiki', 'CNAME elsewhere.example.net'],
        ['note', 'TXT hello'],
      ] as const) {
        await expect.poll(() => zone.word(host), SOON).toBe('False Conflict');
        expect(await zone.message(host)).toContain(what);
        expect(await zone.word(host, 'Ready')).toBe('False Conflict');
      }
      await expect.poll(() => zone.word('fine'), SOON).toBe('True Published');
      expect(zone.records()).toEqual([APEX, 'fine CNAME 300 @ ours', ...before].sort());
      await expect.poll(async () => (await zone.zoneStatus()).hosts, SOON).toMatchObject({ conflicting: 3, total: 4 });

      await zone.console.delete('git', { type: 'A', value: '10.0.20.77' });
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      expect(zone.records()).toContain('git CNAME 300 @ ours');
    });

    it('keeps its TTL and comments where addresses are wanted beside it before the zone was read again', async ({
      expect,
    }) => {
      const zone = await world.zone();
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
      await zone.console.add('site', { type: 'A', value: '10.0.20.77', comments: 'by hand' });
      await zone.host('site', { target: { addresses: ['10.0.20.9'] } });
      await expect.poll(() => zone.word('site'), SOON).toBe('False Conflict');
      expect(zone.records()).toEqual([APEX, 'site A 3600 10.0.20.77 by hand']);
    });

    it('at the name of a target is a Conflict on the zone', async ({ expect }) => {
      const zone = await world.zone({
        before: ({ console }) => console.add('@', { type: 'A', value: '10.0.20.77', ttl: 3600 }),
      });
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False Conflict');
      expect(await zone.zoneMessage('Ready')).toContain('A 10.0.20.77');
      expect(zone.records()).toEqual(['@ A 3600 10.0.20.77 -']);
    });

    it('is foreign under every adoption where another owner or another cluster marked it', async ({ expect }) => {
      const markers = { git: 'splithorizon:other/12345678', wiki: 'splithorizon:splithorizon/12345678' };
      const zone = await world.zone({
        spec: { ...AT_ONCE, adoption: 'Always' },
        before: async ({ console }) => {
          for (const [name, marker] of Object.entries(markers)) await console.add(name, cname('@', marker));
          await console.add('left', cname('@', markers.wiki));
        },
      });
      const before = zone.records().filter(isForeign);
      await zone.ingress('all', ['git', 'wiki']);
      for (const [host, marker] of Object.entries(markers)) {
        await expect.poll(() => zone.word(host), SOON).toBe('False Conflict');
        expect(await zone.message(host)).toContain(marker);
      }
      await zone.remove('Ingress', 'all');
      await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
      expect(zone.records()).toEqual([APEX, ...before].sort());
    });
  });

  describe('a zone that a former cluster wrote with the same ownerId', () => {
    const marker = 'splithorizon:splithorizon/12345678';
    const rebuilt = (policy = 'Sync'): Promise<TestZone> =>
      world.zone({
        spec: { ...AT_ONCE, policy },
        before: async (zone) => {
          await zone.console.add('@', { type: 'A', value: '10.0.20.99', ttl: 60, comments: marker });
          await zone.console.add('git', cname('@', `${marker} | by hand`));
          await zone.console.add('left', cname('@', marker));
          await zone.console.add('given', cname('@', `${marker}+adopted | cron`));
          await zone.console.add('other', cname('@', 'splithorizon:splithorizon/87654321'));
          await zone.ingress('git', ['git', 'new']);
        },
      });

    it('says OwnerIdInUse, and leaves what that one marked as it is', async ({ expect }) => {
      const zone = await rebuilt();
      const before = zone.records().filter(isForeign);
      await expect.poll(() => zone.word('new'), SOON).toBe('True Published');
      await expect.poll(() => zone.zoneWord('RecordsSynced'), SOON).toBe('False OwnerIdInUse');
      await expect.poll(() => zone.word('git'), SOON).toBe('False Conflict');
      const message = await zone.zoneMessage('RecordsSynced');
      expect(message).toContain(`Another cluster, 12345678, has marked 4 names with our ownerId "splithorizon"`);
      expect(message).toContain('splithorizon.dev/take-over=12345678');
      expect(zone.records().filter((line) => isForeign(line))).toEqual(before);
    });

    it('takes it over once the zone is annotated take-over: in place where it is wanted, and the rest under the guard', async ({
      expect,
    }) => {
      const zone = await rebuilt();
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False Conflict');
      const annotate = (uid: string): Promise<void> =>
        zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/take-over': uid } } });
      const other = 'other CNAME 86400 @ splithorizon:splithorizon/87654321';
      await expect.poll(zone.records, SOON).toContain('new CNAME 300 @ ours');
      const serial = world.technitium.serial(zone.name);
      await annotate('12345678-4444-4444-8888-123456789abc');
      await expect
        .poll(zone.records, SOON)
        .toEqual([
          APEX,
          'git CNAME 300 @ ours | by hand',
          `given CNAME 86400 @ ${marker}+adopted | cron`,
          `left CNAME 86400 @ ${marker}`,
          'new CNAME 300 @ ours',
          other,
        ]);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      expect(world.technitium.serial(zone.name)).toBe(serial + 2);
      // Nobody saw who wanted these.
      await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions?.count, SOON).toBe(2);
      const { pendingDeletions } = await zone.zoneStatus();
      await zone.patchZone({
        metadata: { annotations: { 'splithorizon.dev/approve-deletions': pendingDeletions?.id } },
      });
      const rest = [APEX, 'git CNAME 300 @ ours | by hand', 'given CNAME 86400 @ cron', 'new CNAME 300 @ ours'];
      await expect.poll(zone.records, SOON).toEqual([...rest, other]);
      expect(world.technitium.serial(zone.name)).toBe(serial + 4);
      await expect.poll(() => zone.hostObject('left'), SOON).toBeUndefined();

      // The next one is told when the first is out of the way.
      await expect.poll(() => zone.zoneMessage('RecordsSynced'), SOON).toContain('Another cluster, 87654321');
      await annotate('87654321');
      await expect.poll(() => zone.zoneWord('RecordsSynced'), SOON).toBe('True Synced');
      expect(zone.records()).toEqual([...rest, other]);
    });

    it('says so under DryRun too, before anything is written', async ({ expect }) => {
      const zone = await rebuilt('DryRun');
      const before = zone.records();
      await expect.poll(() => zone.zoneWord('RecordsSynced'), SOON).toBe('False OwnerIdInUse');
      await zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/take-over': '12345678' } } });
      await expect.poll(() => zone.zoneMessage('RecordsSynced'), SOON).toContain('87654321');
      expect(zone.records()).toEqual(before);
    });
  });

  describe('adoption', () => {
    it('Matching takes over in place what already says what is wanted, and unmarks it when its host goes', async ({
      expect,
    }) => {
      const zone = await world.zone({
        spec: { deletionGuard: { graceSeconds: 0, free: 9 } },
        before: async ({ console }) => {
          await console.add('git', cname('@'));
          await console.add('noted', cname('@', 'made by cron'));
          await console.add('@', { type: 'A', value: '10.0.20.203', ttl: 3600 });
        },
      });
      await zone.ingress('git', ['git', 'noted', 'new']);
      await expect
        .poll(zone.records, SOON)
        .toEqual([
          '@ A 60 10.0.20.203 ours+adopted',
          'git CNAME 300 @ ours+adopted',
          'new CNAME 300 @ ours',
          'noted CNAME 300 @ ours+adopted | made by cron',
        ]);
      await expect.poll(() => zone.word('noted'), SOON).toBe('True Published');

      await zone.remove('Ingress', 'git');
      await expect
        .poll(zone.records, SOON)
        .toEqual(['@ A 60 10.0.20.203 ours+adopted', 'git CNAME 300 @ -', 'noted CNAME 300 @ made by cron']);
      await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
    });

    it('takes over 150 records without a gap in answering', async ({ expect }) => {
      const names = Array.from({ length: 150 }, (_, index) => `h${index}`);
      const zone = await world.zone({
        before: async ({ console }) => {
          await console.add('@', { type: 'A', value: '10.0.20.203', ttl: 3600 });
          for (const name of names) await console.add(name, cname('@'));
        },
      });
      const answers = new Set<string>();
      await zone.ingress('all', names);
      await expect
        .poll(async () => {
          answers.add(String(await zone.ask('h75', 'A')));
          return zone.records().filter((line) => line.endsWith('CNAME 300 @ ours+adopted')).length;
        }, SOON)
        .toBe(names.length);
      expect([...answers]).toEqual(['10.0.20.203']);
    });

    it('Never takes nothing over, Always also what says something else', async ({ expect }) => {
      const before = async ({ console }: TestZone): Promise<void> => {
        await console.add('git', cname('@'));
        await console.add('wiki', { type: 'A', value: '10.0.20.77', comments: 'by hand' });
        await console.add('note', { type: 'TXT', value: 'hello' });
      };
      const never = await world.zone({ spec: { adoption: 'Never' }, before });
      const always = await world.zone({ spec: { adoption: 'Always' }, before });
      const made = never.records().filter(isForeign);
      for (const zone of [never, always]) await zone.ingress('all', ['git', 'wiki', 'note']);
      await expect
        .poll(always.records, SOON)
        .toEqual([
          APEX,
          'git CNAME 300 @ ours+adopted',
          'note TXT 3600 hello -',
          'wiki CNAME 300 @ ours+adopted | by hand',
        ]);
      for (const host of ['git', 'wiki', 'note'])
        await expect.poll(() => never.word(host), SOON).toBe('False Conflict');
      await expect.poll(() => always.word('note'), SOON).toBe('False Conflict');
      expect(never.records()).toEqual([APEX, ...made].sort());
    });
  });

  it('policy DryRun writes nothing, says what it would do, and does it once it is Sync', async ({ expect }) => {
    const zone = await world.zone({
      spec: { policy: 'DryRun' },
      before: ({ console }) => console.add('right', cname('@')),
    });
    await zone.ingress('all', ['git', 'right']);
    await expect.poll(() => zone.word('git'), SOON).toBe('Unknown DryRun');
    expect(await zone.message('git')).toContain(`add CNAME ${zone.name}`);
    await expect.poll(() => zone.word('right'), SOON).toBe('Unknown DryRun');
    await expect.poll(() => zone.zoneWord('RecordsSynced'), SOON).toBe('Unknown DryRun');
    await expect.poll(() => zone.zoneMessage('RecordsSynced'), SOON).toContain('3 names');
    expect(zone.records()).toEqual(['right CNAME 86400 @ -']);
    const serial = world.technitium.serial(zone.name);

    await zone.patchZone({ spec: { policy: 'Sync' } });
    await expect.poll(zone.records, SOON).toEqual([APEX, 'git CNAME 300 @ ours', 'right CNAME 300 @ ours+adopted']);
    expect(world.technitium.serial(zone.name)).toBe(serial + 3);
    await expect.poll(() => zone.word('right'), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('RecordsSynced'), SOON).toBe('True Synced');
  });

  it('an excluded name is never created and never touched, not even what was ours', async ({ expect }) => {
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.ingress('all', ['git', 'mail']);
    await expect.poll(zone.records, SOON).toEqual([APEX, 'git CNAME 300 @ ours', 'mail CNAME 300 @ ours']);
    await zone.patchZone({ spec: { exclude: [zone.at('mail'), zone.at('never')] } });
    await expect.poll(() => zone.word('mail'), SOON).toBe('Unknown Excluded');
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await zone.ingress('never', ['never']);
    await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['10.0.20.204']);
    await expect.poll(() => zone.word('never'), SOON).toBe('Unknown Excluded');
    await zone.remove('Ingress', 'all');
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.204 ours', 'mail CNAME 300 @ ours']);
  });

  it('a target whose name is excluded is not written, and hosts point to it all the same', async ({ expect }) => {
    const zone = await world.zone({
      name: 'excluded-apex.test',
      spec: { ...AT_ONCE, exclude: ['excluded-apex.test'] },
    });
    await zone.ingress('git', ['git']);
    await expect.poll(zone.records, SOON).toEqual(['git CNAME 300 @ ours']);
    await zone.console.add('@', { type: 'A', value: '10.0.20.99', comments: 'by hand' });
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await expect
      .poll(async () => (await zone.zoneStatus()).targets, SOON)
      .toMatchObject([{ addresses: ['10.0.20.204'] }]);
    await zone.ingress('late', ['late']);
    await expect
      .poll(zone.records, SOON)
      .toEqual(['@ A 3600 10.0.20.99 by hand', 'git CNAME 300 @ ours', 'late CNAME 300 @ ours']);
  });

  it('what belongs to a zone object survives it, and is taken back by its marker without a write', async ({
    expect,
  }) => {
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    const path = `/apis/splithorizon.dev/v1alpha1/splithorizonzones/${zone.name}`;
    const serial = world.technitium.serial(zone.name);
    await world.client.delete(path);
    await expect.poll(() => zone.word('git'), SOON).toBe('False ZoneMissing');
    await zone.create();
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    expect(world.technitium.serial(zone.name)).toBe(serial);
  });
});
