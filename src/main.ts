import { Command } from 'commander';
import { controllerCommand } from './cli/controller-command.ts';
import { flagProblems } from './cli/flag-problems.ts';
import { VERSION } from './cli/version.ts';

const program = new Command('splithorizon')
  .description(
    'Keeps a Technitium zone right for the hosts a cluster exposes, and proves that clients resolve them internally',
  )
  .version(VERSION)
  .addCommand(controllerCommand());

const [name, ...args] = process.argv.slice(2);
const command = program.commands.find((candidate) => candidate.name() === name);
const problems = command === undefined ? [] : flagProblems(command, args, process.env);
if (problems.length > 0) {
  process.stderr.write(problems.map((problem) => `splithorizon ${name ?? ''}: ${problem}\n`).join(''));
  process.exitCode = 1;
} else {
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`splithorizon: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
