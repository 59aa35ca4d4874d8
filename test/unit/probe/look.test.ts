import { expect, test } from 'vitest';
import type { Answer, QuestionType } from '../../../src/model/look.ts';
import { isThrottled, look, queriesOf, type Subject } from '../../../src/probe/look.ts';

const SILENT: Answer = { outcome: 'silent' };
const NX: Answer = { outcome: 'answer', rcode: 'NXDOMAIN', aa: true, ra: false, addresses: [], chain: [] };

/** Looks at a server that is silent to some questions, and says what was asked. */
const lookWith = async (subject: Subject, silentTo: readonly string[] = []) => {
  const asked: string[] = [];
  const askType = (name: string, type: QuestionType): Promise<Answer> => {
    asked.push(`${name} ${type}`);
    return Promise.resolve(silentTo.includes(`${name} ${type}`) ? SILENT : NX);
  };
  return { look: await look(subject, askType, () => 1000), asked };
};

test('A is asked, then AAAA', async () => {
  const seen = await lookWith({ name: 'a.example' });
  expect(seen.asked).toEqual(['a.example A', 'a.example AAAA']);
  expect(seen.look).toEqual({ a: NX, aaaa: NX, at: 1000 });
});

test('AAAA is not asked after silence', async () => {
  const seen = await lookWith({ name: 'a.example', cname: 'b.example' }, ['a.example A']);
  expect(seen.asked).toEqual(['a.example A']);
  expect(seen.look).toEqual({ a: SILENT, aaaa: undefined, at: 1000 });
});

test('the name behind a cname target is asked beside it', async () => {
  const seen = await lookWith({ name: 'a.example', cname: 'b.example' }, ['b.example A']);
  expect(seen.asked).toEqual(['a.example A', 'a.example AAAA', 'b.example A']);
  expect(seen.look).toEqual({ a: NX, aaaa: NX, cname: { a: SILENT, aaaa: undefined }, at: 1000 });
});

test('a look is counted by the queries it takes', () => {
  expect([queriesOf({ name: 'a.example' }), queriesOf({ name: 'a.example', cname: 'b.example' })]).toEqual([2, 4]);
});

test('a look is throttled where any of its answers was cut short', () => {
  const cutShort = { outcome: 'silent', truncated: true } as const;
  const looks = [
    { a: NX, aaaa: NX, at: 0 },
    { a: SILENT, aaaa: undefined, at: 0 },
    { a: cutShort, aaaa: undefined, at: 0 },
    { a: NX, aaaa: cutShort, at: 0 },
    { a: NX, aaaa: NX, cname: { a: cutShort, aaaa: undefined }, at: 0 },
  ];
  expect(looks.map(isThrottled)).toEqual([false, false, true, true, true]);
});
