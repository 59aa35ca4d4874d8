import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Condition, HostStatus, VantageStatus, ZoneStatus } from '../../src/model/api.ts';
import type { RealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { apiClient, type ApiClient } from '../support/api-client.ts';
import { collectionPath, hostSample, vantageSample, zoneSample, type Sample } from '../support/samples.ts';

/** A type with every field of `T` present, so that a new field of a CRD must be added to the samples below. */
type Full<T> = T extends readonly (infer Element)[]
  ? readonly Full<Element>[]
  : T extends object
    ? { [Field in keyof T]-?: Full<Exclude<T[Field], undefined>> }
    : T;

const SINCE = '2026-01-02T03:04:05Z';
const previous = [{ addresses: ['10.0.20.203'], ttlSeconds: 60, levelSince: SINCE }];

const condition = (type: string, status: string, reason: string): Full<Condition> => ({
  type,
  status,
  reason,
  message: `${type} says why`,
  observedGeneration: 1,
  lastTransitionTime: SINCE,
});

const zoneStatus: Full<ZoneStatus> = {
  observedGeneration: 1,
  targets: [{ record: '@', addresses: ['10.0.20.204'], since: SINCE, previous }],
  hosts: { total: 43, ready: 42, conflicting: 1 },
  summary: { target: '10.0.20.204', hosts: '42/43' },
  servers: [{ name: 'primary', address: '10.96.0.53', serial: 4294967295, reason: 'Synced' }],
  cluster: 'cluster-catalog.dns.example.com',
  pendingDeletions: { id: '1a2b3c4d', since: SINCE, count: 12, sample: ['git.example.com'] },
  recentDeletions: [SINCE, SINCE],
  conditions: [condition('Ready', 'True', 'Synced'), condition('TechnitiumReachable', 'True', 'Synced')],
};

const hostStatus: Full<HostStatus> = {
  observedGeneration: 1,
  zone: 'example.com',
  sources: [{ kind: 'IngressRoute', group: 'traefik.containo.us', namespace: 'git', name: 'git', conflict: true }],
  moreSources: 2,
  target: 'example.com',
  summary: { source: 'IngressRoute git/git +2', record: 'CNAME 300' },
  previous,
  records: [{ name: 'git.example.com', type: 'CNAME', ttlSeconds: 300, values: ['example.com'], adopted: true }],
  audiences: [
    {
      name: 'Nodes',
      verdict: 'External',
      failing: [
        {
          vantage: 'node-k8s-node3',
          nameserver: '10.0.20.1',
          verdict: 'External',
          expected: ['10.0.20.203'],
          answers: ['203.0.113.10'],
        },
      ],
      more: 4,
    },
    { name: 'Pods', verdict: 'Internal', failing: [], more: 0 },
    { name: 'LAN', verdict: '-', failing: [], more: 0 },
  ],
  deletion: { since: SINCE, evidence: 'Seen', snapshot: '1a2b3c4d' },
  conditions: [condition('Ready', 'False', 'Hairpin'), condition('RecordPublished', 'True', 'Published')],
};

const ANSWER = {
  ...{ outcome: 'answer', rcode: 'NXDOMAIN', values: ['10.0.20.203'], chain: ['example.com'] },
  ...{ soa: { mname: 'ns.example.com', rname: 'admin.example.com' }, lame: true, problem: '' },
};
const vantageStatus: Full<VantageStatus> = {
  report: {
    questions: '3f9a',
    rotationSeconds: 3600,
    resolvers: [
      {
        ...{ address: '127.0.0.53', source: '/etc/resolv.conf', role: 'Stub', scope: 'global' },
        ...{ domains: ['example.com'], defaultRoute: true },
      },
    ],
    ...{ rotate: true, timeoutSeconds: 5, attempts: 2, ndots: 1, search: ['example.com'], musl: false },
    pins: [{ address: '10.0.20.203', names: ['git.example.com'] }],
    unseen: ['/etc/nsswitch.conf: nobody knows'],
    groups: [
      {
        ...{
          zone: 'example.com',
          nameserver: '127.0.0.53',
          a: ANSWER,
          aaaa: ANSWER,
          cname: { a: ANSWER, aaaa: ANSWER },
        },
        ...{ unvalidated: ANSWER, nat64Prefixes: ['64:ff9b::/96'], hosts: ['git'], rest: true, count: 2 },
      },
    ],
    unasked: [{ zone: 'example.com', nameserver: '127.0.0.53', hosts: ['@'], rest: false, count: 1 }],
    leftOut: [{ zone: 'example.com', nameserver: '127.0.0.53', hosts: ['wiki'], count: 1 }],
    canaries: [{ zone: 'example.com', nameserver: '198.51.100.14', host: 'git' }],
    truncated: false,
  },
  askedFrom: '10.0.20.55',
  hosts: { total: 43, internal: 42 },
  summary: { resolvers: '192.168.1.2', internal: '42/43' },
  rotationSeconds: 3600,
  conditions: [condition('Reporting', 'True', 'Reporting')],
};

/** What the table shows of a time that lies this long back. */
const AGE = /^\d+[smhdy]/;

interface Shown {
  readonly kind: string;
  readonly object: Sample;
  readonly status: object;
  readonly narrow: Record<string, string | RegExp>;
  readonly wide: Record<string, string | RegExp>;
}

const shown: Shown[] = [
  {
    kind: 'SplitHorizonHost',
    object: hostSample('git.example.com'),
    status: hostStatus,
    narrow: {
      NAME: 'git.example.com',
      TARGET: 'example.com',
      NODES: 'External',
      PODS: 'Internal',
      LAN: '-',
      READY: 'False',
      REASON: 'Hairpin',
      SINCE: AGE,
      AGE,
    },
    wide: { SOURCE: 'IngressRoute git/git +2', RECORD: 'CNAME 300', MESSAGE: 'Ready says why' },
  },
  {
    kind: 'SplitHorizonVantage',
    object: vantageSample('lan-office', 'LAN', ['192.168.1.2']),
    status: vantageStatus,
    narrow: {
      NAME: 'lan-office',
      AUDIENCE: 'LAN',
      RESOLVERS: '192.168.1.2',
      INTERNAL: '42/43',
      REPORTING: 'True',
      AGE,
    },
    wide: { REASON: 'Reporting', MESSAGE: 'Reporting says why' },
  },
  {
    kind: 'SplitHorizonZone',
    object: zoneSample(),
    status: zoneStatus,
    narrow: { NAME: 'example.com', TARGET: '10.0.20.204', HOSTS: '42/43', READY: 'True', STATUS: 'Synced', AGE },
    wide: { MESSAGE: 'Ready says why' },
  },
];

/** The one row of kubectl's table by column name, in order; columns are at least three blanks apart. */
const rowOf = (table: string): [string, string][] => {
  const [header = '', row = ''] = table.split('\n');
  const columns = [...header.matchAll(/\S+\s*/g)];
  return columns.map(({ 0: name, index }, n) => [name.trim(), row.slice(index, columns[n + 1]?.index).trim()]);
};

describe.skipIf(!findKubeTools() && !process.env['CI'])('on the real API server', () => {
  let apiServer: RealApiServer;
  let client: ApiClient;

  beforeAll(async () => {
    apiServer = await lendRealApiServer();
    client = apiClient(apiServer);
    for (const { object } of shown) await client.post(collectionPath(object.kind), object);
  });
  afterAll(async () => {
    client.close();
    await apiServer.stop();
  });

  test.each(shown)('the status of a $kind keeps every field, and kubectl shows its columns', async (given) => {
    const path = `${collectionPath(given.kind)}/${given.object.metadata.name}`;
    const written = await client.patch(`${path}/status`, { status: given.status });
    expect(written.body.message).toBeUndefined();
    expect((await client.get(path)).body.status).toEqual(given.status);

    const kind = `${given.kind.toLowerCase()}s`;
    const expectRow = async (args: string[], want: Shown['narrow']): Promise<void> => {
      const { stdout } = await apiServer.kubectl(['get', kind, ...args]);
      const row = rowOf(stdout);
      expect(row.map(([name]) => name)).toEqual(Object.keys(want));
      for (const [name, value] of row) {
        const wanted = want[name]!;
        expect(value, name).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
      }
    };
    await expectRow([], given.narrow);
    await expectRow(['-o', 'wide'], { ...given.narrow, ...given.wide });
  });

  test('the short names and the category find them', async () => {
    const { stdout } = await apiServer.kubectl(['get', 'splithorizon', '-o', 'name']);
    expect(stdout.trim().split('\n').sort()).toEqual([
      'splithorizonhost.splithorizon.dev/git.example.com',
      'splithorizonvantage.splithorizon.dev/lan-office',
      'splithorizonzone.splithorizon.dev/example.com',
    ]);
    expect((await apiServer.kubectl(['get', 'shh,shv,shz', '-o', 'name'])).stdout).toBe(stdout);
  });

  test('words that a newer operator may use are accepted in a status', async () => {
    const { body } = await client.patch(`${collectionPath('SplitHorizonHost')}/git.example.com/status`, {
      status: { audiences: [{ name: 'Guests', verdict: 'Quarantined' }], conditions: [condition('New', 'Odd', 'New')] },
    });
    expect(body.status).toMatchObject({ audiences: [{ name: 'Guests', verdict: 'Quarantined' }] });
  });
});
