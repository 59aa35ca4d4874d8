import { InvalidArgumentError, type Argument, type Command, type Option } from 'commander';

type Environment = Readonly<Record<string, string | undefined>>;

const INFORMATION = new Set(['--help', '-h', '--version', '-V']);

/**
 * All that is wrong with a command's flags and environment variables, each with its value and what is allowed; commander
 * itself stops at the first. None where help or the version is asked for.
 */
export function flagProblems(command: Command, args: readonly string[], env: Environment): string[] {
  if (args.some((arg) => INFORMATION.has(arg))) return [];
  const { given, operands, problems } = readArguments(command, args);
  const variables = command.options.flatMap((option) => {
    const value = option.envVar === undefined ? undefined : env[option.envVar];
    // A flag wins over its variable.
    return value === undefined || given.has(option) ? [] : problemOf(option, option.envVar ?? '', value);
  });
  const most = command.registeredArguments.length;
  const named = command.registeredArguments.flatMap((argument, index) => {
    const operand = operands[index];
    return operand === undefined ? [] : refusalOf(argument, argument.name(), operand);
  });
  const limit = `${command.name()} takes ${most === 0 ? 'no arguments' : `at most ${most}`} beside its flags`;
  return [...problems, ...variables, ...named, ...operands.slice(most).map((operand) => `"${operand}": ${limit}`)];
}

interface Arguments {
  readonly given: ReadonlySet<Option>;
  readonly operands: readonly string[];
  readonly problems: readonly string[];
}

function readArguments(command: Command, args: readonly string[]): Arguments {
  const given = new Set<Option>();
  const operands: string[] = [];
  const problems: string[] = [];
  const rest = [...args];
  const optionOf = (name: string | undefined): Option | undefined =>
    command.options.find(({ long, short }) => name !== undefined && (name === long || name === short));
  const takesNext = (option: Option | undefined, next: string | undefined): boolean =>
    // Of a flag that does not exist, what follows is taken for its value: one mistake, said once.
    option === undefined ? next?.startsWith('-') === false : !option.isBoolean() && optionOf(next) === undefined;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') operands.push(...rest.splice(0));
    else if (!arg.startsWith('-') || arg === '-') operands.push(arg);
    else {
      const { name, inline } = split(arg);
      const option = optionOf(name);
      const value = inline ?? (takesNext(option, rest[0]) ? rest.shift() : undefined);
      if (option !== undefined) given.add(option);
      problems.push(...(option === undefined ? [unknown(command, name)] : givenProblem(option, name, value)));
    }
  }
  return { given, operands, problems };
}

function split(arg: string): { readonly name: string; readonly inline: string | undefined } {
  const equals = arg.indexOf('=');
  return equals < 0 ? { name: arg, inline: undefined } : { name: arg.slice(0, equals), inline: arg.slice(equals + 1) };
}

function unknown(command: Command, name: string): string {
  return `${name}: there is no such flag; there are ${command.options.flatMap(({ long }) => long ?? []).join(', ')}`;
}

function givenProblem(option: Option, name: string, value: string | undefined): string[] {
  if (!option.isBoolean()) return problemOf(option, name, value);
  return value === undefined ? [] : [`${name} "${value}": it takes no value`];
}

function problemOf(option: Option, name: string, value: string | undefined): string[] {
  // Of a switch whatever its variable says would count.
  if (option.isBoolean()) return value === 'true' ? [] : [`${name} "${value ?? ''}": Give true, or leave it out.`];
  if (value === undefined) return [`${name}: needs a value, as ${option.flags}`];
  if (value === '') return [`${name} "": the value is empty; give ${option.flags}`];
  return refusalOf(option, name, value);
}

/** What the parser of a flag or argument has against a value. */
function refusalOf({ parseArg }: Pick<Option | Argument, 'parseArg'>, name: string, value: string): string[] {
  try {
    parseArg?.(value, undefined);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return [`${name} "${value}": ${error.message}`];
  }
}
