import { expect, test } from 'vitest';
import { METRICS, sample } from '../../../src/metrics/catalogue.ts';
import { createMetrics } from '../../../src/metrics/registry.ts';
import { parseExposition } from '../../support/scrape.ts';

const names = async (text: Promise<string>): Promise<string[]> => [
  ...new Set(parseExposition(await text).map(({ name }) => name)),
];

test('a gauge has the series that it is given, and none of the scrape before', async () => {
  const { expose } = createMetrics();
  const depth = (name: string) => sample('workqueue_depth', { name }, 3);
  await expose([depth('hosts'), depth('zones')]);
  const series = parseExposition(await expose([depth('zones')])).filter(({ name }) => name === 'workqueue_depth');
  expect(series).toEqual([{ name: 'workqueue_depth', labels: { name: 'zones' }, value: 3 }]);
});

test('what happens is counted and timed', async () => {
  const { meters, expose } = createMetrics();
  meters.count('splithorizon_repairs_total', { zone: 'example.com' });
  meters.count('splithorizon_repairs_total', { zone: 'example.com' });
  meters.observe('splithorizon_dns_query_duration_seconds', { nameserver: '10.0.20.1' }, 0.02);
  const text = await expose([]);
  expect(text).toContain('splithorizon_repairs_total{zone="example.com"} 2\n');
  expect(text).toContain('splithorizon_dns_query_duration_seconds_bucket{le="0.01",nameserver="10.0.20.1"} 0\n');
  expect(text).toContain('splithorizon_dns_query_duration_seconds_bucket{le="0.05",nameserver="10.0.20.1"} 1\n');
});

test('every metric is explained, also while it has no series', async () => {
  const text = await createMetrics().expose([]);
  for (const [name, { help, type }] of Object.entries(METRICS)) {
    expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
  }
});

test('the process tells what it takes', async () => {
  const found = await names(createMetrics().expose([]));
  expect(found).toEqual(
    expect.arrayContaining([
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
      'nodejs_heap_size_used_bytes',
    ]),
  );
});

test('labels hold nothing that a terminal acts on, and no end of text', async () => {
  const { meters, expose } = createMetrics();
  const hostile = `a\n\u001b[2J\u009b\u202e${'x'.repeat(262_144)}`;
  meters.count('splithorizon_repairs_total', { zone: hostile });
  const labels = { zone: 'example.com', ingress_class: hostile };
  const text = await expose([sample('splithorizon_hosts_without_target', labels, 1)]);
  expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  expect(text.length).toBeLessThan(40_000);
  const series = parseExposition(text).find(({ name }) => name === 'splithorizon_hosts_without_target');
  expect(series?.labels['ingress_class']).toMatch(/^a\\+u000a\\+u001b\[2J\\+u009b\\+u202ex{900,}$/);
});
