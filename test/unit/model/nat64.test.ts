import { describe, expect, test } from 'vitest';
import { embeddedIPv4, nat64PrefixesOf } from '../../../src/model/nat64.ts';

/** The examples of RFC 6052 2.4 for 192.0.2.33, and how ipv4only.arpa looks under the same prefixes. */
const PREFIXES = [
  { prefix: '2001:db8::/32', given: '2001:db8:c000:221::', arpa: '2001:db8:c000:aa::' },
  { prefix: '2001:db8:100::/40', given: '2001:db8:1c0:2:21::', arpa: '2001:db8:1c0:0:aa::' },
  { prefix: '2001:db8:122::/48', given: '2001:db8:122:c000:2:2100::', arpa: '2001:db8:122:c000:0:aa00::' },
  { prefix: '2001:db8:122:300::/56', given: '2001:db8:122:3c0:0:221::', arpa: '2001:db8:122:3c0:0:aa::' },
  { prefix: '2001:db8:122:344::/64', given: '2001:db8:122:344:c0:2:2100::', arpa: '2001:db8:122:344:c0:0:aa00::' },
  { prefix: '2001:db8:122:344::/96', given: '2001:db8:122:344::c000:221', arpa: '2001:db8:122:344::c000:aa' },
  { prefix: '64:ff9b::/96', given: '64:ff9b::c000:221', arpa: '64:ff9b::c000:aa' },
];

describe('the IPv4 address behind an AAAA', () => {
  test.each(PREFIXES)('under $prefix', ({ prefix, given }) => {
    expect(embeddedIPv4(given, [prefix])).toBe('192.0.2.33');
  });

  test('of the prefix that holds it, of several', () => {
    expect(embeddedIPv4('64:ff9b::c000:221', ['2001:db8::/32', '64:ff9b::/96'])).toBe('192.0.2.33');
  });

  test('is none outside every prefix, and none of an IPv4 address', () => {
    expect(embeddedIPv4('2001:db8::1', ['64:ff9b::/96'])).toBeUndefined();
    expect(embeddedIPv4('192.0.2.33', ['64:ff9b::/96'])).toBeUndefined();
  });
});

describe('the prefix behind ipv4only.arpa', () => {
  test.each(PREFIXES)('is $prefix', ({ prefix, arpa }) => {
    expect(nat64PrefixesOf([arpa])).toEqual([prefix]);
  });

  test('is the same from both of its addresses', () => {
    expect(nat64PrefixesOf(['64:ff9b::c000:aa', '64:ff9b::c000:ab'])).toEqual(['64:ff9b::/96']);
  });

  test('is none where nothing is translated', () => {
    expect(nat64PrefixesOf(['192.0.0.170', '2001:db8::1'])).toEqual([]);
  });
});
