/** The record types that the operator writes. */
export type ManagedType = 'A' | 'AAAA' | 'CNAME';

/**
 * One record of a zone as a server holds it. `name` is lower-case without a trailing dot; `value` is canonical for
 * A, AAAA (address) and CNAME (lower-case name without a trailing dot), and merely readable for all other types.
 */
export interface ZoneRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly value: string;
  /** The only per-record metadata Technitium keeps; the marker of ownership lives here. Empty when there is none. */
  readonly comments: string;
  readonly disabled: boolean;
}

/** One record set that should be there (RFC 9499: RRset): one TTL for all its values. */
export interface RecordSet {
  readonly name: string;
  readonly type: ManagedType;
  readonly ttl: number;
  /** Canonical, sorted, never empty; exactly one for a CNAME. */
  readonly values: readonly string[];
}

/** Whether a type of record gives addresses to the name it stands at, and so decides where a host points. */
export function decidesAddress(type: string): boolean {
  return type === 'A' || type === 'AAAA' || type === 'CNAME' || type === 'ANAME' || type === 'APP' || type === 'FWD';
}

/** What records that are not disabled say of a name's addresses, TTL and comments aside; empty where they say nothing. */
export function addressData(records: readonly ZoneRecord[]): string {
  const data = records.filter(({ type, disabled }) => decidesAddress(type) && !disabled);
  return data
    .map(({ type, value }) => `${type} ${value}`)
    .sort()
    .join('\n');
}

/** Whether the operator writes records of this type. */
export function isManagedType(type: string): type is ManagedType {
  return type === 'A' || type === 'AAAA' || type === 'CNAME';
}
