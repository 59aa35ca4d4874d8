import { describe, expect, test } from 'vitest';
import type { HostStatus } from '../../../../src/model/api.ts';
import type { RecordReason } from '../../../../src/model/reason.ts';
import type { ZoneRecord } from '../../../../src/model/record.ts';
import type { Audience, Verdict } from '../../../../src/model/verdict.ts';
import {
  conditionType,
  hostStatus,
  type AudienceReport,
  type HostStatusInput,
} from '../../../../src/plan/status/host-status.ts';
import { publication } from '../../../../src/plan/status/publication.ts';
import { byHand, decide, EDGE, APEX, ingress, serviceClaim } from '../host/host-facts.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 30, 15);
const EMPTY: HostStatus = { conditions: [] };
const CNAME: ZoneRecord = {
  name: 'git.example.com',
  type: 'CNAME',
  ttl: 300,
  value: 'example.com',
  comments: '',
  disabled: false,
};
const address = (value: string, type = 'A'): ZoneRecord => ({ ...CNAME, type, ttl: 60, value });

/** An audience as the verdicts report it: the verdict's name is the reason but where a cause is given. */
const audience = (name: Audience, verdict: Verdict | '-', reason: string = verdict): AudienceReport => {
  const status = verdict === 'Internal' ? 'True' : verdict === 'Unknown' ? 'Unknown' : 'False';
  const condition = { type: conditionType(name), status, reason, message: `${name} see ${reason}.` } as const;
  return { stored: { name, verdict, failing: [] }, faults: [], condition: verdict === '-' ? undefined : condition };
};

/** The status of `git.example.com`, which Ingress git/git names and which is published, but for what is given. */
const statusOf = (given: Partial<HostStatusInput> = {}): HostStatus =>
  hostStatus({
    generation: 1,
    zone: 'example.com',
    decision: decide({ claims: [ingress('git')] }),
    publication: publication('Published', 'The zone holds CNAME example.com (TTL 300).'),
    records: [CNAME],
    former: [],
    audiences: [],
    deletion: undefined,
    before: EMPTY,
    now: NOW,
    ...given,
  });
/** A condition in a line: `False Hairpin: message`. */
const conditionOf = (status: HostStatus, type: string): string | undefined => {
  const found = status.conditions.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
};

test('that a record was taken over is remembered where its marker was wiped since', () => {
  const before = statusOf({ records: [{ ...CNAME, comments: 'splithorizon:home/0a1b2c3d+adopted' }] });
  expect(before.records).toMatchObject([{ adopted: true }]);
  expect(statusOf({ before }).records).toMatchObject([{ type: 'CNAME', adopted: true }]);
  const remade = statusOf({ before, records: [{ ...CNAME, comments: 'splithorizon:home/0a1b2c3d' }] });
  expect(remade.records?.[0]).not.toHaveProperty('adopted');
});

test('a whole status', () => {
  const status = statusOf({ audiences: [audience('Nodes', 'External', 'Hairpin'), audience('LAN', '-')] });
  const at = { observedGeneration: 1, lastTransitionTime: '2026-11-23T09:30:15Z' };
  expect(status).toEqual({
    observedGeneration: 1,
    zone: 'example.com',
    sources: [{ kind: 'Ingress', namespace: 'git', name: 'git' }],
    target: 'example.com',
    summary: { source: 'Ingress git/git', record: 'CNAME 300' },
    previous: [],
    records: [{ name: 'git.example.com', type: 'CNAME', ttlSeconds: 300, values: ['example.com'] }],
    audiences: [
      { name: 'Nodes', verdict: 'External', failing: [] },
      { name: 'LAN', verdict: '-', failing: [] },
    ],
    conditions: [
      {
        type: 'RecordPublished',
        status: 'True',
        reason: 'Published',
        message: 'The zone holds CNAME example.com (TTL 300).',
        ...at,
      },
      { type: 'NodesResolve', status: 'False', reason: 'Hairpin', message: 'Nodes see Hairpin.', ...at },
      {
        type: 'Ready',
        status: 'False',
        reason: 'Hairpin',
        message: 'Nodes see Hairpin. See docs/troubleshooting.md#hairpin.',
        ...at,
      },
    ],
  });
});

test('the same knowledge later gives the same status', () => {
  const before = statusOf();
  expect(statusOf({ before, now: NOW + 3_600_000 })).toEqual(before);
});

