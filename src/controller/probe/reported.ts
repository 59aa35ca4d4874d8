import type { Report } from '../../model/api.ts';
import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import { indexReport, type ReportIndex, type SeenLooks } from '../../model/report.ts';
import { judgeByTurns } from '../../plan/verdict/by-turns.ts';
import { judgeNameserver } from '../../plan/verdict/nameserver.ts';
import { createDueList } from '../../probe/due-list.ts';
import type { World } from '../world.ts';
import type { Liveness } from './liveness.ts';
import type { QuestionMarks } from './question-marks.ts';

/** A host at a nameserver of a vantage that an agent reports. */
export interface ReportedSlot {
  readonly vantage: string;
  readonly nameserver: string;
  readonly zone: string;
  readonly host: string;
}

/** What agents saw, as far as it still says something. */
export interface Reported {
  /** A vantage came, went or changed: gives the hosts of which something else is reported now. */
  update(vantage: string, hosts: () => Iterable<readonly [zone: string, host: string]>): string[];
  /** What a look of an agent comes to, and when its agent was last known to live (ms); undefined where there is none. */
  standing(slot: ReportedSlot, expectation: Expectation): { verdict: NameserverVerdict; at: number } | undefined;
  /** The host that stands for all of a zone at a nameserver, where the agent asks for one only. */
  canaryOf(slot: Omit<ReportedSlot, 'host'>): string | undefined;
  /** Whether its report leaves hosts out, since it would be too large. */
  isTruncated(vantage: string): boolean;
  /** How long a rotation takes there, in seconds. */
  rotationSeconds(vantage: string): number | undefined;
  /** The hosts whose verdicts are another by now, since what may be cached rightly is over. */
  due(): string[];
}

/** What reports are judged by. */
export interface ReportedOptions {
  readonly world: Pick<World, 'vantages'>;
  readonly liveness: Pick<Liveness, 'aliveAt'>;
  readonly marks: QuestionMarks;
  /** Has a host asked anew by all agents. */
  readonly askAgain: (host: string) => void;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

const LEFT_OUT: NameserverVerdict = {
  verdict: 'Unknown',
  answers: [],
  expected: [],
  detail: 'is not told of: the report of the agent there would be too large',
};

interface Known {
  readonly report: Report;
  readonly index: ReportIndex;
}

/** Nothing was reported yet. */
export function createReported(options: ReportedOptions): Reported {
  const { world, marks, now } = options;
  const known = new Map<string, Known>();
  const later = createDueList();

  const seenOf = ({ report, index }: Known, { nameserver, zone, host }: ReportedSlot): SeenLooks | undefined =>
    marks.isIn(report.questions, host) ? index.seen(nameserver, zone, host) : undefined;
  const isLeftOut = ({ index }: Known, { nameserver, zone, host }: ReportedSlot): boolean =>
    index.isLeftOut(nameserver, zone, host);
  const textOf = (where: Known, slot: ReportedSlot): string | undefined =>
    isLeftOut(where, slot) ? 'left out' : seenOf(where, slot)?.text;
  const nameserversOf = (...reports: (Report | undefined)[]): string[] => [
    ...new Set(reports.flatMap((report) => report?.resolvers ?? []).map(({ address }) => address)),
  ];
  /** A hundred vantages see the same of a host, most often: that is judged once for each time that the host is. */
  const judged = new WeakMap<Expectation, Map<string, NameserverVerdict | undefined>>();
  const judgeOnce = (
    { looks, text }: SeenLooks,
    expectation: Expectation,
    at: number,
  ): NameserverVerdict | undefined => {
    const known = judged.get(expectation) ?? new Map<string, NameserverVerdict | undefined>();
    judged.set(expectation, known);
    if (!known.has(text)) known.set(text, judgeByTurns(looks.map((look) => judgeNameserver(look, expectation, at))));
    return known.get(text);
  };
  /** A verdict over looks that are no older than the mark that they answer; without one where they must be taken anew. */
  const judge = (host: string, seen: SeenLooks, expectation: Expectation): NameserverVerdict | undefined => {
    const verdict = judgeOnce(seen, expectation, marks.madeAt(host) ?? now());
    if (verdict?.until === undefined) return verdict;
    if (now() < verdict.until) {
      later.add(host, verdict.until);
      return verdict;
    }
    // What may have been cached is no more: whether it has gone is to be seen.
    options.askAgain(host);
    return undefined;
  };

  return {
    update(vantage, hosts) {
      const before = known.get(vantage);
      const report = world.vantages.get(vantage)?.status.report;
      if (report === undefined) {
        known.delete(vantage);
        return before === undefined ? [] : [...hosts()].map(([, host]) => host);
      }
      if (before !== undefined && JSON.stringify(before.report) === JSON.stringify(report)) return [];
      const after = { report, index: indexReport(report) };
      known.set(vantage, after);
      const nameservers = nameserversOf(before?.report, report);
      const isSame = (zone: string, host: string, was: Known): boolean =>
        nameservers.every((nameserver) => {
          const slot = { vantage, nameserver, zone, host };
          return textOf(was, slot) === textOf(after, slot);
        });
      return [...hosts()].flatMap(([zone, host]) => (before && isSame(zone, host, before) ? [] : [host]));
    },
    standing(slot, expectation) {
      const where = known.get(slot.vantage);
      const at = options.liveness.aliveAt(slot.vantage);
      if (where === undefined || at === undefined) return undefined;
      if (isLeftOut(where, slot)) return { verdict: LEFT_OUT, at };
      const seen = seenOf(where, slot);
      if (seen === undefined) return undefined;
      const verdict = judge(slot.host, seen, expectation);
      // The agent lives and keeps to the rotation: what it reports was seen since.
      return verdict && { verdict, at: Math.max(at, expectation.changedAt) };
    },
    canaryOf: ({ vantage, nameserver, zone }) => known.get(vantage)?.index.canaryOf(nameserver, zone),
    isTruncated: (vantage) => known.get(vantage)?.report.truncated === true,
    rotationSeconds: (vantage) => known.get(vantage)?.report.rotationSeconds,
    due() {
      const hosts: string[] = [];
      for (let host = later.take(now()); host !== undefined; host = later.take(now())) hosts.push(host);
      return hosts;
    },
  };
}
