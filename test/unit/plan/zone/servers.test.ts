import { describe, expect, test } from 'vitest';
import { isLater } from '../../../../src/model/serial.ts';
import { judgeServers, lagAfter, type Lag, type ServerFacts } from '../../../../src/plan/zone/servers.ts';

const server = (facts: Partial<ServerFacts> = {}): ServerFacts => ({
  name: 'a',
  address: '10.96.0.53',
  serial: 120,
  primarySerial: 120,
  isLate: false,
  isSilent: false,
  isCache: false,
  problem: undefined,
  differsAt: undefined,
  isOtherPrimary: undefined,
  ...facts,
});

describe('the word on the servers', () => {
  const table: { name: string; given: Partial<ServerFacts>[]; reasons: string[]; want: [string, string, RegExp] }[] = [
    { name: 'none listed', given: [], reasons: [], want: ['True', 'NoServers', /nobody looks/] },
    { name: 'level', given: [{}], reasons: ['Synced'], want: ['True', 'Synced', /lag: a\.$/] },
    {
      name: 'behind within its lag',
      given: [{ serial: 119 }],
      reasons: ['Synced'],
      want: ['True', 'Synced', /^Level or within their lag/],
    },
    {
      name: 'behind for longer',
      given: [{ serial: 119, isLate: true }],
      reasons: ['SerialBehind'],
      want: ['False', 'SerialBehind', /^a \(10\.96\.0\.53\) has serial 119, behind the primary's 120 /],
    },
    {
      name: 'ahead for longer',
      given: [{ serial: 121, isLate: true }],
      reasons: ['SerialAhead'],
      want: ['False', 'SerialAhead', /serial 121, ahead of the primary's 120: it will not transfer/],
    },
    {
      name: 'ahead over the end of the numbers (RFC 1982)',
      given: [{ serial: 3, primarySerial: 2 ** 32 - 2, isLate: true }],
      reasons: ['SerialAhead'],
      want: ['False', 'SerialAhead', /serial 3, ahead of the primary's 4294967294/],
    },
    {
      name: 'silent, whatever it said before',
      given: [{ isSilent: true, serial: 119, isLate: true }],
      reasons: ['ServerSilent'],
      want: ['False', 'ServerSilent', /^a \(10\.96\.0\.53\) does not answer\. Start it/],
    },
    {
      name: 'answers something else',
      given: [{ problem: "answers REFUSED without the zone's SOA", serial: undefined, isLate: true }],
      reasons: ['UnexpectedAnswer'],
      want: ['False', 'UnexpectedAnswer', /^a \(10\.96\.0\.53\) answers REFUSED without the zone's SOA\.$/],
    },
    {
      name: 'not seen yet',
      given: [{ serial: undefined }],
      reasons: ['Pending'],
      want: ['Unknown', 'Pending', /was not seen level yet/],
    },
    {
      name: 'the primary was not read yet',
      given: [{ primarySerial: undefined }],
      reasons: ['Pending'],
      want: ['Unknown', 'Pending', /was not seen level yet/],
    },
    {
      name: 'a cache is never behind',
      given: [{ isCache: true, serial: 90, isLate: true }],
      reasons: ['Cached'],
      want: ['True', 'Cached', /answers from a cache/],
    },
    {
      name: 'a fault counts before what is not known, and that before a cache',
      given: [
        { name: 'cache', isCache: true },
        { name: 'new', serial: undefined },
        { name: 'slow', serial: 119, isLate: true },
      ],
      reasons: ['Cached', 'Pending', 'SerialBehind'],
      want: ['False', 'SerialBehind', /^slow /],
    },
    {
      name: 'what is not known counts before a cache',
      given: [
        { name: 'cache', isCache: true },
        { name: 'new', serial: undefined },
      ],
      reasons: ['Cached', 'Pending'],
      want: ['Unknown', 'Pending', /^new /],
    },
    {
      name: 'several faults: all are named, a copy ahead first since it never heals by itself',
      given: [
        { name: 'slow', serial: 119, isLate: true },
        { name: 'odd', problem: 'answers NOTIMP' },
        { name: 'mute', isSilent: true },
        { name: 'fast', serial: 121, isLate: true },
      ],
      reasons: ['SerialBehind', 'UnexpectedAnswer', 'ServerSilent', 'SerialAhead'],
      want: ['False', 'SerialAhead', /^fast .*mute .*odd .*slow /],
    },
  ];
  test.each(table)('$name', ({ given, reasons, want: [status, reason, message] }) => {
    const judged = judgeServers({ servers: given.map(server), gaps: [], leftCluster: undefined });
    expect(judged.reasons).toEqual(reasons);
    expect(judged.condition).toMatchObject({ status, reason });
    expect(judged.condition.message).toMatch(message);
  });
});

describe('the lag of a server', () => {
  /** Since when a server lags after looks at it: `[seconds, its serial, the primary's]`. */
  const after = (looks: readonly [number, number | undefined, number][]): Lag | undefined => {
    let lag: Lag | undefined;
    for (const [now, serial, primary] of looks) lag = lagAfter(lag, { serial, primary, now });
    return lag;
  };
  const table: { name: string; given: [number, number | undefined, number][]; want: number | undefined }[] = [
    { name: 'level: none', given: [[1, 5, 5]], want: undefined },
    {
      name: 'behind: since it was seen first',
      given: [
        [1, 5, 6],
        [2, 5, 6],
      ],
      want: 1,
    },
    {
      name: 'behind a primary that goes on: since the first change that it lacks',
      given: [
        [1, 5, 6],
        [2, 5, 7],
        [3, 5, 8],
      ],
      want: 1,
    },
    {
      name: 'always a little behind, but following: since the change that it lacks now',
      given: [
        [1, 5, 6],
        [2, 6, 7],
        [3, 7, 8],
      ],
      want: 3,
    },
    {
      name: 'follows only in part: since the change that it still lacks',
      given: [
        [1, 5, 9],
        [2, 7, 9],
      ],
      want: 1,
    },
    {
      name: 'healed and behind again: since then',
      given: [
        [1, 5, 6],
        [2, 6, 6],
        [3, 6, 7],
      ],
      want: 3,
    },
    {
      name: 'ahead and stuck: since it was seen first',
      given: [
        [1, 9, 6],
        [2, 9, 7],
      ],
      want: 1,
    },
    {
      name: 'ahead, but not stuck: it follows somebody who is quicker than we count',
      given: [
        [1, 9, 8],
        [2, 11, 10],
      ],
      want: 2,
    },
    {
      name: 'behind, then ahead: another thing',
      given: [
        [1, 5, 6],
        [2, 7, 6],
      ],
      want: 2,
    },
    {
      name: 'no serial at all: since it was asked first',
      given: [
        [1, undefined, 6],
        [2, undefined, 7],
      ],
      want: 1,
    },
    {
      name: 'no serial, then an old one: it has begun to answer',
      given: [
        [1, undefined, 6],
        [2, 5, 6],
      ],
      want: 2,
    },
  ];
  test.each(table)('$name', ({ given, want }) => {
    expect(after(given)?.since).toBe(want);
  });
});

test.each([
  { a: 2, b: 1, want: true },
  { a: 1, b: 2, want: false },
  { a: 1, b: 1, want: false },
  { a: 0, b: 2 ** 32 - 1, want: true },
  { a: 2 ** 32 - 1, b: 0, want: false },
  { a: 2 ** 31 - 1, b: 0, want: true },
  { a: 2 ** 31, b: 0, want: false },
])('serial $a comes after $b: $want', ({ a, b, want }) => {
  expect(isLater(a, b)).toBe(want);
});
