import { decode } from 'dns-packet';
import { expect, test } from 'vitest';
import { encodeQuestion } from '../../../src/probe/question.ts';

test('a query is one plain question with recursion desired, as glibc and musl send it', () => {
  const query = decode(encodeQuestion({ name: 'git.example.com', type: 'AAAA' }, () => 0.5));
  expect(query).toMatchObject({
    id: 0x8000,
    type: 'query',
    opcode: 'QUERY',
    flag_rd: true,
    flag_ad: false,
    flag_cd: false,
    questions: [{ name: 'git.example.com', type: 'AAAA', class: 'IN' }],
    answers: [],
    authorities: [],
    additionals: [],
  });
});

test('ids reach from 0 to 65535', () => {
  const idFor = (random: number): number =>
    decode(encodeQuestion({ name: 'a.example', type: 'A' }, () => random)).id ?? -1;
  expect([idFor(0), idFor(1 - Number.EPSILON)]).toEqual([0, 0xffff]);
});
