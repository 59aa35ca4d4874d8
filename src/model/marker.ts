/** Who a record belongs to: an operator's owner id within one cluster. */
export interface Owner {
  /** `spec.ownerId` of the zone. */
  readonly id: string;
  /** First 8 characters of the uid of the cluster's kube-system namespace. */
  readonly cluster: string;
  /** The same of a cluster that this one replaces: what that one marked with the same id is ours by now. */
  readonly formerCluster?: string | undefined;
}

/** A record's comments, read: whose it is, whether it was taken over, and what a person noted beside the marker. */
export interface Marker {
  readonly owner: Owner;
  readonly adopted: boolean;
  readonly note: string;
}

/** Of UTF-8. */
const MOST_BYTES = 255;
const PATTERN = /^splithorizon:([a-z0-9-]{1,32})\/([0-9a-f-]{1,8})(\+adopted)?(?: \| ([\s\S]*))?$/;

/** The marker in a record's comments; undefined for a record that no splithorizon has marked. */
export function parseMarker(comments: string): Marker | undefined {
  const match = PATTERN.exec(comments);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { owner: { id: match[1], cluster: match[2] }, adopted: match[3] !== undefined, note: match[4] ?? '' };
}

/**
 * The comments of a record that carries the marker, cut at the note's expense to the 255 bytes of UTF-8 that Technitium
 * can save: it takes 255 characters, but a zone with a longer comment is never written to its disk again.
 */
export function formatMarker({ owner, adopted, note }: Marker): string {
  const comments = wholeComments({ owner, adopted, note });
  return comments.slice(0, new TextEncoder().encodeInto(comments, new Uint8Array(MOST_BYTES)).read);
}

/** Whether a record can carry the marker without a loss of its note. */
export function isWholeWith(marker: Marker): boolean {
  return new TextEncoder().encode(wholeComments(marker)).length <= MOST_BYTES;
}

function wholeComments({ owner, adopted, note }: Marker): string {
  const marker = `splithorizon:${owner.id}/${owner.cluster}${adopted ? '+adopted' : ''}`;
  return note === '' ? marker : `${marker} | ${note}`;
}
