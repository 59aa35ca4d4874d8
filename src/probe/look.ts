import type { Answer, Look, QuestionType } from '../model/look.ts';
import { isTruncated } from './ask.ts';

/** What to look at: a name, and beside it the host's `target.cname` if it has one. */
export interface Subject {
  readonly name: string;
  readonly cname?: string | undefined;
}

/** Queries that a look takes: A and AAAA of each name. Fewer only where silence ends it, which costs a repeat. */
export function queriesOf({ cname }: Subject): number {
  return cname === undefined ? 2 : 4;
}

/**
 * Looks at a name at one nameserver: A, then AAAA, as one client would ask. After silence on A nothing more is asked:
 * the next question would only wait as long again.
 *
 * @param askType `ask`, bound to the nameserver
 * @param now milliseconds of the wall clock
 */
export async function look(
  { name, cname }: Subject,
  askType: (name: string, type: QuestionType) => Promise<Answer>,
  now: () => number,
): Promise<Look> {
  const own = await both(name, askType);
  if (cname === undefined || own.a.outcome === 'silent') return { ...own, at: now() };
  const beside = await both(cname, askType);
  return { ...own, cname: beside, at: now() };
}

/** Whether the nameserver cut an answer short and gave no whole one over TCP: as Technitium throttles. Nothing was seen. */
export function isThrottled({ a, aaaa, cname }: Look): boolean {
  return [a, aaaa, cname?.a, cname?.aaaa].some((answer) => answer !== undefined && isTruncated(answer));
}

async function both(
  name: string,
  askType: (name: string, type: QuestionType) => Promise<Answer>,
): Promise<{ a: Answer; aaaa: Answer | undefined }> {
  const a = await askType(name, 'A');
  return { a, aaaa: a.outcome === 'silent' ? undefined : await askType(name, 'AAAA') };
}
