import type { HostStatus, ZoneStatus } from '../model/api.ts';
import type { Kube } from '../kube/kube.ts';
import { timestamp } from '../plan/status/conditions.ts';
import { describeRecords } from '../plan/status/publication.ts';
import { zoneStatus, type HostTally, type TargetNow, type ZoneStatusInput } from '../plan/status/zone-status.ts';
import { createWorkQueue, type Outcome, type WorkQueue, type WorkQueueOptions } from '../queue/work-queue.ts';
import { mergePatch } from './merge-patch.ts';
import type { World } from './world.ts';
import type { Zone } from './zone/zone.ts';

/** What the loop over SplitHorizonZones needs. */
export interface ZoneReportsOptions {
  readonly world: World;
  readonly kube: Pick<Kube, 'patchZoneStatus'>;
  readonly mayWrite: () => boolean;
  readonly zone: (name: string) => Zone | undefined;
  readonly servers: (zone: string) => Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  readonly now: () => number;
  readonly queue: Pick<WorkQueueOptions<string>, 'random' | 'onFailure'>;
}

/** The reports on zones: a queue over their names, fed with what is reported of their hosts. */
export interface ZoneReports {
  readonly queue: WorkQueue<string>;
  /** A host's status was computed. */
  countHost(host: string, status: HostStatus): void;
  /** A host is gone. */
  forgetHost(host: string): void;
}

/** Counts alone are written once they stood still for so long, */
const STILL_MS = 5_000;
/** and while they keep moving so often at most. */
const MOVING_MS = 60_000;

const GATHER_MS = 250;

/** What of one host's status the zone counts. */
interface Counted {
  readonly zone: string;
  readonly isReady: boolean;
  readonly isConflicting: boolean;
  /** Reason of the worst audience that fails. */
  readonly failing: string | undefined;
  readonly isUnknown: boolean;
}

/** Keeps the status of each SplitHorizonZone true. */
export function createZoneReports(options: ZoneReportsOptions): ZoneReports {
  const hosts = new Map<string, Counted>();
  const countsChangedAt = new Map<string, number>();
  const writtenAt = new Map<string, number>();

  const touch = (zone: string): void => {
    countsChangedAt.set(zone, performance.now());
    // Many hosts change together: they are counted together.
    queue.addAfter(zone, GATHER_MS);
  };
  const work = async (name: string, signal: AbortSignal): Promise<Outcome> => {
    const zone = options.zone(name);
    if (zone === undefined || !options.mayWrite()) return { kind: 'done' };
    const before = options.world.zones.get(name)?.status ?? zone.view.status;
    const after = statusOf(zone, before);
    const patch = mergePatch(withoutDeletionTimes(before), after);
    if (patch === undefined) return { kind: 'done' };
    const wait = isCountsOnly(before, after) ? waitForCounts(name) : 0;
    if (wait > 0) return { kind: 'again', afterMs: wait };
    await options.kube.patchZoneStatus(name, patch, signal);
    writtenAt.set(name, performance.now());
    return { kind: 'done' };
  };
  const waitForCounts = (name: string): number => {
    const now = performance.now();
    const still = (countsChangedAt.get(name) ?? 0) + STILL_MS - now;
    const moving = (writtenAt.get(name) ?? -Infinity) + MOVING_MS - now;
    return Math.max(0, Math.min(still, moving));
  };
  const statusOf = (zone: Zone, before: ZoneStatus): ZoneStatus => {
    const { pending } = zone;
    return zoneStatus({
      generation: zone.view.generation,
      policy: zone.view.spec.policy,
      link: zone.link,
      targets: zone.view.spec.targets.flatMap((spec, index) => targetNow(zone, spec.record, index)),
      tally: tallyOf(zone.name),
      ...options.servers(zone.name),
      unwritten: zone.unwritten,
      pending: pending && { ...pending, since: timestamp(pending.since), sample: [...pending.sample] },
      before,
      now: options.now(),
    });
  };
  const tallyOf = (zone: string): HostTally => {
    const here = [...hosts.values()].filter((host) => host.zone === zone);
    const failing = new Map<string, number>();
    for (const { failing: reason } of here) {
      if (reason !== undefined) failing.set(reason, (failing.get(reason) ?? 0) + 1);
    }
    return {
      total: here.length,
      ready: here.filter(({ isReady }) => isReady).length,
      conflicting: here.filter(({ isConflicting }) => isConflicting).length,
      failing,
      unknown: here.filter(({ isUnknown, failing: reason }) => isUnknown && reason === undefined).length,
    };
  };

  const queue = createWorkQueue({
    ...options.queue,
    concurrency: 4,
    work,
    backoff: { firstMs: 250, mostMs: 60_000 },
  });
  return {
    queue,
    countHost(host, status) {
      const next = countedOf(status);
      const last = hosts.get(host);
      if (JSON.stringify(next) === JSON.stringify(last)) return;
      if (next === undefined) hosts.delete(host);
      else hosts.set(host, next);
      for (const zone of new Set([last?.zone, next?.zone])) if (zone !== undefined) touch(zone);
    },
    forgetHost(host) {
      const last = hosts.get(host);
      if (last === undefined) return;
      hosts.delete(host);
      touch(last.zone);
    },
  };
}

function countedOf({ zone, conditions }: HostStatus): Counted | undefined {
  if (zone === undefined) return undefined;
  const resolves = conditions.filter(({ type }) => type.endsWith('Resolve'));
  return {
    zone,
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    isConflicting: conditions.some(({ type, reason }) => type === 'RecordPublished' && reason === 'Conflict'),
    failing: resolves.find(({ status }) => status === 'False')?.reason,
    isUnknown: resolves.some(({ status }) => status === 'Unknown'),
  };
}

function targetNow(zone: Zone, label: string, index: number): TargetNow[] {
  const target = zone.targets[index];
  const memory = target === undefined ? undefined : zone.memoryOf(target.record);
  if (target === undefined || memory === undefined) return [];
  const conflicts = zone.conflictsAt(target.record);
  return [{ label, target, memory, conflict: conflicts.length === 0 ? undefined : describeRecords(conflicts) }];
}

/** `recentDeletions` is stored by whoever deletes, before it does. */
function withoutDeletionTimes(status: ZoneStatus): ZoneStatus {
  const { recentDeletions, ...rest } = status;
  return rest;
}

/** Whether nothing differs but how many hosts stand how. */
function isCountsOnly(before: ZoneStatus, after: ZoneStatus): boolean {
  const rest = ({ hosts: _, summary, conditions, ...others }: ZoneStatus): string =>
    JSON.stringify([
      Object.entries(withoutDeletionTimes(others as ZoneStatus)).sort(([a], [b]) => (a < b ? -1 : 1)),
      summary?.target,
      conditions.map(({ type, status, reason, message }) => [type, status, reason, type === 'HostsResolve' || message]),
    ]);
  return rest(before) === rest(after);
}
