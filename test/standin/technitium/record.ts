import { domainToUnicode } from 'node:url';
import { isNamePart, valueKey, type RData, type RecordType } from './record-types.ts';
import { ttlText } from './ttl.ts';

/** A record as it is kept; never changed, only replaced. */
export interface StoredRecord {
  /** In the case it was written in, without a dot at the end. */
  readonly name: string;
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  readonly data: RData;
  /** Equal for records of equal value. */
  readonly key: string;
  readonly disabled: boolean;
  /** '' for none. */
  readonly comments: string;
  /** Milliseconds; undefined for a record whose time was never set. */
  readonly modified: number | undefined;
  /** Seconds, 0 for never; kept and shown, nothing expires here. */
  readonly expiryTtl: number;
  /** Addresses of a delegation's name server. */
  readonly glue?: readonly string[] | undefined;
  /** Of an SOA: serials are dates. */
  readonly dateScheme?: boolean;
}

/** A record without anything said about it but its value. */
export function bareRecord(name: string, type: string, ttl: number, data: RData): StoredRecord {
  const key = valueKey(data);
  return { name, type, ttl, data, key, disabled: false, comments: '', modified: undefined, expiryTtl: 0 };
}

/** How .NET writes a time that was never set. */
const NEVER = '0001-01-01T00:00:00';

/** Milliseconds as the API writes times. */
export function timeText(at: number | undefined): string {
  return at === undefined ? NEVER : new Date(at).toISOString();
}

/** `{nameIdn}` beside a name with punycode in it. */
export function idn(key: string, name: string): Record<string, string> {
  return name.toLowerCase().includes('xn--') ? { [`${key}Idn`]: domainToUnicode(name) } : {};
}

/** A record as the API shows it; `zoneType` only where the API adds to an SOA what depends on it. */
export function recordJson(
  record: StoredRecord,
  types: ReadonlyMap<string, RecordType>,
  zoneType?: string,
): Record<string, unknown> {
  const { name, type, ttl, disabled, comments, glue, expiryTtl } = record;
  return {
    name,
    ...idn('name', name),
    type,
    ttl,
    ttlString: ttlText(ttl),
    disabled,
    ...(comments !== '' && { comments }),
    rData: {
      ...dataJson(record.data),
      ...types.get(type)?.derived?.(record.data),
      ...(type === 'SOA' && soaJson(record, zoneType)),
    },
    dnssecStatus: 'Unknown',
    ...(glue !== undefined && { glueRecords: glue }),
    lastUsedOn: NEVER,
    lastModified: timeText(record.modified),
    expiryTtl,
    expiryTtlString: ttlText(expiryTtl),
  };
}

function dataJson(data: RData): Record<string, unknown> {
  const json: Record<string, unknown> = { ...data };
  for (const [part, value] of Object.entries(data)) {
    if (!isNamePart(part) || typeof value !== 'string') continue;
    if (value === '' && part !== 'svcTargetName') json[part] = '.';
    Object.assign(json, idn(part, value));
  }
  return json;
}

function soaJson(record: StoredRecord, zoneType: string | undefined): Record<string, unknown> {
  const times = ['refresh', 'retry', 'expire', 'minimum'].map(
    (part) => [`${part}String`, ttlText(Number(record.data[part]))] as const,
  );
  const scheme = zoneType === 'Primary' || zoneType === 'Forwarder';
  return { ...Object.fromEntries(times), ...(scheme && { useSerialDateScheme: record.dateScheme ?? false }) };
}
