import { expect, test } from 'vitest';
import type { ZoneStatus } from '../../../src/model/api.ts';
import type { Sample } from '../../../src/metrics/catalogue.ts';
import { vantageSamples } from '../../../src/metrics/vantage-samples.ts';
import { zoneSamples } from '../../../src/metrics/zone-samples.ts';

const text = (samples: Iterable<Sample>): string[] =>
  [...samples].map(({ name, labels, value }) => `${name} ${Object.values(labels).join(' ')} ${value}`);

const condition = (type: string, status: string, reason: string) => ({ type, status, reason, message: 'any' });

test('a zone tells each condition three times over, its reason, and what its servers are at', () => {
  const status: ZoneStatus = {
    conditions: [condition('ServersInSync', 'False', 'SerialBehind')],
    pendingDeletions: { id: 'a1', since: '2026-01-01T00:00:00Z', count: 4, sample: [] },
    servers: [
      { name: 'primary', serial: 120, reason: 'Synced' },
      { name: 'copy', serial: 118, reason: 'SerialBehind' },
      { name: 'new', reason: 'Pending' },
    ],
  };
  expect(text(zoneSamples({ name: 'example.com', status, serial: 120, lags: new Map([['copy', 950]]) }))).toEqual([
    'splithorizon_zone_condition example.com ServersInSync true 0',
    'splithorizon_zone_condition example.com ServersInSync false 1',
    'splithorizon_zone_condition example.com ServersInSync unknown 0',
    'splithorizon_zone_condition_reason example.com ServersInSync SerialBehind 1',
    'splithorizon_zone_serial example.com 120',
    'splithorizon_pending_deletions example.com 4',
    'splithorizon_server_serial example.com primary 120',
    'splithorizon_server_lag_seconds example.com primary 0',
    'splithorizon_server_reason example.com primary Synced 1',
    'splithorizon_server_serial example.com copy 118',
    'splithorizon_server_lag_seconds example.com copy 950',
    'splithorizon_server_reason example.com copy SerialBehind 1',
    'splithorizon_server_lag_seconds example.com new 0',
    'splithorizon_server_reason example.com new Pending 1',
  ]);
});

test('a zone that was not read yet has no serial, and nothing that waits is 0', () => {
  expect(
    text(zoneSamples({ name: 'example.com', status: { conditions: [] }, serial: undefined, lags: new Map() })),
  ).toEqual(['splithorizon_pending_deletions example.com 0']);
});

test('a vantage tells whether it reports, and of how many hosts', () => {
  const conditions = [condition('Reporting', 'Unknown', 'Throttled')];
  const hosts = { total: 43, internal: 42 };
  expect(text(vantageSamples({ name: 'lan-a', audience: 'LAN', conditions, hosts }))).toEqual([
    'splithorizon_vantage_condition lan-a LAN Reporting true 0',
    'splithorizon_vantage_condition lan-a LAN Reporting false 0',
    'splithorizon_vantage_condition lan-a LAN Reporting unknown 1',
    'splithorizon_vantage_condition_reason lan-a LAN Reporting Throttled 1',
    'splithorizon_vantage_hosts lan-a LAN 43',
    'splithorizon_vantage_internal_hosts lan-a LAN 42',
  ]);
});
