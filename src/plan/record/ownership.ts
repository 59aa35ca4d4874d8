import { parseMarker, type Marker, type Owner } from '../../model/marker.ts';
import { isManagedType, type ZoneRecord } from '../../model/record.ts';

/**
 * Whose a record is:
 *
 * - `Ours`: it carries our marker, or that of a cluster that we replace; the only one that may be changed or deleted.
 * - `Unmarked`: a person's or another tool's; it may be taken over as `adoption` allows.
 * - `OtherOwner`: another owner id marked it; foreign under every adoption.
 * - `OtherCluster`: our owner id with another cluster's uid; neither written nor deleted (`OwnerIdInUse`).
 */
export type Ownership =
  | { readonly kind: 'Ours'; readonly marker: Marker }
  | { readonly kind: 'OtherCluster'; readonly cluster: string }
  | { readonly kind: 'Unmarked' | 'OtherOwner' };

/** What is known of the markers of records that carry none. */
export interface LostMarkers {
  /** Whether we published this record, and had taken it over; undefined where it is not known as ours. */
  find(record: ZoneRecord): { readonly adopted: boolean } | undefined;
  /** Whether it was given its marker less than an hour ago: somebody wipes it, and that is no fight to win. */
  isHeld(record: ZoneRecord): boolean;
}

/** Reads whose a record is from its comments; in those of a type that nobody writes with a marker, it is just text. */
export function ownershipOf(record: ZoneRecord, owner: Owner): Ownership {
  const marker = isManagedType(record.type) ? parseMarker(record.comments) : undefined;
  if (marker === undefined) return { kind: 'Unmarked' };
  if (marker.owner.id !== owner.id) return { kind: 'OtherOwner' };
  const isOurs = marker.owner.cluster === owner.cluster || marker.owner.cluster === owner.formerCluster;
  return isOurs ? { kind: 'Ours', marker } : { kind: 'OtherCluster', cluster: marker.owner.cluster };
}

/** The cluster that a zone's `take-over` annotation names by the uid of its kube-system, as markers have it. */
export function formerClusterOf(annotations: Readonly<Record<string, string>>): string | undefined {
  return annotations['take-over']?.trim().slice(0, 8).toLowerCase();
}

/** Whether a record carries our marker. */
export function isOurs(record: ZoneRecord, owner: Owner): boolean {
  return ownershipOf(record, owner).kind === 'Ours';
}
