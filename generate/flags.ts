import type { Command, Option } from 'commander';
import { code, pageHead, table } from './markdown.ts';

/** The reference page of the command line: every command with its flags, from their declarations. */
export function flagsPage(program: Command, source: string): string {
  return [
    pageHead('Commands and flags', source),
    `${program.description()}.\n\n`,
    'Each flag can be given by its environment variable instead; where both are, the flag counts. Every command also ',
    'takes `--help` and `--version`. All that is wrong with flags is said at once, and the exit code is then 1.\n\n',
    ...program.commands.map((command) => commandPart(program, command)),
  ].join('');
}

function commandPart(program: Command, command: Command): string {
  const usage = `${program.name()} ${command.name()} ${command.usage()}`;
  return [
    `## ${program.name()} ${command.name()}\n\n${sentence(command.description())}\n\n`,
    `\`\`\`\n${usage}\n\`\`\`\n\n`,
    table(
      ['flag', 'variable', 'default', 'meaning'],
      command.options.filter(({ long }) => long !== '--version').map(flagRow),
    ),
  ].join('');
}

function flagRow(option: Option): string[] {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.map(code).join(', ')}`;
  const shown = option.defaultValueDescription ?? String(option.defaultValue ?? '');
  return [code(option.flags), code(option.envVar ?? ''), code(shown), `${option.description}${choices}`];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
