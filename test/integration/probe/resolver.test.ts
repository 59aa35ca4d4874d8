import { AUTHORITATIVE_ANSWER, type Answer as PacketRecord, type Packet } from 'dns-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Answer, QuestionType } from '../../../src/model/look.ts';
import { ask } from '../../../src/probe/ask.ts';
import { startResolver, type Resolver, type ResolverOptions } from '../../standin/resolver/resolver.ts';
import { serveDns } from './hostile-server.ts';

/** For what is waited for: generous, since a busy machine is no fault. */
const SOON = { timeout: 10_000 };

const NAME = 'git.example.com';
const soa: PacketRecord = {
  type: 'SOA',
  name: 'example.com',
  ttl: 900,
  data: { mname: 'ns1.example.com', rname: 'admin.example.com', serial: 1, minimum: 30 },
};

const nx: Packet = { flags: AUTHORITATIVE_ANSWER | 3, authorities: [soa] };
const yes = (data: string, ttl = 60): Packet => ({
  flags: AUTHORITATIVE_ANSWER,
  answers: [
    { type: 'CNAME', name: NAME, ttl: 300, data: 'example.com' },
    { type: 'A', name: 'example.com', ttl, data },
  ],
});

/** A resolver in front of an authority, whose answer and time can be changed. */
const setUp = async (options: ResolverOptions = {}) => {
  const world: { answer: Packet; now: number } = { answer: yes('10.0.20.203'), now: 0 };
  const authority = await serveDns(({ answer }) => answer(world.answer));
  const upstream = `127.0.0.1:${authority.server.port}`;
  const resolver = await startResolver({ routes: { 'example.com': upstream }, now: () => world.now, ...options });
  onTestFinished(() => resolver.close());
  return { world, resolver, upstream, forwarded: () => authority.heard.length };
};

const askAt = (resolver: Resolver, name = NAME, type: QuestionType = 'A'): Promise<Answer> =>
  ask(
    {
      server: { address: '127.0.0.1', port: resolver.port },
      signal: new AbortController().signal,
      random: Math.random,
    },
    name,
    type,
  );

const addressesAt = async (resolver: Resolver, name = NAME): Promise<unknown> => {
  const answer = await askAt(resolver, name);
  return answer.outcome !== 'answer' ? answer.outcome : answer.rcode === 'NOERROR' ? answer.addresses : answer.rcode;
};

describe('the resolver stand-in', () => {
  test('forwards a zone, and keeps the answer for its TTL', async () => {
    const { world, resolver, forwarded } = await setUp();
    expect(await askAt(resolver)).toMatchObject({
      aa: false,
      ra: true,
      chain: ['example.com'],
      addresses: ['10.0.20.203'],
    });
    world.answer = yes('10.0.20.204');
    world.now = 59_999;
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
    world.now = 60_000;
    expect(await addressesAt(resolver)).toEqual(['10.0.20.204']);
    expect(forwarded()).toBe(2);
    expect(resolver.countOf(NAME)).toBe(3);
    expect(resolver.queries[1]).toEqual({ name: NAME, type: 'A', at: 59_999 });
  });

  test('keeps a denial for the minimum of its SOA: a question too early plants it', async () => {
    const { world, resolver } = await setUp();
    world.answer = nx;
    expect(await askAt(resolver)).toMatchObject({
      rcode: 'NXDOMAIN',
      soa: { mname: 'ns1.example.com', negativeTtl: 30 },
    });
    world.answer = yes('10.0.20.203');
    world.now = 29_999;
    expect(await addressesAt(resolver)).toBe('NXDOMAIN');
    world.now = 30_000;
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
  });

  test('forgets when told to', async () => {
    const { world, resolver } = await setUp();
    await askAt(resolver);
    world.answer = yes('10.0.20.204');
    resolver.flush();
    expect(await addressesAt(resolver)).toEqual(['10.0.20.204']);
  });

  test('keeps longer than the TTL it shows, like dnsmasq', async () => {
    const { world, resolver } = await setUp({ minTtl: 600 });
    await askAt(resolver);
    world.answer = yes('10.0.20.204');
    world.now = 599_000;
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
    world.now = 600_000;
    expect(await addressesAt(resolver)).toEqual(['10.0.20.204']);
  });

  test('gives the old answer once more after its end, like Unbound and CoreDNS', async () => {
    const { world, resolver } = await setUp({ serveStale: true });
    await askAt(resolver);
    world.answer = yes('10.0.20.204');
    world.now = 60_000;
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
    await expect.poll(() => addressesAt(resolver), SOON).toEqual(['10.0.20.204']);
  });

  test('has answers of its own first, the public ones last, and nothing else', async () => {
    const { resolver } = await setUp({
      static: { [NAME]: ['10.111.111.95'] },
      public: { '*.example.net': ['203.0.113.10'], 'v6.example.org': ['2001:db8::1'] },
    });
    expect(await addressesAt(resolver)).toEqual(['10.111.111.95']);
    expect(await addressesAt(resolver, 'photos.example.net')).toEqual(['203.0.113.10']);
    expect(await addressesAt(resolver, 'v6.example.org')).toEqual([]);
    expect(await askAt(resolver, 'v6.example.org', 'AAAA')).toMatchObject({ addresses: ['2001:db8::1'] });
    expect(await askAt(resolver, 'no.example.org')).toMatchObject({
      rcode: 'NXDOMAIN',
      soa: { mname: 'ns.public.example' },
    });
  });

  test('may be changed while it runs', async () => {
    const { resolver, upstream } = await setUp({ routes: {}, public: { '*.example.com': ['203.0.113.10'] } });
    expect(await addressesAt(resolver)).toEqual(['203.0.113.10']);
    resolver.set({ routes: { 'example.com': upstream } });
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
    resolver.set({ rcode: 'REFUSED' });
    expect(await addressesAt(resolver)).toBe('REFUSED');
  });

  test('prefers the longest of its routes', async () => {
    const { resolver, upstream } = await setUp();
    resolver.set({ routes: { com: '127.0.0.1:1', 'example.com': upstream } });
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
  });

  test('says SERVFAIL where nobody answers behind it, and does not keep that', async () => {
    const { resolver, upstream } = await setUp({ routes: { 'example.com': '127.0.0.1:1' }, upstreamTimeoutMs: 50 });
    expect(await addressesAt(resolver)).toBe('SERVFAIL');
    resolver.set({ routes: { 'example.com': upstream } });
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
  });

  test('leaves a CNAME without an address under rebinding protection', async () => {
    const { resolver } = await setUp({ stripPrivate: true });
    expect(await askAt(resolver)).toMatchObject({ rcode: 'NOERROR', chain: ['example.com'], addresses: [] });
  });

  test('may deny all IPv6', async () => {
    const { resolver } = await setUp({ aaaaNxdomain: true });
    expect(await askAt(resolver, NAME, 'AAAA')).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(await addressesAt(resolver)).toEqual(['10.0.20.203']);
  });

  test('may be silent', async () => {
    const { resolver } = await setUp({ silent: true });
    const server = { address: '127.0.0.1', port: resolver.port };
    const signal = new AbortController().signal;
    expect(await ask({ server, timeoutMs: 50, signal, random: Math.random }, NAME, 'A')).toEqual({ outcome: 'silent' });
    await expect.poll(() => resolver.countOf(NAME), SOON).toBe(2);
  });
});
