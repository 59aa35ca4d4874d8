import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { TechnitiumClient } from '../../../src/technitium/client.ts';
import type { TechnitiumReason } from '../../../src/technitium/errors.ts';
import { recorded } from './recordings.ts';
import { clientOf, json, rejection, TOKEN, unaborted } from './server.ts';

const signal = unaborted();
const alias = { name: 'git.cname.test', type: 'CNAME', ttl: 300, value: 'cname.test', comments: 'c' } as const;

const READS: Readonly<Record<string, (client: TechnitiumClient) => Promise<unknown>>> = {
  session: (client) => client.session(signal),
  listZones: (client) => client.listZones(signal),
  readZone: (client) => client.readZone('cname.test', signal),
  readName: (client) => client.readName('cname.test', 'git.cname.test', signal),
  readSerial: (client) => client.readSerial('cname.test', signal),
};

const WRITES: Readonly<Record<string, (client: TechnitiumClient) => Promise<unknown>>> = {
  add: (client) => client.add('cname.test', alias, signal),
  update: (client) => client.update('cname.test', alias, alias, signal),
  remove: (client) => client.remove('cname.test', alias, signal),
  importRecords: (client) => client.importRecords('cname.test', [alias], signal),
};

/** `fetch failed`, as the global fetch says it. */
function networkFailure(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(`connect ${code}`), { code }) });
}

/** A body that ends in the middle, by a reset of the connection. */
function halfAnswer(): Response {
  let sent = false;
  const body = new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new TypeError('terminated', { cause: { code: 'UND_ERR_SOCKET' } }));
      else controller.enqueue(Buffer.from('{"status":"o'));
      sent = true;
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** An answer that never comes: it ends only with the request. */
function silence(_: unknown, ended: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(ended.reason as Error);
    if (ended.aborted) fail();
    else ended.addEventListener('abort', fail, { once: true });
  });
}

function withStatus(status: number, headers: Record<string, string> = {}): Response {
  return new Response(status === 404 ? '' : '<html>', { status, headers });
}

const HTML = () => new Response('<html>Log in</html>', { headers: { 'content-type': 'text/html' } });

interface Fault {
  readonly name: string;
  readonly handler: Parameters<typeof clientOf>[0];
  readonly want: { readonly reason: TechnitiumReason; readonly message?: string };
  /** How often a read asks. */
  readonly attempts: number;
  /** Whether a write may have been made; undefined where that is another for import. */
  readonly acted?: boolean;
  /** @default those of the client */
  readonly timeoutMs?: number;
}

