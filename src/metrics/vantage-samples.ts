import type { Condition } from '../model/api.ts';
import { sample, type Sample } from './catalogue.ts';
import { statusValues } from './conditions.ts';

/** What is known of one vantage. */
export interface VantageNow {
  readonly name: string;
  readonly audience: string;
  readonly conditions: readonly Condition[];
  /** Hosts that it was judged over, and how many of them are Internal there. */
  readonly hosts: { readonly total: number; readonly internal: number };
}

/** The series of one vantage. */
export function* vantageSamples({ name: vantage, audience, conditions, hosts }: VantageNow): Iterable<Sample> {
  for (const condition of conditions) {
    const { type, reason } = condition;
    for (const [status, value] of statusValues(condition)) {
      yield sample('splithorizon_vantage_condition', { vantage, audience, type, status }, value);
    }
    yield sample('splithorizon_vantage_condition_reason', { vantage, audience, type, reason }, 1);
  }
  yield sample('splithorizon_vantage_hosts', { vantage, audience }, hosts.total);
  yield sample('splithorizon_vantage_internal_hosts', { vantage, audience }, hosts.internal);
}
