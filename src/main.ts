import { Command } from 'commander';
import { controllerCommand } from './cli/controller-command.ts';
import { VERSION } from './cli/version.ts';

const program = new Command('splithorizon')
  .description(
    'Keeps a Technitium zone right for the hosts a cluster exposes, and proves that clients resolve them internally',
  )
  .version(VERSION)
  .addCommand(controllerCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`splithorizon: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
