import type { Condition } from '../../model/api.ts';
import { printable } from '../../model/printable.ts';
import { helpOn } from '../../model/reason.ts';

/** A condition less what is computed from its history; `Reason` is the closed list that it has its reason from. */
export interface ConditionNow<Reason extends string = string> {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  readonly message: string;
}

/**
 * The condition Ready as a copy of the one that decides it. Its message is what kubectl's columns and Events show, so of a
 * fault it ends in where to read on.
 */
export function readyFrom(worst: ConditionNow): ConditionNow {
  if (worst.status !== 'False') return { ...worst, type: 'Ready' };
  const help = ` See ${helpOn(worst.reason)}.`;
  return { ...worst, type: 'Ready', message: bounded(worst.message, LONGEST_MESSAGE - help.length) + help };
}

/** RFC 3339 in whole seconds, as Kubernetes writes metav1.Time. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/**
 * The stored form of conditions: `lastTransitionTime` moves only when the status flips (Kubernetes API conventions), also
 * from the Unknown that the CRD's default gives a new object, which has no such time.
 */
export function stampConditions(
  now: readonly ConditionNow[],
  before: readonly Condition[],
  at: { readonly observedGeneration: number; readonly now: number },
): Condition[] {
  return now.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const stays = old?.status === condition.status && old.lastTransitionTime !== undefined;
    return {
      type: condition.type,
      status: condition.status,
      reason: condition.reason,
      message: messageOf(condition, old),
      observedGeneration: at.observedGeneration,
      lastTransitionTime: stays ? old.lastTransitionTime : timestamp(at.now),
    };
  });
}

function messageOf({ message }: ConditionNow, old: Condition | undefined): string {
  const fresh = bounded(message);
  return old !== undefined && saysTheSame(old.message, fresh) ? old.message : fresh;
}

const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
/** A moment that moved by less is no news: after a restart it is reckoned from times in whole seconds. */
const SAME_MOMENT_MS = 10_000;

/** Whether two messages differ in nothing but moments that are as good as the same. */
function saysTheSame(before: string, after: string): boolean {
  const momentsOf = (text: string): number[] => (text.match(MOMENT) ?? []).map((moment) => Date.parse(moment));
  if (before.replace(MOMENT, '') !== after.replace(MOMENT, '')) return false;
  const moments = momentsOf(after);
  return momentsOf(before).every((moment, index) => Math.abs(moment - (moments[index] ?? 0)) < SAME_MOMENT_MS);
}

const LONGEST_MESSAGE = 1024;

/**
 * A message that says what others wrote, as it may be shown. Half a surrogate pair, as cutting leaves it, would be stored as
 * another character and so be written for ever.
 */
function bounded(text: string, longest = LONGEST_MESSAGE): string {
  const message = printable(text.toWellFormed());
  const short = message.length <= longest ? message : `${message.slice(0, longest - 1)}…`;
  return short.toWellFormed();
}
