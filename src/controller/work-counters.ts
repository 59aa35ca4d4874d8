import type { Meters } from '../metrics/catalogue.ts';
import type { ZoneRecord } from '../model/record.ts';
import type { NoteQuestion } from '../probe/metered.ts';
import { formatNameserver } from '../probe/nameserver-address.ts';
import type { TechnitiumClient } from '../technitium/client.ts';
import { meteredTechnitium } from './metered-technitium.ts';
import { operationOf, RECORD_OPERATIONS } from './record-operation.ts';

/** What the operator does, counted as it does it. Where the labels are known beforehand, counting begins at 0. */
export interface WorkCounters {
  /** A run of a queue failed and is tried again. */
  retried(queue: string): void;
  readonly asked: NoteQuestion;
  /** The same client, whose calls are counted. */
  client(client: TechnitiumClient, zone: string): TechnitiumClient;
  zoneAdded(zone: string): void;
  written(zone: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  repaired(zone: string): void;
}

/** Nothing was done yet by these queues. */
export function createWorkCounters(meters: Meters, queues: readonly string[]): WorkCounters {
  for (const name of queues) meters.count('workqueue_retries_total', { name }, 0);
  return {
    retried: (name) => meters.count('workqueue_retries_total', { name }),
    asked(server, outcome, seconds) {
      const nameserver = formatNameserver(server);
      meters.count('splithorizon_dns_queries_total', { nameserver, outcome });
      meters.observe('splithorizon_dns_query_duration_seconds', { nameserver }, seconds);
    },
    client: (client, zone) => meteredTechnitium(client, zone, meters),
    zoneAdded(zone) {
      for (const operation of RECORD_OPERATIONS)
        meters.count('splithorizon_record_changes_total', { zone, operation }, 0);
      meters.count('splithorizon_repairs_total', { zone }, 0);
    },
    written: (zone, before, after) =>
      meters.count('splithorizon_record_changes_total', { zone, operation: operationOf(before, after) }),
    repaired: (zone) => meters.count('splithorizon_repairs_total', { zone }),
  };
}
