import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { canonicalAddress, familyOf, isInCidr, sortedAddresses } from '../../../src/model/address.ts';

// Hundreds of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

describe('the canonical form of an address', () => {
  test.each([
    { name: 'IPv4 is itself', given: '10.0.20.203', want: '10.0.20.203' },
    { name: 'the lowest', given: '0.0.0.0', want: '0.0.0.0' },
    { name: 'the highest', given: '255.255.255.255', want: '255.255.255.255' },
    { name: 'IPv6 is lower-case', given: '2001:DB8::ABCD', want: '2001:db8::abcd' },
    { name: 'zeros are left out', given: '2001:0db8:0000:0000:0000:0000:0000:0001', want: '2001:db8::1' },
    { name: 'the longest run of zeros is shortened', given: '2001:0:0:1:0:0:0:1', want: '2001:0:0:1::1' },
    { name: 'the first of two runs is shortened', given: '2001:db8:0:0:1:0:0:1', want: '2001:db8::1:0:0:1' },
    { name: 'a single zero is written', given: '2001:db8:0:1:1:1:1:1', want: '2001:db8:0:1:1:1:1:1' },
    { name: 'a shortened single zero is written', given: '2001:db8::1:1:1:1:1', want: '2001:db8:0:1:1:1:1:1' },
    { name: 'nothing but zeros', given: '0:0:0:0:0:0:0:0', want: '::' },
    { name: 'IPv4-mapped, dotted', given: '::ffff:192.0.2.1', want: '::ffff:c000:201' },
    { name: 'IPv4-mapped, in hex', given: '::FFFF:C000:0201', want: '::ffff:c000:201' },
    { name: 'IPv4-compatible is not IPv4-mapped', given: '::192.0.2.1', want: '::c000:201' },
    { name: 'any address may end dotted', given: '64:ff9b::192.0.2.33', want: '64:ff9b::c000:221' },
  ])('$name: $given', ({ given, want }) => {
    expect(canonicalAddress(given)).toBe(want);
  });

  test.each([
    { name: 'nothing', given: '' },
    { name: 'a host name', given: 'git.example.com' },
    { name: 'three parts', given: '10.0.1' },
    { name: 'a number', given: '167772161' },
    { name: 'a part of 256', given: '10.0.0.256' },
    { name: 'leading zeros', given: '010.0.0.1' },
    { name: 'leading zeros that are not octal', given: '10.0.0.08' },
    { name: 'hex', given: '0x0a.0.0.1' },
    { name: 'a trailing dot', given: '10.0.0.1.' },
    { name: 'a space before', given: ' 10.0.0.1' },
    { name: 'a line break behind', given: '10.0.0.1\n' },
    { name: 'digits of another script', given: '١.1.1.1' },
    { name: 'a prefix', given: '10.0.0.0/8' },
    { name: 'an IPv6 prefix', given: '2001:db8::/32' },
    { name: 'a zone id', given: 'fe80::1%eth0' },
    { name: 'an empty zone id', given: 'fe80::1%' },
    { name: 'brackets', given: '[::1]' },
    { name: 'brackets inside out', given: '::1]:80[' },
    { name: 'a port', given: '10.0.0.1:53' },
    { name: 'three colons', given: ':::' },
    { name: 'two shortened runs', given: '1::2::3' },
    { name: 'five digits', given: '12345::' },
    { name: 'nine groups', given: '1:2:3:4:5:6:7:8:9' },
    { name: 'leading zeros in the dotted part', given: '::ffff:192.0.02.1' },
    { name: 'hex in the dotted part', given: '::ffff:0xc0.0.2.1' },
    { name: 'a dotted part that is too great', given: '::ffff:192.0.2.256' },
  ])('there is none for $name: $given', ({ given }) => {
    expect(canonicalAddress(given)).toBeUndefined();
  });

  const addressLike = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({
      unit: fc.constantFrom('0', '1', '2', '5', '9', 'a', 'f', ':', ':', '.', '%', '/', '[', ']', 'x'),
      maxLength: 24,
    }),
    fc.array(fc.stringMatching(/^[0-9a-f]{0,5}$/), { maxLength: 9 }).map((groups) => groups.join(':')),
    fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
    fc
      .tuple(
        fc.constantFrom('::', '::ffff:', '64:ff9b::', '1:2:3:4:5:6:', '1:2:3:4:5::', '1:2:3:4:5:6:7:', ':'),
        fc.oneof(fc.ipV4(), fc.ipV4Extended()),
      )
      .map((parts) => parts.join('')),
  );

  test('exists for exactly what Node takes for an address without a zone id, and is its own canonical form', () => {
    fc.assert(
      fc.property(addressLike, (text) => {
        const canonical = canonicalAddress(text);
        const family = isIP(text);
        expect(canonical !== undefined).toBe(family !== 0 && !text.includes('%'));
        if (canonical === undefined) return;
        expect(familyOf(canonical)).toBe(family);
        expect(canonicalAddress(canonical)).toBe(canonical);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a block of addresses', () => {
  test.each([
    { given: ['10.0.20.203', '10.0.20.0/24'], want: true },
    { given: ['10.0.21.203', '10.0.20.0/24'], want: false },
    { given: ['203.0.113.10', '203.0.113.10/32'], want: true },
    { given: ['203.0.113.11', '203.0.113.10/32'], want: false },
    { given: ['10.0.20.203', '0.0.0.0/0'], want: true },
    { given: ['10.0.20.203', '10.0.20.77/24'], want: true },
    { given: ['2001:db8::1', '2001:db8::/32'], want: true },
    { given: ['2001:db9::1', '2001:db8::/32'], want: false },
    { given: ['2001:db8::1', '0.0.0.0/0'], want: false },
    { given: ['10.0.20.203', '::/0'], want: false },
    { given: ['::ffff:a00:14cb', '10.0.20.0/24'], want: false },
    { given: ['10.0.20.203', '10.0.20.0/33'], want: false },
    { given: ['10.0.20.203', '10.0.20.203'], want: false },
    { given: ['10.0.20.203', 'ten/8'], want: false },
  ])('$given: $want', ({ given: [address = '', block = ''], want }) => {
    expect(isInCidr(address, block)).toBe(want);
  });
});

test('addresses are sorted IPv4 first, without doubles', () => {
  const given = ['fd00::2', '10.0.20.9', '10.0.20.10', 'fd00::1', '10.0.20.9'];
  const want = ['10.0.20.10', '10.0.20.9', 'fd00::1', 'fd00::2'];
  expect(sortedAddresses(given)).toEqual(want);
  expect(sortedAddresses(given.toReversed())).toEqual(want);
});
