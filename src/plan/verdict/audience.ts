import type { Cause, Verdict } from '../../model/verdict.ts';
import { messageOf, namesOf, sentencesOf, type Advice, type Failure } from './message.ts';
import { byRank, isWithoutAnswer } from './rank.ts';
import type { NameserverFinding, VantageJudgement } from './vantage.ts';

/** One vantage of an audience with its judgement; undefined while it does not report. */
export interface VantageReport {
  readonly name: string;
  readonly judgement: VantageJudgement | undefined;
}

/** The part of an audience's condition that is decided here. */
export interface AudienceCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  /** At most 1,024 characters. */
  readonly message: string;
}

/** What is said of one audience in a host's status. */
export interface AudienceJudgement {
  /** `-` where nobody stands in for the audience and nobody asked for it. */
  readonly verdict: Verdict | '-';
  readonly cause?: Cause;
  /** At most 3, those of the worst vantages first. */
  readonly failing: readonly Failure[];
  /** How many failures are not listed. */
  readonly more: number;
  /** Those that are not listed. */
  readonly unlisted: readonly Failure[];
  /** Undefined for `-`. */
  readonly condition: AudienceCondition | undefined;
}

/** What the host's status says of the audience until now. */
export interface StoredAudience {
  readonly verdict: string;
  readonly failing: readonly { vantage: string; nameserver: string; verdict: string; answers: readonly string[] }[];
  readonly more: number;
  readonly condition: AudienceCondition | undefined;
}

/** Everything that an audience's verdict comes from. */
export interface AudienceInput {
  readonly vantages: readonly VantageReport[];
  /** Whether zone or host list the audience explicitly. */
  readonly isListed: boolean;
  readonly advice: Advice;
  readonly stored: StoredAudience | undefined;
}

const MOST_FAILING = 3;
const MOST_UNSEEN = 3;
const AS_EXPECTED = 'Resolves as expected.';

/** A vantage that reports. */
type Reporting = VantageReport & { readonly judgement: VantageJudgement };

/** The worst of an audience's vantages, what fails there, and the condition that says so. */
export function judgeAudience({ vantages, isListed, advice, stored }: AudienceInput): AudienceJudgement {
  const reporting = vantages
    .filter((vantage): vantage is Reporting => vantage.judgement !== undefined)
    .toSorted(byWorst);
  const [worst] = reporting;
  if (worst === undefined) return isListed || vantages.length > 0 ? unknown(vantages) : NOBODY;
  const { verdict, cause } = worst.judgement;
  const failing = reporting.flatMap((vantage) => vantage.judgement.failing.map(at(vantage)));
  const said = reporting.flatMap((vantage) => vantage.judgement.said.map(at(vantage)));
  const sentences = [...sentencesOf(failing, advice), ...sentencesOf(said, advice)];
  const opening = verdict === 'Internal' ? [AS_EXPECTED] : [];
  const unseen = reporting.flatMap(unseenAt).slice(0, MOST_UNSEEN);
  const closing =
    unseen.length > 0
      ? unseen
      : sentences.length === 0 && verdict === 'Unknown'
        ? [`No nameserver is known of ${worst.name}.`]
        : [];
  const next: AudienceJudgement = {
    verdict,
    ...(cause && { cause }),
    failing: failing.slice(0, MOST_FAILING),
    more: Math.max(0, failing.length - MOST_FAILING),
    unlisted: failing.slice(MOST_FAILING),
    condition: {
      status: statusOf(verdict, stored),
      reason: cause ?? verdict,
      message: messageOf([...opening, ...sentences, ...closing]),
    },
  };
  return stored === undefined ? next : keepWord(stored, next);
}

const NOBODY: AudienceJudgement = { verdict: '-', failing: [], more: 0, unlisted: [], condition: undefined };

function unknown(vantages: readonly VantageReport[]): AudienceJudgement {
  const names = vantages.map(({ name }) => name).toSorted();
  const message =
    names.length === 0 ? 'No vantage asks for this audience.' : `No vantage of it reports: ${namesOf(names)}.`;
  return { ...NOBODY, verdict: 'Unknown', condition: { status: 'Unknown', reason: 'Unknown', message } };
}

function statusOf(verdict: Verdict, stored: StoredAudience | undefined): AudienceCondition['status'] {
  if (verdict === 'Internal') return 'True';
  if (verdict === 'Propagating') return stored?.condition?.status ?? 'Unknown';
  return verdict === 'Unknown' ? 'Unknown' : 'False';
}

/** Failed and Timeout are one class: where nothing but that word would change, what is stored stands. */
function keepWord(stored: StoredAudience, next: AudienceJudgement): AudienceJudgement {
  const before = stored.failing;
  const isSame =
    isSameWord(stored.verdict, next.verdict) &&
    stored.more === next.more &&
    before.length === next.failing.length &&
    next.failing.every((failure, index) => isSameFailure(before[index], failure));
  const isOtherWord = next.failing.some(({ verdict }, index) => verdict !== before[index]?.verdict);
  if (!isSame || !isOtherWord) return next;
  const verdict = isWithoutAnswer(stored.verdict) ? stored.verdict : next.verdict;
  const failing = next.failing.map((failure, index) => ({ ...failure, ...wordOf(before[index]) }));
  return { ...next, verdict, failing, condition: stored.condition };
}

type StoredFailure = StoredAudience['failing'][number];

function isSameFailure(before: StoredFailure | undefined, after: Failure): boolean {
  if (before?.vantage !== after.vantage || before.nameserver !== after.nameserver) return false;
  if (!isSameWord(before.verdict, after.verdict)) return false;
  return isWithoutAnswer(after.verdict) || before.answers.join() === after.answers.join();
}

function isSameWord(before: string, after: string): boolean {
  return before === after || (isWithoutAnswer(before) && isWithoutAnswer(after));
}

function wordOf(before: StoredFailure | undefined): Partial<Pick<Failure, 'verdict' | 'answers'>> {
  return before && isWithoutAnswer(before.verdict) ? { verdict: before.verdict, answers: before.answers } : {};
}

function unseenAt({ name, judgement: { unseen = [] } }: Reporting): string[] {
  return unseen.length === 0 ? [] : [`${name}: what decides there cannot be told: ${unseen.join('; ')}.`];
}

function byWorst(a: Reporting, b: Reporting): number {
  return byRank(a.judgement, b.judgement) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function at({ name, judgement }: Reporting): (finding: NameserverFinding) => Failure {
  const isMixed = judgement.verdict === 'Mixed';
  return (finding) => ({ ...finding, vantage: name, isMixed });
}
