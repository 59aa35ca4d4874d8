import { Command } from 'commander';
import { agentCommand } from './agent-command.ts';
import { controllerCommand } from './controller-command.ts';
import { explainCommand } from './explain-command.ts';
import { planCommand } from './plan-command.ts';
import { VERSION } from './version.ts';

/** The command line: every command with its flags. */
export function createProgram(): Command {
  return new Command('splithorizon')
    .description(
      'Keeps a Technitium zone right for the hosts a cluster exposes, and proves that clients resolve them internally',
    )
    .version(VERSION)
    .addCommand(controllerCommand())
    .addCommand(agentCommand())
    .addCommand(planCommand())
    .addCommand(explainCommand());
}
