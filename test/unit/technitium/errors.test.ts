import { describe, expect, it } from 'vitest';
import { quotable, reasonOfText } from '../../../src/technitium/errors.ts';
import { recordings } from './recordings.ts';

/** Every text that real servers were heard to answer to the calls in use, names and values included. */
const SAID = {
  AccessDenied: ['Access was denied.'],
  ZoneNotFound: [
    'No such zone was found: a.missing.test',
    'No such zone was found: a.gone.test',
    'No such zone was found: gone.test',
    'No such zone was found: sub.imp.test',
  ],
  ZoneNotWritable: [
    'Access was denied to manage internal DNS Server zone.',
    'Cannot set records in Secondary zone.',
    'Cannot add record in Secondary zone.',
    'Cannot update record in Secondary zone.',
    'Cannot delete records in Secondary zone.',
    'Zone must be a primary or forwarder type: sec.test',
  ],
  AlreadyExists: [
    'Record already exists. Use overwrite option if you wish to overwrite existing record.',
    'Cannot add record: record already exists.',
  ],
  NoSuchRecord: [
    'Cannot update record: the record does not exists to be updated.',
    "Cannot update record: zone 'cname.test' does not exists.",
    'Cannot delete record: no such record exists.',
  ],
  CnameConflict: ['Cannot add record: a CNAME record cannot exists with other record types for the same name.'],
  NotAuthenticated: ["Parameter 'token' missing."],
} as const;

/** Heard too, but only in recordings that tests do not need. */
const HEARD = {
  LoginBlocked: ['Max limit of 5 attempts exceeded. Access blocked for 300 seconds.'],
  ZoneNotWritable: ['Cannot update record in Secondary Forwarder zone.'],
  NotACopy: ['Only Secondary, Secondary Forwarder, Secondary Catalog, and Stub zones support resync.'],
  Unreachable: ['No such node exists in the Cluster by name: dns9.cl.test'],
} as const;

const REJECTED = [
  'CNAME domain name cannot be same as that of the record name.',
  'Cannot set CNAME record at zone apex.',
  'Cannot set records: TTL cannot be greater than SOA EXPIRE.',
  'Cannot delete SOA record.',
  'Failed to parse TTL from value: soon',
  'Invalid IP address family.',
  'Invalid domain name [a b.cname.test]: invalid character [32] was found.',
  "Resource record comment text cannot exceed 255 characters. (Parameter 'Comments')",
  "The domain name 'a.other.test' does not belong to the zone: cname.test",
  "The zone file parser failed to parse 'rr' field on line # 2.",
  'The record type is not supported by primary zones.',
  '',
];

const CALLS = /^\/api\/(user\/session\/get|zones\/(list|import|resync|records\/(get|add|update|delete)))$/;

describe('the texts of the server', () => {
  const table = [...Object.entries(SAID), ...Object.entries(HEARD), ['Rejected', REJECTED] as const];
  const cases = table.flatMap(([want, texts]) => texts.map((given) => ({ given, want })));

  it.each(cases)('"$given" means $want', ({ given, want }) => {
    expect(reasonOfText(given)).toBe(want);
  });

  it('all have a meaning of their own but for those against a single record', () => {
    const known: readonly string[] = Object.values(SAID).flat();
    const unknown = recordings()
      .filter(({ path, answer }) => CALLS.test(path) && answer?.status === 'error')
      .map(({ answer }) => answer?.errorMessage ?? '')
      .filter((text) => reasonOfText(text) !== 'Rejected' && !known.includes(text));
    expect(
      [...new Set(unknown)].filter((text) => !/^Cannot update record: zone '.*' does not exists\.$/.test(text)),
    ).toEqual([]);
  });
});

describe('a quoted text', () => {
  it.each([
    { name: 'is kept as it is when it is plain', given: 'Access was denied.', want: 'Access was denied.' },
    {
      name: 'is one line without control characters',
      given: ' a\r\n\tb\u0000\u001b[31mc\u2028d ',
      want: 'a b [31mc d',
    },
    { name: 'never holds the token', given: 'no user of secret1, secret1', want: 'no user of [token], [token]' },
    { name: 'is cut', given: 'x'.repeat(5_000), want: `${'x'.repeat(300)}…` },
    { name: 'is cut behind the token', given: 'y'.repeat(298) + 'secret1', want: `${'y'.repeat(298)}[t…` },
  ])('$name', ({ given, want }) => {
    expect(quotable(given, 'secret1')).toBe(want);
  });

  it('does not keep half of a token that the first cut went through', () => {
    const given = ' '.repeat(2_996) + 'secret1';
    expect(quotable(given, 'secret1')).not.toContain('secr');
  });
});
