import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { TechnitiumClient } from '../../../src/technitium/client.ts';
import type { TechnitiumReason } from '../../../src/technitium/errors.ts';
import { networkFailure } from '../../../src/technitium/network-failure.ts';
import { recorded } from './recordings.ts';
import type { Handler } from './server.ts';
import { answerOf, clientOf, json, rejection, TOKEN, unaborted } from './server.ts';

const signal = unaborted();
const alias = {
  name: 'git.cname.test',
  type: 'CNAME',
  ttl: 300,
  value: 'cname.test',
  comments: 'c',
  disabled: false,
} as const;

type Calls = Readonly<Record<string, (client: TechnitiumClient) => Promise<unknown>>>;

const READS: Calls = {
  session: (client) => client.session(signal),
  listZones: (client) => client.listZones(signal),
  readZone: (client) => client.readZone('cname.test', signal),
  readName: (client) => client.readName('cname.test', 'git.cname.test', signal),
  readSerial: (client) => client.readSerial('cname.test', signal),
};

const WRITES: Calls = {
  add: (client) => client.add('cname.test', alias, signal),
  update: (client) => client.update('cname.test', alias, alias, signal),
  remove: (client) => client.remove('cname.test', alias, signal),
  importRecords: (client) => client.importRecords('cname.test', [alias], signal),
};

const EVERY = Object.values({ ...READS, ...WRITES });

/** A network that fails with a code, and with the token in everything but the code. */
function failing(code: unknown): Handler {
  return () => {
    throw networkFailure(Object.assign(new Error(`connect to ${TOKEN}`), { code, rawPacket: TOKEN }));
  };
}

interface Fault {
  readonly name: string;
  readonly handler: Handler;
  readonly want: { readonly reason: TechnitiumReason; readonly message?: RegExp };
  /** How often a read asks. */
  readonly attempts: number;
  /** Whether a write may have been made. */
  readonly acted: boolean;
}

/** What can come instead of an answer. */
const FAULTS: readonly Fault[] = [
  {
    name: 'a refused connection',
    handler: failing('ECONNREFUSED'),
    want: {
      reason: 'Unreachable',
      message: /^TechnitiumError: http:\/\/technitium\.test:5380 refuses the connection \(ECONNREFUSED\)/,
    },
    attempts: 3,
    acted: false,
  },
  {
    name: 'a name that does not resolve',
    handler: failing('ENOTFOUND'),
    want: { reason: 'Unreachable', message: /its name does not resolve \(ENOTFOUND\)/ },
    attempts: 3,
    acted: false,
  },
  {
    name: 'a reset connection',
    handler: failing('ECONNRESET'),
    want: { reason: 'Unreachable', message: /broke the connection \(ECONNRESET\)/ },
    attempts: 3,
    acted: true,
  },
  {
    name: 'a failure with a strange code',
    handler: failing(TOKEN),
    want: { reason: 'Unreachable', message: /broke the connection \(unknown error\)/ },
    attempts: 3,
    acted: true,
  },
  {
    name: 'HTTP 503',
    handler: () => answerOf({ status: 503 }),
    want: { reason: 'Unreachable', message: /answered HTTP 503/ },
    attempts: 3,
    acted: true,
  },
  {
    name: 'a redirect',
    handler: () => answerOf({ status: 302, location: `https://evil.test:53443/?token=${TOKEN}` }),
    want: { reason: 'UnexpectedAnswer', message: /redirects to https:\/\/evil\.test:53443, which is never followed/ },
    attempts: 1,
    acted: false,
  },
  {
    name: 'a redirect to nowhere',
    handler: () => answerOf({ status: 301 }),
    want: { reason: 'UnexpectedAnswer', message: /redirects/ },
    attempts: 1,
    acted: false,
  },
  {
    name: 'HTTP 404',
    handler: () => answerOf({ status: 404 }),
    want: { reason: 'UnexpectedAnswer', message: /answered HTTP 404, as no Technitium API does/ },
    attempts: 1,
    acted: false,
  },
  {
    name: 'HTML',
    handler: () => answerOf({ contentType: 'text/html', body: `<html>${TOKEN}</html>` }),
    want: { reason: 'UnexpectedAnswer', message: /gave an answer that is no JSON but "text\/html"/ },
    attempts: 1,
    acted: true,
  },
  {
    name: 'half of the JSON',
    handler: () => answerOf({ contentType: 'application/json', body: `{"status":"ok","token":"${TOKEN}` }),
    want: { reason: 'UnexpectedAnswer', message: /gave JSON that ends too soon or is broken$/ },
    attempts: 1,
    acted: true,
  },
  {
    name: 'nothing at all',
    handler: () => answerOf({}),
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
    want: { reason: 'NotAuthenticated', message: /answered \S+: "Invalid token or session expired\."$/ },
    attempts: 1,
    acted: false,
  },
  {
    name: 'a question for a second factor',
    handler: () => json({ status: '2fa-required' }),
    want: { reason: 'NotAuthenticated', message: /second factor/ },
    attempts: 1,
    acted: false,
  },
  {
    name: 'a blocked address',
    handler: () => json(recorded('15.2/01-auth', 'right password, blocked client').answer),
    want: { reason: 'LoginBlocked' },
    attempts: 1,
    acted: false,
  },
];

/** Answers by which a server tries to get the token into a message. */
const QUOTING: readonly { readonly name: string; readonly handler: Handler }[] = [
  { name: 'a text that quotes the token', handler: () => json({ status: 'error', errorMessage: `${TOKEN}?` }) },
  { name: 'a content type that does', handler: () => answerOf({ contentType: TOKEN }) },
  { name: 'a zone of its name', handler: () => json(zoneAnswer({ name: TOKEN })) },
  { name: 'a type of its name', handler: () => json(zoneAnswer({ type: TOKEN })) },
];

