import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readLines } from '../../../src/kube/lines.ts';

const linesOf = async (chunks: readonly Buffer[]): Promise<string[]> => {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  const lines: string[] = [];
  await readLines(stream as unknown as IncomingMessage, (line) => lines.push(line));
  return lines;
};

const whole = Buffer.from('one\nzwölf\n\nthree\nand a half');

it.each(Array.from({ length: whole.length }, (_, cut) => ({ cut })))(
  'reads the same lines wherever the bytes are cut, here at $cut',
  async ({ cut }) => {
    expect(await linesOf([whole.subarray(0, cut), whole.subarray(cut)])).toEqual(['one', 'zwölf', 'three']);
  },
);

it('ends where a line has no end', async () => {
  const chunk = Buffer.alloc(8 * 1024 * 1024, 'x');
  await expect(linesOf([chunk, chunk, chunk, chunk, chunk])).rejects.toThrow('too long');
});
