import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { destination } from 'pino';
import { preview } from '../controller/preview/preview.ts';
import { connect } from '../kube/kube.ts';
import { readManifest, type Manifest } from '../kube/manifest.ts';
import { parseHostName } from '../model/host-name.ts';
import { printable } from '../model/printable.ts';
import { helpOn } from '../model/reason.ts';
import { hasChanges } from '../plan/preview/preview.ts';
import { clusterOfPerson } from './cluster-access.ts';
import { createCommand, fileOption, flag, outputOption, parseFile, type CommonFlags, type Output } from './command.ts';
import { createLog } from './log.ts';
import { planText } from './plan-text.ts';
import { jsonText } from './text-layout.ts';
import { VERSION } from './version.ts';

/** The flags of `plan`, parsed. */
export interface PlanFlags extends CommonFlags {
  readonly output: Output;
  readonly filename?: string;
  readonly takeOver: readonly string[];
  readonly resolvConf: string;
}

/** The exit code of a plan that found something to do; 0 is nothing to do, 1 an error. */
const CHANGES = 2;

/** Where a command reads and writes, and what ends it. */
export interface Surroundings {
  readonly signal: AbortSignal;
  /** All of standard input. */
  readonly input: () => string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

type Run = (zone: string | undefined, flags: PlanFlags) => Promise<void>;

/** `splithorizon plan`: what a sync would do, without doing it. `run` is told what was asked for. */
export function planCommand(run: Run = runInProcess): Command {
  return createCommand('plan', 'what a sync would do and leave alone; exit 0 nothing to do, 2 changes, 1 error', {
    kubeconfig: 'as kubectl finds it',
    logLevel: 'error',
  })
    .argument('[zone]', 'the SplitHorizonZone to plan (default: all)', parseZone)
    .addOption(outputOption())
    .addOption(
      new Option('-f, --filename <file>', 'zones and hosts that are not applied yet, as YAML; - for standard input')
        .env('SPLITHORIZON_FILENAME')
        .argParser((path) => (path === '-' ? path : parseFile(path))),
    )
    .addOption(
      flag('take-over <name>', 'an orphan that a sync shall remove: it gets our mark now; may be given again')
        .argParser(addName)
        .default([], 'none'),
    )
    .addOption(
      fileOption('resolv-conf', 'resolver configuration by which host names of load balancers are resolved').default(
        '/etc/resolv.conf',
      ),
    )
    .action(run);
}

/** The name of a zone as its object has it. */
function parseZone(text: string): string {
  const parsed = parseHostName(text);
  if (!parsed.ok)
    throw new InvalidArgumentError(`Give the name of a zone such as example.com: this one ${parsed.problem}.`);
  return parsed.host;
}

/** One more host name; the flag may be given several times. */
function addName(text: string, before: readonly string[] = []): readonly string[] {
  const parsed = parseHostName(text);
  if (!parsed.ok) throw new InvalidArgumentError(`Give a name such as old.example.com: this one ${parsed.problem}.`);
  return [...before, parsed.host];
}

async function runInProcess(zone: string | undefined, flags: PlanFlags): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Error('interrupted')));
  process.exitCode = await runPlan(zone, flags, {
    signal: stopping.signal,
    input: () => readFileSync(0, 'utf8'),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
}

/**
 * Plans and prints.
 *
 * @returns the exit code
 * @throws Error in words for people, where nothing can be planned
 */
export async function runPlan(zone: string | undefined, flags: PlanFlags, around: Surroundings): Promise<number> {
  const { signal } = around;
  const given = readGiven(flags.filename, around);
  const log = createLog(flags.logLevel, destination(2));
  const kube = connect({
    ...clusterOfPerson(flags.kubeconfig, process.env, homedir()),
    version: VERSION,
    now: () => performance.now(),
    wallClock: Date.now,
    random: Math.random,
    instance: hostname(),
    signal,
    onLost: () => undefined,
  });
  const options = {
    kube,
    namespace: flags.namespace,
    // A file is about its own zones.
    zones: zone === undefined ? given.zones.map(({ name }) => name) : [zone],
    takeOver: flags.takeOver,
    given,
    log,
    now: Date.now,
    random: Math.random,
    readResolvConf: () => readFileSync(flags.resolvConf, 'utf8'),
  };
  const found = await preview(options, signal);
  around.out(flags.output === 'json' ? jsonText(found) : planText(found));
  const failed = found.zones.filter(({ error }) => error !== undefined);
  for (const { zone: name, error } of failed) {
    const { reason = '', message = '' } = error ?? {};
    around.err(`${printable(`splithorizon plan: zone ${name}: ${reason}: ${message} See ${helpOn(reason)}.`)}\n`);
  }
  return failed.length > 0 ? 1 : hasChanges(found) ? CHANGES : 0;
}

function readGiven(filename: string | undefined, { input }: Surroundings): Manifest {
  if (filename === undefined) return { zones: [], hosts: [] };
  const [content, name] = filename === '-' ? [input(), 'standard input'] : [readFileSync(filename, 'utf8'), filename];
  return readManifest(content, name, Date.now());
}
