import { SECOND } from '../world.ts';
import { expectedAt, type Landscape, type Server } from './landscape.ts';
import { opinionOfLook } from './look-oracle.ts';
import { badness, isFault, isInternal, type Opinion } from './opinion.ts';

type Dated = Opinion & { readonly at: number };

/** What stands after all looks since the expectation last changed; undefined where nobody looked since. */
function notebook(server: Server, { chapters }: Landscape): Dated | undefined {
  const changedAt = chapters.at(-1)?.from ?? 0;
  const looks = server.looks.filter(({ at }) => at >= changedAt);
  const last = looks.at(-1);
  if (last === undefined) return undefined;
  const start: Opinion = { verdict: looks.length < server.looks.length ? 'Propagating' : 'Unknown' };
  let line: Line = { stands: start, doubt: undefined, marks: [] };
  for (const look of looks) {
    const opinion = opinionOfLook({ look, expectation: expectedAt(chapters, look.at) });
    line = nextLine(line, { ...opinion, at: look.at });
  }
  return { ...line.stands, at: last.at };
}

/** One line of the notebook, written after each look. */
interface Line {
  readonly stands: Opinion;
  /** A first look of something else, which waits for a second. */
  readonly doubt: Dated | undefined;
  /** Whether each of the last five looks that proved something was Internal. */
  readonly marks: readonly boolean[];
}

function nextLine({ stands, doubt, marks: before }: Line, opinion: Dated): Line {
  const marks = marked(before, opinion);
  const threeAgree = lastThreeAgree(marks);
  const wasMixed = stands.verdict === 'Mixed';
  if (wasMixed ? !threeAgree : changesIn(marks) >= 3) return { stands: { verdict: 'Mixed' }, doubt: undefined, marks };
  if (agree(stands, opinion)) return { stands, doubt: undefined, marks };
  const isTakenAtOnce = wasMixed || isInternal(opinion) || opinion.verdict === 'Propagating';
  const isConfirmed = isSecond(opinion, doubt, threeAgree && !isFault(stands));
  if (isTakenAtOnce || isConfirmed) return { stands: opinion, doubt: undefined, marks };
  // A second look that comes too early leaves the first one waiting.
  return { stands, doubt: doubt !== undefined && agree(doubt, opinion) ? doubt : opinion, marks };
}

function marked(marks: readonly boolean[], opinion: Opinion): readonly boolean[] {
  return isInternal(opinion) || isFault(opinion) ? [...marks, isInternal(opinion)].slice(-5) : marks;
}

function lastThreeAgree(marks: readonly boolean[]): boolean {
  return marks.length >= 3 && new Set(marks.slice(-3)).size === 1;
}

function changesIn(marks: readonly boolean[]): number {
  return marks.filter((mark, index) => index > 0 && mark !== marks[index - 1]).length;
}

function agree(one: Opinion, other: Opinion): boolean {
  return badness(one.verdict) === badness(other.verdict) && one.stops === other.stops;
}

/** Whether a second look says the same, 3 s later; or, after three faults in a row of which each is another, a third. */
function isSecond(opinion: Dated, doubt: Dated | undefined, isThirdFault: boolean): boolean {
  if (doubt === undefined || opinion.at - doubt.at < 3 * SECOND) return false;
  return agree(doubt, opinion) || (isThirdFault && isFault(doubt));
}

/** What counts of a nameserver now, from all its looks. */
export function opinionOfServer(server: Server, landscape: Landscape): Opinion {
  const { recordReason, rotationSeconds, chapters, now } = landscape;
  const outdated: Opinion = { verdict: 'Unknown', cause: server.isThrottled ? 'Throttled' : undefined };
  if (server.heldBack === 'NotHeld') {
    return { verdict: ['Observed', 'Published'].includes(recordReason) ? 'NotFound' : 'Unknown' };
  }
  const opinion = notebook(server, landscape);
  if (opinion === undefined) {
    if (server.heldBack === 'Behind') return { verdict: 'Propagating' };
    if (server.heldBack === 'PastLag') return { verdict: 'Unknown', cause: 'SerialBehind' };
    const since = now - (chapters.at(-1)?.from ?? 0);
    return since > 3 * rotationSeconds * SECOND ? outdated : { verdict: 'Propagating' };
  }
  if (now - opinion.at > 3 * rotationSeconds * SECOND) return outdated;
  return opinion;
}
