import { describe, expect, test } from 'vitest';
import type { HostSpec, HostStatus, ZoneSpec } from '../../../../src/model/api.ts';
import type { Look } from '../../../../src/model/look.ts';
import { explainHost } from '../../../../src/plan/explain/explain.ts';
import type { LiveFacts } from '../../../../src/plan/explain/facts.ts';
import {
  BALANCER,
  CLUSTER_IP,
  condition,
  factsOn,
  failingStatus,
  hostStatus,
  hostView,
  SINCE,
  VANTAGES,
  vantage,
  WAN,
  zoneView,
} from './facts.ts';

const published = (reason: string, message = '', status = 'False'): Partial<HostStatus> => ({
  conditions: [
    condition('RecordPublished', status, reason, message),
    ...hostStatus().conditions.filter(({ type }) => type !== 'RecordPublished'),
  ],
});

describe('the page on a host', () => {
  test('that is as it should be', () => {
    const page = explainHost(factsOn(hostView()));
    expect(page).toMatchObject({
      ...{ host: 'git.example.com', object: 'git.example.com', generated: true, zone: 'example.com', policy: 'Sync' },
      ...{ written: SINCE, current: true, moreSources: 0, fixes: [], unread: [] },
      ready: { status: 'True', reason: 'Published', since: SINCE },
      sources: [{ source: 'Ingress git/git', conflict: false, gone: false }],
      target: { label: 'example.com', addresses: [BALANCER] },
      record: {
        wanted: [{ type: 'CNAME', ttlSeconds: 300, values: ['example.com'] }],
        held: [{ type: 'CNAME', ttlSeconds: 300, values: ['example.com'], adopted: false }],
        obstacles: [],
      },
      servers: [{ name: 'primary', address: '10.0.20.201', serial: 42, reason: 'Synced' }],
    });
    expect(page).not.toHaveProperty('askedNow');
    expect(page.audiences.map(({ audience, verdict, expected }) => [audience, verdict, expected])).toEqual([
      ['Nodes', 'Internal', [BALANCER, CLUSTER_IP]],
      ['Pods', 'Internal', [BALANCER, CLUSTER_IP]],
      ['LAN', 'Internal', [BALANCER]],
    ]);
    expect(page.audiences[0]?.vantages).toEqual([
      {
        ...{ vantage: 'node-a', askedFrom: '10.0.20.55' },
        reporting: { type: 'Reporting', status: 'True', reason: 'Reporting', message: '', since: SINCE },
        nameservers: ['10.0.20.1', '198.51.100.14'].map((nameserver) => ({
          nameserver,
          verdict: 'Internal',
          answers: [],
        })),
      },
    ]);
  });

  test('that has no status yet', () => {
    const view = { ...hostView(), statusText: JSON.stringify({ conditions: [] }) };
    const page = explainHost(factsOn(view, { writtenAt: undefined }));
    expect(page).toMatchObject({ current: false, ready: { status: 'Unknown', reason: 'Pending' } });
    expect(page).not.toHaveProperty('written');
    expect(page.audiences.map(({ verdict, vantages }) => [verdict, vantages])).toEqual(Array(3).fill(['-', []]));
  });

  test('whose status was written when something last flipped, at the earliest', () => {
    const early = explainHost(factsOn(hostView(), { writtenAt: Date.parse(SINCE) - 60_000 }));
    const late = explainHost(factsOn(hostView(), { writtenAt: Date.parse(SINCE) + 60_000 }));
    expect([early.written, late.written]).toEqual([SINCE, '2026-11-24T00:01:00Z']);
  });

  test('that no zone holds', () => {
    const view = hostView('git.example.net', published('ZoneMissing'));
    const page = explainHost({ ...factsOn(view), zone: undefined, decision: undefined, servers: [] });
    expect(page).toMatchObject({ servers: [], record: { wanted: [] }, fixes: [{ about: 'record', snippets: [] }] });
    expect(page).not.toHaveProperty('zone');
  });

  test.each<{ name: string; spec?: Partial<HostSpec>; zone?: Partial<ZoneSpec>; host?: string; want: string[] }>([
    { name: 'the zone’s target', want: ['CNAME 300 example.com'] },
    {
      name: 'addresses of its own',
      spec: { target: { addresses: ['10.0.0.9', 'fd00::9'] } },
      want: ['A 300 10.0.0.9', 'AAAA 300 fd00::9'],
    },
    { name: 'a name', spec: { target: { cname: 'site.example.net' } }, want: ['CNAME 300 site.example.net'] },
    { name: 'the apex, which is the target itself', host: 'example.com', want: [`A 60 ${BALANCER}`] },
    { name: 'nothing where it is excluded', zone: { exclude: ['git.example.com'] }, want: [] },
    { name: 'nothing where others write it', spec: { record: 'Observed' }, want: [] },
  ])('wants $name', ({ spec, zone, host, want }) => {
    const { record } = explainHost(factsOn(hostView(host, {}, spec), { zoneView: zoneView(zone) }));
    expect(record.wanted.map(({ type, ttlSeconds, values }) => `${type} ${ttlSeconds} ${values.join()}`)).toEqual(want);
  });

  test('says which sources are gone and which want another target', () => {
    const stored = [
      { kind: 'Ingress', namespace: 'git', name: 'old' },
      { kind: 'Ingress', namespace: 'git', name: 'git', conflict: true },
      { kind: 'Gateway', namespace: 'a', name: 'of a later version' },
    ];
    const { sources } = explainHost(factsOn(hostView('git.example.com', { sources: stored })));
    expect(sources.map(({ source, gone }) => `${source} ${gone}`)).toEqual([
      'Ingress git/git false',
      'Ingress git/old true',
      'Gateway a/of a later version true',
    ]);
  });

  test('says what stands between a host and its record, each thing once', () => {
    const conditions = [
      condition(
        'TechnitiumReachable',
        'False',
        'Unreachable',
        'http://technitium:5380 refuses the connection. Check it.',
      ),
      condition('RecordsSynced', 'Unknown', 'Unreachable', 'http://technitium:5380 refuses the connection. Check it.'),
      condition('TargetsPublished', 'Unknown', 'AddressKept', 'Target example.com keeps 10.0.20.203.'),
      condition('HostsResolve', 'False', 'External', 'Of 2 hosts ...'),
    ];
    const { record } = explainHost(factsOn(hostView(), { zoneView: zoneView({}, { conditions }) }));
    expect(record.obstacles.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'TechnitiumReachable Unreachable',
      'TargetsPublished AddressKept',
    ]);
  });
});

