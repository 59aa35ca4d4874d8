import { describe, expect, test } from 'vitest';
import type { ZoneServer } from '../../../../src/model/api.ts';
import type { Endpoints } from '../../../../src/model/endpoints.ts';
import { findServers, type NodeFacts, type ServerList } from '../../../../src/plan/zone/server-list.ts';

const URL = 'http://technitium:5380';
const READY: Endpoints = {
  ready: [
    { name: 'dns-0', address: '10.244.1.7', port: 5353 },
    { name: 'dns-1', address: 'fd00::7', port: 53 },
  ],
};
const REF = { namespace: 'technitium', name: 'dns' };
const NODES: NodeFacts[] = [
  { name: 'dns1.cl.test', addresses: ['192.0.2.101', '2001:db8::1'], isPrimary: true },
  { name: 'dns2.cl.test', addresses: ['192.0.2.102'], isPrimary: false },
  { name: 'dns3.cl.test', addresses: [], isPrimary: false },
];
const find = (listed: readonly ZoneServer[] | undefined, endpoints: Endpoints = READY, nodes = NODES): ServerList =>
  findServers({ listed, url: URL, nodes, endpoints: () => endpoints });
const plain = { maxLagSeconds: undefined, nudge: undefined };

describe('the servers of a zone', () => {
  test('are the nodes of its cluster where none are listed, the copies told by way of the primary', () => {
    expect(find(undefined)).toEqual({
      servers: [
        { ...plain, name: 'dns1.cl.test', address: '192.0.2.101' },
        { ...plain, name: 'dns2.cl.test', address: '192.0.2.102', nudge: { node: 'dns2.cl.test' } },
      ],
      gaps: [],
    });
  });

  test('are none where an empty list says so', () => {
    expect(find([])).toEqual({ servers: [], gaps: [] });
  });

  test.each([
    { name: 'an address', entry: {}, nudge: undefined },
    { name: 'the API of the zone itself', entry: { url: URL }, nudge: undefined },
    { name: 'an API', entry: { url: 'http://b:5380' }, nudge: { url: 'http://b:5380', secretName: undefined } },
    {
      name: 'an API and a Secret',
      entry: { url: 'http://b:5380', secretRef: { name: 'b' } },
      nudge: { url: 'http://b:5380', secretName: 'b' },
    },
  ])('with $name', ({ entry, nudge }) => {
    const listed = [{ name: 'b', address: '192.0.2.2:5353', maxLagSeconds: 9, ...entry }];
    expect(find(listed)).toEqual({
      servers: [{ name: 'b', address: '192.0.2.2:5353', maxLagSeconds: 9, nudge }],
      gaps: [],
    });
  });

  test('behind a Service are its ready endpoints, each by its own address', () => {
    const { servers, gaps } = find([{ name: 'replicas', serviceRef: REF, apiPort: 5380, secretRef: { name: 'b' } }]);
    expect(gaps).toEqual([]);
    expect(servers).toEqual([
      {
        ...plain,
        name: 'replicas/dns-0',
        address: '10.244.1.7:5353',
        nudge: { url: 'http://10.244.1.7:5380', secretName: 'b' },
      },
      {
        ...plain,
        name: 'replicas/dns-1',
        address: '[fd00::7]:53',
        nudge: { url: 'http://[fd00::7]:5380', secretName: 'b' },
      },
    ]);
  });

  test.each([
    { endpoints: { ready: [] }, reason: 'NoServers', says: 'Service technitium/dns has no ready endpoint' },
    { endpoints: { problem: undefined }, reason: 'Pending', says: 'were not listed yet' },
    { endpoints: { problem: '403 Forbidden' }, reason: 'AccessDenied', says: '403 Forbidden' },
  ])('behind a Service are said to be $reason', ({ endpoints, reason, says }) => {
    const { servers, gaps } = find([{ name: 'replicas', serviceRef: REF }], endpoints);
    expect(servers).toEqual([]);
    expect(gaps).toMatchObject([{ name: 'replicas', reason }]);
    expect(gaps[0]?.message).toContain(says);
  });

  test('are as many as status has room for', () => {
    const ready = Array.from({ length: 100 }, (_, n) => ({ name: `dns-${n}`, address: `10.0.0.${n}`, port: 53 }));
    expect(find([{ name: 'replicas', serviceRef: REF }], { ready }).servers).toHaveLength(64);
  });
});
