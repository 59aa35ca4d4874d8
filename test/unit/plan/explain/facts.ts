import type {
  Condition,
  HostAudience,
  HostSpec,
  HostStatus,
  VantageStatus,
  ZoneSpec,
  ZoneStatus,
} from '../../../../src/model/api.ts';
import type { HostView, VantageView, ZoneView } from '../../../../src/model/views.ts';
import type { AskedVantage, ExplainFacts, NamedServer } from '../../../../src/plan/explain/facts.ts';
import { decideHost, type HostFacts } from '../../../../src/plan/host/decide-host.ts';
import type { ZoneTarget } from '../../../../src/plan/host/target.ts';

export const SINCE = '2026-11-24T00:00:00Z';
export const WAN = '203.0.113.10';
export const BALANCER = '10.0.20.203';
export const CLUSTER_IP = '10.111.111.95';

const common = { uid: 'u', generation: 1, createdAt: Date.parse(SINCE) };

export const condition = (type: string, status: string, reason: string, message = ''): Condition => ({
  ...{ type, status, reason, message },
  lastTransitionTime: SINCE,
});

export const zoneSpec = (spec: Partial<ZoneSpec> = {}): ZoneSpec => ({
  ownerId: 'splithorizon',
  technitium: { url: 'http://technitium:5380', secretRef: { name: 'technitium' } },
  targets: [
    { record: '@', serviceRef: { namespace: 'traefik', name: 'traefik' }, ingressClassNames: [], ttlSeconds: 60 },
  ],
  hosts: { ttlSeconds: 300 },
  sources: [{ kind: 'Ingress' }],
  exclude: [],
  policy: 'Sync',
  adoption: 'Matching',
  deletionGuard: { graceSeconds: 300, free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 },
  publicAddresses: [{ cidr: `${WAN}/32`, kind: 'Hairpin' }],
  acceptedFallbacks: [],
  probe: { canarySeconds: 60, rotationSeconds: 3600 },
  ...spec,
});

export const zoneView = (spec: Partial<ZoneSpec> = {}, status: Partial<ZoneStatus> = {}): ZoneView => ({
  ...common,
  name: 'example.com',
  annotations: {},
  spec: zoneSpec(spec),
  status: {
    conditions: [condition('ServersInSync', 'True', 'Synced', 'Level or within their lag: primary.')],
    servers: [{ name: 'primary', serial: 42, reason: 'Synced' }],
    ...status,
  },
});

const audience = (name: string): HostAudience => ({ name, verdict: 'Internal', failing: [] });

export const hostStatus = (status: Partial<HostStatus> = {}): HostStatus => ({
  observedGeneration: 1,
  zone: 'example.com',
  sources: [{ kind: 'Ingress', namespace: 'git', name: 'git' }],
  target: 'example.com',
  records: [{ name: 'git.example.com', type: 'CNAME', ttlSeconds: 300, values: ['example.com'] }],
  audiences: [audience('Nodes'), audience('Pods'), audience('LAN')],
  conditions: [
    condition('RecordPublished', 'True', 'Published', 'The zone holds CNAME example.com (TTL 300).'),
    ...['Nodes', 'Pods', 'LAN'].map((name) => condition(`${name}Resolve`, 'True', 'Internal', 'Resolves as expected.')),
    condition('Ready', 'True', 'Published', 'All is well.'),
  ],
  ...status,
});

export const hostView = (
  host = 'git.example.com',
  status: Partial<HostStatus> = {},
  spec: Partial<HostSpec> = {},
): HostView => ({
  ...common,
  name: host.replace(/^\*/, 'xx--wildcard'),
  generated: true,
  spec: { host, record: 'Managed', ...spec },
  statusText: JSON.stringify(hostStatus(status)),
});

/** A host that one audience is told wrong: what one nameserver answers, and the words about it. */
export const failingStatus = (
  name: string,
  verdict: string,
  failing: NonNullable<HostAudience['failing']>,
  { reason = verdict, message = '', more = 0 } = {},
): Partial<HostStatus> => ({
  audiences: ['Nodes', 'Pods', 'LAN'].map((each) =>
    each === name ? { name, verdict, failing, ...(more > 0 && { more }) } : audience(each),
  ),
  conditions: [
    ...hostStatus().conditions.filter(({ type }) => type !== `${name}Resolve` && type !== 'Ready'),
    condition(`${name}Resolve`, 'False', reason, message),
    condition('Ready', 'False', reason, `${message} See docs/troubleshooting.md.`),
  ],
});

export const vantage = (
  name: string,
  audienceName: VantageView['spec']['audience'],
  nameservers: readonly string[],
  status: Partial<VantageStatus> = {},
): AskedVantage => ({
  nameservers,
  view: {
    ...common,
    name,
    spec: { audience: audienceName },
    status: { conditions: [condition('Reporting', 'True', 'Reporting')], askedFrom: '10.0.20.55', ...status },
  },
});

export const PRIMARY: NamedServer = { name: 'primary', key: '10.0.20.201', address: '10.0.20.201', port: 53 };

export const VANTAGES = [
  vantage('lan-a', 'LAN', ['192.168.1.2']),
  vantage('node-a', 'Nodes', ['10.0.20.1', '198.51.100.14']),
  vantage('pods', 'Pods', ['10.96.0.10']),
];

export const TARGET: ZoneTarget = {
  record: 'example.com',
  ttlSeconds: 60,
  classes: [],
  service: { namespace: 'traefik', name: 'traefik' },
  choice: undefined,
  addresses: [BALANCER],
  alsoSeen: [],
  kept: undefined,
  clusterIPs: [CLUSTER_IP],
};

/** All about git.example.com, an Ingress, which is as it should be where nothing else is said. */
export const factsOn = (
  view: HostView,
  facts: Partial<ExplainFacts> & { readonly zoneView?: ZoneView; readonly claims?: HostFacts['claims'] } = {},
): ExplainFacts => {
  const { zoneView: zone = zoneView(), claims, ...rest } = facts;
  const source = { kind: 'Ingress', namespace: 'git', name: 'git', createdAt: 0 } as const;
  const { record, target, audiences } = view.spec;
  return {
    view,
    writtenAt: Date.parse(SINCE),
    zone: { view: zone, targets: [TARGET] },
    decision: decideHost({
      host: view.spec.host,
      zone: {
        name: zone.name,
        targets: [TARGET],
        hostTtlSeconds: 300,
        exclude: new Set(zone.spec.exclude),
        sources: new Map([['Ingress', {}]]),
      },
      claims: claims ?? [{ ...source, className: undefined, namespaceLabels: {} }],
      request: { generated: view.generated, record, target, audiences },
      service: () => undefined,
      balancerNames: new Map(),
      lastAddresses: [],
    }),
    vantages: VANTAGES,
    servers: [PRIMARY],
    accepted: new Map(),
    clusterIPs: new Set(),
    others: [],
    unread: [],
    live: undefined,
    ...rest,
  };
};
