import { accessSync, constants } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { VERSION } from './version.ts';

/** The flags that every command takes. */
export interface CommonFlags {
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly logLevel: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Where a command finds the cluster, and what it logs, if nothing else is said. */
export interface CommandDefaults {
  readonly kubeconfig: string;
  readonly logLevel: string;
}

/** A subcommand with the flags that all have in common; each has an environment variable. */
export function createCommand(name: string, description: string, defaults: CommandDefaults): Command {
  return new Command(name)
    .description(description)
    .version(VERSION)
    .addOption(fileOption('kubeconfig', `kubeconfig file (default: ${defaults.kubeconfig})`))
    .addOption(
      flag('namespace <name>', 'namespace of the operator, where Secrets are read')
        .argParser(parseNamespace)
        .default('splithorizon'),
    )
    .addOption(flag('log-level <level>', 'least level that is logged').choices(LOG_LEVELS).default(defaults.logLevel));
}

/** A flag `--name <value>`, or `--name` alone for a switch, with its environment variable `SPLITHORIZON_NAME`. */
export function flag(nameAndValue: string, meaning: string): Option {
  const [name = ''] = nameAndValue.split(' ');
  return new Option(`--${nameAndValue}`, meaning).env(`SPLITHORIZON_${name.replaceAll('-', '_').toUpperCase()}`);
}

/** How a command prints what it found. */
export type Output = 'text' | 'json';

/** The flag of commands that print. */
export function outputOption(): Option {
  return flag('output <format>', 'how the result is printed').choices(['text', 'json']).default('text');
}

/** How fast commands that ask again and again do so. */
export function queriesOption(): Option {
  return flag('queries-per-second <n>', 'DNS questions per nameserver address, over all zones and vantages')
    .argParser(parsePositive)
    .default(2);
}

/** A flag that names a file, which must be there to be read. */
export function fileOption(name: string, meaning: string): Option {
  return flag(`${name} <file>`, meaning).argParser(parseFile);
}

/** The path of a file that can be read; else commander's InvalidArgumentError. */
export function parseFile(path: string): string {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new InvalidArgumentError(`Give a file that can be read (${code}).`);
  }
  return path;
}

function parseNamespace(name: string): string {
  if (!NAMESPACE.test(name))
    throw new InvalidArgumentError('Give the name of a namespace: a-z, 0-9 and -, at most 63.');
  return name;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('Give a number above 0, at most 10000.');
  return value;
}
