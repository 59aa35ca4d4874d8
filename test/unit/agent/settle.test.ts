import { expect, test } from 'vitest';
import { lookAgainAt, settle, type SeenLook, type Settled } from '../../../src/agent/settle.ts';

/** A look that saw this address, at second `at`. */
const seen = (address: string, at: number): SeenLook => ({
  look: { a: { outcome: 'answer', rcode: 'NOERROR', values: [address] } },
  text: address,
  at: at * 1000,
});

/** Looks such as `in@0 out@60`; `!` behind one: the canary is known to answer so. */
const play = (looks: string): Settled | undefined =>
  looks.split(' ').reduce<Settled | undefined>((before, each) => {
    const [, address = '', at, known] = /^(\w+)@(\d+)(!?)$/.exec(each) ?? [];
    return settle(before, seen(address, Number(at)), known === '!');
  }, undefined);
const textsOf = (settled: Settled | undefined): string => settled?.stands.map(({ text }) => text).join(' ') ?? '';

test.each([
  ['nothing counts after one look', 'in@0', ''],
  ['two looks that agree count', 'in@0 in@3', 'in'],
  ['a second look that comes too early decides nothing', 'in@0 in@2', ''],
  ['one look is enough where the canary is answered so', 'in@0!', 'in'],
  ['one other look changes nothing', 'in@0 in@3 out@60', 'in'],
  ['two other looks that agree do', 'in@0 in@3 out@60 out@63', 'out'],
  ['a lost packet is forgotten', 'in@0 in@3 silent@60 in@63 in@123', 'in'],
  ['three looks that each say something else agree in that', 'in@0 in@3 a@60 b@63 c@66', 'c'],
  ['a cache that gives what is old once', 'old@0 new@3 new@6', 'new'],
  ['answers by turns are told together', 'in@0 in@3 out@60 in@63 out@123', 'in out'],
  ['nothing new is said of answers that go on by turns', 'in@0 out@3 in@6 out@9 in@12 out@15 in@18', 'in out'],
  ['until three looks agree', 'in@0 out@3 in@6 out@9 in@12 in@72 in@132', 'in'],
  ['public answers that rotate take the place of what stood', 'in@0 in@3 a@60 b@63 a@66 b@126', 'a b'],
  ['those that rotate through many are told by the last', 'a@0 b@3 c@6 d@9 e@12 f@15', 'f'],
])('%s', (_name, looks, want) => {
  expect(textsOf(play(looks))).toBe(want);
});

test('a look that says something else than before is taken again 3 s later', () => {
  const first = play('in@0 in@3 out@60');
  expect(first && lookAgainAt(first)).toBe(63_000);
  const settled = play('in@0 in@3 out@60 out@63');
  expect(settled && lookAgainAt(settled)).toBeUndefined();
});
