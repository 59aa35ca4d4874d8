import type { ZoneRecord } from './record.ts';

/** What a zone's SOA record (RFC 1035 3.3.13) says that matters here; seconds, names lower-case. */
export interface ZoneSoa {
  readonly mname: string;
  readonly rname: string;
  readonly refresh: number;
  /** How long a cache may keep a denial: min(TTL of the record, its minimum field), RFC 2308 section 5. */
  readonly negativeTtl: number;
}

/** Reads the SOA among a name's records, its value in the order of RFC 1035: MNAME RNAME SERIAL REFRESH RETRY EXPIRE MINIMUM. */
export function soaOfRecords(records: readonly ZoneRecord[]): ZoneSoa | undefined {
  const record = records.find(({ type }) => type === 'SOA');
  if (record === undefined) return undefined;
  const [mname = '', rname = '', , refresh, , , minimum] = record.value.split(' ');
  const [refreshSeconds, minimumSeconds] = [Number(refresh), Number(minimum)];
  if (!Number.isFinite(refreshSeconds) || !Number.isFinite(minimumSeconds)) return undefined;
  return {
    mname,
    rname: rname.replace('@', '.'),
    refresh: refreshSeconds,
    negativeTtl: Math.min(record.ttl, minimumSeconds),
  };
}
