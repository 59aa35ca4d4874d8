import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { streamEncode, TRUNCATED_RESPONSE, type Packet } from 'dns-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Answer } from '../../../src/model/look.ts';
import { ask, askSoa, isTruncated, type AskOptions } from '../../../src/probe/ask.ts';
import type { NameserverAddress } from '../../../src/probe/nameserver-address.ts';
import { serveDns, type Heard } from './hostile-server.ts';

/** For what is waited for: generous, since a busy machine is no fault. */
const SOON = { timeout: 10_000 };

const NAME = 'git.example.com';
const RIGHT: Packet = { answers: [{ type: 'A', name: NAME, ttl: 60, data: '10.0.20.203' }] };
const FALSE: Packet = { answers: [{ type: 'A', name: NAME, ttl: 60, data: '203.0.113.66' }] };

/** Milliseconds: long enough for an answer on loopback on a busy machine, short enough to be waited for. */
const PATIENCE = 400;
/** Where nothing comes that could come too late. */
const BRIEFLY = 60;

const optionsFor = (server: NameserverAddress, changes: Partial<AskOptions> = {}): AskOptions => ({
  server,
  timeoutMs: PATIENCE,
  signal: new AbortController().signal,
  random: Math.random,
  ...changes,
});

/** What `ask` makes of a server that reacts so; patient enough for a server that does answer in the end. */
const answerFrom = async (react: (heard: Heard, earlier: number) => void, timeoutMs = 2000): Promise<Answer> => {
  const { server } = await serveDns(react);
  return ask(optionsFor(server, { timeoutMs }), NAME, 'A');
};

const internal = { outcome: 'answer', rcode: 'NOERROR', addresses: ['10.0.20.203'] };
const changed = ({ packet }: Heard, offset: number, ...bytes: number[]): Buffer => {
  const copy = Buffer.from(packet);
  copy.writeUInt16BE(copy.readUInt16BE(2) | 0x8000, 2);
  copy.set(bytes, offset);
  return copy;
};

