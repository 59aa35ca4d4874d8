import { expect, onTestFinished, test } from 'vitest';
import type { Look } from '../../../src/model/look.ts';
import { ask } from '../../../src/probe/ask.ts';
import { monotonicClock } from '../../../src/probe/clock.ts';
import { look } from '../../../src/probe/look.ts';
import { formatNameserver } from '../../../src/probe/nameserver-address.ts';
import { createPacer } from '../../../src/probe/pacer.ts';
import { createProber } from '../../../src/probe/prober.ts';
import { startResolver, type ResolverOptions } from '../../standin/resolver/resolver.ts';
import { serveDns } from './hostile-server.ts';

/** For what is waited for: generous, since a busy machine is no fault. */
const SOON = { timeout: 10_000 };

const ZONE = 'example.com';
const host = (label: string): string => `${label}.${ZONE}`;

/** An authority with records that can be changed, and a prober on the machine's clock. */
const setUp = async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const records = new Map<string, string>();
  const authority = await serveDns(({ query, answer }) => {
    const { name = '', type } = query.questions?.[0] ?? {};
    const data = records.get(name);
    const soa = { mname: 'ns1.example.com', rname: 'admin.example.com', serial: 1, minimum: 900 };
    if (data === undefined) answer({ flags: 3, authorities: [{ type: 'SOA', name: ZONE, ttl: 900, data: soa }] });
    else answer({ answers: type === 'A' ? [{ type: 'A', name, ttl: 1, data }] : [] });
  });
  const held = new Set<string>();
  const seen = new Map<string, Look>();
  const prober = createProber({
    clock: monotonicClock,
    pacer: createPacer({ clock: monotonicClock, queriesPerSecond: 200, burst: 200 }),
    signal: stop.signal,
    mayAsk: (_key, name) => !held.has(name),
    onLook: (key, name, seenNow) => seen.set(`${key} ${name}`, seenNow),
    onError: (_key, _name, error) => console.error(error),
    look: (server, subject, signal) =>
      look(subject, (name, type) => ask({ server, signal, random: Math.random, timeoutMs: 500 }, name, type), Date.now),
  });
  /** Starts a resolver that forwards to the authority, and has it probed. */
  const probe = async (options: ResolverOptions, mode: 'all' | 'canary' = 'all') => {
    const resolver = await startResolver(options);
    onTestFinished(() => resolver.close());
    const nameserver = { address: '127.0.0.1', port: resolver.port };
    const key = formatNameserver(nameserver);
    prober.setNameserver(nameserver);
    prober.setMode(key, ZONE, mode);
    const addresses = (label: string): unknown => {
      const a = seen.get(`${key} ${host(label)}`)?.a;
      return a?.outcome === 'answer' ? (a.rcode === 'NOERROR' ? a.addresses : a.rcode) : a?.outcome;
    };
    return { resolver, key, addresses };
  };
  return { authority, records, held, prober, probe, routes: { [ZONE]: `127.0.0.1:${authority.server.port}` } };
};

test('a host is asked of a cache only once its gate opens, and no denial is ever planted', async () => {
  const { records, held, prober, probe, routes } = await setUp();
  records.set(host('git'), '10.0.20.203');
  held.add(host('new'));
  prober.setZone(ZONE, { canarySeconds: 0.1, rotationSeconds: 0.1 });
  for (const label of ['git', 'new']) prober.setHost(ZONE, host(label));
  const { resolver, key, addresses } = await probe({ routes });
  prober.askNow(key, host('new'));
  await expect.poll(() => resolver.countOf(host('git')), SOON).toBeGreaterThan(6);
  expect(resolver.countOf(host('new'))).toBe(0);
  records.set(host('new'), '10.0.20.203');
  held.clear();
  prober.askNow(key, host('new'));
  await expect.poll(() => addresses('new'), SOON).toEqual(['10.0.20.203']);
});

test('each nameserver is seen by itself, and a fallback is asked for its canary only', async () => {
  const { records, prober, probe, routes } = await setUp();
  for (const label of ['git', 'photos', 'vault']) records.set(host(label), '10.0.20.203');
  prober.setZone(ZONE, { canarySeconds: 0.1, rotationSeconds: 0.1 });
  for (const label of ['git', 'photos', 'vault']) prober.setHost(ZONE, host(label));
  const firewall = await probe({ routes });
  const outside = await probe({ public: { [`*.${ZONE}`]: ['203.0.113.10'] } }, 'canary');
  await expect.poll(() => firewall.addresses('vault'), SOON).toEqual(['10.0.20.203']);
  await expect.poll(() => outside.resolver.countOf(host('git')), SOON).toBeGreaterThan(6);
  expect(outside.addresses('git')).toEqual(['203.0.113.10']);
  expect(outside.resolver.countOf(host('vault'))).toBe(0);
});

test('a resolver that changes its mind is found out by its canary, for all hosts', async () => {
  const { records, prober, probe, routes } = await setUp();
  const labels = Array.from({ length: 30 }, (_, index) => `h${index}`);
  for (const label of labels) records.set(host(label), '10.0.20.203');
  prober.setZone(ZONE, { canarySeconds: 0.2, rotationSeconds: 3600 });
  for (const label of labels) prober.setHost(ZONE, host(label));
  const { resolver, key, addresses } = await probe({ routes, public: { [`*.${ZONE}`]: ['203.0.113.10'] } });
  prober.sweep(key);
  await expect.poll(() => labels.every((label) => String(addresses(label)) === '10.0.20.203'), SOON).toBe(true);
  resolver.set({ routes: {} });
  await expect.poll(() => labels.every((label) => String(addresses(label)) === '203.0.113.10'), SOON).toBe(true);
});

test('a nameserver that nobody runs is silent, and its next ones are not kept waiting', async () => {
  const { records, prober, probe, routes } = await setUp();
  records.set(host('git'), '10.0.20.203');
  prober.setZone(ZONE, { canarySeconds: 3600, rotationSeconds: 3600 });
  prober.setHost(ZONE, host('git'));
  const gone = await probe({ silent: true });
  const { addresses } = await probe({ routes });
  await expect.poll(() => addresses('git'), SOON).toEqual(['10.0.20.203']);
  await expect.poll(() => gone.addresses('git'), SOON).toBe('silent');
  expect(gone.resolver.queries.map(({ type }) => type)).toEqual(['A', 'A']);
});
