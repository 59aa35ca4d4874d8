import type { HostStatus } from '../model/api.ts';
import { byWorst } from '../plan/status/host-status.ts';
import type { HostTally } from '../plan/status/zone-status.ts';

/** How many hosts of each zone stand how, counted as their statuses come. */
export interface HostTallies {
  /** A host's status was computed; gives the zones whose counts that changes. */
  put(host: string, status: HostStatus): string[];
  /** A host is gone; gives the zone whose counts that changes. */
  forget(host: string): string[];
  of(zone: string): HostTally;
}

/** What of one host's status its zone counts. */
interface Counted {
  readonly zone: string;
  readonly isReady: boolean;
  readonly isConflicting: boolean;
  /** Reason of the worst audience that fails. */
  readonly failing: string | undefined;
  readonly isUnknown: boolean;
}

type Sums = { -readonly [Field in keyof HostTally]: HostTally[Field] } & { readonly failing: Map<string, number> };

/** Nothing is counted yet. */
export function createHostTallies(): HostTallies {
  const hosts = new Map<string, Counted>();
  const zones = new Map<string, Sums>();

  const add = ({ zone, isReady, isConflicting, failing, isUnknown }: Counted, count: 1 | -1): void => {
    const sums = zones.get(zone) ?? emptySums();
    sums.total += count;
    if (isReady) sums.ready += count;
    if (isConflicting) sums.conflicting += count;
    if (isUnknown && failing === undefined) sums.unknown += count;
    if (failing !== undefined) sums.failing.set(failing, (sums.failing.get(failing) ?? 0) + count);
    if (failing !== undefined && sums.failing.get(failing) === 0) sums.failing.delete(failing);
    if (sums.total === 0) zones.delete(zone);
    else zones.set(zone, sums);
  };
  const replace = (host: string, next: Counted | undefined): string[] => {
    const last = hosts.get(host);
    if (last !== undefined) add(last, -1);
    if (next !== undefined) add(next, 1);
    if (next === undefined) hosts.delete(host);
    else hosts.set(host, next);
    return [...new Set([last, next].flatMap((counted) => counted?.zone ?? []))];
  };

  return {
    put(host, status) {
      const next = countedOf(status);
      return JSON.stringify(hosts.get(host)) === JSON.stringify(next) ? [] : replace(host, next);
    },
    forget: (host) => replace(host, undefined),
    of: (zone) => zones.get(zone) ?? emptySums(),
  };
}

function emptySums(): Sums {
  return { total: 0, ready: 0, conflicting: 0, failing: new Map(), unknown: 0 };
}

function countedOf(status: HostStatus): Counted | undefined {
  const { zone, conditions } = status;
  if (zone === undefined) return undefined;
  const resolves = conditions.filter(({ type }) => type.endsWith('Resolve'));
  return {
    zone,
    isReady: conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    isConflicting: conditions.some(({ type, reason }) => type === 'RecordPublished' && reason === 'Conflict'),
    failing: worstFailing(status),
    isUnknown: resolves.some((condition) => condition.status === 'Unknown'),
  };
}

/** The reason of the worst audience that fails. */
function worstFailing({ audiences = [], conditions }: HostStatus): string | undefined {
  const [worst] = audiences
    .map((stored) => ({ stored, condition: conditions.find(({ type }) => type === `${stored.name}Resolve`) }))
    .filter(({ condition }) => condition?.status === 'False')
    .toSorted(byWorst);
  return worst?.condition?.reason;
}
