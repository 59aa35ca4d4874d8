import type { HostAudience, HostFailure, HostStatus } from '../../model/api.ts';
import type { Audience, Verdict } from '../../model/verdict.ts';
import { conditionType, type AudienceReport, type Fault } from '../../plan/status/host-status.ts';
import type { AudienceCondition, StoredAudience } from '../../plan/verdict/audience.ts';

/** What a status says of an audience: as the judge takes it, and as it would be written again. */
export interface Stored {
  readonly audience: StoredAudience;
  /** Undefined where the status has no condition for it. */
  readonly report: AudienceReport | undefined;
}

/** Reads an audience from a host's status; undefined where it says nothing of it. */
export function storedAudience(status: HostStatus, audience: Audience): Stored | undefined {
  const stored = status.audiences?.find(({ name }) => name === audience);
  if (stored === undefined) return undefined;
  const condition = storedCondition(status, audience);
  const failing = (stored.failing ?? []).map((failure) => ({ ...failure, answers: failure.answers ?? [] }));
  return {
    audience: { verdict: stored.verdict, failing, more: stored.more ?? 0, condition },
    report: condition && {
      stored,
      faults: (stored.failing ?? []).map((failure) => faultOf(failure, stored, condition)),
      condition: { type: conditionType(audience), ...condition },
    },
  };
}

/** A failure as far as status tells: the cause stands in the condition, and is that of the worst. */
function faultOf(failure: HostFailure, { verdict: word }: HostAudience, { reason }: AudienceCondition): Fault {
  const { vantage, nameserver, verdict, answers = [], expected = [] } = failure;
  const cause = verdict === word ? reason : verdict;
  return { vantage, nameserver, verdict: (word === 'Mixed' ? word : verdict) as Verdict, cause, answers, expected };
}

/** Whether a host was Internal at a vantage: where the audience fails, a vantage that nothing is said against was. */
export function wasInternal({ verdict, failing, more }: StoredAudience, vantage: string): boolean {
  if (verdict === 'Internal') return true;
  return failing.length > 0 && more === 0 && failing.every((failure) => failure.vantage !== vantage);
}

function storedCondition(status: HostStatus, audience: Audience): AudienceCondition | undefined {
  const found = status.conditions.find(({ type }) => type === conditionType(audience));
  if (found === undefined) return undefined;
  const { status: word, reason, message } = found;
  return { status: word === 'True' || word === 'False' ? word : 'Unknown', reason, message };
}
