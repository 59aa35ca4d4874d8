import { canonicalAddress } from '../model/address.ts';
import type { ManagedType, ZoneRecord } from '../model/record.ts';
import type { ApiRecord } from './narrow.ts';
import { text } from './narrow.ts';
import type { components } from './schema.gen.ts';

type Schemas = components['schemas'];

/** A record of a type that the operator writes, as it is to stand in the zone. */
export type WritableRecord = Omit<ZoneRecord, 'type' | 'disabled'> & { readonly type: ManagedType };

/** What names one record among others: enough to delete it. */
export type RecordIdentity = Pick<WritableRecord, 'name' | 'type' | 'value'>;

/** Longest readable value of a type that is only looked at. */
const LONGEST_VALUE = 255;

/**
 * Makes records of the model out of those of the API. One mapper serves one answer: equal strings that repeat over a
 * zone (types, comments, targets) are kept once, which halves what a zone of thousands of CNAMEs holds.
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
    default:
      return readable(Object.values(rData));
  }
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

/** The form fields that name a record for records/delete. */
export function identityForm({ type, value }: RecordIdentity): Schemas['AddressForm'] | { readonly type: 'CNAME' } {
  return type === 'CNAME' ? { type } : { type, ipAddress: value };
}

/** The form fields of a record's value for records/add. */
export function valueForm({ type, value }: RecordIdentity): Schemas['AddressForm'] | Schemas['AliasForm'] {
  return type === 'CNAME' ? { type, cname: value } : { type, ipAddress: value };
}

/** The form fields of a record and its new value for records/update, which finds a CNAME by its name alone. */
export function changeForm(
  { type, value }: RecordIdentity,
  newValue: string,
): (Schemas['AddressForm'] & { readonly newIpAddress: string }) | Schemas['AliasForm'] {
  return type === 'CNAME' ? { type, cname: newValue } : { type, ipAddress: value, newIpAddress: newValue };
}
