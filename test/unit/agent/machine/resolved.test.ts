import { describe, expect, test } from 'vitest';
import { readMachine } from '../../../../src/agent/machine/read-machine.ts';
import { machineWith } from './fixture.ts';

type Files = Readonly<Record<string, string>>;

const STUB = { '/etc/resolv.conf': 'nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n' };
const conf = (...lines: string[]): string => ['[Resolve]', ...lines, ''].join('\n');
const link = (index: number, ...lines: string[]): Files => ({
  [`/run/systemd/netif/links/${index}`]: ['ADMIN_STATE=configured', 'OPER_STATE=routable', ...lines, ''].join('\n'),
});
/** What systemd-resolved says that it has in use. */
const inUse = (...addresses: string[]): Files => {
  const listed = addresses.map((address) => `nameserver ${address}\n`).join('');
  return {
    '/run/systemd/resolve/resolv.conf': `# This file is managed by man:systemd-resolved(8). Do not edit.\n\n${listed}search .\n`,
    '/run/systemd/resolve/stub-resolv.conf': STUB['/etc/resolv.conf'],
  };
};
const ZONE_CONF = '/etc/systemd/resolved.conf.d/zone.conf';

/** `global: 10.0.20.201 for example.com`, `*` where a scope takes names outside of all domains too. */
function scopesOf(files: Files): string[] {
  const uplinks = readMachine(machineWith({ ...STUB, ...files })).resolvers.filter(({ role }) => role === 'Uplink');
  const scopes = Map.groupBy(uplinks, ({ scope }) => scope);
  return [...scopes].map(([scope, servers]) => {
    const { domains = [], defaultRoute } = servers[0]!;
    const names = [...domains, ...(defaultRoute === true ? ['*'] : [])];
    return `${scope ?? ''}: ${servers.map(({ address }) => address).join(' ')} for ${names.join(' ')}`;
  });
}

function unseenOf(files: Files): readonly string[] {
  return readMachine(machineWith({ ...STUB, ...files })).unseen;
}

// Each of these landscapes was tried on systemd-resolved 252 (test/cluster/resolved.test.ts holds it to the code).
describe('scopes of systemd-resolved', () => {
  test.each<{ name: string; files: Files; want: string[] }>([
    {
      name: 'global servers for a zone, others of a link for the rest',
      files: {
        [ZONE_CONF]: conf('DNS=10.0.20.201', 'Domains=~example.com'),
        ...link(2, 'DNS=10.0.20.1 198.51.100.14'),
        ...inUse('10.0.20.201', '10.0.20.1', '198.51.100.14'),
      },
      want: ['global: 10.0.20.201 for example.com *', 'link eth0: 10.0.20.1 198.51.100.14 for *'],
    },
    {
      name: 'a link that only routes takes nothing else',
      files: { ...link(3, 'DNS=10.0.20.1', 'ROUTE_DOMAINS=example.com'), ...inUse() },
      want: ['link 3: 10.0.20.1 for example.com'],
    },
    {
      name: 'a link that routes the root takes everything',
      files: { ...link(3, 'DNS=10.0.20.1', 'ROUTE_DOMAINS=. example.com'), ...inUse('10.0.20.1') },
      want: ['link 3: 10.0.20.1 for . example.com *'],
    },
    {
      name: 'a link that is told to take the rest, or not to',
      files: {
        ...link(2, 'DNS=10.0.20.1', 'DOMAINS=lan', 'DNS_DEFAULT_ROUTE=no'),
        ...link(3, 'DNS=10.0.20.2', 'ROUTE_DOMAINS=lan', 'DNS_DEFAULT_ROUTE=yes'),
        ...inUse('10.0.20.2'),
      },
      want: ['link eth0: 10.0.20.1 for lan', 'link 3: 10.0.20.2 for lan *'],
    },
    {
      name: 'a link that others manage',
      files: {
        '/run/systemd/netif/links/3': 'ADMIN_STATE=unmanaged\nOPER_STATE=routable\n',
        '/run/systemd/resolve/netif/3':
          '# This is private data. Do not parse.\nSERVERS=10.0.20.9:53 198.51.100.14:5353%eth0#dns.example\nDOMAINS=~example.com lan\nDEFAULT_ROUTE=no\n',
        ...inUse(),
      },
      want: ['link 3: 10.0.20.9 198.51.100.14:5353 for example.com lan'],
    },
    {
      name: 'a link that is down has no say',
      files: {
        '/run/systemd/netif/links/3': 'ADMIN_STATE=configured\nOPER_STATE=carrier\nDNS=10.0.20.1\n',
        '/etc/systemd/resolved.conf': conf('DNS=10.0.20.201'),
        ...inUse('10.0.20.201', '10.0.20.1'),
      },
      want: ['global: 10.0.20.201 for *'],
    },
    {
      name: 'a server that is reached through its link alone',
      files: { ...link(2, 'DNS=fe80::1 fd00::1'), ...inUse('fe80::1%2', 'fd00::1') },
      want: ['link eth0: fe80::1%eth0 fd00::1 for *'],
    },
    {
      name: 'the fallback where nobody names a server',
      files: {
        '/etc/systemd/resolved.conf': conf('FallbackDNS=10.0.20.9\\', ' 10.0.20.1'),
        ...inUse('10.0.20.9', '10.0.20.1'),
      },
      want: ['global: 10.0.20.9 10.0.20.1 for *'],
    },
    {
      name: 'no fallback while a link has a server',
      files: {
        '/etc/systemd/resolved.conf': conf('FallbackDNS=10.0.20.9'),
        ...link(3, 'DNS=10.0.20.201', 'ROUTE_DOMAINS=lan'),
        ...inUse(),
      },
      want: ['link 3: 10.0.20.201 for lan'],
    },
    {
      name: 'a resolv.conf of somebody else',
      files: {
        '/etc/resolv.conf': 'nameserver 10.0.20.1\nnameserver 127.0.0.53\nsearch lan\n',
        ...link(3, 'DNS=10.0.20.201'),
        ...inUse('10.0.20.1', '10.0.20.201'),
      },
      want: ['global: 10.0.20.1 for lan *', 'link 3: 10.0.20.201 for *'],
    },
    {
      name: 'a resolv.conf of somebody else is passed over beside settings of its own',
      files: {
        '/etc/resolv.conf': 'nameserver 10.0.20.1\nnameserver 127.0.0.53\nsearch lan\n',
        '/etc/systemd/resolved.conf': conf('Domains=~example.com'),
        ...link(3, 'DNS=10.0.20.201'),
        ...inUse('10.0.20.201'),
      },
      want: ['link 3: 10.0.20.201 for *'],
    },
  ])('$name', ({ files, want }) => {
    expect(scopesOf(files)).toEqual(want);
    expect(unseenOf(files)).toEqual([]);
  });
});

