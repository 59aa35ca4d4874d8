import { expect, test } from 'vitest';
import { addressOfEndpoint, isLocal, leadsNowhere } from '../../../src/model/address-range.ts';

test.each([
  { given: '0.0.0.0', want: true },
  { given: '127.0.0.1', want: true },
  { given: '127.255.255.254', want: true },
  { given: '::', want: true },
  { given: '::1', want: true },
  { given: '0.0.0.1', want: false },
  { given: '10.0.20.203', want: false },
  { given: '::2', want: false },
])('$given leads nowhere: $want', ({ given, want }) => {
  expect(leadsNowhere(given)).toBe(want);
});

test.each([
  { given: '10.0.20.203', want: true },
  { given: '172.31.0.1', want: true },
  { given: '192.168.1.2', want: true },
  { given: '100.64.0.1', want: true },
  { given: '127.0.0.53', want: true },
  { given: 'fd00::1', want: true },
  { given: 'fe80::1', want: true },
  { given: '172.32.0.1', want: false },
  { given: '203.0.113.10', want: false },
  { given: '2001:db8::1', want: false },
])('$given is local: $want', ({ given, want }) => {
  expect(isLocal(given)).toBe(want);
});

test.each([
  { given: '10.0.20.1', want: '10.0.20.1' },
  { given: '127.0.0.1:5301', want: '127.0.0.1' },
  { given: '2001:db8::53', want: '2001:db8::53' },
  { given: '[fd00::53]:5301', want: 'fd00::53' },
  { given: '[fd00::53]', want: 'fd00::53' },
  { given: 'fe80::1%eth0', want: 'fe80::1' },
  { given: 'resolver.example.com', want: undefined },
])('the address in $given is $want', ({ given, want }) => {
  expect(addressOfEndpoint(given)).toBe(want);
});
