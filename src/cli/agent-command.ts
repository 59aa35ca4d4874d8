import { hostname } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { runAgent } from '../agent/agent.ts';
import { hostFiles } from '../agent/machine/host-files.ts';
import { readMachine } from '../agent/machine/read-machine.ts';
import { connectAgent } from '../kube/agent-objects.ts';
import type { MachineConfig } from '../model/machine.ts';
import { ask } from '../probe/ask.ts';
import { monotonicClock } from '../probe/clock.ts';
import { formatNameserver, parseNameserver } from '../probe/nameserver-address.ts';
import { inCluster } from './cluster-access.ts';
import { createCommand, flag, parseFile, queriesOption, type CommonFlags } from './command.ts';
import { createLog } from './log.ts';
import { VERSION } from './version.ts';

interface AgentFlags extends CommonFlags {
  readonly vantage: string;
  readonly hostRoot: string;
  readonly clusterDns: readonly string[];
  readonly queriesPerSecond: number;
}

/** A DNS subdomain, as names of objects are (RFC 1123). */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** `splithorizon agent`: stands on a machine, and reports what its clients are told. */
export function agentCommand(): Command {
  return createCommand('agent', 'reports one vantage from the machine it runs on', {
    kubeconfig: 'the pod’s service account',
    logLevel: 'info',
  })
    .addOption(
      flag('vantage <name>', 'SplitHorizonVantage that it reports for; node-NAME brings pods-NAME along')
        .argParser(parseVantage)
        .makeOptionMandatory(),
    )
    .addOption(
      flag('host-root <folder>', 'where the machine’s own / is mounted, whose resolver configuration it reads')
        .argParser(parseFile)
        .default('/'),
    )
    .addOption(
      flag('cluster-dns <addresses>', 'whom pods of the node ask, as a node’s own cache')
        .argParser(parseAddresses)
        .default([], 'the Service kube-system/kube-dns'),
    )
    .addOption(queriesOption())
    .action(run);
}

function parseVantage(name: string): string {
  if (!NAME.test(name) || name === 'pods') {
    throw new InvalidArgumentError('Give the name of a SplitHorizonVantage that has spec.agent, such as lan-desk.');
  }
  return name;
}

function parseAddresses(text: string): readonly string[] {
  return text.split(',').map((item) => {
    const address = parseNameserver(item.trim());
    if (address === undefined) throw new InvalidArgumentError('Give IP or IP:port, several with commas between.');
    return formatNameserver(address);
  });
}

/** Runs the agent until SIGTERM or SIGINT. */
async function run(flags: AgentFlags): Promise<void> {
  const log = createLog(flags.logLevel);
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  const random = Math.random;
  const kube = connectAgent({
    kubeconfig: flags.kubeconfig,
    inCluster: inCluster(process.env),
    version: VERSION,
    now: () => performance.now(),
    random,
  });
  log.info({ version: VERSION, vantage: flags.vantage }, 'splithorizon agent started');
  await runAgent(
    {
      kube,
      vantage: flags.vantage,
      instance: hostname(),
      readMachine: machineReader(flags.hostRoot),
      clusterDns: flags.clusterDns,
      ask,
      clock: monotonicClock,
      now: Date.now,
      random,
      queriesPerSecond: flags.queriesPerSecond,
      log,
    },
    stopping.signal,
  );
  log.info('stopped');
}

/** Reads the machine's configuration, again only where a file of it has changed. */
function machineReader(root: string): () => MachineConfig {
  const files = hostFiles(root);
  let machine: MachineConfig | undefined;
  return () => {
    if (machine === undefined || files.haveChanged()) machine = readMachine(files);
    return machine;
  };
}
