import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ZoneRecord } from '../../../src/model/record.ts';
import { createTechnitiumClient } from '../../../src/technitium/client.ts';
import type { ServerKind, ServerUnderTest } from './server-under-test.ts';

const signal = new AbortController().signal;
const OURS = 'splithorizon:home/0a1b2c3d';

let server: ServerUnderTest;
let zone: string;
let zones = 0;

/** A record of the zone; `short` is a label, or `@` for the apex. */
function record(short: string, fields: Pick<ZoneRecord, 'type' | 'value'> & Partial<ZoneRecord>): ZoneRecord {
  return { name: short === '@' ? zone : `${short}.${zone}`, ttl: 300, comments: OURS, disabled: false, ...fields };
}

function address(short: string, value: string, fields: Partial<ZoneRecord> = {}): ZoneRecord {
  return record(short, { type: value.includes(':') ? 'AAAA' : 'A', value, ttl: 60, ...fields });
}

function alias(short: string, fields: Partial<ZoneRecord> = {}): ZoneRecord {
  return record(short, { type: 'CNAME', value: zone, ...fields });
}

async function at(short: string): Promise<readonly ZoneRecord[]> {
  return (await server.admin.readName(zone, alias(short).name, signal)).records;
}

/** What the client and a server must do together, on each of these kinds of server. */
export const describeClient = (kinds: readonly ServerKind[]): void =>
  describe.each(kinds)('$name', ({ start }) => {
    beforeAll(async () => {
      server = await start();
    });

    afterAll(() => server[Symbol.asyncDispose]());

    beforeEach(async () => {
      zone = `client-${process.pid}-${++zones}.test`;
      await server.createZone(zone);
      await server.admin.add(zone, address('@', '192.0.2.10'), signal);
    });

    describe('a record', () => {
      it('that is added answers, is read back as it was given, and moves the serial by one', async () => {
        const { serial } = await server.admin.readSerial(zone, signal);
        expect(await server.admin.add(zone, alias('git'), signal)).toBe(serial + 1);
        expect(await server.ask(`git.${zone}`, 'A')).toEqual(['192.0.2.10']);
        expect(await at('git')).toEqual([alias('git')]);
        expect(await server.admin.readSerial(zone, signal)).toMatchObject({ serial: serial + 1, type: 'Primary' });
      });

      it('that is updated says the new value, TTL and comments, and moves the serial by one', async () => {
        const to = alias('git', { value: `ingress.${zone}`, ttl: 120, comments: `${OURS} | "mine"; é` });
        await server.admin.add(zone, address('ingress', '192.0.2.20'), signal);
        const serial = await server.admin.add(zone, alias('git'), signal);
        expect(await server.admin.update(zone, alias('git'), to, signal)).toBe(serial + 1);
        expect(await server.ask(`git.${zone}`, 'A')).toEqual(['192.0.2.20']);
        expect(await at('git')).toEqual([to]);
      });

      it('loses its comments in an update that has none', async () => {
        await server.admin.add(zone, alias('git'), signal);
        await server.admin.update(zone, alias('git'), alias('git', { comments: '' }), signal);
        expect(await at('git')).toEqual([alias('git', { comments: '' })]);
      });

      it('that is disabled answers nothing until an update enables it', async () => {
        await server.admin.add(zone, alias('git'), signal);
        await server.admin.update(zone, alias('git'), alias('git', { disabled: true }), signal);
        expect(await at('git')).toEqual([alias('git', { disabled: true })]);
        expect(await server.ask(`git.${zone}`, 'A')).toBe('ENOTFOUND');
        await server.admin.update(zone, alias('git', { disabled: true }), alias('git'), signal);
        expect(await server.ask(`git.${zone}`, 'A')).toEqual(['192.0.2.10']);
      });

      it('that is removed no longer answers, and moves the serial by one', async () => {
        const serial = await server.admin.add(zone, alias('git'), signal);
        await server.admin.remove(zone, alias('git'), signal);
        expect(await server.ask(`git.${zone}`, 'A')).toBe('ENOTFOUND');
        expect(await server.admin.readSerial(zone, signal)).toMatchObject({ serial: serial + 1 });
      });

      it('of type SOA takes a higher serial, and is otherwise as it was', async () => {
        const soa = async (): Promise<string | undefined> =>
          (await at('@')).find(({ type }) => type === 'SOA')?.value.replace(/ \d+ (?=900 )/, ' - ');
        const before = await soa();
        const { serial } = await server.admin.readSerial(zone, signal);
        expect(await server.admin.raiseSerial(zone, serial + 1_000, signal)).toBe(serial + 1_000);
        expect(await server.admin.readSerial(zone, signal)).toMatchObject({ serial: serial + 1_000 });
        expect(await soa()).toBe(before);
        expect(await server.admin.raiseSerial(zone, 1, signal)).toBe(serial + 1_001);
      });

      it('may be a wildcard', async () => {
        await server.admin.add(zone, alias('*.apps'), signal);
        expect(await server.ask(`x.apps.${zone}`, 'A')).toEqual(['192.0.2.10']);
        expect(await at('*.apps')).toEqual([alias('*.apps')]);
        expect(await at('x.apps')).toEqual([]);
      });
    });

    describe('addresses', () => {
      it('of one set are added, moved and removed each for itself', async () => {
        await server.admin.add(zone, address('turn', '192.0.2.1', { comments: 'one' }), signal);
        await server.admin.add(zone, address('turn', '192.0.2.2', { comments: 'two' }), signal);
        await server.admin.add(zone, address('turn', '2001:db8::1'), signal);
        expect(await server.ask(`turn.${zone}`, 'A')).toEqual(['192.0.2.1', '192.0.2.2']);
        expect(await server.ask(`turn.${zone}`, 'AAAA')).toEqual(['2001:db8::1']);

        await server.admin.update(
          zone,
          address('turn', '192.0.2.1'),
          address('turn', '192.0.2.3', { comments: 'one' }),
          signal,
        );
        expect(await server.ask(`turn.${zone}`, 'A')).toEqual(['192.0.2.2', '192.0.2.3']);
        expect((await at('turn')).map(({ value, comments }) => `${value} ${comments}`).sort()).toEqual([
          '192.0.2.2 two',
          '192.0.2.3 one',
          `2001:db8::1 ${OURS}`,
        ]);

        await server.admin.remove(zone, address('turn', '192.0.2.2'), signal);
        await server.admin.remove(zone, address('turn', '2001:db8::1'), signal);
        expect(await server.ask(`turn.${zone}`, 'A')).toEqual(['192.0.2.3']);
        expect(await server.ask(`turn.${zone}`, 'AAAA')).toBe('ENODATA');
      });
    });

    describe('an import', () => {
      it('writes many names at once, one step of the serial each, and leaves the rest of the zone alone', async () => {
        const records = Array.from({ length: 300 }, (_, i) => alias(`h${i}`));
        records.push(address('turn', '192.0.2.1'), address('turn', '2001:db8::1'), alias('*.apps', { comments: '' }));
        const before = await server.admin.readZone(zone, signal);
        await server.admin.importRecords(zone, records, signal);
        const after = await server.admin.readZone(zone, signal);
        expect(after.serial).toBe(before.serial + 303);
        const soaAside = ({ type }: ZoneRecord) => type !== 'SOA';
        expect(new Set(after.records.filter(soaAside))).toEqual(
          new Set([...before.records.filter(soaAside), ...records]),
        );
        expect(await server.ask(`h299.${zone}`, 'A')).toEqual(['192.0.2.10']);
        expect(await server.ask(`turn.${zone}`, 'AAAA')).toEqual(['2001:db8::1']);
      });

      it('keeps comments to the letter', async () => {
        const comments = `${OURS}+adopted | "née" ; {x} (y) $1 @`;
        await server.admin.importRecords(zone, [alias('git', { comments })], signal);
        expect(await at('git')).toEqual([alias('git', { comments })]);
      });

      it('that meets a record that does not fit stops there, and says that it may have written', async () => {
        await server.admin.add(zone, address('b', '192.0.2.1'), signal);
        await expect(
          server.admin.importRecords(
            zone,
            ['a', 'b', 'c'].map((short) => alias(short)),
            signal,
          ),
        ).rejects.toMatchObject({ reason: 'CnameConflict', outcomeUnknown: true });
        expect(await at('a')).toEqual([alias('a')]);
        expect(await at('b')).toEqual([address('b', '192.0.2.1')]);
        expect(await at('c')).toEqual([]);
      });

      it('needs a right that writing single records does not', async () => {
        const client = await server.clientOfUser(zone);
        expect(await client.session(signal)).toMatchObject({ canModifyZones: false });
        await expect(client.importRecords(zone, [alias('git')], signal)).rejects.toMatchObject({
          reason: 'AccessDenied',
          outcomeUnknown: false,
        });
        await client.add(zone, alias('git'), signal);
        await client.update(zone, alias('git'), alias('git', { ttl: 60 }), signal);
        await client.remove(zone, alias('git'), signal);
        expect((await client.listZones(signal)).map(({ name }) => name)).toContain(zone);
      });
    });

    describe('the server', () => {
      it('tells of itself and of its zones', async () => {
        const { version, canModifyZones, clusterInitialized } = await server.admin.session(signal);
        expect(version).toMatch(/^1\d\.\d/);
        expect({ canModifyZones, clusterInitialized }).toEqual({ canModifyZones: true, clusterInitialized: false });
        expect(await server.admin.listZones(signal)).toContainEqual({
          name: zone,
          type: 'Primary',
          disabled: false,
          serial: 2,
        });
      });

      it.each<{ name: string; reason: string; write: () => Promise<unknown> }>([
        {
          name: 'adding what is there',
          reason: 'AlreadyExists',
          write: () => server.admin.add(zone, address('@', '192.0.2.10'), signal),
        },
        {
          name: 'a CNAME beside an address',
          reason: 'CnameConflict',
          write: () => server.admin.add(zone, alias('a'), signal),
        },
        {
          name: 'updating what is not there',
          reason: 'NoSuchRecord',
          write: () => server.admin.update(zone, alias('x'), alias('x'), signal),
        },
        {
          name: 'updating an address that is not there',
          reason: 'NoSuchRecord',
          write: () => server.admin.update(zone, address('a', '192.0.2.9'), address('a', '192.0.2.8'), signal),
        },
        {
          name: 'removing what is not there',
          reason: 'NoSuchRecord',
          write: () => server.admin.remove(zone, alias('x'), signal),
        },
        {
          name: 'a TTL above the expiry',
          reason: 'Rejected',
          write: () => server.admin.add(zone, alias('x', { ttl: 604_801 }), signal),
        },
        {
          name: 'a name outside',
          reason: 'Rejected',
          write: () => server.admin.add(zone, alias('x', { name: 'x.other.test' }), signal),
        },
      ])('refuses $name, and nothing changes', async ({ reason, write }) => {
        await server.admin.add(zone, address('a', '192.0.2.1'), signal);
        const before = await server.admin.readZone(zone, signal);
        await expect(write()).rejects.toMatchObject({ reason, outcomeUnknown: false });
        expect(await server.admin.readZone(zone, signal)).toEqual(before);
      });

      it('has no zone below another unless it was made: a read says so, a write lands above', async () => {
        const missing = `missing.${zone}`;
        await expect(server.admin.readSerial(missing, signal)).rejects.toMatchObject({
          reason: 'ZoneNotFound',
          outcomeUnknown: false,
        });
        await expect(server.admin.add(missing, alias('git.missing'), signal)).rejects.toMatchObject({
          reason: 'ZoneNotFound',
          outcomeUnknown: true,
        });
        expect(await at('git.missing')).toEqual([alias('git.missing')]);
      });

      it('has no zone of a foreign name', async () => {
        await expect(server.admin.readZone('absent.test', signal)).rejects.toMatchObject({ reason: 'ZoneNotFound' });
      });

      it('does not know another token', async () => {
        const stranger = createTechnitiumClient({ url: server.url, token: () => 'ab'.repeat(32) });
        await expect(stranger.readZone(zone, signal)).rejects.toMatchObject({ reason: 'NotAuthenticated' });
        await expect(stranger.add(zone, alias('git'), signal)).rejects.toMatchObject({ reason: 'NotAuthenticated' });
        expect(await at('git')).toEqual([]);
      });
    });
  });
