import { describe, expect, test } from 'vitest';
import { createZoneCopy, type ZoneCopy } from '../../../../src/controller/zone/zone-copy.ts';
import type { ZoneRecord } from '../../../../src/model/record.ts';

const OWNER = { id: 'home', cluster: '0a1b2c3d' };
const OURS = 'splithorizon:home/0a1b2c3d';

/** A record in a line: `git CNAME 300 example.com`, by default without comments. */
const record = (line: string, rest: Partial<ZoneRecord> = {}): ZoneRecord => {
  const [name = '', type = '', ttl = '', value = ''] = line.split(' ');
  return { name, type, ttl: Number(ttl), value, comments: '', disabled: false, ...rest };
};
const ours = (line: string, rest: Partial<ZoneRecord> = {}): ZoneRecord => record(line, { comments: OURS, ...rest });
const copyOf = (...records: ZoneRecord[]): ZoneCopy => {
  const copy = createZoneCopy(OWNER);
  copy.replace({ serial: 7, records });
  return copy;
};
const linesAt = (copy: ZoneCopy, name: string): string[] =>
  copy.at(name).map(({ type, ttl, value }) => `${type} ${ttl} ${value}`);
const GIT = ours('git CNAME 300 example.com');

test('an empty copy holds nothing', () => {
  const copy = createZoneCopy(OWNER);
  expect({ at: copy.at('git'), ours: [...copy.ours()], count: copy.oursCount, serial: copy.serial }).toEqual({
    at: [],
    ours: [],
    count: 0,
    serial: 0,
  });
});

describe('a reading of the whole zone', () => {
  test('is what the copy then holds, with its serial', () => {
    const copy = copyOf(GIT, ours('git TXT 60 x'), record('mail A 60 10.0.20.5'));
    expect(linesAt(copy, 'git')).toEqual(['CNAME 300 example.com', 'TXT 60 x']);
    expect(linesAt(copy, 'mail')).toEqual(['A 60 10.0.20.5']);
    expect(copy.serial).toBe(7);
    copy.replace({ serial: 3, records: [] });
    expect(copy.at('git')).toEqual([]);
    expect(copy.serial).toBe(3);
  });

  test('knows the names that carry our marker, whoever else has records there', () => {
    const copy = copyOf(
      GIT,
      record('mail A 60 10.0.20.5'),
      record('both A 60 10.0.20.5'),
      ours('both A 60 10.0.20.6'),
      record('other CNAME 60 x', { comments: 'splithorizon:other/0a1b2c3d' }),
      record('rebuilt CNAME 60 x', { comments: 'splithorizon:home/99999999' }),
      ours('text TXT 60 x'),
    );
    expect([...copy.ours()].sort()).toEqual(['both', 'git']);
    expect(copy.oursCount).toBe(2);
    copy.replace({ serial: 8, records: [] });
    expect([...copy.ours()]).toEqual([]);
  });

  test.each<{ name: string; before: readonly ZoneRecord[]; after: readonly ZoneRecord[]; want: readonly string[] }>([
    { name: 'nothing', before: [GIT], after: [GIT], want: [] },
    { name: 'a name that is new', before: [], after: [GIT], want: ['git'] },
    { name: 'a name that is gone', before: [GIT], after: [], want: ['git'] },
    { name: 'another value', before: [GIT], after: [ours('git CNAME 300 edge')], want: ['git'] },
    { name: 'another type', before: [ours('git A 60 ::1')], after: [ours('git AAAA 60 ::1')], want: ['git'] },
    { name: 'another TTL', before: [GIT], after: [ours('git CNAME 60 example.com')], want: ['git'] },
    { name: 'other comments', before: [GIT], after: [{ ...GIT, comments: '' }], want: ['git'] },
    { name: 'a record that was disabled', before: [GIT], after: [{ ...GIT, disabled: true }], want: ['git'] },
    {
      name: 'one record more, beside another name that is as it was',
      before: [GIT, ours('a A 60 10.0.20.5')],
      after: [GIT, ours('a A 60 10.0.20.5'), ours('a A 60 10.0.20.6')],
      want: ['a'],
    },
    {
      name: 'no other order',
      before: [ours('a A 60 10.0.20.5'), ours('a A 60 10.0.20.6')],
      after: [ours('a A 60 10.0.20.6'), ours('a A 60 10.0.20.5')],
      want: [],
    },
  ])('tells $name', ({ before, after, want }) => {
    expect([...copyOf(...before).replace({ serial: 8, records: after })]).toEqual(want);
  });
});

