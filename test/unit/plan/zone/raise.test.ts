import { expect, test } from 'vitest';
import { serialToRaiseTo, type SerialReading } from '../../../../src/plan/zone/raise.ts';

const TABLE: { name: string; given: Partial<SerialReading>; want: number | undefined }[] = [
  { name: 'nothing went back', given: {}, want: undefined },
  { name: 'somebody wrote', given: { expected: 118, seen: [117, 118] }, want: undefined },
  { name: 'copies are behind', given: { seen: [100, 119] }, want: undefined },
  { name: 'lower than our count', given: { expected: 125 }, want: 126 },
  { name: 'lower than a copy has, after a restart', given: { expected: undefined, seen: [118, 130] }, want: 131 },
  { name: 'lower than both: above the highest', given: { expected: 125, seen: [123, 130] }, want: 131 },
  { name: 'given out twice', given: { isReused: true }, want: 121 },
  { name: 'given out twice, and a copy is ahead', given: { isReused: true, seen: [124] }, want: 125 },
  {
    name: 'over the end of the numbers (RFC 1982)',
    given: { serial: 2 ** 32 - 2, expected: undefined, seen: [2 ** 32 - 1] },
    want: 0,
  },
  { name: 'a copy beyond the end is ahead', given: { serial: 2 ** 32 - 2, expected: undefined, seen: [3] }, want: 4 },
];

test.each(TABLE)('$name', ({ given, want }) => {
  expect(serialToRaiseTo({ serial: 120, expected: 120, seen: [120], isReused: false, ...given })).toBe(want);
});
