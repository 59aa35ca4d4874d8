import { expect, test } from 'vitest';
import { createIntern } from '../../../../src/plan/verdict/intern.ts';
import { verdictOf } from './world.ts';

test('equal verdicts become one object', () => {
  const intern = createIntern();
  const first = intern(verdictOf('Internal'));
  expect(intern(verdictOf('Internal'))).toBe(first);
  expect(intern(verdictOf('External'))).not.toBe(first);
});

test('what is shared stays bounded: older verdicts are forgotten, never confused', () => {
  const intern = createIntern(2);
  const first = intern(verdictOf('Internal'));
  intern(verdictOf('External'));
  intern(verdictOf('Stale'));
  expect(intern(verdictOf('Internal'))).not.toBe(first);
  expect(intern(verdictOf('Internal'))).toEqual(first);
});