describe('a reading of one name', () => {
  test('replaces what is known of it and of no other, and leaves the serial', () => {
    const copy = copyOf(GIT, ours('a A 60 10.0.20.5'));
    expect(copy.replaceName('git', [record('git A 60 10.0.20.9')])).toBe(true);
    expect(linesAt(copy, 'git')).toEqual(['A 60 10.0.20.9']);
    expect([...copy.ours()]).toEqual(['a']);
    expect(copy.serial).toBe(7);
  });

  test('that says the same is no change', () => {
    expect(copyOf(GIT).replaceName('git', [{ ...GIT }])).toBe(false);
  });

  test('may find the name empty, or one that was', () => {
    const copy = copyOf(GIT);
    expect(copy.replaceName('git', [])).toBe(true);
    expect(copy.replaceName('git', [])).toBe(false);
    expect(copy.oursCount).toBe(0);
    expect(copy.replaceName('git', [GIT])).toBe(true);
    expect(copy.oursCount).toBe(1);
  });
});

describe('a change that the server acknowledged', () => {
  test.each<{ name: string; given: Parameters<ZoneCopy['apply']>[0]; want: readonly string[]; owned: boolean }>([
    {
      name: 'adds a record beside others',
      given: { op: 'add', record: ours('git A 60 10.0.20.7') },
      want: ['A 60 10.0.20.5', 'A 60 10.0.20.6', 'A 60 10.0.20.7'],
      owned: true,
    },
    {
      name: 'adds what was there already, once',
      given: { op: 'add', record: ours('git A 90 10.0.20.5') },
      want: ['A 60 10.0.20.6', 'A 90 10.0.20.5'],
      owned: true,
    },
    {
      name: 'changes the value',
      given: { op: 'update', from: ours('git A 60 10.0.20.5'), to: ours('git A 60 10.0.20.9') },
      want: ['A 60 10.0.20.6', 'A 60 10.0.20.9'],
      owned: true,
    },
    {
      name: 'changes the TTL',
      given: { op: 'update', from: ours('git A 60 10.0.20.5'), to: ours('git A 90 10.0.20.5') },
      want: ['A 60 10.0.20.6', 'A 90 10.0.20.5'],
      owned: true,
    },
    {
      name: 'takes the marker away',
      given: { op: 'update', from: ours('git A 60 10.0.20.5'), to: record('git A 60 10.0.20.5') },
      want: ['A 60 10.0.20.5', 'A 60 10.0.20.6'],
      owned: false,
    },
    {
      name: 'deletes ours and leaves the other',
      given: { op: 'delete', record: ours('git A 60 10.0.20.5') },
      want: ['A 60 10.0.20.6'],
      owned: false,
    },
    {
      name: 'deletes one that is not there',
      given: { op: 'delete', record: ours('git AAAA 60 ::1') },
      want: ['A 60 10.0.20.5', 'A 60 10.0.20.6'],
      owned: true,
    },
  ])('$name', ({ given, want, owned }) => {
    const copy = copyOf(ours('git A 60 10.0.20.5'), record('git A 60 10.0.20.6'));
    copy.apply(given);
    expect(linesAt(copy, 'git').sort()).toEqual(want);
    expect([...copy.ours()]).toEqual(owned ? ['git'] : []);
    expect(copy.serial).toBe(8);
  });

  test('leaves what was handed out before as it was', () => {
    const copy = copyOf(GIT);
    const before = copy.at('git');
    copy.apply({ op: 'delete', record: GIT });
    expect(before).toEqual([GIT]);
    expect(copy.at('git')).toEqual([]);
  });

  test('moves the serial by one, round the end of 32 bits', () => {
    const copy = createZoneCopy(OWNER);
    copy.replace({ serial: 2 ** 32 - 1, records: [] });
    copy.apply({ op: 'add', record: GIT });
    expect(copy.serial).toBe(0);
  });
});

describe('a name that the reading of the zone lacked, though it is there', () => {
  const HOOK = ours('hook CNAME 300 @');

  test('is given in turn with others, until it is gone or the zone is read again', () => {
    const copy = copyOf(record('listed A 60 10.0.20.5'));
    expect(copy.nextUnlisted()).toBeUndefined();
    copy.replaceName('git', [GIT]);
    copy.replaceName('hook', [HOOK]);
    copy.replaceName('listed', [record('listed A 60 10.0.20.6')]);
    copy.apply({ op: 'add', record: ours('new CNAME 300 @') });
    expect([1, 2, 3].map(() => copy.nextUnlisted())).toEqual(['git', 'hook', 'git']);
    copy.apply({ op: 'delete', record: GIT });
    expect([1, 2].map(() => copy.nextUnlisted())).toEqual(['hook', 'hook']);
    copy.replaceName('hook', []);
    expect(copy.nextUnlisted()).toBeUndefined();
    copy.replaceName('hook', [HOOK]);
    copy.replace({ serial: 9, records: [HOOK] });
    expect(copy.nextUnlisted()).toBeUndefined();
  });
});
