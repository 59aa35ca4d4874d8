import { describe, expect, test } from 'vitest';
import type { ZoneStatus } from '../../../../src/model/api.ts';
import {
  zoneStatus,
  type HostTally,
  type TargetNow,
  type ZoneStatusInput,
} from '../../../../src/plan/status/zone-status.ts';
import { APEX, EDGE } from '../host/host-facts.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 30, 15);
const SINCE = Date.UTC(2026, 10, 20);
const EMPTY: ZoneStatus = { conditions: [] };
const APEX_NOW: TargetNow = {
  label: '@',
  target: APEX,
  memory: { addresses: APEX.addresses, since: SINCE, former: [] },
  isStuck: false,
  conflict: undefined,
};
const EDGE_NOW: TargetNow = {
  label: 'edge',
  target: EDGE,
  memory: { addresses: EDGE.addresses, since: SINCE, former: [] },
  isStuck: false,
  conflict: undefined,
};
const target = (rest: Partial<TargetNow['target']>, conflict?: string): TargetNow => ({
  ...EDGE_NOW,
  target: { ...EDGE, ...rest },
  conflict,
});
const tally = (rest: Partial<HostTally> = {}): HostTally => ({
  total: 43,
  ready: 43,
  conflicting: 0,
  failing: new Map(),
  unknown: 0,
  ...rest,
});
const PENDING = { id: 'mib3k2-1', since: '2026-11-23T09:00:00Z', count: 5, sample: ['a', 'b', 'c', 'd', 'e'] };

/** The status of `example.com` with one target, all as it should be, but for what is given. */
const statusOf = (given: Partial<ZoneStatusInput> = {}): ZoneStatus =>
  zoneStatus({
    generation: 3,
    policy: 'Sync',
    link: { reason: 'Synced' },
    targets: [APEX_NOW],
    tally: tally(),
    servers: [],
    serversInSync: { status: 'True', reason: 'NoServers', message: 'No servers are listed.' },
    cluster: undefined,
    unwritten: 0,
    ownerId: 'home',
    rivals: new Map(),
    pending: undefined,
    before: EMPTY,
    now: NOW,
    ...given,
  });
/** A condition in a line: `False NoAddress: message`. */
const conditionOf = (status: ZoneStatus, type: string): string | undefined => {
  const found = status.conditions.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
};

interface Case {
  readonly name: string;
  readonly given: Partial<ZoneStatusInput>;
  readonly want: string;
}

test('a whole status', () => {
  const former = [
    { addresses: ['10.0.20.9'], ttlSeconds: 60, levelSince: SINCE },
    { addresses: ['10.0.20.8'], ttlSeconds: 60, levelSince: undefined },
  ];
  const status = statusOf({
    targets: [{ ...APEX_NOW, memory: { ...APEX_NOW.memory, former } }, EDGE_NOW],
    tally: tally({ ready: 42, conflicting: 1 }),
    servers: [{ name: 'primary', serial: 7, reason: 'Synced' }],
    pending: PENDING,
  });
  expect({ ...status, conditions: status.conditions.map(({ type, status: word }) => `${type} ${word}`) }).toEqual({
    observedGeneration: 3,
    targets: [
      {
        record: '@',
        addresses: ['10.0.20.203'],
        since: '2026-11-20T00:00:00Z',
        previous: [
          { addresses: ['10.0.20.9'], ttlSeconds: 60, levelSince: '2026-11-20T00:00:00Z' },
          { addresses: ['10.0.20.8'], ttlSeconds: 60 },
        ],
      },
      { record: 'edge', addresses: ['10.0.20.210', 'fd00::210'], since: '2026-11-20T00:00:00Z', previous: [] },
    ],
    hosts: { total: 43, ready: 42, conflicting: 1 },
    summary: { target: 'example.com,edge.example.com', hosts: '42/43' },
    servers: [{ name: 'primary', serial: 7, reason: 'Synced' }],
    pendingDeletions: PENDING,
    conditions: [
      'Ready False',
      'TechnitiumReachable True',
      'TargetsPublished True',
      'RecordsSynced True',
      'ServersInSync True',
      'DeletionsApproved False',
      'HostsResolve True',
    ],
  });
});

test('the same knowledge later gives the same status', () => {
  const before = statusOf();
  expect(statusOf({ before, now: NOW + 3_600_000 })).toEqual(before);
});

test('each condition has the generation looked at and the time of its last flip', () => {
  const before = statusOf();
  const after = statusOf({ before, generation: 4, unwritten: 1, now: NOW + 60_000 });
  expect(new Set(after.conditions.map(({ observedGeneration }) => observedGeneration))).toEqual(new Set([4]));
  const moved = after.conditions.filter(({ lastTransitionTime }) => lastTransitionTime === '2026-11-23T09:31:15Z');
  expect(moved.map(({ type }) => type)).toEqual(['Ready', 'RecordsSynced']);
});

