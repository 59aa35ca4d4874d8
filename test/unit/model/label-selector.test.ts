import { describe, expect, test } from 'vitest';
import type { LabelSelector } from '../../../src/model/api.ts';
import { formatLabels, matchesLabels, selectsAll } from '../../../src/model/label-selector.ts';

const expression = (key: string, operator: Operator, values?: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }],
});
type Operator = NonNullable<LabelSelector['matchExpressions']>[number]['operator'];

describe('labels of app=git, tier=edge', () => {
  const labels = { app: 'git', tier: 'edge' };
  test.each<{ name: string; selector: LabelSelector; matches: boolean }>([
    { name: 'nothing', selector: {}, matches: true },
    { name: 'empty parts', selector: { matchLabels: {}, matchExpressions: [] }, matches: true },
    { name: 'a label', selector: { matchLabels: { app: 'git' } }, matches: true },
    { name: 'both labels', selector: { matchLabels: { app: 'git', tier: 'edge' } }, matches: true },
    { name: 'another value', selector: { matchLabels: { app: 'web' } }, matches: false },
    { name: 'one of two labels', selector: { matchLabels: { app: 'git', tier: 'core' } }, matches: false },
    { name: 'a missing label', selector: { matchLabels: { team: '' } }, matches: false },
    { name: 'In', selector: expression('app', 'In', ['web', 'git']), matches: true },
    { name: 'In others', selector: expression('app', 'In', ['web']), matches: false },
    { name: 'In of a missing label', selector: expression('team', 'In', ['a']), matches: false },
    { name: 'NotIn', selector: expression('app', 'NotIn', ['git']), matches: false },
    { name: 'NotIn others', selector: expression('app', 'NotIn', ['web']), matches: true },
    { name: 'NotIn of a missing label', selector: expression('team', 'NotIn', ['a']), matches: true },
    { name: 'Exists', selector: expression('app', 'Exists'), matches: true },
    { name: 'Exists of a missing label', selector: expression('team', 'Exists'), matches: false },
    { name: 'DoesNotExist', selector: expression('app', 'DoesNotExist'), matches: false },
    { name: 'DoesNotExist of a missing label', selector: expression('team', 'DoesNotExist'), matches: true },
    {
      name: 'a label and an expression that do not both hold',
      selector: { matchLabels: { app: 'git' }, ...expression('tier', 'NotIn', ['edge']) },
      matches: false,
    },
  ])('are matched by $name: $matches', ({ selector, matches }) => {
    expect(matchesLabels(selector, labels)).toBe(matches);
  });
});

test('only an empty selector selects all, whatever the labels are', () => {
  expect([{}, { matchLabels: {} }, { matchExpressions: [] }].map(selectsAll)).toEqual([true, true, true]);
  expect([{ matchLabels: { a: '' } }, expression('a', 'DoesNotExist')].map(selectsAll)).toEqual([false, false]);
});

test('labels are written as kubectl takes them, in the order of their keys', () => {
  expect(formatLabels({ tier: 'edge', app: 'git' })).toBe('app=git,tier=edge');
});

test.each(['constructor', 'toString', 'valueOf'])('a label %s that nobody gave is missing', (key) => {
  const meets = (operator: 'Exists' | 'DoesNotExist' | 'NotIn'): boolean =>
    matchesLabels({ matchExpressions: [{ key, operator, ...(operator === 'NotIn' && { values: ['a'] }) }] }, {});
  expect([meets('Exists'), meets('DoesNotExist'), meets('NotIn')]).toEqual([false, true, true]);
  expect(matchesLabels({ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }, { [key]: 'a' })).toBe(true);
});
