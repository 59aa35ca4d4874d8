import type { ZoneStatus } from '../model/api.ts';
import { sample, type Sample } from './catalogue.ts';
import { statusValues } from './conditions.ts';

/** What is known of one zone. */
export interface ZoneNow {
  readonly name: string;
  readonly status: ZoneStatus;
  /** Undefined before the zone was read. */
  readonly serial: number | undefined;
  /** Seconds by the names of its servers. */
  readonly lags: ReadonlyMap<string, number>;
}

/** The series of one zone. */
export function* zoneSamples({ name: zone, status, serial, lags }: ZoneNow): Iterable<Sample> {
  for (const condition of status.conditions) {
    const { type, reason } = condition;
    for (const [word, value] of statusValues(condition)) {
      yield sample('splithorizon_zone_condition', { zone, type, status: word }, value);
    }
    yield sample('splithorizon_zone_condition_reason', { zone, type, reason }, 1);
  }
  if (serial !== undefined) yield sample('splithorizon_zone_serial', { zone }, serial);
  yield sample('splithorizon_pending_deletions', { zone }, status.pendingDeletions?.count ?? 0);
  for (const { name: server, serial: found, reason } of status.servers ?? []) {
    if (found !== undefined) yield sample('splithorizon_server_serial', { zone, server }, found);
    yield sample('splithorizon_server_lag_seconds', { zone, server }, lags.get(server) ?? 0);
    if (reason !== undefined) yield sample('splithorizon_server_reason', { zone, server, reason }, 1);
  }
}
