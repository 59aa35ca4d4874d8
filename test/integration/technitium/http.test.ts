import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { HttpRequest } from '../../../src/technitium/http.ts';
import { createSend } from '../../../src/technitium/http.ts';
import { http200, rawServer } from './raw-server.ts';

const TOKEN = '5f'.repeat(32);
const signal = new AbortController().signal;

function requestTo(url: string, fields: Partial<HttpRequest> = {}): HttpRequest {
  return { url, headers: { authorization: `Bearer ${TOKEN}` }, body: 'a=é', timeoutMs: 5_000, ...fields };
}

describe('the transport', () => {
  it('sends headers and body as given, and keeps the connection', async () => {
    const requests: string[] = [];
    await using server = await rawServer((socket, request) => {
      requests.push(request);
      socket.write(http200('{"é":1}'));
    });
    const send = createSend();
    const want = { status: 200, contentType: 'application/json', location: undefined, body: '{"é":1}' };
    expect(await send(requestTo(`${server.url}/api/x?y=1`), signal)).toEqual(want);
    expect(await send(requestTo(server.url), signal)).toEqual(want);
    expect(requests[0]).toMatch(/^POST \/api\/x\?y=1 HTTP\/1\.1\r\n/);
    expect(requests[0]).toContain(`authorization: Bearer ${TOKEN}\r\n`);
    expect(requests[0]).toMatch(/content-length: 4\r\n[\s\S]*\r\n\r\na=é$/);
    expect(server.connections).toBe(1);
  });

  it('reads nothing of an answer that is not HTTP 200', async () => {
    await using server = await rawServer((socket) => {
      socket.write('HTTP/1.1 302 Found\r\nlocation: https://elsewhere.test/\r\ncontent-length: 1000\r\n\r\nhalf');
    });
    const want = { status: 302, contentType: undefined, location: 'https://elsewhere.test/', body: '' };
    expect(await createSend()(requestTo(server.url), signal)).toEqual(want);
  });

  it.each<{ name: string; serve: Parameters<typeof rawServer>[0]; want: object }>([
    {
      name: 'a connection that is reset',
      serve: (socket) => socket.resetAndDestroy(),
      want: {
        reason: 'Unreachable',
        message: 'broke the connection (ECONNRESET)',
        details: { mayHaveActed: true, transient: true },
      },
    },
    {
      name: 'a connection that is closed without a word',
      serve: (socket) => socket.end(),
      want: {
        reason: 'Unreachable',
        message: 'broke the connection (ECONNRESET)',
        details: { mayHaveActed: true, transient: true },
      },
    },
    {
      name: 'an answer that ends in the middle',
      serve: (socket) => socket.end(http200('{"status":', 100)),
      want: { reason: 'Unreachable', details: { mayHaveActed: true, transient: true } },
    },
    {
      name: 'an answer that is reset in the middle',
      serve: (socket) => socket.write(http200('{"status":', 100), () => socket.resetAndDestroy()),
      want: { reason: 'Unreachable', details: { mayHaveActed: true, transient: true } },
    },
    {
      name: 'an answer that is no HTTP',
      serve: (socket) => socket.end(`hello ${TOKEN}\r\n\r\n`),
      want: { reason: 'Unreachable', details: { mayHaveActed: true, transient: true } },
    },
    {
      name: 'silence',
      serve: () => undefined,
      want: { reason: 'Unreachable', message: 'did not answer within 0.1 s', details: { mayHaveActed: true } },
    },
    {
      name: 'an answer that stops in the middle',
      serve: (socket) => socket.write(http200('{"status":', 100)),
      want: { reason: 'Unreachable', message: 'did not answer within 0.1 s', details: { mayHaveActed: true } },
    },
  ])('fails on $name', async ({ name, serve, want }) => {
    await using server = await rawServer(serve);
    const timeoutMs = name === 'silence' || name.includes('stops') ? 100 : 5_000;
    const error = await failureOf(createSend()(requestTo(server.url, { timeoutMs }), signal));
    expect(error).toMatchObject(want);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(TOKEN);
  });

  it('fails where nobody listens, and nothing was done', async () => {
    const server = await rawServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await expect(createSend()(requestTo(server.url), signal)).rejects.toMatchObject({
      reason: 'Unreachable',
      message: 'refuses the connection (ECONNREFUSED)',
      details: { mayHaveActed: false, transient: true },
    });
  });

  it('fails where https is asked of a server without', async () => {
    await using server = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const url = server.url.replace('http:', 'https:');
    await expect(createSend()(requestTo(url), signal)).rejects.toMatchObject({ reason: 'Unreachable' });
  });

  it('stops at 64 MiB of an answer that goes on, and hangs up', async () => {
    const mebibyte = 'x'.repeat(1024 * 1024);
    let hungUp = false;
    let written = 0;
    await using server = await rawServer((socket) => {
      socket.on('close', () => (hungUp = true));
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
      const more = () => {
        if (socket.destroyed || written === 100) return;
        written++;
        socket.write(mebibyte, more);
      };
      more();
    });
    await expect(createSend()(requestTo(server.url, { timeoutMs: 30_000 }), signal)).rejects.toMatchObject({
      reason: 'UnexpectedAnswer',
      message: 'gave an answer of more than 64 MiB',
      details: { mayHaveActed: true },
    });
    await expect.poll(() => hungUp).toBe(true);
    expect(written).toBeLessThan(100);
  });
});

describe('an aborted signal', () => {
  it('ends every request that it was given to, with its reason, and none of others', async () => {
    let arrived = 0;
    await using server = await rawServer((socket, request) => {
      arrived++;
      if (request.includes('/other')) return;
      if (request.includes('/half')) socket.write(http200('{', 10));
      if (request.includes('/answered')) socket.write(http200('{}'));
    });
    const send = createSend();
    const stop = new AbortController();
    const reason = new Error('stopping');
    let otherEnded = false;
    const other = send(requestTo(`${server.url}/other`, { timeoutMs: 1_000 }), signal).catch(() => (otherEnded = true));
    const answered = send(requestTo(`${server.url}/answered`), stop.signal);
    const ended = ['/silent', '/half', '/silent'].map((path) =>
      failureOf(send(requestTo(server.url + path), stop.signal)),
    );
    expect(await answered).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(arrived).toBe(5));
    stop.abort(reason);
    expect(await Promise.all(ended)).toEqual([reason, reason, reason]);
    await expect(send(requestTo(server.url), stop.signal)).rejects.toBe(reason);
    expect(otherEnded).toBe(false);
    expect(arrived).toBe(5);
    await other;
  });
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error,
  );
}
