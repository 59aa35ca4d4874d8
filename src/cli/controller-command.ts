import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { startController } from '../controller/controller.ts';
import { startHealthServer } from '../controller/health-server.ts';
import type { AccessOptions } from '../kube/access.ts';
import { connect } from '../kube/kube.ts';
import { parseListenAddress, type ListenAddress } from './listen-address.ts';
import { VERSION } from './version.ts';

interface ControllerFlags {
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly logLevel: string;
  readonly listen: ListenAddress;
  readonly queriesPerSecond: number;
  readonly resolvConf: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** `splithorizon controller`: the operator. */
export function controllerCommand(): Command {
  return new Command('controller')
    .description('the operator')
    .addOption(
      new Option('--kubeconfig <file>', 'kubeconfig file (default: the pod’s service account)').env(
        'SPLITHORIZON_KUBECONFIG',
      ),
    )
    .addOption(
      new Option('--namespace <name>', 'namespace of the operator, where Secrets are read')
        .env('SPLITHORIZON_NAMESPACE')
        .default('splithorizon'),
    )
    .addOption(
      new Option('--log-level <level>', 'least level that is logged')
        .env('SPLITHORIZON_LOG_LEVEL')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .addOption(
      new Option('--listen <address>', 'where /livez and /readyz are served')
        .env('SPLITHORIZON_LISTEN')
        .argParser(parseListenAddress)
        .default({ host: '0.0.0.0', port: 8080 }, '0.0.0.0:8080'),
    )
    .addOption(
      new Option('--queries-per-second <n>', 'DNS questions per nameserver address, over all zones and vantages')
        .env('SPLITHORIZON_QUERIES_PER_SECOND')
        .argParser(parsePositive)
        .default(2),
    )
    .addOption(
      new Option('--resolv-conf <file>', 'resolver configuration that the vantage `pods` reads')
        .env('SPLITHORIZON_RESOLV_CONF')
        .default('/etc/resolv.conf'),
    )
    .action(runController);
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('Give a number above 0, at most 10000.');
  return value;
}

/** Runs the operator until SIGTERM or SIGINT. */
async function runController(flags: ControllerFlags): Promise<void> {
  const log = pino({ level: flags.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  const now = Date.now;
  const random = Math.random;
  const kube = connect({
    ...accessOf(flags),
    version: VERSION,
    now: () => performance.now(),
    wallClock: now,
    random,
    instance: hostname(),
    signal,
    onLost: (note, error) => log.warn({ reason: note.reason, err: error }, 'an Event was lost'),
  });
  const controller = startController(
    {
      kube,
      namespace: flags.namespace,
      log,
      now,
      random,
      queriesPerSecond: flags.queriesPerSecond,
      readResolvConf: () => readFileSync(flags.resolvConf, 'utf8'),
    },
    signal,
  );
  const health = await startHealthServer({ ...flags.listen, isReady: () => controller.ready });
  log.info({ version: VERSION, listen: health.address() }, 'splithorizon controller started');
  try {
    await controller.done;
  } finally {
    health.close();
    log.info('stopped');
  }
}

/** The cluster to work on: a kubeconfig if one is named, else the one that this pod runs in. */
function accessOf({ kubeconfig }: ControllerFlags): AccessOptions {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(host !== undefined && { inCluster: { host, port } }),
  };
}
