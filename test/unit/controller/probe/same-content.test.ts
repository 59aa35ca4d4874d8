import { expect, test } from 'vitest';
import { contentQuestion } from '../../../../src/controller/probe/same-content.ts';
import type { Answer } from '../../../../src/model/look.ts';
import type { ZoneRecord } from '../../../../src/model/record.ts';

const record = (type: string, value: string, rest: Partial<ZoneRecord> = {}): ZoneRecord => ({
  ...{ name: 'git.example.com', type, value, ttl: 60, comments: '', disabled: false },
  ...rest,
});
const answer = (addresses: readonly string[], chain: readonly string[] = []): Answer => ({
  ...{ outcome: 'answer', rcode: 'NOERROR', aa: true, ra: false, addresses, chain },
});

test.each([
  {
    name: 'a CNAME by its target',
    records: [record('CNAME', 'example.com')],
    type: 'A',
    same: answer(['10.0.0.9'], ['example.com']),
    other: answer(['10.0.0.9'], ['old.example.com']),
  },
  {
    name: 'addresses, all of them',
    records: [record('A', '10.0.0.2'), record('A', '10.0.0.1')],
    type: 'A',
    same: answer(['10.0.0.1', '10.0.0.2']),
    other: answer(['10.0.0.1']),
  },
  {
    name: 'IPv6 where there is no other',
    records: [record('AAAA', 'fd00::1')],
    type: 'AAAA',
    same: answer(['fd00::1']),
    other: answer([]),
  },
  {
    name: 'what is not disabled',
    records: [record('A', '10.0.0.1'), record('A', '10.0.0.2', { disabled: true })],
    type: 'A',
    same: answer(['10.0.0.1']),
    other: answer(['10.0.0.1', '10.0.0.2']),
  },
])('compares $name', ({ records, type, same, other }) => {
  const question = contentQuestion('git.example.com', records);
  expect(question).toMatchObject({ name: 'git.example.com', type });
  expect([question?.isSame(same), question?.isSame(other), question?.isSame({ outcome: 'silent' })]).toEqual([
    true,
    false,
    false,
  ]);
});

test('asks below a wildcard, and nothing where no answer would tell', () => {
  expect(contentQuestion('*.apps.example.com', [record('CNAME', 'example.com')])?.name).toBe(
    'splithorizon-probe.apps.example.com',
  );
  expect(contentQuestion('git.example.com', [])).toBeUndefined();
  expect(contentQuestion('git.example.com', [record('TXT', 'x')])).toBeUndefined();
});
