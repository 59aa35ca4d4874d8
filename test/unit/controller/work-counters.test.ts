import { expect, test } from 'vitest';
import { createWorkCounters } from '../../../src/controller/work-counters.ts';
import { createMetrics } from '../../../src/metrics/registry.ts';
import { parseExposition } from '../../support/scrape.ts';
import { answerOf, clientOf, json, unaborted } from '../technitium/server.ts';

const ZONE = 'example.com';

/** Counters, and the series of a metric as `value ... count`. */
const setUp = () => {
  const { meters, expose } = createMetrics();
  return {
    counters: createWorkCounters(meters, ['hosts', 'zones']),
    series: async (name: string): Promise<string[]> =>
      parseExposition(await expose([]))
        .filter((series) => series.name === name)
        .map(({ labels, value }) => [...Object.values(labels), value].join(' ')),
  };
};

test('what can be counted begins at 0', async () => {
  const { counters, series } = setUp();
  counters.zoneAdded(ZONE);
  expect(await series('workqueue_retries_total')).toEqual(['hosts 0', 'zones 0']);
  expect(await series('splithorizon_repairs_total')).toEqual([`${ZONE} 0`]);
  const changes = ['create', 'update', 'adopt', 'delete'].map((operation) => `${ZONE} ${operation} 0`);
  expect(await series('splithorizon_record_changes_total')).toEqual(changes);
});

test('a zone that is added again goes on counting', async () => {
  const { counters, series } = setUp();
  counters.zoneAdded(ZONE);
  counters.repaired(ZONE);
  counters.zoneAdded(ZONE);
  expect(await series('splithorizon_repairs_total')).toEqual([`${ZONE} 1`]);
});

test('calls of Technitium count by how they ended; those given up do not', async () => {
  const { counters, series } = setUp();
  const answers = [
    json({ status: 'ok', response: { zones: [] } }),
    json({ status: 'invalid-token' }),
    answerOf({ body: '<html>' }),
  ];
  const { client } = clientOf(() => answers.shift() ?? json({ status: 'ok', response: { zones: [] } }));
  const metered = counters.client(client, ZONE);
  expect(await metered.listZones(unaborted())).toEqual([]);
  await expect(metered.listZones(unaborted())).rejects.toThrow();
  await expect(metered.listZones(unaborted())).rejects.toThrow();
  await expect(metered.listZones(AbortSignal.abort())).rejects.toThrow();
  expect(await series('splithorizon_technitium_requests_total')).toEqual([
    `${ZONE} list-zones ok 1`,
    `${ZONE} list-zones NotAuthenticated 1`,
    `${ZONE} list-zones UnexpectedAnswer 1`,
  ]);
  expect(await series('splithorizon_technitium_request_duration_seconds_count')).toEqual(['list-zones 3']);
});
