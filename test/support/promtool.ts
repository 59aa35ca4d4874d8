import { execFile } from 'node:child_process';
import { findPromtool } from '../real/tools.ts';
import { parseExposition } from './scrape.ts';

/** How a run of promtool ended, and all that it printed. */
export interface PromtoolRun {
  readonly code: number;
  readonly output: string;
}

/** Whether promtool is there; where it is not that is said, and in CI it is an error. */
export const hasPromtool = (suite: string): boolean => {
  if (findPromtool()) return true;
  const message = `left out: ${suite}; promtool is not there (Debian's package prometheus has it).`;
  if (process.env['CI'] === 'true') throw new Error(message);
  // Not by console: Vitest keeps that of suites that pass to itself.
  process.stderr.write(`${message}\n`);
  return false;
};

/** Runs promtool, with `input` as its standard input. */
export const promtool = (args: readonly string[], input = ''): Promise<PromtoolRun> =>
  new Promise((resolve) => {
    const child = execFile(findPromtool() ?? 'promtool', args, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
    child.stdin?.end(input);
  });

/** An alert as it should come, with its severity and all other labels. */
export interface ExpectedAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

/**
 * A file for `promtool test rules` (JSON is YAML) in which the series of a scrape stand still for an hour. At its end every
 * rule fires what is expected of it, by its name, and those without an entry nothing.
 */
export const alertTest = (scraped: {
  readonly rules: string;
  readonly alerts: readonly string[];
  readonly text: string;
  readonly expected: Readonly<Record<string, readonly ExpectedAlert[]>>;
}): string => {
  const series = parseExposition(scraped.text).map(({ name, labels, value }) => {
    const pairs = Object.entries({ instance: '127.0.0.1:8080', job: 'splithorizon', ...labels });
    return {
      series: `${name}{${pairs.map(([label, word]) => `${label}="${word}"`).join(',')}}`,
      values: `${value}x60`,
    };
  });
  const alert_rule_test = scraped.alerts.map((alertname) => ({
    eval_time: '60m',
    alertname,
    exp_alerts: scraped.expected[alertname] ?? [],
  }));
  const test = { interval: '1m', input_series: series, alert_rule_test };
  return JSON.stringify({ rule_files: [scraped.rules], evaluation_interval: '1m', tests: [test] });
};
