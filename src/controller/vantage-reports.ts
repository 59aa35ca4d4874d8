import { isAlreadyExists } from '../kube/kube-error.ts';
import type { Kube } from '../kube/kube.ts';
import type { VantageStatus } from '../model/api.ts';
import type { VantageView } from '../model/views.ts';
import type { VantageReason } from '../model/reason.ts';
import { stampConditions, type ConditionNow } from '../plan/status/conditions.ts';
import { localAddressFor } from '../probe/local-address.ts';
import { createWorkQueue, type Outcome, type WorkQueue, type WorkQueueOptions } from '../queue/work-queue.ts';
import { createCalm } from './calm.ts';
import type { Intervals } from './intervals.ts';
import { mergePatch } from './merge-patch.ts';
import { PODS_VANTAGE } from './probe/chains.ts';
import type { Probing, VantageFacts } from './probe/probing.ts';
import type { World } from './world.ts';

/** What the loop over SplitHorizonVantages needs. */
export interface VantageReportsOptions {
  readonly world: World;
  readonly kube: Pick<Kube, 'createVantage' | 'patchVantageStatus'>;
  readonly mayWrite: () => boolean;
  readonly intervals: Pick<Intervals, 'stillMs'>;
  readonly probing: Pick<Probing, 'vantage'>;
  readonly now: () => number;
  readonly queue: Pick<WorkQueueOptions<string>, 'random' | 'onFailure'>;
}

/** Keeps the vantage `pods` there and the status of each SplitHorizonVantage true. Keys are their names. */
export function createVantageReports(options: VantageReportsOptions): WorkQueue<string> {
  const { world, kube, probing } = options;
  const calm = createCalm(() => performance.now(), options.intervals.stillMs);
  const askedFrom = new Map<string, string>();

  const work = async (name: string, signal: AbortSignal): Promise<Outcome> => {
    if (!options.mayWrite()) return { kind: 'again', afterMs: 1_000 };
    const view = world.vantages.get(name);
    if (view === undefined) {
      if (name === PODS_VANTAGE) await createPods(signal);
      return { kind: 'done' };
    }
    // The report is the agent's.
    const { report: _, ...before } = view.status;
    const after = await statusOf(view, before);
    const patch = mergePatch(before, after);
    const wait = patch && isFiguresOnly(before, after) ? calm.waitFor(name, JSON.stringify(patch)) : 0;
    if (wait > 0) return { kind: 'again', afterMs: wait };
    if (patch !== undefined) await kube.patchVantageStatus(name, patch, signal);
    calm.settle(name);
    return { kind: 'done' };
  };
  const createPods = async (signal: AbortSignal): Promise<void> => {
    try {
      await kube.createVantage(PODS_VANTAGE, { audience: 'Pods' }, signal);
    } catch (error) {
      // The watch has not told us of it yet.
      if (!isAlreadyExists(error)) throw error;
    }
  };
  const statusOf = async ({ name, generation }: VantageView, before: VantageStatus): Promise<VantageStatus> => {
    const facts = probing.vantage(name);
    const { chain, rotationSeconds } = facts;
    // What was counted before our start stands until there is more to say.
    const hosts = facts.hosts ?? before.hosts ?? { total: 0, internal: 0 };
    const nameservers = chain?.nameservers ?? [];
    const first = nameservers[0]?.server;
    const from = first && !facts.isReported ? await localAddressFor(first, askedFrom) : undefined;
    return {
      ...(from !== undefined && { askedFrom: from }),
      hosts: { ...hosts },
      summary: {
        resolvers: nameservers.length === 0 ? '-' : nameservers.map(({ key }) => key).join(','),
        internal: `${hosts.internal}/${hosts.total}`,
      },
      ...(rotationSeconds !== undefined && { rotationSeconds }),
      conditions: conditionsOf(generation, before, reporting(nameservers.length, hosts.total, facts)),
    };
  };
  const conditionsOf = (
    observedGeneration: number,
    { conditions: before }: VantageStatus,
    now: Reporting | undefined,
  ): VantageStatus['conditions'] =>
    now === undefined ? before : stampConditions([now], before, { observedGeneration, now: options.now() });

  return createWorkQueue({ ...options.queue, concurrency: 2, work, backoff: { firstMs: 250, mostMs: 60_000 } });
}

type Reporting = ConditionNow<VantageReason>;

/** Undefined while too little is known since our start: what is stored stands. */
function reporting(
  nameservers: number,
  hosts: number,
  { isReported, agent, isTruncated, throttledAt }: VantageFacts,
): Reporting | undefined {
  if (isReported && agent === undefined) return undefined;
  const type = 'Reporting';
  if (agent === 'Awaited') {
    return { type, status: 'Unknown', reason: 'Pending', message: 'No agent has said that it stands there.' };
  }
  if (agent === 'Expired') {
    const message =
      'Its agent has not renewed its Lease for three minutes: it does not run, or cannot reach the cluster.';
    return { type, status: 'False', reason: 'LeaseExpired', message };
  }
  if (nameservers === 0) {
    const message = isReported ? 'Its agent has not reported yet.' : 'It has no nameserver to ask.';
    return { type, status: 'Unknown', reason: 'Pending', message };
  }
  if (throttledAt.length > 0) {
    const message = `${throttledAt.join(', ')} cuts its answers short and gives none over TCP: it limits how often it is asked.`;
    return { type, status: 'Unknown', reason: 'Throttled', message };
  }
  if (isTruncated) {
    const message =
      'Its agent sees so many different answers that hosts are left out of its report: nothing is known of them.';
    return { type, status: 'Unknown', reason: 'Truncated', message };
  }
  if (hosts === 0) return { type, status: 'Unknown', reason: 'Pending', message: 'No host was asked for yet.' };
  const who = isReported ? 'An agent asks its nameservers.' : 'The operator asks its nameservers itself.';
  return { type, status: 'True', reason: 'Reporting', message: who };
}

/** Whether nothing differs but figures. */
function isFiguresOnly(before: VantageStatus, after: VantageStatus): boolean {
  const rest = ({ hosts: _, rotationSeconds: __, summary, ...others }: VantageStatus): string =>
    JSON.stringify([Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1)), summary?.resolvers]);
  return rest(before) === rest(after);
}
