import type { Answer, Look } from '../model/look.ts';

/**
 * What a look saw, as a text that two looks share when they saw the same: outcome, rcode, addresses and chain of each
 * answer. Times and flags (AA is no proof of anything behind a cache) are left out.
 */
export function textOfLook({ a, aaaa, cname }: Look): string {
  return JSON.stringify([a, aaaa, cname?.a, cname?.aaaa].map(gist));
}

function gist(answer: Answer | undefined): unknown {
  if (answer === undefined) return null;
  return answer.outcome === 'answer' ? [answer.rcode, answer.addresses, answer.chain] : answer.outcome;
}
