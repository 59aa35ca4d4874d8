import type { NameserverVerdict } from '../../model/expectation.ts';
import { byRank, isFault } from './rank.ts';

/** What a nameserver comes to that gives several answers by turns; undefined where there is none. */
export function judgeByTurns(verdicts: readonly NameserverVerdict[]): NameserverVerdict | undefined {
  const [worst] = verdicts.toSorted(byRank);
  if (worst === undefined || !isFault(worst.verdict)) return worst;
  return verdicts.some(({ verdict }) => verdict === 'Internal') ? mixed(worst) : worst;
}

/** Mixed says what comes where it is not the expected. */
export function mixed({ answers, expected, answersPublicly, detail }: NameserverVerdict): NameserverVerdict {
  return {
    verdict: 'Mixed',
    answers,
    expected,
    detail: `changes between internal answers and others: now and then it ${detail}`,
    ...(answersPublicly && { answersPublicly }),
  };
}
