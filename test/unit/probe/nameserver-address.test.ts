import { describe, expect, test } from 'vitest';
import { formatNameserver, parseNameserver } from '../../../src/probe/nameserver-address.ts';

describe('a nameserver address is read', () => {
  test.each([
    { name: 'an IPv4 address has port 53', given: '10.0.20.1', want: '10.0.20.1 53' },
    { name: 'a port follows a colon', given: '10.0.20.1:5301', want: '10.0.20.1 5301' },
    { name: 'a bare IPv6 address has port 53', given: '2001:DB8::1', want: '2001:db8::1 53' },
    { name: 'an IPv6 address that ends like a port is an address', given: 'fd00::5301', want: 'fd00::5301 53' },
    { name: 'brackets set an IPv6 address apart from its port', given: '[::1]:5301', want: '::1 5301' },
    { name: 'brackets need no port', given: '[fd00::1]', want: 'fd00::1 53' },
    { name: 'a link-local address keeps its scope', given: 'FE80::1%eth0', want: 'fe80::1%eth0 53' },
    { name: 'scope and port go together', given: '[fe80::1%eth0]:5301', want: 'fe80::1%eth0 5301' },
  ])('$name', ({ given, want }) => {
    const parsed = parseNameserver(given);
    expect(parsed && `${parsed.address} ${parsed.port}`).toBe(want);
  });

  test.each([
    { name: 'nothing', given: '' },
    { name: 'a host name', given: 'resolver.example.com' },
    { name: 'port 0', given: '10.0.20.1:0' },
    { name: 'a port beyond 65535', given: '10.0.20.1:65536' },
    { name: 'a port that is none', given: '[::1]:dns' },
    { name: 'an IPv4 address with leading zeros', given: '010.0.20.1' },
    { name: 'an IPv4 address in brackets', given: '[10.0.20.1]:53' },
    { name: 'an IPv4 address with a scope', given: '10.0.20.1%eth0' },
    { name: 'a scope without a name', given: 'fe80::1%' },
    { name: 'two scopes', given: 'fe80::1%a%b' },
    { name: 'a prefix', given: '10.0.20.0/24' },
    { name: 'spaces around it', given: ' 10.0.20.1' },
  ])('$name is refused', ({ given }) => {
    expect(parseNameserver(given)).toBeUndefined();
  });
});

describe('a nameserver address is written as it is read back', () => {
  test.each([
    { given: { address: '10.0.20.1', port: 53 }, want: '10.0.20.1' },
    { given: { address: '127.0.0.1', port: 5301 }, want: '127.0.0.1:5301' },
    { given: { address: 'fd00::1', port: 53 }, want: 'fd00::1' },
    { given: { address: 'fe80::1%eth0', port: 5301 }, want: '[fe80::1%eth0]:5301' },
  ])('$want', ({ given, want }) => {
    expect(formatNameserver(given)).toBe(want);
    expect(parseNameserver(want)).toEqual(given);
  });
});
