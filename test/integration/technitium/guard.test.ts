import { afterEach, describe, expect, it } from 'vitest';
import { WriteRefused, type WriteGuard } from '../../../src/model/write-guard.ts';
import { readCaBundle } from '../../../src/technitium/ca-bundle.ts';
import { createTechnitiumClient, type TechnitiumClient } from '../../../src/technitium/client.ts';
import { createSend } from '../../../src/technitium/http.ts';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { createAuthority } from '../../support/certificates.ts';

const ZONE = 'home.test';
const record = {
  name: 'git.home.test',
  type: 'A',
  ttl: 60,
  value: '10.0.20.7',
  comments: '',
  disabled: false,
} as const;
const { signal } = new AbortController();

let server: TechnitiumStandIn;
afterEach(() => server.close());

/** A client whose writes are guarded, of a server with an empty zone. */
const clientOf = async (guard: WriteGuard, secure = false): Promise<TechnitiumClient> => {
  const authority = createAuthority();
  server = await TechnitiumStandIn.start(secure ? { tls: authority.issue(['127.0.0.1']) } : {});
  server.createZone(ZONE);
  const token = server.createApiToken();
  const send = createSend(secure ? { ca: readCaBundle(authority.caBundle) } : {});
  return createTechnitiumClient({ url: server.url, token: () => token, send, guard });
};
const refusing: WriteGuard = {
  limitMs: 2_000,
  check: () => {
    throw new WriteRefused('not now');
  },
};
const writes: readonly { readonly name: string; readonly write: (client: TechnitiumClient) => Promise<unknown> }[] = [
  { name: 'add', write: (client) => client.add(ZONE, record, signal) },
  { name: 'update', write: (client) => client.update(ZONE, record, { ...record, ttl: 300 }, signal) },
  { name: 'remove', write: (client) => client.remove(ZONE, record, signal) },
  { name: 'importRecords', write: (client) => client.importRecords(ZONE, [record], signal) },
  { name: 'raiseSerial', write: (client) => client.raiseSerial(ZONE, 100, signal) },
];

describe('a guard that refuses', () => {
  it.each(writes)('lets $name send nothing, and is what it fails with', async ({ write }) => {
    const client = await clientOf(refusing);
    await expect(write(client)).rejects.toThrow(WriteRefused);
    expect(server.serial(ZONE)).toBe(1);
    const reads = server.calls('/api/zones/records/get');
    expect(server.calls()).toBe(reads);
  });

  it('has no say in reading', async () => {
    const client = await clientOf(refusing);
    expect(await client.readZone(ZONE, signal)).toMatchObject({ serial: 1 });
    expect(await client.readName(ZONE, record.name, signal)).toMatchObject({ records: [] });
    expect(await client.listZones(signal)).toContainEqual(expect.objectContaining({ name: ZONE }));
  });
});

describe.each([{ scheme: 'http' }, { scheme: 'https' }])('over $scheme', ({ scheme }) => {
  it('each write is asked of it anew, over a new connection and over one that is kept', async () => {
    let asked = 0;
    const check = (): void => {
      asked += 1;
      if (asked === 3) throw new WriteRefused('not any more');
    };
    const client = await clientOf({ limitMs: 2_000, check }, scheme === 'https');
    await client.add(ZONE, record, signal);
    await client.add(ZONE, { ...record, name: 'wiki.home.test' }, signal);
    await expect(client.add(ZONE, { ...record, name: 'late.home.test' }, signal)).rejects.toThrow('not any more');
    await client.remove(ZONE, record, signal);
    expect(server.records(ZONE).map(({ name }) => name)).toEqual(['wiki.home.test']);
    expect(asked).toBe(4);
  });
});

it('a write takes no longer than the guard allows, and its outcome is then unknown', async () => {
  const client = await clientOf({ limitMs: 100, check: () => undefined });
  server.latency(400, '/api/zones/records/add');
  await expect(client.add(ZONE, record, signal)).rejects.toMatchObject({ reason: 'Unreachable', outcomeUnknown: true });
  await expect.poll(() => server.serial(ZONE)).toBe(2);
});
