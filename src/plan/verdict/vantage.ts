import type { NameserverVerdict } from '../../model/expectation.ts';
import type { Cause, Verdict } from '../../model/verdict.ts';
import { byRank, isFault, isWithoutAnswer } from './rank.ts';

/** One nameserver of a vantage, in the order in which its clients ask, with the verdict that counts now. */
export interface ChainLink {
  readonly address: string;
  readonly verdict: NameserverVerdict;
  /** Whether it is in the zone's `acceptedFallbacks`. */
  readonly accepted: boolean;
}

/** What a vantage's clients have to ask. */
export interface Chain {
  readonly nameservers: readonly ChainLink[];
  /** Whether any server's answer may be the one that counts (`rotate`, musl), and not the first server's that has one. */
  readonly everyServerMayAnswer: boolean;
  /** Whether clients may be musl's, which take an empty answer from anyone; not unless said. */
  readonly mayBeMusl?: boolean;
}

/** A nameserver's verdict under its address. */
export interface NameserverFinding extends NameserverVerdict {
  readonly nameserver: string;
  readonly accepted: boolean;
}

/** The verdict over one vantage. */
export interface VantageJudgement {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  /** The nameservers to blame for the verdict, worst first; empty for Internal, Propagating and Unknown. */
  readonly failing: readonly NameserverFinding[];
  /** The others of which something is to be said, though it decides nothing, in the chain's order. */
  readonly said: readonly NameserverFinding[];
}

/** Whom the answer may come from now, and what that makes of the vantage. */
interface Outcome {
  readonly verdict: Verdict;
  readonly cause?: Cause | undefined;
  /** The links to blame. */
  readonly blamed: readonly ChainLink[];
}

const IN_RESERVE = 'it is asked when an earlier server fails';

/** What the nameservers of one vantage come to (docs/verdicts.md, "Which nameserver counts"). */
export function judgeVantage(chain: Chain): VantageJudgement {
  const { nameservers, everyServerMayAnswer } = chain;
  const answering = mayAnswerNow(chain);
  const asked = nameservers.findIndex((link) => answering.includes(link));
  const reserve = everyServerMayAnswer || asked < 0 ? [] : nameservers.slice(asked + 1);
  const now = judgeAnswering(answering, nameservers);
  const { verdict, cause, blamed } = now.verdict === 'Internal' ? judgeReserve(reserve) : now;
  const find = (link: ChainLink): NameserverFinding => findingOf(link, reserve.includes(link));
  return {
    verdict,
    ...(cause && { cause }),
    failing: blamed.map(find).toSorted(byRank),
    said: nameservers.filter((link) => !blamed.includes(link) && isWorthSaying(link)).map(find),
  };
}

/** The servers whose answer may be the one a client gets now; empty when none answers. */
function mayAnswerNow({ nameservers, everyServerMayAnswer, mayBeMusl }: Chain): readonly ChainLink[] {
  const isEnd = ({ endsSearch }: NameserverVerdict): boolean =>
    endsSearch === 'Always' || (endsSearch === 'UnderMusl' && mayBeMusl === true);
  const answering = nameservers.filter(({ verdict }) => !isWithoutAnswer(verdict.verdict) || isEnd(verdict));
  if (!everyServerMayAnswer) return answering.slice(0, 1);
  // One that nobody looked at is not known to answer: it is only said, unless there is no better.
  const known = answering.filter(({ verdict }) => verdict.verdict !== 'Unknown');
  return known.length > 0 ? known : answering.slice(0, 1);
}

/** Rule 1: what may be the answer now. */
function judgeAnswering(answering: readonly ChainLink[], nameservers: readonly ChainLink[]): Outcome {
  const [first] = nameservers;
  if (first === undefined) return { verdict: 'Unknown', blamed: [] };
  if (answering.length === 0)
    return { verdict: first.verdict.verdict, cause: first.verdict.cause, blamed: nameservers };
  const blamed = answering.filter(({ verdict }) => isFault(verdict.verdict));
  if (blamed.length > 0 && blamed.length < answering.length) return { verdict: 'Mixed', blamed };
  const worst = answering.map(({ verdict }) => verdict).reduce((a, b) => (byRank(b, a) < 0 ? b : a));
  return { verdict: worst.verdict, cause: worst.cause, blamed };
}

/** Rule 2: those that answer now are Internal; what would come from those behind them? */
function judgeReserve(reserve: readonly ChainLink[]): Outcome {
  const exposed = reserve.filter(({ verdict }) => isFault(verdict.verdict) && !isWithoutAnswer(verdict.verdict));
  const blamed = exposed.filter(({ accepted }) => !accepted);
  if (blamed.length > 0) return { verdict: 'Mixed', blamed };
  return { verdict: 'Internal', ...(exposed.length > 0 && { cause: 'AcceptedFallback' }), blamed };
}

function isWorthSaying({ verdict }: ChainLink): boolean {
  return verdict.verdict !== 'Internal' || verdict.note !== undefined;
}

function findingOf({ address, accepted, verdict }: ChainLink, isReserve: boolean): NameserverFinding {
  const detail = verdict.note ?? verdict.detail;
  const role = accepted ? '; it is an accepted fallback' : isReserve ? `; ${IN_RESERVE}` : '';
  return {
    ...verdict,
    nameserver: address,
    accepted,
    detail: verdict.verdict === 'Internal' ? detail : `${detail}${role}`,
  };
}