describe('the verdict over a nameserver', () => {
  const node = {
    vantage: 'node-a',
    nameserver: '198.51.100.14',
    verdict: 'External',
    answers: [WAN],
    expected: [BALANCER],
  };
  const verdictsOf = (status: Partial<HostStatus>): (string | undefined)[] => {
    const page = explainHost(factsOn(hostView('git.example.com', status)));
    return page.audiences[0]?.vantages.flatMap(({ nameservers }) => nameservers.map(({ verdict }) => verdict)) ?? [];
  };

  test('is that of its failure, and Internal where nothing is said against it', () => {
    expect(verdictsOf(failingStatus('Nodes', 'Mixed', [node]))).toEqual(['Internal', 'External']);
  });

  test('is not known where the status says something of it, has no room for all, or knows nothing', () => {
    const said = {
      message: 'Resolves as expected. node-a: 10.0.20.1 answers SERVFAIL; it is asked when an earlier one fails.',
    };
    expect(verdictsOf(failingStatus('Nodes', 'Mixed', [node], said))).toEqual([undefined, 'External']);
    expect(verdictsOf(failingStatus('Nodes', 'Mixed', [node], { more: 2 }))).toEqual([undefined, 'External']);
    expect(verdictsOf(failingStatus('Nodes', 'Unknown', []))).toEqual([undefined, undefined]);
    expect(verdictsOf(failingStatus('Nodes', 'Propagating', []))).toEqual([undefined, undefined]);
  });

  test('stands beside a nameserver that failed and is not there any more', () => {
    const gone = { ...node, nameserver: '10.0.20.9' };
    expect(verdictsOf(failingStatus('Nodes', 'External', [gone]))).toEqual(['Internal', 'Internal', 'External']);
  });

  test('says which are accepted, and which vantage is silent', () => {
    const silent = vantage('node-b', 'Nodes', [], {
      conditions: [condition('Reporting', 'False', 'LeaseExpired', 'Nothing was heard for 3 minutes.')],
    });
    const accepted = new Map([['198.51.100.14', 'kept on purpose']]);
    const [nodes] = explainHost(factsOn(hostView(), { accepted, vantages: [...VANTAGES, silent] })).audiences;
    expect(nodes?.vantages[0]?.nameservers[1]).toMatchObject({ accepted: 'kept on purpose' });
    expect(nodes?.vantages[1]).toMatchObject({ nameservers: [], reporting: { reason: 'LeaseExpired' } });
  });
});

