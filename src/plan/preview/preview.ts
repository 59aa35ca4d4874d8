import type { ZoneRecord } from '../../model/record.ts';

/*
 * What `splithorizon plan` gives: the shape of its JSON. Fields may be added; none goes or changes its meaning. Lists are
 * sorted by name.
 */

/**
 * What happens at a name:
 *
 * - `Create`: it gets records, and had none of ours.
 * - `Adopt`: a record that somebody else wrote is taken over.
 * - `Change`: records of ours become others.
 * - `Release`: what was taken over loses our marker and stays.
 * - `Delete`: records of ours go.
 */
export type PlannedAction = 'Create' | 'Adopt' | 'Change' | 'Release' | 'Delete';

/** One record as the zone holds it, or will. */
export interface PlannedRecord {
  readonly type: string;
  readonly value: string;
  readonly ttlSeconds: number;
  /** The marker stands here; empty where there are none. */
  readonly comments: string;
  readonly disabled: boolean;
}

/** What a sync does at one name. */
export interface PlannedChange {
  readonly name: string;
  readonly action: PlannedAction;
  /** Who wants it: `Ingress git/git`, `SplitHorizonHost git.example.com`, `target`; empty where nobody does. */
  readonly sources: readonly string[];
  /** What the zone holds there now, all types, and what after. */
  readonly before: readonly PlannedRecord[];
  readonly after: readonly PlannedRecord[];
  /** When the grace time of a deletion is over (RFC 3339); absent for what is done at once. */
  readonly dueTime?: string;
}

/** A name that a sync leaves as it is, though not as somebody might expect. */
export interface LeftName {
  readonly name: string;
  /** A reason of the host's RecordPublished condition, `NoAddress` of a target, or `NotTaken` for sources that make no host. */
  readonly reason: string;
  readonly message: string;
  readonly sources: readonly string[];
}

/** Records that point to a target of the zone, at a name that no host has. They are not ours, so nobody deletes them. */
export interface Orphan {
  readonly name: string;
  readonly records: readonly PlannedRecord[];
}

/** A DNS server, or the Service of some, that must follow what is written. */
export interface PlannedServer {
  readonly name: string;
  /** Its address, or `Service technitium/technitium-dns`. */
  readonly at: string;
}

/** The plan of one zone; after a failure nothing is known of its names. */
export interface ZonePreview {
  readonly zone: string;
  /** What the zone says: under DryRun the operator writes nothing of this. */
  readonly policy: string;
  readonly changes: readonly PlannedChange[];
  readonly left: readonly LeftName[];
  readonly orphans: readonly Orphan[];
  /** Names that are as they should be. */
  readonly unchanged: number;
  /** In the order of the spec, or the nodes of the zone's cluster. */
  readonly servers: readonly PlannedServer[];
  /** Why the zone could not be planned: the reason of a zone's condition, what happened, and what to do. */
  readonly error?: { readonly reason: string; readonly message: string };
}

/** A text on a source that names no host, though it is where hosts are named; `reason` is that of the Event about it. */
export interface RefusedText {
  readonly source: string;
  readonly reason: string;
  readonly text: string;
  readonly problem: string;
}

/** The whole plan. */
export interface Preview {
  readonly zones: readonly ZonePreview[];
  /** Hosts that sources name outside every zone; not told where one zone was asked for. */
  readonly outside: readonly string[];
  readonly refused: readonly RefusedText[];
}

/** A record as the plan shows it. */
export function plannedRecord({ type, value, ttl, comments, disabled }: ZoneRecord): PlannedRecord {
  return { type, value, ttlSeconds: ttl, comments, disabled };
}

/** How many names each action concerns, over all zones. */
export function countActions(zones: readonly ZonePreview[]): Record<PlannedAction, number> {
  const counts = { Create: 0, Adopt: 0, Change: 0, Release: 0, Delete: 0 };
  for (const { changes } of zones) for (const { action } of changes) counts[action] += 1;
  return counts;
}

/** Whether a sync would write anything, at once or after a grace time. */
export function hasChanges({ zones }: Preview): boolean {
  return zones.some(({ changes }) => changes.length > 0);
}
