import type { Expectation, PreviousSet } from '../../model/expectation.ts';
import { chainOf, setsBehind, unexpectedIn, type Yardstick } from './classify.ts';
import type { Answer } from '../../model/look.ts';

/** What clocks, rounding and slow packets may add to a TTL before it counts as outlived. */
const ALLOWANCE_MS = 10_000;

/**
 * Until when (ms) a cache may rightly give the earlier addresses in an answer: each by the set that allows it longest,
 * all together by the one that must be forgotten first. Infinity while a server of the zone may still give that set.
 */
export function oldAnswerDeadline(answer: Answer, yardstick: Yardstick, nat64Prefixes: readonly string[]): number {
  const deadlines = unexpectedIn(answer, yardstick, nat64Prefixes).map((address) =>
    Math.max(...setsBehind(yardstick.previous, address, chainOf(answer)).map(setDeadline)),
  );
  return Math.min(...deadlines);
}

/** Until when (ms) a cache may rightly deny a name or type that is new; Infinity while a server may still deny it. */
export function denialDeadline({ levelAt, negativeTtl }: Expectation): number {
  return levelAt === undefined ? Infinity : levelAt + negativeTtl * 1000 + ALLOWANCE_MS;
}

function setDeadline({ replacedAt, ttlSeconds }: PreviousSet): number {
  return replacedAt === undefined ? Infinity : replacedAt + ttlSeconds * 1000 + ALLOWANCE_MS;
}
