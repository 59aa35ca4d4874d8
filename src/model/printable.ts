/** One character that a terminal would act on or that turns the direction of a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;
/** What nearly every text consists of. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * A text of unknown origin on one line: what a terminal would act on is written as in JSON, `\u001b`, so that it may stand in a
 * text for people, in a status, an Event, a label of a metric, or within the strings of a line of JSON.
 */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, escaped);
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
