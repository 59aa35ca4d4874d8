import { describe, expect, test } from 'vitest';
import type { ZoneRecord } from '../../../../src/model/record.ts';
import { findOrphans } from '../../../../src/plan/preview/orphans.ts';

const OWNER = { id: 'home', cluster: '12345678' };
const TARGET = {
  record: 'example.com',
  ttlSeconds: 60,
  classes: [],
  service: { namespace: 'traefik', name: 'traefik' },
  addresses: ['10.0.20.203', 'fd00::203'],
  alsoSeen: ['10.0.20.204'],
  kept: undefined,
  choice: undefined,
  clusterIPs: [],
};
const record = (name: string, type: string, value: string, comments = ''): ZoneRecord => ({
  name: `${name}.example.com`,
  type,
  ttl: 300,
  value,
  comments,
  disabled: false,
});
const orphans = (...records: ZoneRecord[]): string[] =>
  findOrphans({
    records,
    targets: [TARGET],
    owner: OWNER,
    isAccountedFor: (name) => name === 'git.example.com',
  }).map(({ name, records: own }) => `${name} ${own.length}`);

describe('an orphan', () => {
  test.each([
    ['points to the record of a target', record('a', 'CNAME', 'example.com')],
    ['has the address of a target', record('a', 'A', '10.0.20.203')],
    ['has the IPv6 address of a target', record('a', 'AAAA', 'fd00::203')],
    ['has an address that the balancer had a while ago', record('a', 'A', '10.0.20.204')],
    ['may be another operator’s', record('a', 'CNAME', 'example.com', 'splithorizon:other/12345678')],
    ['may be another cluster’s', record('a', 'CNAME', 'example.com', 'splithorizon:home/00000000')],
  ])('%s', (_name, given) => {
    expect(orphans(given)).toEqual(['a.example.com 1']);
  });

  test.each([
    ['a record that points elsewhere', record('a', 'CNAME', 'example.org')],
    ['another address', record('a', 'A', '10.0.20.9')],
    ['a text that reads like a target', record('a', 'TXT', 'example.com')],
    [
      'a record of ours, which is deleted where nobody wants it',
      record('a', 'CNAME', 'example.com', 'splithorizon:home/12345678'),
    ],
    ['a name that has a host', record('git', 'CNAME', 'example.com')],
  ])('is not %s', (_name, given) => {
    expect(orphans(given)).toEqual([]);
  });

  test('is told once a name, in order', () => {
    const found = orphans(
      record('b', 'A', '10.0.20.203'),
      record('a', 'CNAME', 'example.com'),
      record('b', 'A', '10.0.20.204'),
    );
    expect(found).toEqual(['a.example.com 1', 'b.example.com 2']);
  });
});