// Together, since each that is tried again takes 0.75 s.
describe.concurrent('what comes instead of an answer', () => {
  it.for(FAULTS)('$name: every read fails with a reason', async ({ handler, want, attempts }, { expect }) => {
    for (const { error, arrived } of await outcomes(READS, handler)) {
      expect(error).toMatchObject({ name: 'TechnitiumError', reason: want.reason, outcomeUnknown: false });
      expect(String(error)).toMatch(want.message ?? '');
      expect(arrived).toBe(attempts);
      expect(everythingIn(error)).not.toContain(TOKEN);
    }
  });

  it.for(FAULTS)('$name: every write fails after one attempt', async ({ handler, want, acted }, { expect }) => {
    for (const { error, arrived } of await outcomes(WRITES, handler)) {
      expect(error).toMatchObject({ reason: want.reason, outcomeUnknown: acted });
      expect(arrived).toBe(1);
      expect(everythingIn(error)).not.toContain(TOKEN);
    }
  });

  it.for(QUOTING)('$name: the token is in no error', async ({ handler }, { expect }) => {
    for (const { error } of await outcomes({ ...READS, ...WRITES }, handler)) {
      expect(everythingIn(error)).not.toContain(TOKEN);
    }
  });
});

describe('a read', () => {
  it('succeeds when the server is back within the retries', async () => {
    let left = 2;
    const { client, arrived } = clientOf((request) => {
      if (left-- > 0) return failing('ECONNREFUSED')(request);
      return json(recorded('15.2/03-cname', 'read').answer);
    });
    expect(await client.readSerial('cname.test', signal)).toMatchObject({ serial: 3, type: 'Primary' });
    expect(arrived).toHaveLength(3);
  });

  it.each([
    {
      field: 'zone.soaSerial',
      answer: { zone: { name: 'cname.test', type: 'Primary', disabled: false }, records: [] },
    },
    { field: 'zone.disabled', answer: { zone: { name: 'cname.test', type: 'Primary', soaSerial: 1 }, records: [] } },
    { field: 'response.records', answer: { ...zoneAnswer({}).response, records: {} } },
    { field: 'record.ttl', answer: withRecord({ ttl: '300' }) },
    { field: 'record.ttl', answer: withRecord({ ttl: 1.5 }) },
    { field: 'record.rData', answer: withRecord({ rData: null }) },
    { field: 'record.rData.cname', answer: withRecord({ rData: { cname: 5 } }) },
    { field: 'record.comments', answer: withRecord({ comments: 5 }) },
  ])('names the field $field that is not as it should be', async ({ field, answer }) => {
    const { client } = clientOf(() => json({ status: 'ok', response: answer }));
    const error = await rejection(client.readZone('cname.test', signal));
    expect(error).toMatchObject({ reason: 'UnexpectedAnswer' });
    expect(String(error)).toContain(`gave an answer in which ${field} is not`);
  });
});

describe('an aborted signal', () => {
  it('ends the wait for the next attempt with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('stopping');
    const { client, arrived } = clientOf((request) => {
      queueMicrotask(() => stop.abort(reason));
      return failing('ECONNREFUSED')(request);
    });
    await expect(client.readSerial('cname.test', stop.signal)).rejects.toBe(reason);
    expect(arrived).toHaveLength(1);
  });
});

describe('the token', () => {
  it('is in the form and in the header, never in the URL', async () => {
    const { client, arrived } = clientOf(() => json({ status: 'error', errorMessage: '' }));
    for (const call of EVERY) await rejection(call(client));
    expect(arrived).toHaveLength(9);
    for (const { url, headers, form } of arrived) {
      expect(url).not.toContain(TOKEN);
      expect(headers['authorization']).toBe(`Bearer ${TOKEN}`);
      if (!url.includes('/import')) expect(form['token']).toBe(TOKEN);
    }
  });

  it.each(['', '  \n', 'two words', 'line\nbreak', 'schlüssel'])(
    '%j is refused before anything is sent',
    async (token) => {
      const { client, arrived } = clientOf(() => json({ status: 'ok' }), { token: () => token });
      for (const call of EVERY) {
        const error = await rejection(call(client));
        expect(error).toMatchObject({ reason: 'NotAuthenticated', outcomeUnknown: false });
        if (token.trim() !== '') expect(everythingIn(error)).not.toContain(token);
      }
      expect(arrived).toEqual([]);
    },
  );

  it('may end in a line break, as files do, and is asked for on each call', async () => {
    const tokens = ['first\n', 'second'];
    const { client, arrived } = clientOf(() => json({ status: 'error' }), { token: () => tokens.shift()! });
    await rejection(client.readSerial('cname.test', signal));
    await rejection(client.readSerial('cname.test', signal));
    expect(arrived.map(({ headers }) => headers['authorization'])).toEqual(['Bearer first', 'Bearer second']);
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
async function outcomes(calls: Calls, handler: Handler): Promise<{ error: unknown; arrived: number }[]> {
  return Promise.all(
    Object.values(calls).map(async (call) => {
      const { client, arrived } = clientOf(handler);
      const error: unknown = await call(client).catch((reason: unknown) => reason);
      return { error, arrived: arrived.length };
    }),
  );
}

function zoneAnswer(fields: object) {
  const zone = { name: 'cname.test', type: 'Primary', disabled: false, soaSerial: 1, ...fields };
  return { status: 'ok', response: { zone, records: [] as object[] } };
}

function withRecord(fields: object) {
  const record = { name: 'x.cname.test', type: 'CNAME', ttl: 300, disabled: false, rData: { cname: 'cname.test' } };
  return { ...zoneAnswer({}).response, records: [{ ...record, ...fields }] };
}