test('a host in no zone has neither zone nor target', () => {
  const status = statusOf({
    zone: undefined,
    decision: undefined,
    publication: publication('ZoneMissing', 'No SplitHorizonZone holds git.example.com.'),
    records: [],
  });
  expect(status).not.toHaveProperty('zone');
  expect(status).not.toHaveProperty('target');
  expect(conditionOf(status, 'Ready')).toBe(
    'False ZoneMissing: No SplitHorizonZone holds git.example.com. See docs/troubleshooting.md#zonemissing.',
  );
});

test('a deletion is shown as it stands', () => {
  const deletion = { since: '2026-11-23T09:00:00Z', evidence: 'Seen', snapshot: 'mib3k2-1' };
  expect(statusOf({ deletion }).deletion).toEqual(deletion);
  expect(statusOf()).not.toHaveProperty('deletion');
});

test('earlier addresses have a time only where every server was level', () => {
  const former = [
    { addresses: ['10.0.20.9'], ttlSeconds: 60, levelSince: NOW },
    { addresses: ['10.0.20.8'], ttlSeconds: 60, levelSince: undefined },
  ];
  expect(statusOf({ former }).previous).toEqual([
    { addresses: ['10.0.20.9'], ttlSeconds: 60, levelSince: '2026-11-23T09:30:15Z' },
    { addresses: ['10.0.20.8'], ttlSeconds: 60 },
  ]);
});

describe('Ready', () => {
  const published = (reason: RecordReason): Partial<HostStatusInput> => ({
    publication: publication(reason, `Word on ${reason}.`),
  });
  test.each<{ name: string; given: Partial<HostStatusInput>; want: string }>([
    {
      name: 'is True where the record is there and nobody looks',
      given: {},
      want: 'True Published: The zone holds CNAME example.com (TTL 300). No vantage looks at it.',
    },
    {
      name: 'is True where all who look see what they should',
      given: { audiences: [audience('Nodes', 'Internal'), audience('Pods', '-'), audience('LAN', 'Internal')] },
      want: 'True Published: The zone holds CNAME example.com (TTL 300). Nodes, LAN resolve it internally.',
    },
    {
      name: 'is True with the reason of an accepted fallback',
      given: { audiences: [audience('Nodes', 'Internal'), audience('Pods', 'Internal', 'AcceptedFallback')] },
      want: 'True AcceptedFallback: Pods see AcceptedFallback.',
    },
    ...(['Observed', 'Retained', 'SourceGone', 'DeletionPending'] as const).map((reason) => ({
      name: `is True and Published where the record is ${reason}`,
      given: published(reason),
      want: `True Published: Word on ${reason}. No vantage looks at it.`,
    })),
    ...(['Pending', 'DryRun', 'Excluded'] as const).map((reason) => ({
      name: `is Unknown where the record is ${reason}`,
      given: { ...published(reason), audiences: [audience('LAN', 'Internal')] },
      want: `Unknown ${reason}: Word on ${reason}.`,
    })),
    ...(['Conflict', 'ZoneMissing', 'Rejected'] as const).map((reason) => ({
      name: `is False where the record is ${reason}, whatever is seen`,
      given: { ...published(reason), audiences: [audience('LAN', 'External', 'Hairpin')] },
      want: `False ${reason}: Word on ${reason}.`,
    })),
    {
      name: 'is False for an audience while the record is not known',
      given: { ...published('Pending'), audiences: [audience('LAN', 'External', 'Hairpin')] },
      want: 'False Hairpin: LAN see Hairpin.',
    },
    {
      name: 'is Unknown for an audience that is',
      given: { audiences: [audience('Nodes', 'Internal'), audience('LAN', 'Unknown', 'Throttled')] },
      want: 'Unknown Throttled: LAN see Throttled.',
    },
    {
      name: 'is Unknown for the record before an audience',
      given: { ...published('Pending'), audiences: [audience('LAN', 'Unknown')] },
      want: 'Unknown Pending: Word on Pending.',
    },
    {
      name: 'is False before Unknown',
      given: { audiences: [audience('Nodes', 'Unknown'), audience('Pods', 'NotFound'), audience('LAN', 'Internal')] },
      want: 'False NotFound: Pods see NotFound.',
    },
    {
      name: 'has the reason of the worst audience, wherever it stands',
      given: { audiences: [audience('Nodes', 'Mixed'), audience('Pods', '-'), audience('LAN', 'Stale')] },
      want: 'False Stale: LAN see Stale.',
    },
    {
      name: 'of two audiences that see public addresses has the one that says most',
      given: { audiences: [audience('Nodes', 'External', 'Edge'), audience('Pods', 'External', 'Hairpin')] },
      want: 'False Hairpin: Pods see Hairpin.',
    },
    {
      name: 'of two equal audiences has the first',
      given: { audiences: [audience('Nodes', 'External'), audience('Pods', 'External')] },
      want: 'False External: Nodes see External.',
    },
  ])('$name', ({ given, want }) => {
    // Where to read on is the same for all.
    expect(conditionOf(statusOf(given), 'Ready')?.replace(/ See docs\/\S+$/, '')).toBe(want);
  });

  test('keeps its time while the reason changes, and moves with the status', () => {
    const first = statusOf({ audiences: [audience('LAN', 'Stale')] });
    const second = statusOf({ audiences: [audience('LAN', 'NotFound')], before: first, now: NOW + 60_000 });
    const third = statusOf({ audiences: [audience('LAN', 'Internal')], before: second, now: NOW + 120_000 });
    expect([first, second, third].map(({ conditions }) => conditions.at(-1)?.lastTransitionTime)).toEqual([
      '2026-11-23T09:30:15Z',
      '2026-11-23T09:30:15Z',
      '2026-11-23T09:32:15Z',
    ]);
  });
});