describe('files of resolved.conf', () => {
  test('add up by name whatever their folder, an earlier folder masks a later one, an empty list starts anew', () => {
    const files = {
      '/etc/systemd/resolved.conf': conf('DNS=10.0.20.1', 'DNS=198.51.100.14 10.0.20.1'),
      '/etc/systemd/resolved.conf.d/50-b.conf': conf('DNS=10.0.20.9'),
      '/run/systemd/resolved.conf.d/20-a.conf': conf('DNS=', 'DNS=10.0.20.201'),
      '/usr/lib/systemd/resolved.conf.d/50-b.conf': conf('DNS=192.0.2.7'),
      '/usr/local/lib/systemd/resolved.conf.d/60-c.conf.orig': conf('DNS=192.0.2.8'),
      ...inUse('10.0.20.201', '10.0.20.9'),
    };
    expect(scopesOf(files)).toEqual(['global: 10.0.20.201 10.0.20.9 for *']);
    const resolvers = readMachine(machineWith({ ...STUB, ...files })).resolvers;
    expect(resolvers.map(({ source }) => source)).toEqual([
      '/etc/resolv.conf',
      '/run/systemd/resolved.conf.d/20-a.conf',
      '/etc/systemd/resolved.conf.d/50-b.conf',
    ]);
  });

  test('an empty drop-in masks that of a later folder', () => {
    const files = {
      '/etc/systemd/resolved.conf': conf('DNS=10.0.20.1'),
      '/etc/systemd/resolved.conf.d/public.conf': '',
      '/usr/lib/systemd/resolved.conf.d/public.conf': conf('DNS=192.0.2.7'),
      ...inUse('10.0.20.1'),
    };
    expect(scopesOf(files)).toEqual(['global: 10.0.20.1 for *']);
  });

  test('comments and other sections say nothing', () => {
    const text = '# DNS=192.0.2.1\n[Other]\nDNS=192.0.2.2\n[Resolve]\n;DNS=192.0.2.3\nDNS = 10.0.20.1\n';
    expect(scopesOf({ '/etc/systemd/resolved.conf': text, ...inUse('10.0.20.1') })).toEqual([
      'global: 10.0.20.1 for *',
    ]);
  });
});

test('what is no server is passed over, as systemd-resolved does', () => {
  const files = { [ZONE_CONF]: conf('DNS=dns.example.com 127.0.0.53 10.0.20.201'), ...inUse('10.0.20.201') };
  expect([scopesOf(files), unseenOf(files)]).toEqual([['global: 10.0.20.201 for *'], []]);
});