describe('over UDP', () => {
  test('the answer comes back', async () => {
    expect(await answerFrom((heard) => heard.answer(RIGHT))).toMatchObject(internal);
  });

  test('each question has its own id and its own source port', async () => {
    const { server, heard } = await serveDns(({ answer }) => answer(RIGHT));
    for (let count = 0; count < 8; count += 1) await ask(optionsFor(server), NAME, 'A');
    expect(new Set(heard.map(({ query }) => query.id)).size).toBeGreaterThan(6);
    expect(new Set(heard.map(({ from }) => from)).size).toBeGreaterThan(6);
  });

  test.each([
    {
      name: 'another id',
      forged: (heard: Heard) => heard.answer({ id: ((heard.query.id ?? 0) + 1) & 0xffff, ...FALSE }),
    },
    {
      name: 'another question',
      forged: (heard: Heard) => heard.answer({ questions: [{ type: 'A', name: 'photos.example.com' }], ...FALSE }),
    },
    { name: 'one byte', forged: (heard: Heard) => heard.respond(Buffer.from([0])) },
    { name: 'nothing at all', forged: (heard: Heard) => heard.respond(Buffer.alloc(0)) },
    { name: 'the query itself', forged: (heard: Heard) => heard.respond(heard.packet) },
  ])('a packet of $name is waited past', async ({ forged }) => {
    const answer = await answerFrom((heard) => {
      forged(heard);
      heard.answer(RIGHT);
    });
    expect(answer).toMatchObject(internal);
  });

  test('a packet from another port is not heard', async () => {
    const forger = createSocket('udp4');
    forger.bind(0, '127.0.0.1');
    await once(forger, 'listening');
    const answer = await answerFrom((heard) => {
      const forged = changed(heard, 2, 0x81, 0x83);
      forger.send(forged, Number(heard.from.split(':')[1]), '127.0.0.1', () => heard.answer(RIGHT));
    });
    forger.close();
    expect(answer).toMatchObject(internal);
  });

  test('of two answers the first counts', async () => {
    const answer = await answerFrom((heard) => {
      heard.answer(RIGHT);
      heard.answer(FALSE);
    });
    expect(answer).toMatchObject(internal);
  });

  test('a lost query is sent again, the same from the same port', async () => {
    const { server, heard } = await serveDns(({ answer }, earlier) => earlier === 1 && answer(RIGHT));
    expect(await ask(optionsFor(server), NAME, 'A')).toMatchObject(internal);
    expect(heard[1]?.packet).toEqual(heard[0]?.packet);
    expect(heard[1]?.from).toBe(heard[0]?.from);
  });

  test('an answer to the first attempt that comes during the second counts', async () => {
    let late: Heard | undefined;
    const answer = await answerFrom((heard) => {
      late?.answer(RIGHT);
      late = heard;
    }, PATIENCE);
    expect(answer).toMatchObject(internal);
  });

  test('no answer, twice, is silence', async () => {
    const { server, heard } = await serveDns(() => undefined);
    const answer = await ask(optionsFor(server, { timeoutMs: BRIEFLY }), NAME, 'A');
    expect(answer).toEqual({ outcome: 'silent' });
    expect(isTruncated(answer)).toBe(false);
    await expect.poll(() => heard.length, SOON).toBe(2);
  });

  test('only forged answers are silence', async () => {
    const answer = await answerFrom(
      (heard) => heard.answer({ id: ((heard.query.id ?? 0) + 1) & 0xffff, ...FALSE }),
      BRIEFLY,
    );
    expect(answer).toEqual({ outcome: 'silent' });
  });

  test('only answers to another question are said to be that', async () => {
    const answer = await answerFrom(
      (heard) => heard.answer({ questions: [{ type: 'A', name: 'x.example' }] }),
      PATIENCE,
    );
    expect(answer).toEqual({ outcome: 'malformed', problem: 'an answer to another question' });
  });

  test('a port where nobody listens is silence, known at once', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    await new Promise<void>((closed) => socket.close(closed));
    const answer = await ask(optionsFor({ address: '127.0.0.1', port }, { timeoutMs: 600_000 }), NAME, 'A');
    expect(answer).toEqual({ outcome: 'silent' });
  });

  test('an answer that cannot be decoded is malformed, at once', async () => {
    const answer = await answerFrom((heard) => heard.respond(changed(heard, 6, 0, 1)), 600_000);
    expect(answer).toEqual({ outcome: 'malformed', problem: 'a message that cannot be decoded' });
  });
});

