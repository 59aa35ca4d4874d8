import { familyOf } from '../../model/address.ts';
import type { NamedServer } from './facts.ts';
import type { Snippet } from './page.ts';

/** The resolvers that there are texts for. */
export const RESOLVERS = ['CoreDNS', 'Unbound', 'dnsmasq', 'systemd-resolved'] as const;
export type ResolverKind = (typeof RESOLVERS)[number];

/** Where a zone is to be asked. */
export type Upstream = Pick<NamedServer, 'address' | 'port'>;

const UNBOUND = 'unbound.conf, then unbound-control reload';
const DNSMASQ = 'dnsmasq.conf or a file in /etc/dnsmasq.d, then restart it';
const COREDNS = 'the Corefile, beside the block ".:53": kubectl -n kube-system edit configmap coredns';

/** Has a resolver ask `upstream` for a zone: a domain override. */
export function forwardSnippet(resolver: ResolverKind, zone: string, upstream: Upstream): Snippet {
  switch (resolver) {
    case 'Unbound':
      return {
        for: resolver,
        where: `${UNBOUND} (pfSense, OPNsense: Domain Overrides)`,
        text: [
          ...['server:', `  private-domain: "${zone}"`, `  domain-insecure: "${zone}"`],
          ...['forward-zone:', `  name: "${zone}"`, `  forward-addr: ${withPort(upstream, '@')}`],
        ].join('\n'),
      };
    case 'dnsmasq':
      return {
        for: resolver,
        where: `${DNSMASQ} (Pi-hole the same)`,
        text: `server=/${zone}/${withPort(upstream, '#')}\nrebind-domain-ok=/${zone}/`,
      };
    case 'CoreDNS':
      return {
        for: resolver,
        where: COREDNS,
        text: [`${zone}:53 {`, '    errors', '    cache 30', `    forward . ${endpoint(upstream)}`, '}'].join('\n'),
      };
    case 'systemd-resolved':
      return {
        for: resolver,
        where: `/etc/systemd/resolved.conf.d/${zone}.conf on each machine, then systemctl restart systemd-resolved`,
        text: `[Resolve]\nDNS=${endpoint(upstream)}\nDomains=~${zone}`,
      };
  }
}

/** Lets private addresses of a zone through a resolver's rebinding protection. */
export function rebindingSnippets(zone: string): Snippet[] {
  return [
    { for: 'Unbound', where: UNBOUND, text: `server:\n  private-domain: "${zone}"` },
    { for: 'dnsmasq', where: DNSMASQ, text: `rebind-domain-ok=/${zone}/` },
  ];
}

/** Has a resolver that validates take an unsigned zone. */
export function insecureSnippets(zone: string): Snippet[] {
  return [{ for: 'Unbound', where: UNBOUND, text: `server:\n  domain-insecure: "${zone}"` }];
}

/** Lets an address ask a resolver. */
export function accessSnippets(address: string): Snippet[] {
  const bits = familyOf(address) === 6 ? 128 : 32;
  return [{ for: 'Unbound', where: UNBOUND, text: `server:\n  access-control: ${address}/${bits} allow` }];
}

/** Empties a resolver's cache of a zone. */
export function flushSnippet(resolver: ResolverKind, zone: string): Snippet {
  switch (resolver) {
    case 'Unbound':
      return { for: resolver, where: 'on that machine', text: `unbound-control flush_zone ${zone}` };
    case 'dnsmasq':
      return {
        for: resolver,
        where: 'on that machine; min-cache-ttl above the record’s TTL brings it back',
        text: 'pkill -HUP -x dnsmasq',
      };
    case 'CoreDNS':
      return {
        for: resolver,
        where: 'with the rights to do so',
        text: 'kubectl -n kube-system rollout restart deployment coredns',
      };
    case 'systemd-resolved':
      return { for: resolver, where: 'on that machine', text: 'resolvectl flush-caches' };
  }
}

/** A merge patch of an object of ours, for kubectl. */
export function patchSnippet(where: string, object: `${'shz' | 'shh'} ${string}`, spec: object): Snippet {
  // A single quote would end what the shell is given; in JSON it may be written otherwise.
  const patch = JSON.stringify({ spec }).replaceAll("'", '\\u0027');
  return { for: 'kubectl', where, text: `kubectl patch ${object} --type=merge -p '${patch}'` };
}

/** The port is left out where it is 53, as resolvers take it by themselves. */
function withPort({ address, port }: Upstream, separator: '@' | '#'): string {
  return port === 53 ? address : `${address}${separator}${port}`;
}

function endpoint({ address, port }: Upstream): string {
  if (port === 53) return address;
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
