import type { Metric } from '../src/metrics/catalogue.ts';
import { code, pageHead, table } from './markdown.ts';

/** What is read here of deploy/alerts.yaml. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertingRule[] }[];
}

/** An alerting rule of Prometheus. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

/** The reference page of the metrics and of the alerts over them. */
export function metricsPage(metrics: Readonly<Record<string, Metric>>, { groups }: RuleFile): string {
  return [
    pageHead('Metrics and alerts', 'src/metrics/catalogue.ts and deploy/alerts.yaml'),
    'How to use them is told in [metrics.md](../metrics.md).\n\n## Metrics\n\n',
    table(
      ['metric', 'type', 'labels', 'meaning'],
      Object.entries(metrics).map(([name, { type, labels, help }]) => [
        code(name),
        type,
        labels.map(code).join(', '),
        help,
      ]),
    ),
    'Of its process the operator tells `process_cpu_seconds_total`, `process_resident_memory_bytes`, ',
    '`process_start_time_seconds` and `nodejs_heap_size_used_bytes`.\n\n## Alerts\n\n',
    ...groups.map(
      ({ name, rules }) =>
        `### Group \`${name}\`\n\n${table(['alert', 'severity', 'after', 'says'], rules.map(alertRow))}`,
    ),
  ].join('');
}

function alertRow({ alert, labels, for: after, annotations }: AlertingRule): string[] {
  return [
    code(alert),
    labels.severity,
    after,
    code(annotations.summary.replaceAll(/{{ \$(?:labels\.)?(\w+) }}/g, '<$1>')),
  ];
}
