import type { Cause, Verdict } from '../../model/verdict.ts';

/** How bad a verdict is beside others, 0 the worst (docs/verdicts.md); Failed and Timeout are one class. */
const RANK: Readonly<Record<Verdict, number>> = {
  External: 0,
  Stale: 1,
  NotFound: 2,
  Failed: 3,
  Timeout: 3,
  Mixed: 4,
  Pinned: 5,
  Unknown: 6,
  Propagating: 7,
  Internal: 8,
};

/** A verdict with its cause. */
export interface Judged {
  readonly verdict: Verdict;
  readonly cause?: Cause | undefined;
  /** Beside Pinned: to another address than the expected ones, which is as bad as Stale. */
  readonly misleads?: true;
}

/** Orders the worst first; of equal verdicts the one whose cause says most, a proxy that works last. */
export function byRank(a: Judged, b: Judged): number {
  return rankOf(a) - rankOf(b) || causeRank(a.cause) - causeRank(b.cause);
}

/** Whether two verdicts are of one class: equal, or both without an answer to use. */
export function isSameClass(a: Verdict, b: Verdict): boolean {
  return RANK[a] === RANK[b];
}

/** Whether nothing usable came: libc goes on to its next server then. */
export function isWithoutAnswer(verdict: string): verdict is 'Failed' | 'Timeout' {
  return verdict === 'Failed' || verdict === 'Timeout';
}

/** Whether a verdict proves that something else than the expected comes. */
export function isFault(verdict: Verdict): boolean {
  return RANK[verdict] < RANK.Unknown;
}

function rankOf({ verdict, misleads }: Judged): number {
  return misleads === true ? RANK.Stale : RANK[verdict];
}

function causeRank(cause: Cause | undefined): number {
  if (cause === undefined) return 1;
  return cause === 'Edge' ? 2 : 0;
}
