import type { NameserverVerdict } from '../../model/expectation.ts';
import { SECOND_LOOK_MS } from '../../model/look.ts';
import { mixed } from './by-turns.ts';
import { changesOf, lastThreeAgree, NO_LOOKS, remember, type History } from './history.ts';
import { isFault, isSameClass } from './rank.ts';

/** So many changes between Internal and not within the last five looks make a nameserver Mixed. */
const CHANGES_OF_A_MIXED = 3;

/** A look's verdict, and when the look was complete (ms). */
export interface Fresh {
  readonly verdict: NameserverVerdict;
  readonly at: number;
}

/** What stands for one host at one nameserver, from look to look. */
export interface Standing {
  readonly verdict: NameserverVerdict;
  /** When the last look was complete, whatever came of it (ms). */
  readonly at: number;
  readonly history: History;
  /** A first look that no second one has confirmed yet. */
  readonly pending?: Fresh;
}

const NEVER_CONFIRMED: NameserverVerdict = {
  verdict: 'Unknown',
  answers: [],
  expected: [],
  detail: 'was asked once, a second look decides',
};
const CHANGED_SINCE: NameserverVerdict = {
  ...NEVER_CONFIRMED,
  verdict: 'Propagating',
  detail: 'was asked once since the expected answer changed, a second look decides',
};

/**
 * What stands after a look. Internal and Propagating count at once; anything else only when a second look, 3 s later,
 * agrees. `changedAt` is when the expectation last changed: what was seen before says nothing about it.
 */
export function confirm(standing: Standing | undefined, fresh: Fresh, changedAt: number): Standing | undefined {
  if (fresh.at < changedAt) return standing;
  const before = standing !== undefined && standing.at >= changedAt ? standing : afterChange(standing);
  const history = provesSomething(fresh.verdict)
    ? remember(before.history, fresh.verdict.verdict === 'Internal')
    : before.history;
  const verdict = settle(before, fresh, history);
  if (verdict !== undefined) return { verdict: keepEqual(before.verdict, verdict), at: fresh.at, history };
  const pending = stillWaits(before, fresh) ? before.pending : fresh;
  return { verdict: before.verdict, at: fresh.at, history, ...(pending && { pending }) };
}

/** When another look is wanted before the usual turn (ms): to confirm the last, or since what propagates is over then. */
export function lookAgainAt({ verdict, pending }: Standing): number | undefined {
  return pending === undefined ? verdict.until : pending.at + SECOND_LOOK_MS;
}

/** Whether one look was taken of what nothing was known about, and a second one must decide. */
export function isUndecided({ verdict, pending }: Pick<Standing, 'verdict' | 'pending'>): boolean {
  return pending !== undefined && verdict.verdict === 'Unknown';
}

/** The verdict that counts after a look; undefined while a second look must decide. */
function settle(before: Standing, fresh: Fresh, history: History): NameserverVerdict | undefined {
  if (before.verdict.verdict === 'Mixed') return lastThreeAgree(history) ? fresh.verdict : before.verdict;
  if (changesOf(history) >= CHANGES_OF_A_MIXED) return mixedFrom(before, fresh);
  if (fresh.verdict.verdict === 'Internal' || fresh.verdict.verdict === 'Propagating') return fresh.verdict;
  if (agree(before.verdict, fresh.verdict)) return settleSameClass(before, fresh);
  return isSeconded(before, fresh, history) ? fresh.verdict : undefined;
}

/** Whether a look is the second that agrees with the one before it. */
function isSeconded({ verdict, pending }: Standing, fresh: Fresh, history: History): boolean {
  if (pending === undefined || isEarly(pending, fresh)) return false;
  if (agree(pending.verdict, fresh.verdict)) return true;
  // Three looks that are each another fault agree in the one thing that matters: it is not Internal. Where a fault
  // stands already they say nothing new, and one lost packet behind answers that rotate must not take its place.
  return !isFault(verdict.verdict) && isFault(pending.verdict.verdict) && lastThreeAgree(history);
}

/** The verdict is the same; what came may differ, and counts only once it comes twice (public answers rotate). */
function settleSameClass({ verdict, pending }: Standing, fresh: Fresh): NameserverVerdict | undefined {
  if (verdict.verdict !== fresh.verdict.verdict || isEqual(verdict, fresh.verdict)) return verdict;
  if (pending === undefined || !agree(pending.verdict, verdict)) return undefined;
  if (isEarly(pending, fresh)) return undefined;
  return isEqual(pending.verdict, fresh.verdict) ? fresh.verdict : verdict;
}

/** Whether a look came too early after the first one to count as the second. */
function isEarly(pending: Fresh, fresh: Fresh): boolean {
  return fresh.at >= pending.at && fresh.at < pending.at + SECOND_LOOK_MS;
}

/** Whether the first look goes on waiting for its second, since this one came too early to be it. */
function stillWaits({ pending }: Standing, fresh: Fresh): boolean {
  if (pending === undefined || !isEarly(pending, fresh)) return false;
  return agree(pending.verdict, fresh.verdict);
}

/** Whether two verdicts are one to the clients: of one class, and whether these ask on. */
function agree(a: NameserverVerdict, b: NameserverVerdict): boolean {
  return isSameClass(a.verdict, b.verdict) && a.endsSearch === b.endsSearch;
}

/** Mixed from one look to the next: what it says when it is not Internal is in this look, or in the one before. */
function mixedFrom(before: Standing, fresh: Fresh): NameserverVerdict {
  const isInternal = fresh.verdict.verdict === 'Internal';
  const other = isInternal ? (before.pending?.verdict ?? before.verdict) : fresh.verdict;
  return mixed(other);
}

/** Propagating and Unknown are neither Internal nor proven not to be. */
function provesSomething({ verdict }: NameserverVerdict): boolean {
  return verdict === 'Internal' || isFault(verdict);
}

function afterChange(standing: Standing | undefined): Standing {
  return { verdict: standing === undefined ? NEVER_CONFIRMED : CHANGED_SINCE, at: 0, history: NO_LOOKS };
}

/** Keeps the object of an equal verdict: equality then costs nothing, and memory neither. */
function keepEqual(before: NameserverVerdict, verdict: NameserverVerdict): NameserverVerdict {
  return isEqual(before, verdict) ? before : verdict;
}

function isEqual(a: NameserverVerdict, b: NameserverVerdict): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
