import { randomUUID } from 'node:crypto';
import type { Clock } from '../../probe/clock.ts';
import { startController, type Controller, type ControllerOptions } from '../controller.ts';
import { createElection, type LeaseTimes } from './election.ts';

/** What a replica is made of. */
export interface ReplicaOptions extends Omit<ControllerOptions, 'guard'> {
  /** Which replica this is, such as the name of its pod; for people who look at the Lease. */
  readonly instance: string;
  readonly leaseTimes: LeaseTimes;
  /** By both of these the lease's age is told; milliseconds since 1970 the one. */
  readonly wallClock: () => number;
  readonly clock: Clock;
}

/** The Lease that the replicas elect their leader by, in the operator's namespace. */
export const LEASE = 'splithorizon';

const RELEASE_MS = 2_000;

/**
 * Runs the operator as one of its replicas: it watches the cluster while another leads, leads when the lease is its own, and
 * begins anew, without a memory, when it has lost that. Resolves when the signal is aborted and everything has ended.
 */
export function startReplica(options: ReplicaOptions, signal: AbortSignal): Omit<Controller, 'lead'> {
  const { kube, namespace, log } = options;
  // As client-go has it: a process that took another's place is not that other one, whatever their names.
  const identity = `${options.instance}_${randomUUID()}`;

  const begin = (): { readonly controller: Controller; readonly over: Promise<void> } => {
    const election = createElection({
      leases: kube.leases,
      lease: { namespace, name: LEASE },
      identity,
      times: options.leaseTimes,
      clock: options.clock,
      wallClock: options.wallClock,
      random: options.random,
      onProblem: (error) => log.warn({ err: error }, 'the Lease cannot be read or written'),
    });
    const ending = AbortSignal.any([signal, election.lost]);
    const controller = startController({ ...options, kube: kube.guardedBy(election, ending), guard: election }, ending);
    const lead = (): void => {
      log.info({ lease: LEASE, identity }, 'leading');
      controller.lead();
    };
    const run = async (): Promise<void> => {
      await Promise.all([election.run(lead, ending), controller.done]);
      if (election.lost.aborted) log.warn({ lease: LEASE, identity }, 'the lease is lost; standing by');
      await election.release(AbortSignal.timeout(RELEASE_MS)).catch((error: unknown) => {
        log.warn({ err: error }, 'the Lease could not be given back; another waits until it is over');
      });
    };
    return { controller, over: run() };
  };

  let current = begin();
  const run = async (): Promise<void> => {
    await current.over;
    while (!signal.aborted) {
      current = begin();
      await current.over;
    }
  };
  return {
    get ready() {
      return current.controller.ready;
    },
    figures: () => current.controller.figures(),
    done: run(),
  };
}