describe('who asks systemd-resolved', () => {
  const RESOLVED = { [ZONE_CONF]: conf('DNS=10.0.20.201'), ...inUse('10.0.20.201') };
  const rolesOf = (files: Files): string[] =>
    readMachine(machineWith(files)).resolvers.map(({ address, role = '' }) => `${address} ${role}`.trim());

  test.each<[string, Files, string[]]>([
    ['programs that ask its stub', STUB, ['127.0.0.53 Stub', '10.0.20.201 Uplink']],
    [
      'programs that reach it by nsswitch.conf; Go asks the list',
      {
        '/etc/resolv.conf': 'nameserver 10.0.20.1',
        '/etc/nsswitch.conf': 'hosts: files resolve [!UNAVAIL=return] dns',
      },
      ['10.0.20.1', '127.0.0.53 Stub', '10.0.20.201 Uplink'],
    ],
    [
      'its stub may be turned off',
      {
        '/etc/resolv.conf': 'nameserver 10.0.20.1',
        '/etc/nsswitch.conf': 'hosts: files resolve [!UNAVAIL=return] dns',
        '/etc/systemd/resolved.conf': conf('DNSStubListener=no'),
      },
      ['10.0.20.1', '10.0.20.201 Uplink'],
    ],
    ['nobody', { '/etc/resolv.conf': 'nameserver 10.0.20.1' }, ['10.0.20.1']],
    [
      'a list that has it among others',
      { '/etc/resolv.conf': 'nameserver 127.0.0.53\nnameserver 198.51.100.14' },
      ['127.0.0.53 Stub', '198.51.100.14', '10.0.20.201 Uplink'],
    ],
  ])('%s', (_name, files, want) => {
    expect(rolesOf({ ...RESOLVED, ...files })).toEqual(want);
  });

  test('it serves the hosts file, whatever nsswitch.conf says, unless it is told not to', () => {
    const files = {
      ...RESOLVED,
      ...STUB,
      '/etc/nsswitch.conf': 'hosts: dns',
      '/etc/hosts': '10.0.20.203 git.example.com',
    };
    const pinned = (more: Files = {}): string => readMachine(machineWith({ ...files, ...more })).hostsFile;
    expect(pinned()).toBe(files['/etc/hosts']);
    expect(pinned({ '/etc/systemd/resolved.conf': conf('ReadEtcHosts=no') })).toBe('');
  });
});

describe('what is not seen', () => {
  const RESOLVED = { [ZONE_CONF]: conf('DNS=10.0.20.201'), ...inUse('10.0.20.201') };

  test.each<[string, Files, string]>([
    [
      'the state of systemd-resolved',
      { ...STUB },
      '/run/systemd/resolve is not there: the servers behind 127.0.0.53 are not known',
    ],
    [
      'a server that is configured and not in use',
      { ...RESOLVED, ...inUse('10.0.20.1', '10.0.20.201'), ...link(3, 'DNS=10.0.20.1 10.0.20.7') },
      '/run/systemd/netif/links/3: 10.0.20.7 is not among the servers that systemd-resolved has in use; it may have to be restarted',
    ],
    [
      'a server that is in use and nobody knows why',
      { ...RESOLVED, ...inUse('10.0.20.201', '10.0.20.9') },
      '/run/systemd/resolve/resolv.conf: what systemd-resolved asks 10.0.20.9 about is not known',
    ],
    [
      'a local validator',
      { ...RESOLVED, '/etc/systemd/resolved.conf': conf('DNSSEC=allow-downgrade') },
      '/etc/systemd/resolved.conf: DNSSEC=allow-downgrade: what systemd-resolved rejects is not evaluated',
    ],
    [
      'DNS over TLS',
      { ...RESOLVED, '/etc/systemd/resolved.conf': conf('DNSOverTLS=opportunistic') },
      '/etc/systemd/resolved.conf: DNSOverTLS=opportunistic: servers are not asked over TLS here',
    ],
    [
      'DNS over TLS of a link',
      { ...RESOLVED, ...inUse('10.0.20.201', '10.0.20.1'), ...link(3, 'DNS=10.0.20.1', 'DNS_OVER_TLS=yes') },
      '/run/systemd/netif/links/3: DNSOverTLS=yes: servers are not asked over TLS here',
    ],
    [
      'delegates',
      { ...RESOLVED, '/etc/systemd/dns-delegate.d/lab.dns-delegate': '[Delegate]\nDNS=10.0.20.9\n' },
      '/etc/systemd/dns-delegate.d: the servers that names are delegated to are not looked at',
    ],
  ])('%s', (_name, files, want) => {
    expect(unseenOf(files)).toEqual([want]);
  });

  test('nothing of a systemd-resolved that nobody asks', () => {
    const files = {
      ...RESOLVED,
      '/etc/systemd/resolved.conf': conf('DNSSEC=yes'),
      '/etc/resolv.conf': 'nameserver 10.0.20.1',
    };
    expect(unseenOf(files)).toEqual([]);
  });
});
