import { describe, expect, test } from 'vitest';
import { planText } from '../../../src/cli/plan-text.ts';
import type { PlannedChange, Preview, ZonePreview } from '../../../src/plan/preview/preview.ts';

const cname = { type: 'CNAME', value: 'example.com', ttlSeconds: 300, comments: '', disabled: false };
const change = (name: string, given: Partial<PlannedChange>): PlannedChange => ({
  name: `${name}.example.com`,
  action: 'Create',
  sources: [],
  before: [],
  after: [],
  ...given,
});
const text = (zones: Partial<ZonePreview>[], rest: Partial<Preview> = {}): string[] =>
  planText({
    zones: zones.map((zone) => ({
      ...{ zone: 'example.com', policy: 'Sync', changes: [], left: [], orphans: [], unchanged: 0, servers: [] },
      ...zone,
    })),
    outside: [],
    refused: [],
    ...rest,
  }).split('\n');

describe('a plan in words', () => {
  test('says when a deletion comes, and what of them stays', () => {
    const changes = [
      change('a', { action: 'Delete', before: [cname] }),
      change('b', { action: 'Delete', before: [cname], dueTime: '2026-11-23T19:40:00Z' }),
      change('c', { action: 'Delete', before: [cname], sources: ['SplitHorizonZone sub.example.com'] }),
      change('d', { action: 'Release', before: [cname], after: [cname] }),
    ];
    expect(text([{ changes }])).toEqual([
      'Zone example.com, policy Sync',
      '',
      'Release (adopted once, nobody wants them any more: they stay, without our marker)',
      '  ~ d.example.com  CNAME example.com (TTL 300)  no source names it any more',
      '',
      'Delete',
      '  - a.example.com  CNAME example.com (TTL 300)  no source names it any more',
      '  - b.example.com  CNAME example.com (TTL 300)  no source names it any more, after its grace time at 2026-11-23T19:40:00Z',
      '  - c.example.com  CNAME example.com (TTL 300)  SplitHorizonZone sub.example.com',
      '',
      'Plan: 0 to create, 0 to adopt, 0 to change, 1 to release, 3 to delete (1 of these after a grace time); 0 left alone, 0 orphans, 0 as they should be.',
      '',
    ]);
  });

  test('shows records as sets, those of other types not at all, and what is disabled', () => {
    const address = (value: string, disabled = false) => ({ ...cname, type: 'A', value, disabled });
    const before = [{ ...cname, type: 'TXT' }, address('10.0.20.2'), address('10.0.20.1'), address('10.0.20.3', true)];
    const [line] = text([{ changes: [change('a', { action: 'Change', before, after: [cname] })] }]).slice(3);
    expect(line).toBe(
      '  ~ a.example.com  A 10.0.20.1, 10.0.20.2 (TTL 300) and A 10.0.20.3 (TTL 300, disabled) -> CNAME example.com (TTL 300)',
    );
  });

  test('says which servers must follow', () => {
    const servers = [
      { name: 'primary', at: '10.96.0.53:53' },
      { name: 'replicas', at: 'Service technitium/dns' },
    ];
    expect(text([{ servers }]).slice(2, 5)).toEqual([
      'Servers that must follow',
      '    primary   10.96.0.53:53',
      '    replicas  Service technitium/dns',
    ]);
  });

  test('says what names no host, and what is in no zone', () => {
    const refused = [{ source: 'Ingress a/b', reason: 'InvalidName', text: 'a_b', problem: 'is wrong' }];
    expect(text([{ unchanged: 2 }], { outside: ['a.example.org'], refused }).slice(2)).toEqual([
      'These name no host',
      '   "a_b"  is wrong  Ingress a/b',
      '',
      'In no zone',
      '   a.example.org',
      '',
      'Nothing to do: 0 left alone, 0 orphans, 2 as they should be.',
      '',
    ]);
  });

  test('lets nothing through that a terminal acts on, whoever wrote it', () => {
    const evil = '\u001b[2J\u009b1m\u202e\r\n+ a line of its own';
    const record = { ...cname, value: `v${evil}`, comments: `c${evil}` };
    const lines = text(
      [
        {
          changes: [change(evil, { before: [record], after: [{ ...record, value: evil }], sources: [evil] })],
          left: [{ name: evil, reason: 'Conflict', message: evil, sources: [] }],
          orphans: [{ name: evil, records: [record] }],
          servers: [{ name: evil, at: evil }],
        },
      ],
      { outside: [evil], refused: [{ source: evil, reason: 'InvalidName', text: evil, problem: evil }] },
    );
    expect(lines.join('')).toMatch(/^[\x20-\x7e]+$/);
    expect(lines).not.toContainEqual(expect.stringMatching(/^\+/));
  });

  test('sums up what could be planned, and is empty where nothing could', () => {
    const failed = { zone: 'b.test', error: { reason: 'Unreachable', message: 'away' } };
    expect(text([{}, failed]).at(-2)).toBe(
      'Nothing to do: 0 left alone, 0 orphans, 0 as they should be, 1 zone not planned.',
    );
    expect(text([failed])).toEqual(['']);
  });
});