describe('TechnitiumReachable', () => {
  test.each<Case>([
    {
      name: 'before the server was asked',
      given: { link: { reason: 'Pending' } },
      want: 'Unknown Pending: Not asked yet.',
    },
    { name: 'with the zone in hand', given: {}, want: 'True Synced: The server answers and knows us.' },
    ...(['Unreachable', 'NotAuthenticated', 'LoginBlocked', 'UnexpectedAnswer'] as const).map((reason) => ({
      name: `for ${reason}`,
      given: { link: { reason, message: 'Why.' } },
      want: `False ${reason}: Why.`,
    })),
    ...(['AccessDenied', 'ZoneNotFound', 'ZoneNotWritable', 'ZoneDisabled'] as const).map((reason) => ({
      name: `for ${reason}, which concerns the zone`,
      given: { link: { reason, message: 'Why.' } },
      want: 'True Synced: The server answers and knows us.',
    })),
  ])('$name', ({ given, want }) => {
    expect(conditionOf(statusOf(given), 'TechnitiumReachable')).toBe(want);
  });
});

describe('TargetsPublished', () => {
  test.each<Case>([
    { name: 'with all addresses live', given: {}, want: 'True Synced: example.com has 10.0.20.203.' },
    {
      name: 'with several targets',
      given: { targets: [APEX_NOW, EDGE_NOW] },
      want: 'True Synced: example.com has 10.0.20.203; edge.example.com has 10.0.20.210, fd00::210.',
    },
    { name: 'before any target was looked at', given: { targets: [] }, want: 'Unknown Pending: Not looked at yet.' },
    {
      name: 'where a target never had an address',
      given: { targets: [APEX_NOW, target({ addresses: [], kept: 'Service edge/edge does not exist' })] },
      want: 'False NoAddress: Target edge.example.com has no address: Service edge/edge does not exist.',
    },
    {
      name: 'where a balancer stands for nothing',
      given: { targets: [target({ addresses: [] })] },
      want: 'False NoAddress: Target edge.example.com has no address: none is known.',
    },
    {
      name: 'where a target keeps its last address',
      given: { targets: [APEX_NOW, target({ kept: 'Service edge/edge: its load balancer has no address' })] },
      want: 'Unknown AddressKept: Target edge.example.com keeps 10.0.20.210, fd00::210: Service edge/edge: its load balancer has no address.',
    },
    {
      name: 'where a foreign record is in the way',
      given: { targets: [APEX_NOW, target({}, 'A 10.0.20.9 (comments "mine")')] },
      want: 'False Conflict: Target edge.example.com: the zone holds A 10.0.20.9 (comments "mine"), not ours to change.',
    },
    {
      name: 'while the zone does not say it yet and nothing is on its way, before a kept address',
      given: { targets: [{ ...target({ kept: 'gone' }), isStuck: true }] },
      want: 'Unknown Pending: Target edge.example.com has 10.0.20.210, fd00::210, which the zone does not say yet.',
    },
    {
      name: 'where one is kept and another in conflict',
      given: { targets: [{ ...APEX_NOW, target: { ...APEX, kept: 'gone' } }, target({}, 'A 10.0.20.9')] },
      want: 'False Conflict: Target edge.example.com: the zone holds A 10.0.20.9, not ours to change.',
    },
  ])('$name', ({ given, want }) => {
    expect(conditionOf(statusOf(given), 'TargetsPublished')).toBe(want);
  });
});

describe('RecordsSynced', () => {
  test.each<Case>([
    { name: 'with nothing to write', given: {}, want: 'True Synced: The zone holds what it should.' },
    {
      name: 'with something to write',
      given: { unwritten: 7 },
      want: 'Unknown Pending: 7 names are still to be written.',
    },
    {
      name: 'under DryRun, whatever there is to write',
      given: { policy: 'DryRun', unwritten: 7 },
      want: 'Unknown DryRun: Policy DryRun: 7 names would be written.',
    },
    {
      name: 'with the marks of other clusters, under DryRun too',
      given: {
        policy: 'DryRun',
        unwritten: 7,
        rivals: new Map([
          ...[5, 3, 1, 2, 4].map((n) => [`h${n}.example.com`, '1234abcd'] as const),
          ['x.example.com', '99999999'],
        ]),
      },
      want:
        'False OwnerIdInUse: Another cluster, 1234abcd, has marked 5 names with our ownerId "home", such as ' +
        'h1.example.com, h2.example.com, h3.example.com: they are left alone. If this cluster replaces that one, annotate ' +
        'the zone splithorizon.dev/take-over=1234abcd; else give one of them another ownerId.',
    },
    {
      name: 'before the zone was read',
      given: { link: { reason: 'Pending' }, unwritten: 7 },
      want: 'Unknown Pending: The zone has not been read yet.',
    },
    ...(['Unreachable', 'NotAuthenticated', 'LoginBlocked', 'UnexpectedAnswer'] as const).map((reason) => ({
      name: `is not known for ${reason}`,
      given: { link: { reason, message: 'Why.' } },
      want: `Unknown ${reason}: Why.`,
    })),
    ...(['AccessDenied', 'ZoneNotFound', 'ZoneNotWritable', 'ZoneDisabled'] as const).map((reason) => ({
      name: `is False for ${reason}, under DryRun too`,
      given: { link: { reason, message: 'Why.' }, policy: 'DryRun' as const },
      want: `False ${reason}: Why.`,
    })),
  ])('$name', ({ given, want }) => {
    expect(conditionOf(statusOf(given), 'RecordsSynced')).toBe(want);
  });
});

