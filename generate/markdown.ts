import { format } from 'prettier';

/** The first lines of a generated page. */
export function pageHead(title: string, source: string): string {
  return `<!-- Made from ${source} by \`npm run generate\`; edit that instead. -->\n\n# ${title}\n\n`;
}

/** A table; cells are Markdown without HTML and line breaks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('') + '\n';
}

/** Text as code, or nothing for nothing. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Markdown as the project has it. */
export function formatted(markdown: string): Promise<string> {
  return format(markdown, { parser: 'markdown', printWidth: 120 });
}

/** In code `<` stands for itself; elsewhere it would begin a tag. */
function escaped(cell: string): string {
  return cell
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replace(/`[^`]*`|</g, (found) => (found === '<' ? '\\<' : found));
}
