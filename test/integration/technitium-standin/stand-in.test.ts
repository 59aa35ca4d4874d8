import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { ask, call, importText } from './clients.ts';

let server: TechnitiumStandIn;
let token: string;

beforeEach(async () => {
  server = await TechnitiumStandIn.start({ soaMinimum: 7 });
  token = server.createApiToken();
  server.createZone('home.test');
});
afterEach(() => server.close());

const add = (form: Record<string, string>): Promise<Record<string, unknown>> =>
  call(server, token, '/api/zones/records/add', { zone: 'home.test', ...form });

it('gives new zones the SOA minimum and TTL of its options', async () => {
  const read = await call(server, token, '/api/zones/records/get', { domain: 'home.test' });
  expect(JSON.stringify(read)).toContain('"type":"SOA","ttl":7,"ttlString":"7s"');
  expect(JSON.stringify(read)).toContain('"minimum":7');
});

it('lists what a zone holds, without the SOA and NS that it was made with', async () => {
  await add({ domain: 'Git.home.test', type: 'CNAME', cname: 'home.test', comments: 'mine', ttl: '60' });
  await add({ domain: 'home.test', type: 'MX', preference: '10', exchange: 'mail.home.test' });
  await add({ domain: 'home.test', type: 'TXT', text: 'two words' });
  const common = { disabled: false, comments: '', ttl: 3600 };
  expect(server.records('HOME.test')).toEqual([
    { ...common, name: 'Git.home.test', type: 'CNAME', value: 'home.test', comments: 'mine', ttl: 60 },
    { ...common, name: 'home.test', type: 'MX', value: '10 mail.home.test' },
    { ...common, name: 'home.test', type: 'TXT', value: 'two words' },
  ]);
  expect(server.serial('home.test')).toBe(4);
});

it('counts calls by path and queries by name and type', async () => {
  await add({ domain: 'home.test', type: 'A', ipAddress: '192.0.2.1' });
  await ask(server, 'home.test', 'SOA');
  await ask(server, 'Home.test', 'A');
  expect([server.calls(), server.calls('/api/zones/records/add'), server.calls('/api/zones/list')]).toEqual([1, 1, 0]);
  expect([server.queries(), server.queries('home.test'), server.queries('home.test', 'A')]).toEqual([2, 2, 1]);
  server.resetCounts();
  expect([server.calls(), server.queries()]).toEqual([0, 0]);
});

it.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
] as const)('compresses for clients that accept %s', async (accept, encoding, decompress) => {
  const { promise, resolve } = Promise.withResolvers<{ encoding: unknown; body: Buffer }>();
  get(`${server.url}/api/zones/list?token=${token}`, { headers: { 'accept-encoding': accept } }, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('end', () => resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }));
  });
  const answer = await promise;
  expect(answer.encoding).toBe(encoding);
  expect(decompress(answer.body).toString()).toContain('"name":"home.test"');
});

it('truncates what is too large for a datagram', async () => {
  for (let i = 0; i < 40; i += 1) await add({ domain: 'many.home.test', type: 'A', ipAddress: `192.0.2.${i}` });
  expect(await ask(server, 'many.home.test', 'A')).toBe('NOERROR TC');
  expect((await ask(server, 'many.home.test', 'A', { tcp: true })).split(',')).toHaveLength(40);
});

it('answers a name that points at itself, as a master file can make it', async () => {
  expect(await importText(server, token, 'home.test', 'self 60 IN CNAME self')).toMatchObject({ status: 'ok' });
  expect(await ask(server, 'self.home.test', 'A')).toBe('NOERROR: self.home.test CNAME self.home.test');
});

it('gives up on ANAMEs that lead back to each other', async () => {
  await add({ domain: 'a.home.test', type: 'ANAME', aname: 'b.home.test' });
  for (const aname of ['a.home.test', 'b.home.test']) await add({ domain: 'b.home.test', type: 'ANAME', aname });
  expect(await ask(server, 'a.home.test', 'A')).toBe('SERVFAIL');
});

it('lets several addresses take turns', async () => {
  for (const ipAddress of ['192.0.2.1', '192.0.2.2']) await add({ domain: 'home.test', type: 'A', ipAddress });
  const first = await ask(server, 'home.test', 'A');
  expect(await ask(server, 'home.test', 'A')).not.toBe(first);
  expect(await ask(server, 'home.test', 'A')).toBe(first);
});

it('tells clients of a network another address, over UDP and TCP', async () => {
  const translations = [{ public: '203.0.113.10', private: '10.0.20.203', clients: '127.0.0.2/31' }];
  await using translating = await TechnitiumStandIn.start({ translations });
  translating.createZone('home.test');
  const form = { zone: 'home.test', domain: 'home.test', type: 'A', ipAddress: '203.0.113.10' };
  await call(translating, translating.createApiToken(), '/api/zones/records/add', form);
  const answer = (from: string, tcp: boolean): Promise<string> => ask(translating, 'home.test', 'A', { from, tcp });
  for (const tcp of [false, true]) {
    expect(await answer('127.0.0.1', tcp)).toBe('NOERROR: home.test A 203.0.113.10');
    expect(await answer('127.0.0.3', tcp)).toBe('NOERROR: home.test A 10.0.20.203');
  }
  expect(translating.records('home.test')).toMatchObject([{ value: '203.0.113.10' }]);
});
