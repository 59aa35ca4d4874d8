/** What a series counts, as Prometheus types it. */
export interface Metric {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
}

/**
 * Every metric of the operator beside those of its process. Gauges are made at scrape, from what is known then; the
 * others are counted as things happen. Nothing has a series per host but `splithorizon_host_failing`, which is bounded.
 */
export const METRICS = {
  splithorizon_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['version', 'nodejs_version'],
  },
  splithorizon_ready: {
    type: 'gauge',
    help: '1 once every kind was listed or is known to be unavailable; before that nothing is written.',
    labels: [],
  },
  splithorizon_leading: {
    type: 'gauge',
    help: '1 for the replica that leads: it alone writes, asks and tells of zones, hosts and vantages.',
    labels: [],
  },
  splithorizon_kind_unavailable: {
    type: 'gauge',
    help: '1 while a kind of object cannot be read; what it last said stands.',
    labels: ['kind'],
  },
  splithorizon_hosts_outside_zones: {
    type: 'gauge',
    help: 'Hosts that a source names and no SplitHorizonZone holds.',
    labels: [],
  },
  splithorizon_hosts_without_target: {
    type: 'gauge',
    help: 'Hosts of Ingresses whose class no target of the zone takes.',
    labels: ['zone', 'ingress_class'],
  },
  splithorizon_hosts: {
    type: 'gauge',
    help: 'Hosts by the verdict of an audience; those that nobody asks for are left out.',
    labels: ['zone', 'audience', 'verdict'],
  },
  splithorizon_hosts_ready: {
    type: 'gauge',
    help: 'Hosts by the status of their condition Ready.',
    labels: ['zone', 'status'],
  },
  splithorizon_hosts_published: {
    type: 'gauge',
    help: 'Hosts by the reason of their condition RecordPublished.',
    labels: ['zone', 'reason'],
  },
  splithorizon_failing_hosts: {
    type: 'gauge',
    help: 'Hosts that a nameserver gets wrong for a vantage, one series per cause; Mixed: others of the vantage get them right.',
    labels: ['zone', 'audience', 'vantage', 'nameserver', 'verdict', 'cause'],
  },
  splithorizon_host_failing: {
    type: 'gauge',
    help: '1 for a host that a nameserver gets wrong for a vantage, while it does; the worst 200 of a zone, each cause among them.',
    labels: ['zone', 'host', 'audience', 'verdict', 'cause', 'vantage', 'nameserver', 'answers', 'expected'],
  },
  splithorizon_zone_condition: {
    type: 'gauge',
    help: 'The conditions of a SplitHorizonZone: 1 for the status that it has, 0 for the others.',
    labels: ['zone', 'type', 'status'],
  },
  splithorizon_zone_condition_reason: {
    type: 'gauge',
    help: '1 for the reason that a condition of a SplitHorizonZone has.',
    labels: ['zone', 'type', 'reason'],
  },
  splithorizon_zone_serial: {
    type: 'gauge',
    help: 'The serial that the primary must have.',
    labels: ['zone'],
  },
  splithorizon_pending_deletions: {
    type: 'gauge',
    help: 'Deletions that wait for approval.',
    labels: ['zone'],
  },
  splithorizon_server_serial: {
    type: 'gauge',
    help: 'The serial that a DNS server of the zone gave last.',
    labels: ['zone', 'server'],
  },
  splithorizon_server_lag_seconds: {
    type: 'gauge',
    help: 'For how long a DNS server of the zone has had another serial than the primary without following it.',
    labels: ['zone', 'server'],
  },
  splithorizon_server_reason: {
    type: 'gauge',
    help: '1 for the reason that a DNS server of the zone has; Synced and Cached are no fault.',
    labels: ['zone', 'server', 'reason'],
  },
  splithorizon_vantage_condition: {
    type: 'gauge',
    help: 'The conditions of a SplitHorizonVantage: 1 for the status that it has, 0 for the others.',
    labels: ['vantage', 'audience', 'type', 'status'],
  },
  splithorizon_vantage_condition_reason: {
    type: 'gauge',
    help: '1 for the reason that a condition of a SplitHorizonVantage has.',
    labels: ['vantage', 'audience', 'type', 'reason'],
  },
  splithorizon_vantage_hosts: {
    type: 'gauge',
    help: 'Hosts that a vantage was judged over.',
    labels: ['vantage', 'audience'],
  },
  splithorizon_vantage_internal_hosts: {
    type: 'gauge',
    help: 'Hosts that are Internal at a vantage.',
    labels: ['vantage', 'audience'],
  },
  splithorizon_record_changes_total: {
    type: 'counter',
    help: 'Names at which the operator changed records: create, update, adopt (marked or unmarked only), delete.',
    labels: ['zone', 'operation'],
  },
  splithorizon_repairs_total: {
    type: 'counter',
    help: 'Names that somebody else had changed and the operator put right.',
    labels: ['zone'],
  },
  splithorizon_technitium_requests_total: {
    type: 'counter',
    help: 'Calls of the Technitium API by how they ended: ok, or the reason why not.',
    labels: ['zone', 'call', 'outcome'],
  },
  splithorizon_technitium_request_duration_seconds: {
    type: 'histogram',
    help: 'How long calls of the Technitium API took.',
    labels: ['call'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
  },
  splithorizon_dns_queries_total: {
    type: 'counter',
    help: 'DNS questions by what came: the response code, malformed, truncated (nothing over TCP after TC) or silent.',
    labels: ['nameserver', 'outcome'],
  },
  splithorizon_dns_query_duration_seconds: {
    type: 'histogram',
    help: 'How long DNS questions took, with repeats.',
    labels: ['nameserver'],
    buckets: [0.002, 0.01, 0.05, 0.25, 1, 5],
  },
  workqueue_depth: {
    type: 'gauge',
    help: 'Keys that are ready and wait for a worker.',
    labels: ['name'],
  },
  workqueue_retries_total: {
    type: 'counter',
    help: 'Runs that failed and are tried again.',
    labels: ['name'],
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
type NameOf<Type extends Metric['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Names of the metrics that are made at scrape. */
export type GaugeName = NameOf<'gauge'>;
/** Names of those that are counted as things happen. */
export type CounterName = NameOf<'counter'>;
export type HistogramName = NameOf<'histogram'>;

/** A value for each label of a metric. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]['labels'][number], string>>;

/** One series of a gauge as it is now. */
export interface Sample {
  readonly name: GaugeName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A sample; the labels are those of its metric. */
export function sample<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): Sample {
  return { name, labels, value };
}

/** Where things that happen are counted. */
export interface Meters {
  /** Adds `by`, default 1; 0 has the series begin. */
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, seconds: number): void;
}