describe('what to do about the record', () => {
  const fixOf = (status: Partial<HostStatus>, zone = zoneView()) =>
    explainHost(factsOn(hostView('git.example.com', status), { zoneView: zone })).fixes[0];
  const texts = (status: Partial<HostStatus>, zone = zoneView()): string[] =>
    fixOf(status, zone)?.snippets.map(({ text }) => text) ?? [];

  test('that is in the way', () => {
    const zone = zoneView({ exclude: ['mail.example.com'] });
    expect(texts(published('Conflict', 'The zone holds A 10.0.20.9 at this name.'), zone)).toEqual([
      `kubectl patch shh git.example.com --type=merge -p '{"spec":{"record":"Observed"}}'`,
      `kubectl patch shz example.com --type=merge -p '{"spec":{"exclude":["mail.example.com","git.example.com"]}}'`,
      `kubectl patch shz example.com --type=merge -p '{"spec":{"adoption":"Always"}}'`,
    ]);
    const theirs = published(
      'Conflict',
      'The zone holds A 10.0.20.9 (comments "splithorizon:other/1234") at this name.',
    );
    expect(texts(theirs, zone)).toHaveLength(2);
    expect(fixOf(theirs, zone)?.what).toContain('not taken over');
  });

  test.each<{ reason: string; status: string; want: string[] }>([
    {
      reason: 'DryRun',
      status: 'Unknown',
      want: [`kubectl patch shz example.com --type=merge -p '{"spec":{"policy":"Sync"}}'`],
    },
    { reason: 'SourceGone', status: 'True', want: ['kubectl label shh git.example.com splithorizon.dev/generated-'] },
    {
      reason: 'DeletionPending',
      status: 'True',
      want: ['kubectl annotate shz example.com --overwrite splithorizon.dev/approve-deletions=ab12'],
    },
    { reason: 'Pending', status: 'Unknown', want: [] },
    { reason: 'Rejected', status: 'False', want: [] },
    { reason: 'Retained', status: 'True', want: [] },
  ])('$reason', ({ reason, status, want }) => {
    const pendingDeletions = { id: 'ab12', since: SINCE, count: 3, sample: [] };
    const zone = zoneView({}, { pendingDeletions });
    expect(texts(published(reason, '', status), zone)).toEqual(want);
    expect(fixOf(published(reason, '', status), zone)?.help).toBe(`docs/troubleshooting.md#${reason.toLowerCase()}`);
  });

  test.each(['Published', 'Observed', 'Excluded'])('%s is as somebody wants it', (reason) => {
    expect(fixOf(published(reason, '', 'True'))).toBeUndefined();
  });

  test('counts the hosts with the same reason', () => {
    const others = ['a', 'b', 'c', 'd'].map((name) =>
      hostView(`${name}.example.com`, published('DryRun', '', 'Unknown')),
    );
    const view = hostView('git.example.com', published('DryRun', '', 'Unknown'));
    expect(explainHost(factsOn(view, { others: [...others, hostView('e.example.com')] })).fixes[0]?.shared).toEqual({
      count: 4,
      sample: ['a.example.com', 'b.example.com', 'c.example.com'],
    });
  });
});

describe('what is seen from here', () => {
  const at = Date.parse(SINCE) + 3_600_000;
  const answer = (addresses: readonly string[], rcode = 'NOERROR') => ({
    ...({ outcome: 'answer', rcode, aa: false, ra: true, addresses, chain: [] } as const),
  });
  const look = (...addresses: string[]): Look => ({ a: answer(addresses), aaaa: answer([]), at });
  const soa = { serial: 43, mname: 'ns.example.com', rname: 'admin.example.com', refresh: 900, negativeTtl: 900 };
  const live = (looks: readonly (readonly [string, Look])[]): LiveFacts => ({
    ...{
      at,
      looks: new Map(looks),
      soas: new Map([['10.0.20.201', soa]]),
      from: new Map([['10.0.20.1', '10.0.20.77']]),
    },
  });

  test('is judged as the operator does, beside what it saw', () => {
    const looks = [
      ['10.0.20.201', look(BALANCER)],
      ['10.0.20.1', look(WAN)],
      ['10.96.0.10', look(CLUSTER_IP)],
      ['192.168.1.2', look(CLUSTER_IP)],
    ] as const;
    const page = explainHost(factsOn(hostView(), { live: live(looks) }));
    expect(page.askedNow).toBe('2026-11-24T01:00:00Z');
    expect(page.servers[0]?.now).toMatchObject({ verdict: 'Internal', serial: 43 });
    const [nodes, pods, lan] = page.audiences.map(({ vantages }) => vantages[0]?.nameservers.map(({ now }) => now));
    expect(nodes).toMatchObject([
      {
        verdict: 'External',
        answers: [WAN],
        from: '10.0.20.77',
        detail: expect.stringContaining('our own public') as string,
      },
      { answers: [], detail: expect.stringContaining('is not asked') as string },
    ]);
    // The Service's own address is right inside of the cluster only.
    expect([pods?.[0]?.verdict, lan?.[0]?.verdict]).toEqual(['Internal', 'External']);
  });

  test('an address that may be a ClusterIP is no fault to who may not list Services', () => {
    const facts = factsOn(hostView(), { unread: ['services'], live: live([['10.96.0.10', look('10.111.111.9')]]) });
    expect(explainHost(facts).audiences[1]?.vantages[0]?.nameservers[0]?.now).toMatchObject({ verdict: 'Unknown' });
  });

  test('an earlier address is Propagating for its TTL, then Stale', () => {
    const since = (levelSince: string): NonNullable<HostStatus['previous']> => [
      { addresses: ['10.0.20.9'], ttlSeconds: 60, levelSince },
    ];
    const verdictAfter = (levelSince: string): string | undefined => {
      const view = hostView('git.example.com', { previous: since(levelSince) });
      const facts = factsOn(view, { live: live([['192.168.1.2', look('10.0.20.9')]]) });
      return explainHost(facts).audiences[2]?.vantages[0]?.nameservers[0]?.now?.verdict;
    };
    expect([verdictAfter('2026-11-24T00:59:30Z'), verdictAfter('2026-11-24T00:50:00Z')]).toEqual([
      'Propagating',
      'Stale',
    ]);
  });
});
