import { describe, expect, test } from 'vitest';
import type { RecordReason } from '../../../../src/model/reason.ts';
import type { ZoneRecord } from '../../../../src/model/record.ts';
import type { Change } from '../../../../src/plan/record/plan-name.ts';
import {
  describeChange,
  describeRecords,
  judgePublication,
  publication,
  type PublicationInput,
} from '../../../../src/plan/status/publication.ts';
import { APEX, byHand, coturn, decide, ingress } from '../host/host-facts.ts';

const MARKER = 'splithorizon:home/0a1b2c3d';
const record = (value: string, rest: Partial<ZoneRecord> = {}): ZoneRecord => ({
  name: 'git.example.com',
  type: 'CNAME',
  ttl: 300,
  value,
  comments: MARKER,
  disabled: false,
  ...rest,
});
const ADD: Change = { op: 'add', record: record('example.com') };
const CONFLICT = record('other.example.net', { comments: 'by hand' });
const KEPT = { ...APEX, kept: 'Service traefik/traefik: its load balancer has no address' };

/** A host that an Ingress names and whose record stands, but for what is given. */
const judge = (given: Partial<PublicationInput> = {}): string => {
  const { status, reason, message } = judgePublication({
    decision: decide({ claims: [ingress('git')] }),
    policy: 'Sync',
    linkProblem: undefined,
    zoneRead: true,
    changes: [],
    conflicts: [],
    serverProblem: undefined,
    removal: undefined,
    graceSeconds: 300,
    ...given,
  });
  return `${status} ${reason}: ${message}`;
};

describe('a host', () => {
  test.each<{ name: string; given: Partial<PublicationInput>; want: string }>([
    {
      name: 'is published where the zone lacks nothing',
      given: {},
      want: 'True Published: The zone holds CNAME example.com (TTL 300).',
    },
    {
      name: 'is published with all its sets',
      given: { decision: decide({ request: byHand({ addresses: ['fd00::5', '10.0.20.5', '10.0.20.6'] }) }) },
      want: 'True Published: The zone holds A 10.0.20.5, 10.0.20.6 (TTL 300), AAAA fd00::5 (TTL 300).',
    },
    {
      name: "that is a target's own name has the target's addresses for records",
      given: { decision: decide({ host: 'example.com', claims: [ingress('git')] }) },
      want: 'True Published: The zone holds addresses of example.com.',
    },
    {
      name: 'is pending while the zone lacks something',
      given: { changes: [ADD] },
      want: 'Unknown Pending: To do: add CNAME example.com.',
    },
    {
      name: 'says why the zone is not in hand, and what is to be done',
      given: { changes: [ADD], linkProblem: 'Unreachable: no connection.' },
      want: 'Unknown Pending: Unreachable: no connection. To do: add CNAME example.com.',
    },
    {
      name: 'is published while the zone is not in hand but was read and lacked nothing',
      given: { linkProblem: 'Unreachable: no connection.' },
      want: 'True Published: The zone holds CNAME example.com (TTL 300).',
    },
    {
      name: 'is pending before the zone was read',
      given: { zoneRead: false },
      want: 'Unknown Pending: The zone has not been read yet.',
    },
    {
      name: 'is pending before the zone was read, with the reason where there is one',
      given: { zoneRead: false, linkProblem: 'NotAuthenticated: the token is unknown.' },
      want: 'Unknown Pending: NotAuthenticated: the token is unknown.',
    },
    {
      name: 'is pending while its target has no address',
      given: { decision: decide({ claims: [ingress('git')], targets: [{ ...APEX, addresses: [] }] }) },
      want: 'Unknown Pending: target example.com has no address: none is known.',
    },
    {
      name: 'is rejected where what a person asks for cannot be',
      given: { decision: decide({ request: byHand({ cname: 'git.example.com' }) }) },
      want: 'False Rejected: spec.target.cname: "git.example.com" is the host itself.',
    },
    {
      name: 'is rejected where the server refuses the record',
      given: { changes: [ADD], serverProblem: 'Invalid domain name.' },
      want: 'False Rejected: Technitium refuses the record: Invalid domain name.',
    },
    {
      name: 'is in conflict with a foreign record, which is shown',
      given: { conflicts: [CONFLICT], changes: [ADD] },
      want: 'False Conflict: The zone holds CNAME other.example.net (comments "by hand") at this name, which is not ours to change.',
    },
    {
      name: 'in conflict is so before a server refuses anything',
      given: { conflicts: [CONFLICT], serverProblem: 'Invalid domain name.' },
      want: 'False Conflict: The zone holds CNAME other.example.net (comments "by hand") at this name, which is not ours to change.',
    },
    {
      name: 'would be written under DryRun',
      given: { changes: [ADD], policy: 'DryRun' },
      want: 'Unknown DryRun: Would add CNAME example.com.',
    },
    {
      name: 'is published under DryRun too where nothing is lacking',
      given: { policy: 'DryRun' },
      want: 'True Published: The zone holds CNAME example.com (TTL 300).',
    },
    {
      name: 'is retained while its target keeps the last known address',
      given: { decision: decide({ claims: [ingress('git')], targets: [KEPT] }) },
      want: 'True Retained: Keeps the last known address: Service traefik/traefik: its load balancer has no address.',
    },
    {
      name: 'of a target with a kept address is pending until it is written',
      given: { decision: decide({ claims: [ingress('git')], targets: [KEPT] }), changes: [ADD] },
      want: 'Unknown Pending: To do: add CNAME example.com.',
    },
    {
      name: 'whose own Service lost its address keeps the last',
      given: {
        decision: decide({
          request: byHand({ serviceRef: { namespace: 'coturn', name: 'coturn' } }),
          services: [coturn({ balancer: [] })],
          lastAddresses: ['10.0.20.205'],
        }),
      },
      want: 'True Retained: Keeps the last known address: Service coturn/coturn: its load balancer has no address.',
    },
    {
      name: 'is only judged where somebody else writes it, also before the zone was read',
      given: { decision: decide({ request: byHand(undefined, { record: 'Observed' }) }), zoneRead: false },
      want: 'True Observed: Somebody else writes this record; it is only judged.',
    },
    {
      name: 'that is excluded is so whatever else holds',
      given: {
        decision: decide({ claims: [ingress('git')], exclude: new Set(['git.example.com']) }),
        conflicts: [CONFLICT],
        zoneRead: false,
      },
      want: 'Unknown Excluded: The zone excludes this name: it is never written.',
    },
    {
      name: 'that nobody names has its grace time',
      given: { decision: decide({}), removal: { snapshot: undefined } },
      want: 'True SourceGone: No source names this host any more; its record stays for 300 s.',
    },
    {
      name: 'that nobody names is kept under UpsertOnly',
      given: { decision: decide({}), policy: 'UpsertOnly' },
      want: 'True Retained: No source names this host any more; policy UpsertOnly keeps its record.',
    },
    {
      name: 'that nobody names may wait for approval',
      given: { decision: decide({}), removal: { snapshot: 'mib3k2-1' } },
      want: 'True DeletionPending: No source names this host any more; the deletion of its record waits for approval (mib3k2-1).',
    },
    {
      name: 'that is named again is not pending deletion, even while that is still remembered',
      given: { removal: { snapshot: 'mib3k2-1' } },
      want: 'True Published: The zone holds CNAME example.com (TTL 300).',
    },
  ])('$name', ({ given, want }) => {
    expect(judge(given)).toBe(want);
  });
});

