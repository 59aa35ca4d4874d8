import { describe, expect, test } from 'vitest';
import type { MachineResolver } from '../../../src/model/machine.ts';
import { pinnedAddresses, serversFor } from '../../../src/model/machine-servers.ts';

const listed = (address: string): MachineResolver => ({ address, source: '/etc/resolv.conf' });
const stub = (source = '/etc/resolv.conf'): MachineResolver => ({ address: '127.0.0.53', source, role: 'Stub' });
/** `eth0: 10.0.20.1 10.0.20.2 for example.com *`: a scope; `*` where it is a default route. */
const scope = (text: string): MachineResolver[] => {
  const [, name = '', servers = '', domains = ''] = /^(\S+): (.*) for ?(.*)$/.exec(text) ?? [];
  const words = domains.split(' ').filter((word) => word !== '');
  return servers.split(' ').map((address) => ({
    address,
    source: '/run/systemd/netif/links/2',
    role: 'Uplink',
    scope: name,
    domains: words.filter((word) => word !== '*'),
    defaultRoute: words.includes('*'),
  }));
};

/** The scopes that are asked for a host, as `a b | c`. */
function scopesFor(host: string, scopes: readonly string[]): string {
  const { resolved } = serversFor([stub(), ...scopes.flatMap(scope)], host);
  return (resolved?.scopes ?? []).map((servers) => servers.map(({ address }) => address).join(' ')).join(' | ');
}

describe('scopes that are asked for git.example.com', () => {
  test.each([
    ['the only one', ['global: 10.0.20.1 10.0.20.2 for *'], '10.0.20.1 10.0.20.2'],
    ['default routes, all at once', ['global: 10.0.20.1 for *', 'eth0: 10.0.20.2 for *'], '10.0.20.1 | 10.0.20.2'],
    ['a domain before default routes', ['global: 10.0.20.1 for *', 'eth0: 10.0.20.2 for example.com'], '10.0.20.2'],
    ['the root before default routes', ['global: 10.0.20.1 for *', 'eth0: 10.0.20.2 for . *'], '10.0.20.2'],
    [
      'the longest domain',
      ['global: 10.0.20.1 for git.example.com *', 'eth0: 10.0.20.2 for example.com', 'eth1: 10.0.20.3 for .'],
      '10.0.20.1',
    ],
    [
      'equal domains, all at once',
      ['global: 10.0.20.1 for example.com *', 'eth0: 10.0.20.2 for example.com'],
      '10.0.20.1 | 10.0.20.2',
    ],
    ['no domain that only ends alike', ['global: 10.0.20.1 for *', 'eth0: 10.0.20.2 for ample.com'], '10.0.20.1'],
    ['none, where all are for other names', ['eth0: 10.0.20.2 for lan'], ''],
  ])('%s', (_name, scopes, want) => {
    expect(scopesFor('git.example.com', scopes)).toBe(want);
  });
});

test('names under local go where a domain says so, and nowhere by default', () => {
  expect(scopesFor('git.home.local', ['global: 10.0.20.1 for *', 'eth0: 10.0.20.2 for home.local'])).toBe('10.0.20.2');
  expect(scopesFor('git.home.local', ['global: 10.0.20.1 for *'])).toBe('');
});

describe('servers of a machine', () => {
  test('without systemd-resolved are those of its list', () => {
    expect(serversFor([listed('10.0.20.1')], 'git.example.com')).toEqual({ listed: [listed('10.0.20.1')] });
  });

  test('a stub in the list stays there', () => {
    const uplinks = scope('global: 10.0.20.1 for *');
    const resolvers = [stub(), listed('198.51.100.14'), ...uplinks];
    expect(serversFor(resolvers, 'git.example.com')).toEqual({
      listed: [stub(), listed('198.51.100.14')],
      resolved: { stub: undefined, scopes: [uplinks] },
    });
  });

  test('a stub that nsswitch.conf leads to stands beside the list', () => {
    const past = stub('/etc/nsswitch.conf');
    expect(serversFor([listed('10.0.20.1'), past], 'git.example.com')).toEqual({
      listed: [listed('10.0.20.1')],
      resolved: { stub: past, scopes: [] },
    });
  });
});

test('a host is pinned by every line that names it', () => {
  const pins = [
    { address: '10.0.20.203', names: ['git.example.com', 'git'] },
    { address: '10.0.20.204', names: ['photos.example.com'] },
    { address: 'fd00::203', names: ['git.example.com'] },
  ];
  expect(pinnedAddresses(pins).get('git.example.com')).toEqual(['10.0.20.203', 'fd00::203']);
  expect(pinnedAddresses(pins).get('vault.example.com')).toBeUndefined();
});
