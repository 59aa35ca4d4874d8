import { beforeEach, expect, test } from 'vitest';
import { createQuestionMarks, type QuestionMarks } from '../../../../src/controller/probe/question-marks.ts';

const HOST = 'git.example.com';
let now = 1000;
let marks: QuestionMarks;

beforeEach(() => {
  now = 1000;
  marks = createQuestionMarks(() => now);
});

const markOf = (content: string, changedAt = 0): string => marks.of(HOST, { content, changedAt });

test('a mark stays while nothing else is expected', () => {
  const mark = markOf('a');
  now += 1000;
  expect(markOf('a')).toBe(mark);
  expect(markOf('b')).not.toBe(mark);
});

test('a change back to what was expected before makes a new mark all the same', () => {
  const mark = markOf('a');
  expect(markOf('b')).not.toBe(mark);
  expect(markOf('a')).not.toBe(mark);
  const again = markOf('a');
  now += 1000;
  expect(markOf('a', now)).not.toBe(again);
});

test('only who has read a mark has answered it', () => {
  markOf('a');
  expect(marks.isIn('v1', HOST)).toBe(false);
  marks.published('v1');
  expect(marks.isIn('v1', HOST)).toBe(true);
  markOf('b');
  expect(marks.isIn('v1', HOST)).toBe(false);
  marks.published('v2');
  expect(marks.isIn('v1', HOST)).toBe(false);
  expect(marks.isIn('v2', HOST)).toBe(true);
  expect(marks.isIn('unheard', HOST)).toBe(false);
  marks.renew(HOST);
  expect(marks.isIn('v2', HOST)).toBe(false);
});

test('what was published before a restart goes on, unless something else is expected by now', () => {
  const mark = markOf('a');
  const later = createQuestionMarks(() => 5000);
  later.recall(HOST, mark);
  later.published('v1');
  expect(later.of(HOST, { content: 'a', changedAt: 900 })).toBe(mark);
  expect(later.madeAt(HOST)).toBe(1000);
  expect(later.isIn('v1', HOST)).toBe(true);
  expect(later.of(HOST, { content: 'a', changedAt: 2000 })).not.toBe(mark);
  expect(later.isIn('v1', HOST)).toBe(false);
});
