import { Failure } from './errors.ts';
import type { ApiZone } from './narrow.ts';
import { domainName } from './records.ts';

/** A zone that answers and takes writes: which of the two kinds it is, and its serial. */
export interface ZoneState {
  /** Serial of the zone's SOA (RFC 1982). */
  readonly serial: number;
  /** What a Forwarder zone does not hold is asked upstream, and its SOA is not served over DNS. */
  readonly type: 'Primary' | 'Forwarder';
  /** The catalog zone of the cluster whose nodes all have the zone; undefined where it is in none. */
  readonly cluster: string | undefined;
  /** When something in it last changed, in the server's own words. */
  readonly modified: string | undefined;
}

/** What the catalog zone of a cluster is called; others are made by people, and replicate to whoever they like. */
const CLUSTER_CATALOG = /^cluster-catalog\./;

/**
 * The serial of the zone in an answer, which must be the one that was asked for: the server silently takes the closest
 * zone above one that is missing.
 */
export function serialOf(zone: string, found: ApiZone): number {
  const name = domainName(found.name);
  if (name === zone) return found.soaSerial;
  const details = { mayHaveActed: true, quote: name };
  throw new Failure('ZoneNotFound', `has no zone ${zone}; the closest is`, details);
}

/** The zone in an answer as one to work on; fails with the reason why it is none. */
export function stateOf(zone: string, found: ApiZone): ZoneState {
  const serial = serialOf(zone, found);
  const { type, disabled, catalog, lastModified: modified } = found;
  if (type !== 'Primary' && type !== 'Forwarder') {
    throw new Failure('ZoneNotWritable', `takes no writes to zone ${zone}, which it holds as`, { quote: type });
  }
  if (disabled) throw new Failure('ZoneDisabled', `refuses questions about zone ${zone}, which is disabled there`);
  const name = catalog == null ? undefined : domainName(catalog);
  const cluster = name !== undefined && CLUSTER_CATALOG.test(name) ? name : undefined;
  return { serial, type, cluster, modified };
}