test('ServersInSync is what is said of the servers', () => {
  const serversInSync = { status: 'False', reason: 'SerialBehind', message: 'secondary is behind.' } as const;
  expect(conditionOf(statusOf({ serversInSync }), 'ServersInSync')).toBe('False SerialBehind: secondary is behind.');
});

describe('DeletionsApproved', () => {
  test('is True where none waits', () => {
    expect(conditionOf(statusOf(), 'DeletionsApproved')).toBe('True Synced: No deletion waits.');
    expect(statusOf()).not.toHaveProperty('pendingDeletions');
  });

  test('is False while some wait, and says what to do', () => {
    expect(conditionOf(statusOf({ pending: PENDING }), 'DeletionsApproved')).toBe(
      'False AwaitingApproval: 5 deletions wait, such as a, b, c. ' +
        'Annotate the zone splithorizon.dev/approve-deletions=mib3k2-1 to let them pass.',
    );
  });
});

describe('HostsResolve', () => {
  test.each<{ name: string; given: Partial<HostTally>; want: string }>([
    { name: 'where all do', given: {}, want: 'True Internal: All 43 hosts resolve internally where asked.' },
    {
      name: 'where some are not known',
      given: { unknown: 2 },
      want: 'Unknown Unknown: Of 43 hosts 2 are not known.',
    },
    {
      name: 'where some fail: the cause that most share comes first, then by name',
      given: {
        failing: new Map([
          ['Timeout', 1],
          ['External', 1],
          ['Hairpin', 3],
        ]),
        unknown: 2,
      },
      want: 'False Hairpin: Of 43 hosts do not resolve internally: 3 Hairpin, 1 External, 1 Timeout.',
    },
  ])('$name', ({ given, want }) => {
    expect(conditionOf(statusOf({ tally: tally(given) }), 'HostsResolve')).toBe(want);
  });
});

describe('Ready', () => {
  const UNREACHABLE: Partial<ZoneStatusInput> = { link: { reason: 'Unreachable', message: 'No connection.' } };
  test.each<Case>([
    { name: 'is True where all is', given: {}, want: 'True Synced: The zone and its servers are as they should be.' },
    {
      name: 'is no matter of what hosts resolve to',
      given: { tally: tally({ ready: 0, failing: new Map([['Hairpin', 43]]) }) },
      want: 'True Synced: The zone and its servers are as they should be.',
    },
    {
      name: 'has the reason of the first that is False',
      given: { ...UNREACHABLE, pending: PENDING },
      want: 'False Unreachable: No connection. See docs/troubleshooting.md#unreachable.',
    },
    {
      name: 'is False before Unknown',
      given: { unwritten: 1, serversInSync: { status: 'False', reason: 'ServerSilent', message: 'Silent.' } },
      want: 'False ServerSilent: Silent. See docs/troubleshooting.md#serversilent.',
    },
    {
      name: 'is Unknown with the reason of the first that is',
      given: { targets: [target({ kept: 'gone' })], unwritten: 1 },
      want: 'Unknown AddressKept: Target edge.example.com keeps 10.0.20.210, fd00::210: gone.',
    },
    {
      name: 'is Unknown before the server was asked',
      given: { link: { reason: 'Pending' } },
      want: 'Unknown Pending: Not asked yet.',
    },
  ])('$name', ({ given, want }) => {
    expect(conditionOf(statusOf(given), 'Ready')).toBe(want);
  });
});

test('a message is bounded however many targets there are', () => {
  const targets = Array.from({ length: 16 }, (_, index) =>
    target({ record: `${'x'.repeat(60)}${index}.example.com`, addresses: Array.from({ length: 32 }, () => 'fd00::1') }),
  );
  expect(conditionOf(statusOf({ targets }), 'TargetsPublished')?.length).toBeLessThanOrEqual(
    1_024 + 'True Synced: '.length,
  );
});
