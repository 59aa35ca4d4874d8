import { describe, expect, test } from 'vitest';
import {
  accessSnippets,
  flushSnippet,
  forwardSnippet,
  insecureSnippets,
  patchSnippet,
  rebindingSnippets,
  RESOLVERS,
  type ResolverKind,
  type Upstream,
} from '../../../../src/plan/explain/snippets.ts';

const usual: Upstream = { address: '10.0.20.201', port: 53 };
const elsewhere: Upstream = { address: '10.0.20.201', port: 5353 };
const ipv6: Upstream = { address: 'fd00::201', port: 53 };
const ipv6Elsewhere: Upstream = { address: 'fd00::201', port: 5353 };

describe('what has a resolver ask the zone elsewhere', () => {
  test.each<{ resolver: ResolverKind; upstream: Upstream; want: string[] }>([
    {
      resolver: 'Unbound',
      upstream: usual,
      want: [
        ...['server:', '  private-domain: "example.com"', '  domain-insecure: "example.com"'],
        ...['forward-zone:', '  name: "example.com"', '  forward-addr: 10.0.20.201'],
      ],
    },
    {
      resolver: 'dnsmasq',
      upstream: usual,
      want: ['server=/example.com/10.0.20.201', 'rebind-domain-ok=/example.com/'],
    },
    {
      resolver: 'CoreDNS',
      upstream: usual,
      want: ['example.com:53 {', '    errors', '    cache 30', '    forward . 10.0.20.201', '}'],
    },
    {
      resolver: 'systemd-resolved',
      upstream: usual,
      want: ['[Resolve]', 'DNS=10.0.20.201', 'Domains=~example.com'],
    },
  ])('$resolver', ({ resolver, upstream, want }) => {
    expect(forwardSnippet(resolver, 'example.com', upstream).text.split('\n')).toEqual(want);
  });

  test.each<{ resolver: ResolverKind; want: [string, string, string] }>([
    { resolver: 'Unbound', want: ['10.0.20.201@5353', 'fd00::201', 'fd00::201@5353'] },
    { resolver: 'dnsmasq', want: ['10.0.20.201#5353', 'fd00::201', 'fd00::201#5353'] },
    { resolver: 'CoreDNS', want: ['10.0.20.201:5353', 'fd00::201', '[fd00::201]:5353'] },
    { resolver: 'systemd-resolved', want: ['10.0.20.201:5353', 'fd00::201', '[fd00::201]:5353'] },
  ])('$resolver: a port and IPv6 in its own way', ({ resolver, want }) => {
    const texts = [elsewhere, ipv6, ipv6Elsewhere].map(
      (upstream) => forwardSnippet(resolver, 'example.com', upstream).text,
    );
    const lines = texts.flatMap(
      (text) => /^(?:DNS=|server=\/example\.com\/| +forward(?:-addr:| \.) )(.*)$/m.exec(text)?.[1] ?? '',
    );
    expect(lines).toEqual(want);
  });
});

test('what exempts a zone, lets an asker in and empties a cache', () => {
  expect(rebindingSnippets('example.com').map(({ for: resolver, text }) => `${resolver}: ${text}`)).toEqual([
    'Unbound: server:\n  private-domain: "example.com"',
    'dnsmasq: rebind-domain-ok=/example.com/',
  ]);
  expect(insecureSnippets('example.com').map(({ text }) => text)).toEqual([
    'server:\n  domain-insecure: "example.com"',
  ]);
  expect(['10.0.20.55', 'fd00::55'].flatMap(accessSnippets).map(({ text }) => text)).toEqual([
    'server:\n  access-control: 10.0.20.55/32 allow',
    'server:\n  access-control: fd00::55/128 allow',
  ]);
  expect(RESOLVERS.map((resolver) => flushSnippet(resolver, 'example.com').text)).toEqual([
    'kubectl -n kube-system rollout restart deployment coredns',
    'unbound-control flush_zone example.com',
    'pkill -HUP -x dnsmasq',
    'resolvectl flush-caches',
  ]);
});

test('a patch for kubectl stands any quote', () => {
  expect(
    patchSnippet('', 'shz example.com', { acceptedFallbacks: [{ address: '198.51.100.14', reason: "it's" }] }).text,
  ).toBe(
    String.raw`kubectl patch shz example.com --type=merge -p '{"spec":{"acceptedFallbacks":[{"address":"198.51.100.14","reason":"it\u0027s"}]}}'`,
  );
});
