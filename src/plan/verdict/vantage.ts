import type { NameserverVerdict } from '../../model/expectation.ts';
import type { Cause, Verdict } from '../../model/verdict.ts';
import { waysOf, type Answering } from './answering.ts';
import { asksBeside, besidePins, findingOfPins, type PinnedHost } from './pins.ts';
import { byRank, isFault, isWithoutAnswer } from './rank.ts';

/** One nameserver of a vantage, in the order in which its clients ask, with the verdict that counts now. */
export interface ChainLink {
  readonly address: string;
  readonly verdict: NameserverVerdict;
  /** Whether it is in the zone's `acceptedFallbacks`. */
  readonly accepted: boolean;
  /** Whether systemd-resolved listens there: then `resolved` of the chain is behind it. */
  readonly isStub?: boolean;
}

/** Whom systemd-resolved asks about a host. */
export interface ResolvedChain {
  /** What it listens on; undefined where nobody knows, or where that is among the nameservers of the chain. */
  readonly stub: ChainLink | undefined;
  /** The servers of each scope that may be asked for the host, in their order there; scopes are asked at the same time. */
  readonly scopes: readonly (readonly ChainLink[])[];
}

/** What a vantage's clients have to ask. */
export interface Chain {
  readonly nameservers: readonly ChainLink[];
  /** Whether any server's answer may be the one that counts (`rotate`, musl), and not the first server's that has one. */
  readonly everyServerMayAnswer: boolean;
  /** Whether clients may be musl's, which take an empty answer from anyone; not unless said. */
  readonly mayBeMusl?: boolean;
  /** systemd-resolved, where it is asked: behind its stub among the nameservers, else beside them by programs of libc. */
  readonly resolved?: ResolvedChain;
  /** Where the machine's hosts file names the host. */
  readonly pinned?: PinnedHost | undefined;
  /** Clauses for people: what of the machine could not be looked at. Where there is any, nothing is proven to be right. */
  readonly unseen?: readonly string[];
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
  /** Beside Pinned: to another address than the expected ones. */
  readonly misleads?: true;
  /** The nameservers to blame for the verdict, worst first; empty for Internal, Propagating and Unknown. */
  readonly failing: readonly NameserverFinding[];
  /** The others of which something is to be said, though it decides nothing, in the chain's order. */
  readonly said: readonly NameserverFinding[];
  /** What could not be looked at, where that decides the verdict. */
  readonly unseen?: readonly string[];
}

/** Whom the answer may come from now, and what that makes of the vantage. */
interface Outcome {
  readonly verdict: Verdict;
  readonly cause?: Cause | undefined;
  /** The links to blame. */
  readonly blamed: readonly ChainLink[];
}

const NOBODY: Outcome = { verdict: 'Unknown', blamed: [] };
const IN_RESERVE = 'it is asked when an earlier server fails';

/** What the nameservers of one vantage come to (docs/verdicts.md, "Which nameserver counts"). */
export function judgeVantage(chain: Chain): VantageJudgement {
  const { pinned, unseen = [] } = chain;
  const judgement = pinned === undefined ? judgeDns(chain) : judgePinned(chain, pinned);
  return !isFault(judgement.verdict) && unseen.length > 0
    ? { verdict: 'Unknown', failing: [], said: [], unseen }
    : judgement;
}

/** The hosts file decides, for the families that it has; DNS is still asked for the other one by some. */
function judgePinned(chain: Chain, pinned: PinnedHost): VantageJudgement {
  const pin = findingOfPins(pinned);
  const { misleads } = pin;
  const alone: VantageJudgement = { verdict: 'Pinned', ...(misleads && { misleads }), failing: [pin], said: [] };
  if (!asksBeside(pinned)) return alone;
  const beside = judgeDns({ ...chain, nameservers: chain.nameservers.map((link) => besidePins(link, pinned)) });
  const failing = [pin, ...beside.failing].toSorted(byRank);
  return byRank(alone, beside) <= 0 ? { ...alone, failing } : { ...beside, failing };
}

function judgeDns(chain: Chain): VantageJudgement {
  const { nameservers, resolved } = chain;
  const links = [...nameservers, ...(resolved?.stub ? [resolved.stub] : []), ...(resolved?.scopes.flat() ?? [])];
  const ways = waysOf(chain);
  const { verdict, cause, blamed } = judgeWays(ways.map((way) => judgeWay(way, links)));
  const isReserve = (link: ChainLink): boolean => ways.some(({ reserve }) => reserve.includes(link));
  const find = (link: ChainLink): NameserverFinding => findingOf(link, isReserve(link));
  return {
    verdict,
    ...(cause && { cause }),
    failing: withoutDoubles(blamed).map(find).toSorted(byRank),
    said: withoutDoubles(links.filter((link) => !blamed.includes(link) && isWorthSaying(link))).map(find),
  };
}

/** Programs that look names up in different ways are to agree. */
function judgeWays(outcomes: readonly Outcome[]): Outcome {
  const faulty = outcomes.filter(({ verdict }) => isFault(verdict));
  const [worst = NOBODY] = outcomes.toSorted(byRank);
  const blamed = faulty.flatMap((outcome) => outcome.blamed);
  return faulty.length > 0 && faulty.length < outcomes.length ? { verdict: 'Mixed', blamed } : { ...worst, blamed };
}

function judgeWay({ now, reserve, first }: Answering, links: readonly ChainLink[]): Outcome {
  if (now.length > 0) {
    const outcome = judgeAnswering(now);
    return outcome.verdict === 'Internal' ? judgeReserve(reserve) : outcome;
  }
  if (first === undefined) return NOBODY;
  const { verdict, cause } = first.verdict;
  return { verdict, cause, blamed: links.filter((link) => isWithoutAnswer(link.verdict.verdict)) };
}

/** Rule 1: what may be the answer now. */
function judgeAnswering(answering: readonly ChainLink[]): Outcome {
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

/** A server may stand in several lists; what is said of it is the same. */
function withoutDoubles(links: readonly ChainLink[]): readonly ChainLink[] {
  return links.filter((link, index) => links.findIndex(({ address }) => address === link.address) === index);
}