/** What can come instead of an answer. */
const FAULTS: readonly Fault[] = [
  {
    name: 'a refused connection',
    handler: () => {
      throw networkFailure('ECONNREFUSED');
    },
    want: { reason: 'Unreachable', message: 'http://technitium.test:5380 refuses the connection (ECONNREFUSED)' },
    attempts: 3,
    acted: false,
  },
  {
    name: 'a name that does not resolve',
    handler: () => {
      throw networkFailure('ENOTFOUND');
    },
    want: {
      reason: 'Unreachable',
      message: 'http://technitium.test:5380 cannot be reached: its name does not resolve (ENOTFOUND)',
    },
    attempts: 3,
    acted: false,
  },
  {
    name: 'a reset connection',
    handler: () => {
      throw networkFailure('ECONNRESET');
    },
    want: { reason: 'Unreachable', message: 'http://technitium.test:5380 broke the connection (ECONNRESET)' },
    attempts: 3,
    acted: true,
  },
  {
    name: 'a failure of an unknown kind',
    handler: () => {
      throw new TypeError(`bad header ${TOKEN}`);
    },
    want: { reason: 'Unreachable', message: 'http://technitium.test:5380 broke the connection (unknown error)' },
    attempts: 3,
    acted: true,
  },
  {
    name: 'half an answer and a reset',
    handler: halfAnswer,
    want: { reason: 'Unreachable', message: 'http://technitium.test:5380 broke the connection (UND_ERR_SOCKET)' },
    attempts: 3,
    acted: true,
  },
  {
    name: 'HTTP 503',
    handler: () => withStatus(503),
    want: { reason: 'Unreachable', message: 'http://technitium.test:5380 answered HTTP 503' },
    attempts: 3,
    acted: true,
  },
  {
    name: 'silence',
    handler: silence,
    want: { reason: 'Unreachable', message: 'http://technitium.test:5380 did not answer within 0.05 s' },
    attempts: 1,
    acted: true,
    timeoutMs: 50,
  },
  {
    name: 'a redirect',
    handler: () => withStatus(302, { location: `https://evil.test:53443/?token=${TOKEN}` }),
    want: {
      reason: 'UnexpectedAnswer',
      message: 'http://technitium.test:5380 redirects to https://evil.test:53443, which is never followed',
    },
    attempts: 1,
    acted: false,
  },
  {
    name: 'a redirect to nowhere',
    handler: () => withStatus(301),
    want: { reason: 'UnexpectedAnswer' },
    attempts: 1,
    acted: false,
  },
  {
    name: 'HTTP 404',
    handler: () => withStatus(404),
    want: {
      reason: 'UnexpectedAnswer',
      message: 'http://technitium.test:5380 answered HTTP 404, as no Technitium API does',
    },
    attempts: 1,
    acted: false,
  },
  {
    name: 'HTML',
    handler: HTML,
    want: {
      reason: 'UnexpectedAnswer',
      message: 'http://technitium.test:5380 gave an answer that is no JSON but "text/html"',
    },
    attempts: 1,
    acted: true,
  },
  {
    name: 'half of the JSON',
    handler: () => new Response(`{"status":"ok","token":"${TOKEN}`),
    want: { reason: 'UnexpectedAnswer' },
    attempts: 1,
    acted: true,
  },
  {
    name: 'nothing at all',
    handler: () => new Response(null),
    want: { reason: 'UnexpectedAnswer' },
    attempts: 1,
    acted: true,
  },
  ...[null, [], 'ok', {}, { status: 'fine' }, { status: 5 }].map((answer) => ({
    name: `the JSON ${JSON.stringify(answer)}`,
    handler: () => json(answer),
    want: { reason: 'UnexpectedAnswer' as const },
    attempts: 1,
    acted: true,
  })),
  {
    name: 'an unknown token',
    handler: () => json(recorded('15.2/01-auth', 'wrong token in the form').answer),
    want: { reason: 'NotAuthenticated' },
    attempts: 1,
    acted: false,
  },
  {
    name: 'a question for a second factor',
    handler: () => json({ status: '2fa-required' }),
    want: { reason: 'NotAuthenticated' },
    attempts: 1,
    acted: false,
  },
  {
    name: 'a blocked address',
    handler: () => json(recorded('15.2/01-auth', 'right password, blocked client').answer),
    want: { reason: 'LoginBlocked' },
    attempts: 1,
  },
];

/** One attempt at the network that fails at once, for what is said by a text. */
const QUOTING = [
  { name: 'a text that quotes the token', handler: () => json({ status: 'error', errorMessage: `${TOKEN}?` }) },
  { name: 'a content type that does', handler: () => new Response('', { headers: { 'content-type': TOKEN } }) },
  { name: 'a zone of its name', handler: () => json(zoneAnswer({ name: TOKEN })) },
  { name: 'a type of its name', handler: () => json(zoneAnswer({ type: TOKEN })) },
] as const;

