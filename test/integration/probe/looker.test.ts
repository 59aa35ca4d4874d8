import type { Answer as PacketRecord } from 'dns-packet';
import { expect, test } from 'vitest';
import { ask } from '../../../src/probe/ask.ts';
import { monotonicClock } from '../../../src/probe/clock.ts';
import { createLooker } from '../../../src/probe/looker.ts';
import { createPacer } from '../../../src/probe/pacer.ts';
import type { ProbedNameserver } from '../../../src/probe/prober.ts';
import { serveDns, type Heard } from './hostile-server.ts';

const NAME = 'git.example.com';
const SERVFAIL = { flags: 2 };
const a: PacketRecord = { type: 'A', name: NAME, ttl: 60, data: '10.0.20.203' };

/** Looks at the name at a server that reacts so; what was asked is said with `cd` where that was set. */
const lookAt = async (react: (heard: Heard, question: string) => void, patience: Partial<ProbedNameserver> = {}) => {
  const asked: string[] = [];
  const { server } = await serveDns((heard) => {
    const [question] = heard.query.questions ?? [];
    const text = `${question?.name} ${question?.type}${heard.query.flag_cd ? ' cd' : ''}`;
    asked.push(text);
    react(heard, text);
  });
  const pacer = createPacer({ clock: monotonicClock, queriesPerSecond: 100, burst: 100 });
  const looker = createLooker({ pacer, clock: monotonicClock, random: Math.random, now: () => 1000, ask });
  const nameserver: ProbedNameserver = { ...server, ...patience };
  const once = () => looker(nameserver, { name: NAME }, new AbortController().signal);
  return { look: await once(), once, asked };
};

test('a look that needs no explaining is two plain questions', async () => {
  const { look, asked } = await lookAt(({ answer }, question) =>
    answer(question === `${NAME} A` ? { answers: [a] } : {}),
  );
  expect(look).toMatchObject({ a: { addresses: ['10.0.20.203'] }, aaaa: { addresses: [] }, at: 1000 });
  expect(Object.keys(look).sort()).toEqual(['a', 'aaaa', 'at']);
  expect(asked).toEqual([`${NAME} A`, `${NAME} AAAA`]);
});

test('a SERVFAIL is asked once more without validation', async () => {
  const { look, asked } = await lookAt(({ answer }, question) =>
    answer(question === `${NAME} A cd` ? { answers: [a] } : SERVFAIL),
  );
  expect(look).toMatchObject({ a: { rcode: 'SERVFAIL' }, unvalidated: { addresses: ['10.0.20.203'] } });
  expect(asked).toEqual([`${NAME} A`, `${NAME} AAAA`, `${NAME} A cd`]);
});

test('of the type that failed', async () => {
  const { look, asked } = await lookAt(({ answer }, question) =>
    answer(question === `${NAME} A` ? { answers: [a] } : SERVFAIL),
  );
  expect(look).toMatchObject({ a: { rcode: 'NOERROR' }, unvalidated: { rcode: 'SERVFAIL' } });
  expect(asked).toEqual([`${NAME} A`, `${NAME} AAAA`, `${NAME} AAAA cd`]);
});

test('an IPv6 address has the nameserver asked for its NAT64 prefix, once', async () => {
  const { look, once, asked } = await lookAt(({ answer }, question) => {
    const [name = '', type] = question.split(' ');
    const data = name === NAME ? '64:ff9b::a00:14cb' : '64:ff9b::c000:aa';
    answer({ answers: type === 'A' ? [a] : [{ type: 'AAAA', name, ttl: 60, data }] });
  });
  expect(look.nat64Prefixes).toEqual(['64:ff9b::/96']);
  expect((await once()).nat64Prefixes).toEqual(['64:ff9b::/96']);
  expect(asked.filter((question) => question === 'ipv4only.arpa AAAA')).toHaveLength(1);
});

test('the patience of a nameserver is that of the machine it is asked for', async () => {
  const { look, asked } = await lookAt(() => undefined, { timeoutMs: 20, attempts: 3 });
  expect(look).toEqual({ a: { outcome: 'silent' }, aaaa: undefined, at: 1000 });
  await expect.poll(() => asked, { timeout: 10_000 }).toEqual([`${NAME} A`, `${NAME} A`, `${NAME} A`]);
});
