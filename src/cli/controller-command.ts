import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { startHealthServer } from '../controller/health-server.ts';
import { LEASE_TIMES } from '../controller/leader/election.ts';
import { startReplica } from '../controller/leader/replica.ts';
import { connect } from '../kube/kube.ts';
import { createMetrics } from '../metrics/registry.ts';
import { monotonicClock } from '../probe/clock.ts';
import { inCluster } from './cluster-access.ts';
import { createCommand, fileOption, flag, queriesOption, type CommonFlags } from './command.ts';
import { parseListenAddress, type ListenAddress } from './listen-address.ts';
import { createLog } from './log.ts';
import { VERSION } from './version.ts';

interface ControllerFlags extends CommonFlags {
  readonly listen: ListenAddress;
  readonly queriesPerSecond: number;
  readonly resolvConf: string;
}

/** `splithorizon controller`: the operator. */
export function controllerCommand(): Command {
  return createCommand('controller', 'the operator', { kubeconfig: 'the pod’s service account', logLevel: 'info' })
    .addOption(
      flag('listen <address>', 'where /livez, /readyz and /metrics are served')
        .argParser(parseListenAddress)
        .default({ host: '0.0.0.0', port: 8080 }, '0.0.0.0:8080'),
    )
    .addOption(queriesOption())
    .addOption(
      fileOption('resolv-conf', 'resolver configuration that the vantage `pods` reads').default('/etc/resolv.conf'),
    )
    .action(runController);
}

/** Runs the operator until SIGTERM or SIGINT. */
async function runController(flags: ControllerFlags): Promise<void> {
  const log = createLog(flags.logLevel);
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  const now = Date.now;
  const random = Math.random;
  const instance = hostname();
  const kube = connect({
    kubeconfig: flags.kubeconfig,
    inCluster: inCluster(process.env),
    version: VERSION,
    now: () => performance.now(),
    wallClock: now,
    random,
    instance,
    signal,
    onLost: (note, error) => log.warn({ reason: note.reason, err: error }, 'an Event was lost'),
  });
  const metrics = createMetrics();
  const controller = startReplica(
    {
      kube,
      instance,
      leaseTimes: LEASE_TIMES,
      clock: monotonicClock,
      namespace: flags.namespace,
      log,
      version: VERSION,
      meters: metrics.meters,
      now,
      wallClock: now,
      random,
      queriesPerSecond: flags.queriesPerSecond,
      readResolvConf: () => readFileSync(flags.resolvConf, 'utf8'),
    },
    signal,
  );
  try {
    const health = await startHealthServer({
      ...flags.listen,
      isReady: () => controller.ready,
      metrics: { contentType: metrics.contentType, text: () => metrics.expose(controller.figures()) },
    });
    log.info({ version: VERSION, listen: health.address() }, 'splithorizon controller started');
    await controller.done;
    health.close();
  } finally {
    stopping.abort();
    await controller.done;
    log.info('stopped');
  }
}