// Together, since each that is tried again takes 0.75 s.
describe.concurrent('what comes instead of an answer', () => {
  it.for(FAULTS)(
    '$name: every read fails with a reason',
    async ({ handler, want, attempts, timeoutMs }, { expect }) => {
      for (const { error, arrived } of await outcomes(READS, handler, timeoutMs)) {
        expect(error).toMatchObject({ name: 'TechnitiumError', ...want, outcomeUnknown: false });
        expect(arrived).toBe(attempts);
        expect(everythingIn(error)).not.toContain(TOKEN);
      }
    },
  );

  it.for(FAULTS)(
    '$name: every write fails after one attempt',
    async ({ handler, want, acted, timeoutMs }, { expect }) => {
      for (const { error, arrived } of await outcomes(WRITES, handler, timeoutMs)) {
        expect(error).toMatchObject({ ...want, ...(acted === undefined ? {} : { outcomeUnknown: acted }) });
        expect(arrived).toBe(1);
        expect(everythingIn(error)).not.toContain(TOKEN);
      }
    },
  );

  it.for(QUOTING)('$name: the token is in no error', async ({ handler }, { expect }) => {
    for (const { error } of await outcomes({ ...READS, ...WRITES }, handler)) {
      expect(everythingIn(error)).not.toContain(TOKEN);
    }
  });
});

describe('a read', () => {
  it('succeeds when the server is back within the retries', async () => {
    let left = 2;
    const { client, arrived } = clientOf(() => {
      if (left-- > 0) throw networkFailure('ECONNREFUSED');
      return json(recorded('15.2/03-cname', 'read').answer);
    });
    expect(await client.readSerial('cname.test', signal)).toEqual({ serial: 3, type: 'Primary' });
    expect(arrived).toHaveLength(3);
  });

  it.each([
    {
      field: 'zone.soaSerial',
      answer: { zone: { name: 'cname.test', type: 'Primary', disabled: false }, records: [] },
    },
    { field: 'zone.disabled', answer: { zone: { name: 'cname.test', type: 'Primary', soaSerial: 1 }, records: [] } },
    {
      field: 'response.records',
      answer: { zone: { name: 'cname.test', type: 'Primary', disabled: false, soaSerial: 1 } },
    },
    { field: 'record.ttl', answer: withRecord({ ttl: '300' }) },
    { field: 'record.ttl', answer: withRecord({ ttl: 1.5 }) },
    { field: 'record.rData', answer: withRecord({ rData: null }) },
    { field: 'record.rData.cname', answer: withRecord({ rData: { cname: 5 } }) },
    { field: 'record.comments', answer: withRecord({ comments: 5 }) },
  ])('names the field $field that is not as it should be', async ({ field, answer }) => {
    const { client } = clientOf(() => json({ status: 'ok', response: answer }));
    expect(await rejection(client.readZone('cname.test', signal))).toMatchObject({
      reason: 'UnexpectedAnswer',
      message: expect.stringContaining(`gave an answer in which ${field} is not`) as unknown,
    });
  });

  it('stops at 64 MiB of an answer that goes on', async () => {
    const mebibyte = Buffer.alloc(1024 * 1024, ' ');
    let sent = 0;
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => (sent++ < 100 ? controller.enqueue(mebibyte) : controller.close()),
      cancel: () => void (cancelled = true),
    });
    const { client } = clientOf(() => new Response(endless));
    expect(await rejection(client.readZone('cname.test', signal))).toMatchObject({
      reason: 'UnexpectedAnswer',
      message: 'http://technitium.test:5380 gave an answer of more than 64 MiB',
    });
    expect(cancelled).toBe(true);
    expect(sent).toBeLessThan(70);
  });
});

describe('an aborted signal', () => {
  it('ends a call with its reason, before or after the request', async () => {
    const reason = new Error('stopping');
    const stop = new AbortController();
    const { client, arrived } = clientOf((_, ended) => {
      stop.abort(reason);
      return silence(_, ended);
    });
    expect(await rejection(client.readSerial('cname.test', stop.signal))).toBe(reason);
    expect(await rejection(client.readSerial('cname.test', stop.signal))).toBe(reason);
    expect(await rejection(client.add('cname.test', alias, stop.signal))).toBe(reason);
    expect(arrived).toHaveLength(1);
  });

  it('ends the wait for the next attempt', async () => {
    const stop = new AbortController();
    const { client, arrived } = clientOf(() => {
      queueMicrotask(() => stop.abort());
      throw networkFailure('ECONNREFUSED');
    });
    expect(await rejection(client.readSerial('cname.test', stop.signal))).toBe(stop.signal.reason);
    expect(arrived).toHaveLength(1);
  });
});

