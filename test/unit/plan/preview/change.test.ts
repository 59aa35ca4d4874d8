import { describe, expect, test } from 'vitest';
import type { ZoneRecord } from '../../../../src/model/record.ts';
import { actionOf, sameRecords } from '../../../../src/plan/preview/change.ts';
import type { PlannedAction } from '../../../../src/plan/preview/preview.ts';

const OWNER = { id: 'home', cluster: '12345678' };
const record = (comments: string, value = 'example.com'): ZoneRecord => ({
  name: 'git.example.com',
  type: 'CNAME',
  ttl: 300,
  value,
  comments,
  disabled: false,
});
const ours = record('splithorizon:home/12345678');
const adopted = record('splithorizon:home/12345678+adopted | by hand');
const foreign = record('by hand');

describe('what happens at a name', () => {
  test.each<{ before: ZoneRecord[]; after: ZoneRecord[]; want: PlannedAction }>([
    { before: [], after: [ours], want: 'Create' },
    { before: [{ ...foreign, type: 'TXT' }], after: [{ ...foreign, type: 'TXT' }, ours], want: 'Create' },
    { before: [foreign], after: [adopted], want: 'Adopt' },
    { before: [ours], after: [record(ours.comments, 'other.example')], want: 'Change' },
    { before: [foreign], after: [ours], want: 'Change' },
    { before: [adopted], after: [{ ...adopted, ttl: 60 }], want: 'Change' },
    { before: [ours], after: [], want: 'Delete' },
    { before: [adopted], after: [foreign], want: 'Release' },
    {
      before: [record('splithorizon:home/00000000')],
      after: [record('splithorizon:home/00000000'), record(ours.comments, 'other.example')],
      want: 'Create',
    },
  ])('is $want', ({ before, after, want }) => {
    expect(actionOf(before, after, OWNER)).toBe(want);
  });

  test('is nothing where the records are the same in another order', () => {
    expect(sameRecords([ours, foreign], [foreign, ours])).toBe(true);
    expect(sameRecords([ours], [ours, ours])).toBe(false);
    expect(sameRecords([ours], [{ ...ours, disabled: true }])).toBe(false);
  });
});
