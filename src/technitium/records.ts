import { canonicalAddress } from '../model/address.ts';
import { isManagedType } from '../model/record.ts';
import type { ZoneRecord } from '../model/record.ts';
import { TechnitiumError } from './errors.ts';
import type { ApiRecord } from './narrow.ts';
import { flag, text, whole } from './narrow.ts';
import type { components } from './schema.gen.ts';

type Schemas = components['schemas'];

/** Longest readable value of a type that is only looked at. */
const LONGEST_VALUE = 255;

/**
 * Makes records of the model out of those of the API. One mapper serves one answer: equal strings that repeat over a
 * zone (types, comments, targets) are kept once, which takes two fifths off what a zone of thousands of CNAMEs holds.
 */
export function recordMapper(): (record: ApiRecord) => ZoneRecord {
  const kept = new Map<string, string>();
  const once = (string: string): string => {
    const known = kept.get(string);
    if (known === undefined) kept.set(string, string);
    return known ?? string;
  };
  return (record) => ({
    name: domainName(record.name),
    type: once(record.type),
    ttl: record.ttl,
    value: once(valueOf(record)),
    comments: once(record.comments ?? ''),
    disabled: record.disabled,
  });
}

function valueOf({ type, rData }: ApiRecord): string {
  switch (type) {
    case 'A':
    case 'AAAA': {
      const address = text(rData['ipAddress'], 'record.rData.ipAddress');
      return canonicalAddress(address) ?? address;
    }
    case 'CNAME':
      return domainName(text(rData['cname'], 'record.rData.cname'));
    case 'ANAME':
      return domainName(text(rData['aname'], 'record.rData.aname'));
    case 'TXT':
      return readable([rData['text']]);
    case 'SOA':
      return soaValue(rData);
    default:
      return readable(Object.values(rData));
  }
}

/** In the order of RFC 1035 3.3.13, which `soaOfRecords` of the model reads. */
function soaValue(rData: ApiRecord['rData']): string {
  const fields = ['primaryNameServer', 'responsiblePerson', 'serial', 'refresh', 'retry', 'expire', 'minimum'];
  return readable(fields.map((field) => rData[field])).toLowerCase();
}

/** The form fields that write an SOA again as it was read. */
export function soaForm({ rData, ttl, comments = '' }: ApiRecord) {
  const number = (field: string): number => whole(rData[field], `record.rData.${field}`);
  return {
    type: 'SOA',
    ttl,
    comments,
    expiryTtl: 0,
    disable: false,
    primaryNameServer: text(rData['primaryNameServer'], 'record.rData.primaryNameServer'),
    responsiblePerson: text(rData['responsiblePerson'], 'record.rData.responsiblePerson'),
    serial: number('serial'),
    refresh: number('refresh'),
    retry: number('retry'),
    expire: number('expire'),
    minimum: number('minimum'),
    useSerialDateScheme: flag(rData['useSerialDateScheme'], 'record.rData.useSerialDateScheme'),
  } as const;
}

function readable(values: readonly unknown[]): string {
  const simple = values.filter((value) => typeof value !== 'object' && value !== '');
  return simple
    .map(String)
    .join(' ')
    .replace(/\p{C}+/gu, ' ')
    .slice(0, LONGEST_VALUE);
}

/** A domain name as the model spells it: the server keeps the letter case in which it was written. */
export function domainName(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

/** The form fields of a record's type and value for records/add. */
export function valueForm({ type, value }: ZoneRecord): Schemas['AddressForm'] | Schemas['AliasForm'] {
  if (!isManagedType(type)) throw notWritten(type);
  return type === 'CNAME' ? { type, cname: value } : { type, ipAddress: value };
}

/** The form fields that name a record for records/delete. */
export function identityForm({ type, value }: ZoneRecord): Schemas['AddressForm'] | { readonly type: 'CNAME' } {
  if (!isManagedType(type)) throw notWritten(type);
  return type === 'CNAME' ? { type } : { type, ipAddress: value };
}

/** The form fields that name a record and its new value for records/update, which finds a CNAME by its name alone. */
export function changeForm(
  { type, value }: ZoneRecord,
  newValue: string,
): (Schemas['AddressForm'] & { readonly newIpAddress: string }) | Schemas['AliasForm'] {
  if (!isManagedType(type)) throw notWritten(type);
  return type === 'CNAME' ? { type, cname: newValue } : { type, ipAddress: value, newIpAddress: newValue };
}

function notWritten(type: string): TechnitiumError {
  return new TechnitiumError('Rejected', `records of type ${type} are not written here`);
}
