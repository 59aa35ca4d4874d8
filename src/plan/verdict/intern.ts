import type { NameserverVerdict } from '../../model/expectation.ts';

/** Gives one object for all equal verdicts, so that 10,000 hosts with the same answer hold it once. */
export type Intern = (verdict: NameserverVerdict) => NameserverVerdict;

/** An Intern that forgets all it shared once it has met `most` different verdicts: only memory depends on it. */
export function createIntern(most = 1000): Intern {
  const shared = new Map<string, NameserverVerdict>();
  return (verdict) => {
    const key = JSON.stringify(verdict);
    const known = shared.get(key);
    if (known !== undefined) return known;
    if (shared.size >= most) shared.clear();
    shared.set(key, verdict);
    return verdict;
  };
}