describe('after TC', () => {
  const truncated: Packet = { flags: TRUNCATED_RESPONSE };
  const overTcp =
    (react: (heard: Heard) => void) =>
    (heard: Heard): void =>
      heard.transport === 'udp' ? heard.answer(truncated) : react(heard);

  test('the answer is had over TCP', async () => {
    const { server, heard } = await serveDns(overTcp((query) => query.answer(RIGHT)));
    expect(await ask(optionsFor(server), NAME, 'A')).toMatchObject(internal);
    expect(heard.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  test('an answer that comes in pieces is put together', async () => {
    const answer = await answerFrom(
      overTcp(({ query, send }) => {
        const message = streamEncode({
          type: 'response',
          id: query.id ?? 0,
          questions: query.questions ?? [],
          ...RIGHT,
        });
        send(message.subarray(0, 1));
        setTimeout(send, 20, message.subarray(1, 9));
        setTimeout(send, 40, message.subarray(9));
      }),
    );
    expect(answer).toMatchObject(internal);
  });

  test.each([
    { name: 'drip by drip', start: Buffer.from([0xff, 0xff]), more: Buffer.alloc(1, 0x61), everyMs: 5 },
    { name: 'without end', start: Buffer.alloc(0), more: Buffer.alloc(1_048_576, 0xff), everyMs: 1 },
  ])('a stream that comes $name is silence when its time is over, or no answer', async ({ start, more, everyMs }) => {
    const answer = await answerFrom(
      overTcp(({ send }) => {
        send(start);
        const timer = setInterval(send, everyMs, more);
        onTestFinished(() => clearInterval(timer));
      }),
      PATIENCE,
    );
    expect(['silent', 'malformed']).toContain(answer.outcome);
  });

  test('a connection closed without an answer is silence at once, told apart from plain silence', async () => {
    const answer = await answerFrom(
      overTcp((query) => query.hangUp()),
      600_000,
    );
    expect(answer.outcome).toBe('silent');
    expect(isTruncated(answer)).toBe(true);
  });

  test('a connection without an answer is the same', async () => {
    const answer = await answerFrom(
      overTcp(() => undefined),
      PATIENCE,
    );
    expect(answer.outcome).toBe('silent');
    expect(isTruncated(answer)).toBe(true);
  });

  test.each([
    {
      name: 'another id',
      react: (query: Heard) => query.answer({ ...RIGHT, id: ((query.query.id ?? 0) + 1) & 0xffff }),
      problem: 'no answer to the query',
    },
    {
      name: 'another question',
      react: (query: Heard) => query.answer({ questions: [] }),
      problem: 'an answer to another question',
    },
    { name: 'TC again', react: (query: Heard) => query.answer(truncated), problem: 'a truncated answer over TCP' },
    {
      name: 'a message of no length',
      react: (query: Heard) => query.respond(Buffer.alloc(0)),
      problem: 'no answer to the query',
    },
  ])('$name over TCP is malformed', async ({ react, problem }) => {
    expect(await answerFrom(overTcp(react))).toEqual({ outcome: 'malformed', problem });
  });
});

describe('a signal', () => {
  test.each([
    { name: 'while UDP is waited for', react: () => undefined },
    {
      name: 'while TCP is waited for',
      react: (heard: Heard) => heard.transport === 'udp' && heard.answer({ flags: TRUNCATED_RESPONSE }),
    },
  ])('ends the question $name', async ({ react }) => {
    const stop = new AbortController();
    const { server, heard } = await serveDns(react);
    const asked = ask(optionsFor(server, { timeoutMs: 600_000, signal: stop.signal }), NAME, 'A');
    const outcome = expect(asked).rejects.toThrow('stopped');
    await expect.poll(() => heard.length, SOON).toBeGreaterThan(0);
    stop.abort(new Error('stopped'));
    await outcome;
  });

  test('that has been given already asks nothing', async () => {
    const { server, heard } = await serveDns(({ answer }) => answer(RIGHT));
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(ask(optionsFor(server, { signal }), NAME, 'A')).rejects.toThrow('stopped');
    expect(heard).toHaveLength(0);
  });

  test('given in the very moment of asking ends it too', async () => {
    const stop = new AbortController();
    const { server } = await serveDns(() => undefined);
    const asked = ask(optionsFor(server, { signal: stop.signal }), NAME, 'A');
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });
});

describe('the SOA of a zone', () => {
  const data = {
    mname: 'NS1.example.com',
    rname: 'hostadmin.example.com',
    serial: 4_000_000_000,
    refresh: 900,
    retry: 300,
    expire: 604_800,
    minimum: 300,
  };

  test('is read from the answer', async () => {
    const { server } = await serveDns(({ answer }) =>
      answer({ flags: 1 << 10, answers: [{ type: 'SOA', name: 'Example.com', ttl: 3600, data }] }),
    );
    expect(await askSoa(optionsFor(server), 'example.com')).toEqual({
      outcome: 'soa',
      aa: true,
      soa: {
        mname: 'ns1.example.com',
        rname: 'hostadmin.example.com',
        serial: 4_000_000_000,
        refresh: 900,
        minimum: 300,
        ttl: 3600,
      },
    });
  });

  test('is none where the answer is of another zone, or a denial', async () => {
    const { server } = await serveDns(({ answer }) =>
      answer({
        flags: 3,
        answers: [{ type: 'SOA', name: 'com', ttl: 3600, data }],
        authorities: [{ type: 'SOA', name: 'com', ttl: 3600, data }],
      }),
    );
    expect(await askSoa(optionsFor(server), 'example.com')).toEqual({ outcome: 'none', rcode: 'NXDOMAIN' });
  });

  test('is silence where nobody answers', async () => {
    const { server } = await serveDns(() => undefined);
    expect(await askSoa(optionsFor(server, { timeoutMs: BRIEFLY }), 'example.com')).toEqual({ outcome: 'silent' });
  });
});