test.each<{ status: string; reasons: readonly RecordReason[] }>([
  { status: 'True', reasons: ['Published', 'Observed', 'Retained', 'SourceGone', 'DeletionPending'] },
  { status: 'Unknown', reasons: ['Pending', 'DryRun', 'Excluded'] },
  { status: 'False', reasons: ['Conflict', 'ZoneMissing', 'Rejected'] },
])('RecordPublished is $status for $reasons', ({ status, reasons }) => {
  expect(new Set(reasons.map((reason) => publication(reason, '').status))).toEqual(new Set([status]));
});

describe('records in words', () => {
  test.each<{ name: string; given: readonly ZoneRecord[]; want: string }>([
    { name: 'none', given: [], want: '' },
    { name: 'without comments', given: [record('example.com', { comments: '' })], want: 'CNAME example.com' },
    {
      name: 'with whose mark it carries',
      given: [record('example.com')],
      want: `CNAME example.com (comments "${MARKER}")`,
    },
    {
      name: 'disabled',
      given: [record('10.0.20.1', { type: 'A', comments: '', disabled: true })],
      want: 'A 10.0.20.1, disabled',
    },
    {
      name: 'three at most',
      given: ['1', '2', '3', '4', '5'].map((last) => record(`10.0.20.${last}`, { type: 'A', comments: '' })),
      want: 'A 10.0.20.1, A 10.0.20.2, A 10.0.20.3 and 2 more',
    },
    {
      name: 'of bounded length',
      given: [record('x'.repeat(1_000), { type: 'TXT', comments: 'y'.repeat(255) })],
      want: `TXT ${'x'.repeat(80)} (comments "${'y'.repeat(60)}")`,
    },
  ])('are $name', ({ given, want }) => {
    expect(describeRecords(given)).toBe(want);
  });
});

test.each<{ given: Change; want: string }>([
  { given: ADD, want: 'add CNAME example.com' },
  { given: { op: 'delete', record: record('example.com') }, want: 'delete CNAME example.com' },
  {
    given: { op: 'update', from: record('example.com'), to: record('edge.example.com', { ttl: 60 }) },
    want: 'change CNAME example.com to edge.example.com',
  },
  {
    given: { op: 'update', from: record('example.com', { comments: '' }), to: record('example.com', { ttl: 60 }) },
    want: 'change the TTL of CNAME example.com from 300 to 60',
  },
  {
    given: { op: 'update', from: record('example.com', { comments: '' }), to: record('example.com') },
    want: 'mark CNAME example.com as ours',
  },
  {
    given: { op: 'update', from: record('example.com', { disabled: true }), to: record('example.com') },
    want: 'enable CNAME example.com',
  },
])('a change in words: $want', ({ given, want }) => {
  expect(describeChange(given)).toBe(want);
});