describe('the sources', () => {
  const claims = (count: number) =>
    Array.from({ length: count }, (_, index) => ingress(`n${String(index).padStart(2, '0')}`));

  test.each<{ name: string; given: Partial<HostStatusInput>; want: object }>([
    {
      name: 'of a hand-written host are none',
      given: { decision: decide({ request: byHand() }) },
      want: { sources: [], summary: '-' },
    },
    {
      name: 'are listed, those in conflict marked',
      given: {
        decision: decide({
          claims: [ingress('a'), ingress('b', { className: 'edge', createdAt: 2_000 })],
          targets: [APEX, EDGE],
        }),
      },
      want: {
        sources: [
          { kind: 'Ingress', namespace: 'a', name: 'a' },
          { kind: 'Ingress', namespace: 'b', name: 'b', conflict: true },
        ],
        summary: 'Ingress a/a +1',
      },
    },
    {
      name: 'are ten at most',
      given: { decision: decide({ claims: claims(13) }) },
      want: {
        sources: claims(10).map(({ kind, namespace, name }) => ({ kind, namespace, name })),
        moreSources: 3,
        summary: 'Ingress n00/n00 +12',
      },
    },
  ])('$name', ({ given, want }) => {
    const { sources, moreSources, summary } = statusOf(given);
    expect({ sources, ...(moreSources !== undefined && { moreSources }), summary: summary?.source }).toEqual(want);
  });

  test('that went are shown while the record still stands, with how many they were', () => {
    const before = statusOf({ decision: decide({ claims: claims(13) }) });
    const { sources, moreSources, summary } = statusOf({ decision: decide({}), before });
    expect({ sources, moreSources, summary }).toEqual({
      sources: before.sources,
      moreSources: before.moreSources,
      summary: before.summary,
    });
  });

  test('that went are not shown where a person wants the host', () => {
    const before = statusOf();
    expect(statusOf({ decision: decide({ request: byHand() }), before }).sources).toEqual([]);
  });

  test('of a Service are named so', () => {
    const decision = decide({ claims: [serviceClaim('coturn')] });
    expect(statusOf({ decision }).summary?.source).toBe('Service coturn/coturn');
  });
});

describe('the records', () => {
  test.each<{ name: string; given: readonly ZoneRecord[]; want: readonly string[]; summary: string }>([
    { name: 'are none', given: [], want: [], summary: '-' },
    {
      name: 'are one set for each type, values sorted',
      given: [address('fd00::5', 'AAAA'), address('10.0.20.6'), address('10.0.20.5')],
      want: ['A 60 10.0.20.5 10.0.20.6', 'AAAA 60 fd00::5'],
      summary: 'A 60, AAAA 60',
    },
    {
      name: 'are those that publish a host, no others',
      given: [{ ...CNAME, type: 'TXT', value: 'v=spf1' }, CNAME],
      want: ['CNAME 300 example.com'],
      summary: 'CNAME 300',
    },
    {
      name: 'are as many values as the schema takes, whoever wrote more',
      given: Array.from({ length: 40 }, (_, index) => address(`10.0.20.${index + 100}`)),
      want: [`A 60 ${Array.from({ length: 32 }, (_, index) => `10.0.20.${index + 100}`).join(' ')}`],
      summary: 'A 60',
    },
  ])('$name', ({ given, want, summary }) => {
    const status = statusOf({ records: given });
    expect(status.records?.map(({ type, ttlSeconds, values }) => [type, ttlSeconds, ...values].join(' '))).toEqual(
      want,
    );
    expect(status.summary?.record).toBe(summary);
  });
});
