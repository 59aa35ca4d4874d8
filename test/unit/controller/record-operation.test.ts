import { expect, test } from 'vitest';
import type { ZoneRecord } from '../../../src/model/record.ts';
import { operationOf } from '../../../src/controller/record-operation.ts';

/** `A 10.0.20.203 300 ours`. */
const record = (text: string): ZoneRecord => {
  const [type = '', value = '', ttl = '300', comments = ''] = text.split(' ');
  return { name: 'git.example.com', type, value, ttl: Number(ttl), comments, disabled: false };
};

test.each([
  { before: [], after: ['CNAME example.com'], want: 'create' },
  { before: ['TXT note'], after: ['TXT note', 'A 10.0.20.203'], want: 'create' },
  { before: ['A 10.0.20.203'], after: ['A 10.0.20.204'], want: 'update' },
  { before: ['A 10.0.20.203'], after: ['CNAME example.com'], want: 'update' },
  { before: ['A 10.0.20.203 60'], after: ['A 10.0.20.203 300'], want: 'update' },
  { before: ['A 10.0.20.203 300'], after: ['A 10.0.20.203 300 ours+adopted'], want: 'adopt' },
  { before: ['A 10.0.20.203', 'TXT note'], after: ['TXT note'], want: 'delete' },
])('$before becomes $after: $want', ({ before, after, want }) => {
  expect(operationOf(before.map(record), after.map(record))).toBe(want);
});
