import type { HostStatus, ZoneStatus } from '../../../src/model/api.ts';
import type { ApiObject } from '../../support/api-client.ts';
import type { TestZone } from '../../support/test-zone.ts';
import type { PlainRecord } from '../../standin/technitium/plain-record.ts';
import { isInTheWay, mayTakeOver, wantedAt, type Intent, type Wanted } from './intent.ts';
import { markerOf, show } from './marker.ts';

/** One claimant and what is seen of its work at one moment. */
export interface Sight {
  readonly intent: Intent;
  readonly marker: string;
  readonly names: readonly string[];
  readonly records: readonly PlainRecord[];
  /** SplitHorizonHosts of the zone by the host that they are for. */
  readonly hosts: ReadonlyMap<string, ApiObject>;
  readonly zone: Partial<ZoneStatus>;
  readonly ask: TestZone['ask'];
  /** Whether deletions may have to wait for a person: what an operator did not see itself, it infers. */
  readonly mayWait: boolean;
  /** Whether everything that waits for a person was approved. */
  readonly isLast: boolean;
}

interface Conditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

const wordOf = ({ conditions }: Conditions, type: string): string => {
  const found = conditions?.find((condition) => condition.type === type);
  return found === undefined ? 'none' : `${found.status} ${found.reason}`;
};
const statusOf = (object: ApiObject | undefined): Partial<HostStatus> => object?.status ?? {};
const said = (object: ApiObject | undefined): string => wordOf(statusOf(object), 'RecordPublished');

/** Tells in words how what is seen differs from what should be once all is quiet; nothing where it does not. */
export const differencesIn = async (sight: Sight): Promise<string[]> => {
  const names = new Set([...sight.names, ...sight.hosts.keys()]);
  const atHosts = await Promise.all([...names].map((name) => atHost(sight, name)));
  return [...atHosts.flat(), ...(await atTarget(sight)), ...inZoneStatus(sight)];
};

const at = ({ records }: Sight, name: string): PlainRecord[] =>
  records.filter((record) => record.name.toLowerCase() === name);
const ownAt = (sight: Sight, name: string): PlainRecord[] =>
  at(sight, name).filter((record) => markerOf(record)?.owner === sight.marker);
const othersAt = (sight: Sight, name: string): PlainRecord[] =>
  at(sight, name).filter((record) => markerOf(record)?.owner !== sight.marker);

/** What keeps a wanted name from being ours to write. */
const conflictsAt = (sight: Sight, name: string, wanted: Wanted): PlainRecord[] =>
  othersAt(sight, name).filter((record) => {
    const isFree = markerOf(record) === undefined && mayTakeOver(sight.intent, record) !== undefined;
    return !isFree && isInTheWay(wanted, record.type);
  });

const data = (records: readonly { type: string; value: string; ttl: number }[]): string =>
  records
    .map(({ type, value, ttl }) => `${type} ${value} ${ttl}`)
    .sort()
    .join(', ');

const holds = (sight: Sight, name: string, wanted: Wanted): boolean =>
  data(ownAt(sight, name)) === data(wanted.records) && ownAt(sight, name).every(({ disabled }) => !disabled);

const atHost = async (sight: Sight, name: string): Promise<string[]> => {
  const wanted = wantedAt(sight.intent, name);
  return wanted === undefined ? atUnwanted(sight, name) : atWanted(sight, name, wanted);
};

const atWanted = async (sight: Sight, name: string, wanted: Wanted): Promise<string[]> => {
  const { intent, hosts } = sight;
  const word = said(hosts.get(name));
  if (intent.exclude.has(name)) return differs(name, word, 'Unknown Excluded');
  if (isUndecided(sight, name)) return [];
  const conflicts = conflictsAt(sight, name, wanted);
  if (conflicts.length > 0) return showsConflict(name, conflicts, hosts.get(name));
  if (!holds(sight, name, wanted)) {
    if (intent.policy === 'DryRun') return differs(name, word, 'Unknown DryRun');
    const there = at(sight, name).map(show).join() || '-';
    return [`${name} should hold ${data(wanted.records)}, and holds ${there} (${word})`];
  }
  const published = wanted.isKept ? 'True Retained' : 'True Published';
  return [...differs(name, word, published), ...(await served(sight, name, wanted))];
};

/** What stands in the way is told as it stands there now. */
const showsConflict = (name: string, conflicts: readonly PlainRecord[], object: ApiObject | undefined): string[] => {
  const { message = '' } = statusOf(object).conditions?.find(({ type }) => type === 'RecordPublished') ?? {};
  const isTold = conflicts.slice(0, 3).every(({ type, value, comments }) => {
    return message.includes(`${type} ${value}`) && message.includes(comments.slice(0, 60));
  });
  return differs(name, `${said(object)}: ${message}`, isTold ? /^False Conflict/ : conflicts.map(show).join());
};

