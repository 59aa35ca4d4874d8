import { flagProblems } from './cli/flag-problems.ts';
import { createProgram } from './cli/program.ts';
import { printableLines } from './model/printable.ts';

const program = createProgram();
const [name, ...args] = process.argv.slice(2);
const command = program.commands.find((candidate) => candidate.name() === name);
const problems = command === undefined ? [] : flagProblems(command, args, process.env);
if (problems.length > 0) {
  process.stderr.write(printableLines(problems.map((problem) => `splithorizon ${name ?? ''}: ${problem}\n`).join('')));
  process.exitCode = 1;
} else {
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(printableLines(`splithorizon: ${error instanceof Error ? error.message : String(error)}\n`));
    process.exitCode = 1;
  }
}
