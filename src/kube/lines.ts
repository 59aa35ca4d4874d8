import type { IncomingMessage } from 'node:http';

/** Far above the 1.5 MiB that etcd takes for an object. */
const LONGEST_LINE = 32 * 1024 * 1024;

/** Calls `onLine` for every complete line of an answer as it comes. What stands behind the last line break is dropped. */
export async function readLines(response: IncomingMessage, onLine: (line: string) => void): Promise<void> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error('a line of the answer is too long');
    for (const line of lines) if (line !== '') onLine(line);
  }
}
