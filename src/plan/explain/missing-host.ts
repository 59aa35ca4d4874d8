import { claimKey, type Claim } from '../host/claim.ts';
import { nearHosts } from './near-hosts.ts';

/** What is known of a name that has no SplitHorizonHost. */
export interface MissingHost {
  readonly host: string;
  /** The zone that would hold it; undefined where none does. */
  readonly zone: string | undefined;
  readonly zones: readonly string[];
  /** Sources that name it and make a host. */
  readonly taken: readonly Pick<Claim, 'kind' | 'namespace' | 'name'>[];
  /** Why other sources that name it make none, in words. */
  readonly notTaken: readonly string[];
  /** All hosts that there are. */
  readonly known: readonly string[];
  /** Kinds that may not be listed. */
  readonly unread: readonly string[];
}

/** Says that there is no such host, why, and which ones are near. */
export function missingHost({ host, zone, zones, taken, notTaken, known, unread }: MissingHost): string {
  const near = nearHosts(host, known);
  return [
    `there is no SplitHorizonHost for "${host}".`,
    zone === undefined ? noZone(zones) : whyNone(zone, taken, notTaken),
    ...(unread.length > 0 ? [`What of ${unread.join(', ')} names it is not known: they may not be listed.`] : []),
    ...(near.length > 0 ? [`Near it: ${near.join(', ')}.`] : []),
  ].join(' ');
}

function noZone(zones: readonly string[]): string {
  return zones.length === 0 ? 'There is no SplitHorizonZone.' : `No zone holds it; there are ${zones.join(', ')}.`;
}

function whyNone(zone: string, taken: MissingHost['taken'], notTaken: readonly string[]): string {
  if (taken.length > 0) {
    return `${taken.map(claimKey).join(', ')} names it in zone ${zone}, so the operator will make one: does it run? kubectl -n splithorizon get pods`;
  }
  if (notTaken.length > 0) return `Zone ${zone} does not take it: ${notTaken.join('; ')}.`;
  return `Zone ${zone} would hold it, but nobody names it: neither a source that is listed in spec.sources, nor a SplitHorizonHost that somebody wrote.`;
}
