import { expect } from 'vitest';
import type { Operator } from './operator.ts';

/** One series as it was scraped. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format of Prometheus, comments aside. */
export const parseExposition = (text: string): Series[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      const pairs = [...(match?.[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      const labels = Object.fromEntries(pairs.map(([, label = '', word = '']) => [label, word]));
      return { name: match?.[1] ?? line, labels, value: Number(match?.[3]) };
    });

/** The text that an operator's /metrics gives now. */
export const scrape = async (operator: Operator): Promise<string> => {
  const response = await operator.get('/metrics');
  expect(response.status).toBe(200);
  return response.text();
};

/** The series of a metric with all of these labels, each as `label=value ... count`, sorted; labels that were asked for are left out. */
export const seriesOf = async (
  operator: Operator,
  name: string,
  having: Readonly<Record<string, string>> = {},
): Promise<string[]> => {
  const asked = Object.entries(having);
  return parseExposition(await scrape(operator))
    .filter((series) => series.name === name && asked.every(([label, value]) => series.labels[label] === value))
    .map(({ labels, value }) => {
      const others = Object.entries(labels).filter(([label]) => !(label in having));
      return [...others.map(([label, word]) => `${label}=${word}`), value].join(' ');
    })
    .sort();
};
