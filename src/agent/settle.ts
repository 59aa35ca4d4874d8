import { SECOND_LOOK_MS } from '../model/look.ts';
import type { ReportedLook } from '../model/report.ts';

/** A look with its text, by which two are compared, and when it was complete (ms). */
export interface SeenLook {
  readonly look: ReportedLook;
  readonly text: string;
  readonly at: number;
}

/** What is known of one host at one nameserver, from look to look. */
export interface Settled {
  /** What counts: nothing while a second look must decide; several where answers change by turns. */
  readonly stands: readonly SeenLook[];
  /** Looks that differ from what stands: the last one, and how many there were in a row. */
  readonly pending?: { readonly last: SeenLook; readonly count: number };
  /** The last looks, oldest first. */
  readonly history: readonly SeenLook[];
}

const NOTHING: Settled = { stands: [], history: [] };
const REMEMBERED = 5;
/** So many changes within the looks that are remembered make answers that come by turns, until so many looks agree. */
const CHANGES_OF_TURNS = 3;
const LOOKS_THAT_END_TURNS = 3;
/** Answers by turns that are told apart; more say nothing more. */
const MOST_TURNS = 4;
/** So many looks in a row that differ from what stands, and from each other, agree in that it is not what stood. */
const LOOKS_THAT_DECIDE = 3;

/**
 * What counts after a look. An agent knows no verdicts, so it takes a second look, 3 s later, whenever something else came
 * than before: what both saw counts. `isKnown` tells whether the nameserver is known to answer so at this moment, since two
 * looks at its canary agreed on it: then one look is enough.
 */
export function settle(before: Settled | undefined, seen: SeenLook, isKnown: boolean): Settled {
  const { stands, pending, history: former } = before ?? NOTHING;
  const history = [...former, seen].slice(-REMEMBERED);
  const turns = turnsOf(stands, history);
  if (turns.length > 0) return { stands: lastAgree(history) ? [seen] : turns, history };
  if (isKnown || stands[0]?.text === seen.text) return { stands: [seen], history };
  if (pending === undefined) return { stands, pending: { last: seen, count: 1 }, history };
  // A look too early to be the second one decides nothing.
  if (seen.at < pending.last.at + SECOND_LOOK_MS) return { stands, pending, history };
  const count = pending.count + 1;
  if (pending.last.text === seen.text || count >= LOOKS_THAT_DECIDE) return { stands: [seen], history };
  return { stands, pending: { last: seen, count }, history };
}

/** When another look is wanted before the usual turn (ms): to second the last one. */
export function lookAgainAt({ pending }: Settled): number | undefined {
  return pending && pending.last.at + SECOND_LOOK_MS;
}

function lastAgree(history: readonly SeenLook[]): boolean {
  const last = history.slice(-LOOKS_THAT_END_TURNS);
  return last.length === LOOKS_THAT_END_TURNS && last.every(({ text }) => text === last[0]?.text);
}

/** What comes by turns, what came so before included; empty where answers are of one kind. */
function turnsOf(stands: readonly SeenLook[], history: readonly SeenLook[]): readonly SeenLook[] {
  const known = stands.length > 1 ? stands.filter(({ text }) => indexOf(history, text) >= 0) : [];
  return distinct([...known, ...recurring(history)]);
}

/** From the first answer that came again after another one: what was left for good before that is none of it. */
function recurring(history: readonly SeenLook[]): readonly SeenLook[] {
  const runs = history.filter(({ text }, index) => text !== history[index - 1]?.text);
  if (runs.length <= CHANGES_OF_TURNS) return [];
  const first = runs.findIndex(({ text }, index) => runs.some((run, later) => later > index && run.text === text));
  return first < 0 ? [] : runs.slice(first);
}

function distinct(looks: readonly SeenLook[]): SeenLook[] {
  return looks.filter(({ text }, index) => indexOf(looks, text) === index).slice(0, MOST_TURNS);
}

function indexOf(looks: readonly SeenLook[], text: string): number {
  return looks.findIndex((look) => look.text === text);
}
