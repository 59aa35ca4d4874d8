/**
 * Whether each of the last five looks was Internal, as one small number (there is one for every host and nameserver):
 * a leading 1, then a bit for each look, the latest last.
 */
export type History = number;

/** No look yet. */
export const NO_LOOKS: History = 1;

const MOST_LOOKS = 5;

/** The history with one more look. */
export function remember(history: History, isInternal: boolean): History {
  const looks = looksOf(history);
  return Number.parseInt(`1${(looks + (isInternal ? '1' : '0')).slice(-MOST_LOOKS)}`, 2);
}

/** How often the looks changed between Internal and not. */
export function changesOf(history: History): number {
  return looksOf(history).match(/(?=01|10)/g)?.length ?? 0;
}

/** Whether the last three looks are there and agree. */
export function lastThreeAgree(history: History): boolean {
  return /(000|111)$/.test(looksOf(history));
}

function looksOf(history: History): string {
  return history.toString(2).slice(1);
}
