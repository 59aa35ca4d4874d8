import { expect, test } from 'vitest';
import { endpointSliceView } from '../../../src/kube/endpoint-slice.ts';

const UDP = { name: 'dns-udp', protocol: 'UDP', port: 5353 };
const slice = (rest: object): object => ({ addressType: 'IPv4', ports: [UDP], endpoints: [], ...rest });
const pod = (name: string): object => ({ targetRef: { kind: 'Pod', name } });

test('gives the endpoints that are ready, by their pods or their addresses', () => {
  const endpoints = [
    { addresses: ['10.0.0.1', '10.0.0.9'], conditions: { ready: true }, ...pod('dns-0') },
    { addresses: ['10.0.0.2'], conditions: { ready: false }, ...pod('dns-1') },
    { addresses: ['10.0.0.3'], conditions: {} },
    { addresses: ['10.0.0.4'], targetRef: { kind: 'Node', name: 'node-a' } },
    { addresses: [] },
  ];
  expect(endpointSliceView(slice({ endpoints })).ready).toEqual([
    { name: 'dns-0', address: '10.0.0.1', port: 5353 },
    { name: '10.0.0.3', address: '10.0.0.3', port: 5353 },
    { name: '10.0.0.4', address: '10.0.0.4', port: 5353 },
  ]);
});

test.each([
  {
    name: 'the one called dns',
    ports: [
      { name: 'doq', protocol: 'UDP', port: 853 },
      { ...UDP, name: 'dns' },
    ],
    want: 5353,
  },
  {
    name: 'the only one for UDP',
    ports: [
      { name: 'web', protocol: 'TCP', port: 5380 },
      { ...UDP, name: 'x' },
    ],
    want: 5353,
  },
  {
    name: '53 where several might be it',
    ports: [
      { ...UDP, name: 'x' },
      { ...UDP, name: 'y', port: 5354 },
    ],
    want: 53,
  },
  { name: '53 where none is for UDP', ports: [{ name: 'dns-tcp', protocol: 'TCP', port: 5353 }], want: 53 },
  { name: '53 where there are none', ports: null, want: 53 },
])('asks at the port: $name', ({ ports, want }) => {
  expect(endpointSliceView(slice({ ports, endpoints: [{ addresses: ['10.0.0.1'] }] })).ready[0]?.port).toBe(want);
});

test('gives none of a slice of host names, or of one without endpoints', () => {
  expect(endpointSliceView(slice({ addressType: 'FQDN', endpoints: [{ addresses: ['a.test'] }] })).ready).toEqual([]);
  expect(endpointSliceView(slice({ endpoints: null })).ready).toEqual([]);
});

test('says what is wrong with one that is none', () => {
  expect(() => endpointSliceView(slice({ endpoints: [{ addresses: '10.0.0.1' }] }))).toThrow('addresses is no list');
});
