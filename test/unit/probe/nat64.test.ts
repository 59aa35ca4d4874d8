import { expect, test } from 'vitest';
import type { Answer } from '../../../src/model/look.ts';
import { createNat64Prefixes } from '../../../src/probe/nat64.ts';
import { createManualClock } from './manual-clock.ts';
import { answer } from './prober-rig.ts';

const HOUR = 3_600_000;

/** Prefixes asked of a server that says one thing after the other. */
const setUp = (...answers: (Answer | Error)[]) => {
  const clock = createManualClock();
  const known = createNat64Prefixes(clock);
  let asked = 0;
  const askAaaa = (): Promise<Answer> => {
    const next = answers[asked++] ?? answer();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return { clock, of: (key: string) => known.of(key, askAaaa), asked: () => asked };
};

test('prefixes are kept for an hour, for each nameserver', async () => {
  const { clock, of, asked } = setUp(answer('64:ff9b::c000:aa'), answer());
  expect(await Promise.all([of('a'), of('a')])).toEqual([['64:ff9b::/96'], ['64:ff9b::/96']]);
  expect(await of('b')).toEqual([]);
  clock.skip(HOUR - 1);
  expect(await of('a')).toEqual(['64:ff9b::/96']);
  expect(asked()).toBe(2);
  clock.skip(1);
  expect(await of('a')).toEqual([]);
});

test('no answer is asked for again in a minute', async () => {
  const { clock, of, asked } = setUp({ outcome: 'silent' }, answer('64:ff9b::c000:aa'));
  expect([await of('a'), await of('a')]).toEqual([[], []]);
  expect(asked()).toBe(1);
  clock.skip(60_000);
  expect(await of('a')).toEqual(['64:ff9b::/96']);
});

test('a question that could not be asked is asked the next time', async () => {
  const { of } = setUp(new Error('EMFILE'), answer('64:ff9b::c000:aa'));
  await expect(of('a')).rejects.toThrow('EMFILE');
  expect(await of('a')).toEqual(['64:ff9b::/96']);
});
