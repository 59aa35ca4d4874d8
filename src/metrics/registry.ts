import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { printable } from '../model/printable.ts';
import { METRICS, type Meters, type Metric, type MetricName, type Sample } from './catalogue.ts';
import { processMetrics } from './process-metrics.ts';

/** The metrics of one operator. */
export interface Metrics {
  readonly meters: Meters;
  /** Of what `expose` gives. */
  readonly contentType: string;
  /** All metrics in the text format of Prometheus; of the gauges the given series and no others. */
  expose(samples: Iterable<Sample>): Promise<string>;
}

/** Nothing is counted yet. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();

  for (const [name, metric] of Object.entries<Metric>(METRICS)) {
    const { help, labels, buckets } = metric;
    const common = { name, help, labelNames: [...labels], registers };
    if (metric.type === 'gauge') gauges.set(name, new Gauge(common));
    if (metric.type === 'counter') counters.set(name, new Counter(common));
    if (metric.type === 'histogram') histograms.set(name, new Histogram({ ...common, buckets: [...(buckets ?? [])] }));
  }
  processMetrics(registers);

  const found = <Kind>(kinds: ReadonlyMap<string, Kind>, name: MetricName): Kind => {
    const kind = kinds.get(name);
    if (kind === undefined) throw new Error(`no metric of that type is called ${name}`);
    return kind;
  };
  return {
    meters: {
      count: (name, labels, by = 1) => found(counters, name).inc(shown(labels), by),
      observe: (name, labels, seconds) => found(histograms, name).observe(shown(labels), seconds),
    },
    contentType: registry.contentType,
    expose(samples) {
      for (const gauge of gauges.values()) gauge.reset();
      for (const { name, labels, value } of samples) found(gauges, name).set(shown(labels), value);
      return registry.metrics();
    },
  };
}

const LONGEST_LABEL = 1024;

/** Labels as they may be shown: some are texts of others, such as the class of an Ingress. */
function shown(labels: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(labels).map(([name, value]) => [name, printable(value).slice(0, LONGEST_LABEL)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
