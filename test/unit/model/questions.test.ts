import { expect, test } from 'vitest';
import { formatQuestions, joinQuestions, type QuestionList } from '../../../src/model/questions.ts';

const zone = (name: string, hosts: number): QuestionList['zones'][number] => ({
  ...{ zone: name, canarySeconds: 60, rotationSeconds: 3600, servers: ['10.0.20.53'], accepted: [] },
  hosts: Array.from({ length: hosts }, (_, index) => ({ name: `h${index}`, mark: 'a.1' })),
});
const LIST: QuestionList = {
  version: '3f9a',
  clusterDns: ['10.96.0.10'],
  zones: [zone('example.com', 100), zone('example.net', 50)],
};
const partsOf = (texts: readonly string[]): Map<number, string> => new Map(texts.entries());

test('a list travels whole, in as many parts as it takes', () => {
  for (const most of [1_000, 3_000, 900_000]) {
    const texts = formatQuestions(LIST, most);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(most + 500);
    expect(joinQuestions(partsOf(texts))).toEqual(LIST);
  }
});

test('ten thousand hosts fit into one ConfigMap', () => {
  const texts = formatQuestions({ ...LIST, zones: [zone('example.com', 10_000)] });
  expect(texts.map(({ length }) => length < 900_000)).toEqual([true]);
});

test('parts of different versions are no list, nor is one that lacks a part or holds something else', () => {
  const [older, newer] = [formatQuestions(LIST, 3_000), formatQuestions({ ...LIST, version: '77aa' }, 3_000)];
  expect(joinQuestions(partsOf([...newer.slice(0, 1), ...older.slice(1)]))).toBeUndefined();
  expect(joinQuestions(partsOf(older.slice(0, -1)))).toBeUndefined();
  expect(joinQuestions(partsOf(['{"version":', ...older.slice(1)]))).toBeUndefined();
  expect(joinQuestions(new Map())).toBeUndefined();
  // What is left behind from when there were more does not count.
  expect(joinQuestions(partsOf([...formatQuestions(LIST), ...older.slice(1)]))).toEqual(LIST);
});
