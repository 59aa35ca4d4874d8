import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TechnitiumClient } from '../../../src/technitium/client.ts';
import { createTechnitiumClient } from '../../../src/technitium/client.ts';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';

const signal = new AbortController().signal;
const ADD = '/api/zones/records/add';
const GET = '/api/zones/records/get';
const alias = {
  name: 'git.example.test',
  type: 'CNAME',
  ttl: 300,
  value: 'example.test',
  comments: 'c',
  disabled: false,
};

let server: TechnitiumStandIn;
let client: TechnitiumClient;

describe.each(['15.2', '14.3'] as const)('a server of version %s', (version) => {
  beforeEach(async () => {
    server = await TechnitiumStandIn.start({ version });
    server.createZone('example.test');
    const token = server.createApiToken();
    client = createTechnitiumClient({ url: server.url, token: () => token });
    server.save();
  });

  afterEach(() => server.close());

  describe('a read', () => {
    it.each([
      { name: 'a reset connection', hit: () => server.reset('before', { path: GET, times: 2 }) },
      { name: 'half an answer', hit: () => server.halfAnswer({ path: GET, times: 2 }) },
      { name: 'HTTP 502', hit: () => server.html({ path: GET, times: 2 }) },
    ])('outlives $name twice', async ({ hit }) => {
      hit();
      expect(await client.readSerial('example.test', signal)).toMatchObject({ serial: 1, type: 'Primary' });
      expect(server.calls(GET)).toBe(3);
    });

    it('gives up after the third attempt', async () => {
      server.halfAnswer({ path: GET });
      await expect(client.readZone('example.test', signal)).rejects.toMatchObject({ reason: 'Unreachable' });
      expect(server.calls(GET)).toBe(3);
    });

    it('is not asked again when it took too long', async () => {
      server.latency(5_000, GET);
      const hasty = createTechnitiumClient({ url: server.url, token: () => server.createApiToken(), timeoutMs: 100 });
      await expect(hasty.readSerial('example.test', signal)).rejects.toMatchObject({ reason: 'Unreachable' });
      expect(server.calls(GET)).toBe(1);
    });

    it('tells a zone that became a copy, and one that was disabled', async () => {
      server.disableZone('example.test');
      await expect(client.readSerial('example.test', signal)).rejects.toMatchObject({ reason: 'ZoneDisabled' });
      server.becomeSecondary('example.test');
      await expect(client.readSerial('example.test', signal)).rejects.toMatchObject({ reason: 'ZoneNotWritable' });
    });
  });

  describe('a write', () => {
    it.each([
      { name: 'reset before it was made', hit: () => server.reset('before', { path: ADD, times: 1 }), made: 0 },
      { name: 'reset after it was made', hit: () => server.reset('after', { path: ADD, times: 1 }), made: 1 },
      { name: 'half answered', hit: () => server.halfAnswer({ path: ADD, times: 1 }), made: 1 },
      { name: 'answered by a proxy', hit: () => server.html({ path: ADD, times: 1 }), made: 0 },
    ])('that is $name is sent once, and its outcome is said to be unknown', async ({ hit, made }) => {
      hit();
      await expect(client.add('example.test', alias, signal)).rejects.toMatchObject({
        reason: 'Unreachable',
        outcomeUnknown: true,
      });
      expect(server.calls(ADD)).toBe(1);
      expect(server.records('example.test')).toHaveLength(made);
    });

    it('whose answer comes too late has an unknown outcome', async () => {
      const token = server.createApiToken();
      const hasty = createTechnitiumClient({ url: server.url, token: () => token, timeoutMs: 100 });
      server.latency(300, ADD);
      await expect(hasty.add('example.test', alias, signal)).rejects.toMatchObject({
        reason: 'Unreachable',
        outcomeUnknown: true,
      });
      await expect.poll(() => server.records('example.test')).toHaveLength(1);
    });

    it('to a server that is down was surely not made, and succeeds once it is up', async () => {
      await server.refuse();
      await expect(client.add('example.test', alias, signal)).rejects.toMatchObject({
        reason: 'Unreachable',
        outcomeUnknown: false,
      });
      await server.accept();
      expect(await client.add('example.test', alias, signal)).toBe(2);
      expect(server.records('example.test')).toEqual([alias]);
    });

    it('to a zone that became a copy is refused', async () => {
      server.becomeSecondary('example.test');
      await expect(client.add('example.test', alias, signal)).rejects.toMatchObject({
        reason: 'ZoneNotWritable',
        outcomeUnknown: false,
      });
    });

    it('that the server forgot when it was killed shows in a serial that went back', async () => {
      expect(await client.add('example.test', alias, signal)).toBe(2);
      await server.kill();
      expect(await client.readSerial('example.test', signal)).toMatchObject({ serial: 1 });
      expect(server.records('example.test')).toEqual([]);
    });
  });
});