describe('the token', () => {
  it('is in the form and in the header, never in the URL', async () => {
    const { client, arrived } = clientOf(() => json({ status: 'error', errorMessage: '' }));
    for (const call of Object.values({ ...READS, ...WRITES })) await rejection(call(client));
    expect(arrived).toHaveLength(9);
    for (const { url, method, headers, form } of arrived) {
      expect(url).not.toContain(TOKEN);
      expect(method).toBe('POST');
      expect(headers.get('authorization')).toBe(`Bearer ${TOKEN}`);
      if (!url.includes('/import')) expect(form['token']).toBe(TOKEN);
    }
  });

  it.each(['', '  \n', 'two words', 'line\nbreak', 'schlüssel'])(
    '%j is refused before anything is sent',
    async (token) => {
      const { client, arrived } = clientOf(() => json({ status: 'ok' }), { token: () => token });
      for (const call of Object.values({ ...READS, ...WRITES })) {
        const error = await rejection(call(client));
        expect(error).toMatchObject({ reason: 'NotAuthenticated', outcomeUnknown: false });
        expect(error).not.toMatchObject({ message: expect.stringContaining(token.trim() || '\n') as unknown });
      }
      expect(arrived).toEqual([]);
    },
  );

  it('may end in a line break, as files do, and is asked for on each call', async () => {
    const tokens = ['first\n', 'second'];
    const { client, arrived } = clientOf(() => json({ status: 'error' }), { token: () => tokens.shift()! });
    await rejection(client.readSerial('cname.test', signal));
    await rejection(client.readSerial('cname.test', signal));
    expect(arrived.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer first', 'Bearer second']);
  });
});

describe('the base URL', () => {
  it.each([
    { given: 'http://dns.test:5380', want: 'http://dns.test:5380/api/zones/list' },
    { given: 'http://dns.test:5380/', want: 'http://dns.test:5380/api/zones/list' },
    { given: 'https://dns.test/technitium/', want: 'https://dns.test/technitium/api/zones/list' },
    { given: 'http://user:secret@dns.test:5380/?x#y', want: 'http://dns.test:5380/api/zones/list' },
  ])('$given leads to $want', async ({ given, want }) => {
    const { client, arrived } = clientOf(() => json({ status: 'error', errorMessage: 'no' }), { url: given });
    const error = await rejection(client.listZones(signal));
    expect(arrived.map(({ url }) => url)).toEqual([want]);
    expect(everythingIn(error)).not.toContain('secret');
  });
});

/** All that a logger could find in an error. */
function everythingIn(error: unknown): string {
  return inspect(error, { depth: Infinity, showHidden: true });
}

/** Each call made once, at the same time, of servers of their own: what it ended with, and how many requests it took. */
async function outcomes(
  calls: typeof READS,
  handler: Parameters<typeof clientOf>[0],
  timeoutMs?: number,
): Promise<{ error: unknown; arrived: number }[]> {
  const limits = timeoutMs === undefined ? {} : { timeoutMs, bulkTimeoutMs: timeoutMs };
  return Promise.all(
    Object.values(calls).map(async (call) => {
      const { client, arrived } = clientOf(handler, limits);
      const error: unknown = await call(client).catch((reason: unknown) => reason);
      return { error, arrived: arrived.length };
    }),
  );
}

function zoneAnswer(fields: object) {
  const zone = { name: 'cname.test', type: 'Primary', disabled: false, soaSerial: 1, ...fields };
  return { status: 'ok', response: { zone, records: [] } };
}

function withRecord(fields: object) {
  const record = {
    name: 'x.cname.test',
    type: 'CNAME',
    ttl: 300,
    disabled: false,
    rData: { cname: 'cname.test' },
    ...fields,
  };
  return { zone: { name: 'cname.test', type: 'Primary', disabled: false, soaSerial: 1 }, records: [record] };
}