/** A host that was generated and then pointed elsewhere by a person: that it stays shows when its turn to go comes. */
const isUndecided = ({ hosts, isLast }: Sight, name: string): boolean => {
  const object = hosts.get(name);
  const isGenerated = object?.metadata.labels?.['splithorizon.dev/generated'] === 'true';
  const isTheirs = isGenerated && object.spec?.['target'] !== undefined;
  return isTheirs && !isLast && /^True (SourceGone|DeletionPending|Retained)$/.test(said(object));
};

const differs = (what: string, is: string, should: string | RegExp): string[] => {
  const fits = typeof should === 'string' ? is === should : should.test(is);
  return fits ? [] : [`${what} should say ${String(should)}, and says ${is}`];
};

/** What DNS answers, for a name that is published. */
const served = async ({ ask, intent }: Sight, name: string, { records }: Wanted): Promise<string[]> => {
  const label = name === intent.zone ? '@' : name.slice(0, -intent.zone.length - 1).replace('*', 'any');
  const found = await Promise.all(
    [...new Set(records.map(({ type }) => type))].map(async (type) => {
      const answer = await ask(label, type as 'A');
      const values = records.filter((record) => record.type === type).map(({ value }) => value);
      const should = values.map((value) => (value === intent.zone ? '@' : value.replace(`.${intent.zone}`, ''))).sort();
      return differs(`DNS at ${name} ${type}`, String(answer), String(should));
    }),
  );
  return found.flat();
};

const atUnwanted = (sight: Sight, name: string): string[] => {
  const { intent, hosts, mayWait } = sight;
  const word = said(hosts.get(name));
  if (ownAt(sight, name).length === 0)
    return hosts.has(name) ? [`${name} has an object that nobody wants (${word})`] : [];
  if (intent.exclude.has(name)) return [];
  if (intent.policy === 'UpsertOnly') return differs(name, word, 'True Retained');
  if (intent.policy === 'DryRun') return differs(name, word, /^True (SourceGone|DeletionPending)$/);
  if (mayWait || intent.isGuarded) return differs(name, word, 'True DeletionPending');
  return [`${name} should be gone, and is there: ${at(sight, name).map(show).join()} (${word})`];
};

const atTarget = async (sight: Sight): Promise<string[]> => {
  const { intent, zone } = sight;
  const wanted = wantedAt(intent, intent.target);
  if (wanted === undefined) return ['the target is wanted'];
  const word = wordOf(zone, 'TargetsPublished');
  if (conflictsAt(sight, intent.target, wanted).length > 0) return differs('TargetsPublished', word, 'False Conflict');
  if (!holds(sight, intent.target, wanted)) {
    if (intent.policy === 'DryRun') return [];
    return [`the target should hold ${data(wanted.records)}, and holds ${data(ownAt(sight, intent.target))} (${word})`];
  }
  const should = wanted.isKept ? 'Unknown AddressKept' : 'True Synced';
  return [...differs('TargetsPublished', word, should), ...(await served(sight, intent.target, wanted))];
};

/** The zone's counts are those of its hosts, and its conditions agree with them. */
const inZoneStatus = ({ zone, hosts, intent, marker, records }: Sight): string[] => {
  const [ownerId = ''] = marker.split('/');
  const hasRival = records.some((record) => {
    const owner = markerOf(record)?.owner;
    return owner !== undefined && owner !== marker && owner.startsWith(`${ownerId}/`);
  });
  const synced = intent.policy === 'DryRun' ? 'Unknown DryRun' : 'True Synced';
  const statuses = [...hosts.values()].map(statusOf);
  const count = (holdsFor: (status: Partial<HostStatus>) => boolean): number => statuses.filter(holdsFor).length;
  const tally = {
    total: hosts.size,
    ready: count((status) => wordOf(status, 'Ready').startsWith('True')),
    conflicting: count((status) => wordOf(status, 'RecordPublished') === 'False Conflict'),
  };
  const { total, ready, conflicting } = zone.hosts ?? {};
  const snapshots = statuses.flatMap(({ deletion }) => deletion?.snapshot ?? []).sort();
  const oldest = snapshots.filter((snapshot) => snapshot === snapshots[0]).length;
  const pending = zone.pendingDeletions?.count ?? 0;
  return [
    ...differs('status.hosts', JSON.stringify({ total, ready, conflicting }), JSON.stringify(tally)),
    ...differs('pendingDeletions', String(pending), String(oldest)),
    ...differs('TechnitiumReachable', wordOf(zone, 'TechnitiumReachable'), 'True Synced'),
    ...differs('RecordsSynced', wordOf(zone, 'RecordsSynced'), hasRival ? 'False OwnerIdInUse' : synced),
  ];
};
