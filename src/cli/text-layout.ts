import { printable, printableLines } from '../model/printable.ts';

/** How wide text for people is, where what it holds lets it. */
export const WIDTH = 100;

/** A text as lines of the width that is left behind `indent`; a word that is longer stands on a line of its own. */
export function wrapped(text: string, indent: number): string[] {
  const room = WIDTH - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}`);
}

/** Rows as columns, each as wide as its longest cell; the last may be of any length. */
export function columns(rows: readonly (readonly string[])[], indent: number): string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return cells.map((row) =>
    `${' '.repeat(indent)}${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
}

/** What a command found as JSON for programs, which somebody may look at in a terminal. */
export function jsonText(value: unknown): string {
  return `${printableLines(JSON.stringify(value, undefined, 2))}\n`;
}

/** How long ago that was, in the greatest unit that fits: `4 min ago`. Empty where it is no time. */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return '';
  const [count, unit] = UNITS.map(([length, name]) => [Math.floor(seconds / length), name] as const).find(
    ([whole]) => whole > 0,
  ) ?? [seconds, 's'];
  return `${count} ${unit} ago`;
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;
