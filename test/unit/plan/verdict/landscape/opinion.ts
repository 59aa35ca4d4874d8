import type { Cause, Verdict } from '../../../../../src/model/verdict.ts';

/** What the oracle makes of something. */
export interface Opinion {
  readonly verdict: Verdict;
  readonly cause?: Cause | undefined;
  /** Who takes a failure's empty answer for the end, and asks nobody else. */
  readonly stops?: 'everybody' | 'musl' | undefined;
}

const WORST_FIRST: readonly (readonly Verdict[])[] = [
  ['External'],
  ['Stale'],
  ['NotFound'],
  ['Failed', 'Timeout'],
  ['Mixed'],
  ['Unknown'],
  ['Propagating'],
  ['Internal'],
];
export const badness = (verdict: Verdict): number => WORST_FIRST.findIndex((words) => words.includes(verdict));
export const isWithoutAnswer = ({ verdict }: Opinion): boolean => verdict === 'Failed' || verdict === 'Timeout';
export const isFault = ({ verdict }: Opinion): boolean => badness(verdict) < badness('Unknown');
export const isInternal = ({ verdict }: Opinion): boolean => verdict === 'Internal';

export function worstOf(opinions: readonly Opinion[]): Opinion | undefined {
  return opinions.toSorted((a, b) => badness(a.verdict) - badness(b.verdict))[0];
}
