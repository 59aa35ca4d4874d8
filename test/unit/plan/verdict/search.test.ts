import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../../src/model/look.ts';
import { answersSearch, judgeSearch, triesSearch } from '../../../../src/plan/verdict/search.ts';
import { EMPTY, expectation, gives, look, nx, rcode, SILENT, T0, TRAEFIK, WAN } from './world.ts';

const judged = (a: Answer, aaaa?: Answer) =>
  judgeSearch(look(a, aaaa), { expectation: expectation(), domain: 'home.lan' }, T0);

describe('a name under a search domain', () => {
  test.each<[string, Answer, Answer, string]>([
    ['that does not exist sends clients on', nx(), nx(), 'Internal'],
    ['that leads to the same place does no harm', gives(TRAEFIK), EMPTY, 'Internal'],
    ['that has another address captures them', gives(WAN), EMPTY, 'External'],
    ['that has another address beside NXDOMAIN for AAAA captures them', gives(WAN), nx(), 'External'],
    ['without an address ends the search of musl', EMPTY, EMPTY, 'NotFound'],
    ['that fails fails musl', rcode('SERVFAIL'), rcode('SERVFAIL'), 'Failed'],
    ['that meets silence fails musl', SILENT, SILENT, 'Timeout'],
  ])('%s', (_name, a, aaaa, want) => {
    expect(judged(a, aaaa).verdict).toBe(want);
  });

  test('says where it comes from, and gives no advice on forwarding', () => {
    const { detail, ...more } = judged(gives(WAN));
    expect(detail).toBe(
      `answers ${WAN}, expected ${TRAEFIK}: ${WAN} is our own public address, for the name under the search domain home.lan, which is tried first`,
    );
    expect(more).not.toHaveProperty('answersPublicly');
  });
});

test('a search domain is worth asking for every host once it answers anything but NXDOMAIN', () => {
  expect([nx(), rcode('SERVFAIL'), SILENT].map((answer) => answersSearch(look(answer, answer)))).toEqual([
    false,
    false,
    false,
  ]);
  expect([gives(WAN), gives(TRAEFIK), EMPTY].map((answer) => answersSearch(look(answer)))).toEqual([true, true, true]);
});

test.each([
  ['git.example.com', 5, true],
  ['git.example.com', 3, true],
  ['git.example.com', 2, false],
  ['git.example.com', 1, false],
])('%s with ndots:%i is tried there first: %s', (name, ndots, want) => {
  expect(triesSearch(name, ndots)).toBe(want);
});
