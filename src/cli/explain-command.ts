import { homedir, hostname } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { destination } from 'pino';
import { explain } from '../controller/explain/explain.ts';
import { connect } from '../kube/kube.ts';
import { hostOfObject, parseHostName } from '../model/host-name.ts';
import { clusterOfPerson } from './cluster-access.ts';
import { createCommand, flag, outputOption, type CommonFlags, type Output } from './command.ts';
import { explainText } from './explain-text.ts';
import { createLog } from './log.ts';
import type { Surroundings } from './plan-command.ts';
import { jsonText } from './text-layout.ts';
import { VERSION } from './version.ts';

/** The flags of `explain`, parsed. */
export interface ExplainFlags extends CommonFlags {
  readonly output: Output;
  readonly live?: boolean;
}

/** The exit code of a host that is not Ready, or not known to be; 0 is Ready, 1 an error. */
const NOT_READY = 2;

type Run = (host: string, flags: ExplainFlags) => Promise<void>;

/** `splithorizon explain`: one page on one host. `run` is told what was asked for. */
export function explainCommand(run: Run = runInProcess): Command {
  return createCommand(
    'explain',
    'one page on one host: sources, record, every server, vantage and nameserver, what to change; exit 0 Ready, 2 not, 1 error',
    { kubeconfig: 'as kubectl finds it', logLevel: 'error' },
  )
    .argument('<host>', 'the host, or the name of its SplitHorizonHost', parseHost)
    .addOption(outputOption())
    .addOption(flag('live', 'also ask the servers and nameservers that can be reached from here'))
    .action(run);
}

/** The stored form of a host as people write it, or of the name of its object. */
function parseHost(text: string): string {
  const parsed = parseHostName(hostOfObject(text.toLowerCase()));
  if (!parsed.ok)
    throw new InvalidArgumentError(`Give the name of a host such as git.example.com: this one ${parsed.problem}.`);
  return parsed.host;
}

async function runInProcess(host: string, flags: ExplainFlags): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Error('interrupted')));
  process.exitCode = await runExplain(host, flags, {
    signal: stopping.signal,
    out: (text) => void process.stdout.write(text),
  });
}

/**
 * Explains and prints.
 *
 * @returns the exit code
 * @throws Error in words for people, where there is nothing to explain
 */
export async function runExplain(
  host: string,
  flags: ExplainFlags,
  { signal, out }: Pick<Surroundings, 'signal' | 'out'>,
): Promise<number> {
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
  const options = { kube, log, host, live: flags.live === true, now: Date.now, random: Math.random };
  const page = await explain(options, signal);
  out(flags.output === 'json' ? jsonText(page) : explainText(page, Date.now()));
  return page.ready.status === 'True' ? 0 : NOT_READY;
}
