import { describe, expect, it } from 'vitest';
import type { ZoneRecord } from '../../../src/model/record.ts';
import { masterFile } from '../../../src/technitium/master-file.ts';

const record: ZoneRecord = {
  name: 'git.example.com',
  type: 'CNAME',
  ttl: 300,
  value: 'example.com',
  comments: 'splithorizon:home/0a1b2c3d',
  disabled: false,
};

describe('the master file of an import', () => {
  it.each<{ name: string; given: Partial<ZoneRecord>; want: string }>([
    {
      name: 'has absolute names, and the comments right behind the semicolon',
      given: {},
      want: 'git.example.com. 300 IN CNAME example.com. ;splithorizon:home/0a1b2c3d\n',
    },
    {
      name: 'has addresses without a dot',
      given: { type: 'A', value: '192.0.2.1', ttl: 60 },
      want: 'git.example.com. 60 IN A 192.0.2.1 ;splithorizon:home/0a1b2c3d\n',
    },
    {
      name: 'has IPv6 addresses',
      given: { type: 'AAAA', value: '2001:db8::1', comments: '' },
      want: 'git.example.com. 300 IN AAAA 2001:db8::1\n',
    },
    {
      name: 'has wildcards and underscores',
      given: { name: '*.apps.example.com', value: '_x.example.com', comments: '' },
      want: '*.apps.example.com. 300 IN CNAME _x.example.com.\n',
    },
    {
      name: 'keeps a note with quotes, semicolons and accents',
      given: { comments: 'splithorizon:home/0a1b2c3d+adopted | "née" ; {x}' },
      want: 'git.example.com. 300 IN CNAME example.com. ;splithorizon:home/0a1b2c3d+adopted | "née" ; {x}\n',
    },
  ])('$name', ({ given, want }) => {
    expect(masterFile([{ ...record, ...given }])).toBe(want);
  });

  it('has a line for each record, in order', () => {
    expect(masterFile([record, { ...record, name: 'a.example.com' }]).split('\n')).toHaveLength(3);
  });

  it.each<{ name: string; given: Partial<ZoneRecord> }>([
    { name: 'a disabled record', given: { disabled: true } },
    { name: 'a type that is never written', given: { type: 'TXT' } },
    { name: 'a line break in the comments', given: { comments: 'x\nevil.example.com. 1 IN A 192.0.2.66' } },
    { name: 'a carriage return in the comments', given: { comments: 'x\ry' } },
    { name: 'comments that the server would read as JSON', given: { comments: '{"disabled":true}' } },
    { name: 'comments that start with a blank', given: { comments: ' x' } },
    { name: 'a backslash in the comments', given: { comments: 'a\\nb' } },
    { name: 'a line break in the name', given: { name: 'a.example.com\nb' } },
    { name: 'a blank in the name', given: { name: 'a b.example.com' } },
    { name: 'an empty name', given: { name: '' } },
    { name: 'a directive as name', given: { name: '$include' } },
    { name: 'a semicolon in the target', given: { value: 'example.com;x' } },
    { name: 'a name for an address', given: { type: 'A', value: 'example.com' } },
  ])('refuses $name', ({ given }) => {
    const bad = { ...record, ...given };
    expect(() => masterFile([record, bad])).toThrow(
      expect.objectContaining({ reason: 'Rejected', outcomeUnknown: false }),
    );
  });
});
