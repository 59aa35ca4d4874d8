import type { HostStatus } from '../../model/api.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { ZoneView } from '../../model/views.ts';
import type { LostMarkers } from '../../plan/record/ownership.ts';
import { targetName } from '../../plan/zone/targets.ts';

/** What status says of records that carry no marker any more, and when they were given it back last. */
export interface MarkerMemory extends LostMarkers {
  /** A record was given its marker. */
  given(record: ZoneRecord): void;
  /** A record lost its marker by our own doing, and may have it again at any time. */
  forget(record: ZoneRecord): void;
  /** Names of records that were given their marker an hour ago: they may be given it again. */
  takeDue(): readonly string[];
}

/** Where a zone's published records are remembered. */
export interface MarkerMemoryOptions {
  readonly zone: () => ZoneView;
  /** The status of a host as stored; undefined where it has no object. */
  readonly hostStatus: (host: string) => HostStatus | undefined;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

const HOLD_MS = 3_600_000;
/** Reasons of RecordPublished for which all records at the name were ours. */
const OURS: ReadonlySet<string> = new Set(['Published', 'Retained', 'SourceGone', 'DeletionPending']);
/** The same of TargetsPublished. */
const TARGETS_OURS: ReadonlySet<string> = new Set(['Synced', 'AddressKept']);

/**
 * Comments do not survive a zone transfer, and other tools wipe them: a record of equal type and value that status says
 * we published is ours all the same (docs/promises.md, 1).
 */
export function createMarkerMemory({ zone, hostStatus, now }: MarkerMemoryOptions): MarkerMemory {
  const givenAt = new Map<string, { readonly name: string; readonly at: number }>();
  const isOver = ({ at }: { readonly at: number }): boolean => now() - at >= HOLD_MS;

  const ofHost = ({ name, type, value }: ZoneRecord): { adopted: boolean } | undefined => {
    const status = hostStatus(name);
    if (status === undefined || !OURS.has(reasonIn(status, 'RecordPublished'))) return undefined;
    const set = status.records?.find((one) => one.type === type && one.values.includes(value));
    return set && { adopted: set.adopted ?? false };
  };
  /** Status does not say which of a target's addresses had been there before, so that none of them is ever deleted. */
  const ofTarget = ({ name, type, value }: ZoneRecord): { adopted: boolean } | undefined => {
    const { name: zoneName, status } = zone();
    if ((type !== 'A' && type !== 'AAAA') || !TARGETS_OURS.has(reasonIn(status, 'TargetsPublished'))) return undefined;
    const target = status.targets?.find(({ record }) => targetName(record, zoneName) === name);
    return target?.addresses.includes(value) === true ? { adopted: true } : undefined;
  };

  return {
    find: (record) => ofHost(record) ?? ofTarget(record),
    isHeld(record) {
      const given = givenAt.get(keyOf(record));
      return given !== undefined && !isOver(given);
    },
    given: (record) => void givenAt.set(keyOf(record), { name: record.name, at: now() }),
    forget: (record) => void givenAt.delete(keyOf(record)),
    takeDue() {
      const due = [...givenAt].filter(([, given]) => isOver(given));
      for (const [key] of due) givenAt.delete(key);
      return due.map(([, { name }]) => name);
    },
  };
}

function keyOf({ name, type, value }: ZoneRecord): string {
  return `${name} ${type} ${value}`;
}

function reasonIn({ conditions }: Pick<HostStatus, 'conditions'>, type: string): string {
  return conditions.find((condition) => condition.type === type)?.reason ?? '';
}
