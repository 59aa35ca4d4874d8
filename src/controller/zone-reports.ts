import type { HostStatus, ZoneStatus } from '../model/api.ts';
import type { Kube } from '../kube/kube.ts';
import { timestamp } from '../plan/status/conditions.ts';
import { describeRecords } from '../plan/status/publication.ts';
import { zoneStatus, type TargetNow, type ZoneStatusInput } from '../plan/status/zone-status.ts';
import { createWorkQueue, type Outcome, type WorkQueue, type WorkQueueOptions } from '../queue/work-queue.ts';
import { createCalm } from './calm.ts';
import { createHostTallies } from './host-tallies.ts';
import type { Intervals } from './intervals.ts';
import { mergePatch } from './merge-patch.ts';
import type { World } from './world.ts';
import type { Zone } from './zone/zone.ts';

/** What the loop over SplitHorizonZones needs. */
export interface ZoneReportsOptions {
  readonly world: World;
  readonly kube: Pick<Kube, 'patchZoneStatus'>;
  readonly mayWrite: () => boolean;
  readonly intervals: Pick<Intervals, 'stillMs'>;
  readonly zone: (name: string) => Zone | undefined;
  readonly servers: (zone: string) => Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  readonly now: () => number;
  readonly queue: Pick<WorkQueueOptions<string>, 'random' | 'onFailure'>;
}

/** The reports on zones: a queue over their names, fed with what is reported of their hosts. */
export interface ZoneReports {
  readonly queue: WorkQueue<string>;
  /** What is to be said of a zone now, whether or not it is written yet; undefined before the first since our start. */
  statusOf(zone: string): ZoneStatus | undefined;
  /** A host's status was computed. */
  countHost(host: string, status: HostStatus): void;
  /** A host is gone. */
  forgetHost(host: string): void;
}

const GATHER_MS = 250;

/** Keeps the status of each SplitHorizonZone true. */
export function createZoneReports(options: ZoneReportsOptions): ZoneReports {
  const tallies = createHostTallies();
  const calm = createCalm(() => performance.now(), options.intervals.stillMs);
  const counted = new Set<string>();
  const latest = new WeakMap<Zone, ZoneStatus>();

  // Many hosts change together: they are counted together.
  const touch = (zone: string): void => queue.addAfter(zone, GATHER_MS);
  const work = async (name: string, signal: AbortSignal): Promise<Outcome> => {
    const zone = options.zone(name);
    if (zone === undefined || !options.mayWrite()) return { kind: 'done' };
    const before = options.world.zones.get(name)?.status ?? zone.view.status;
    // Until the server was talked to, what was said before our start stands.
    if (zone.link.reason === 'Pending' && before.observedGeneration !== undefined) return { kind: 'done' };
    const computed = compute(zone, before);
    const after = isCounted(name) ? computed : withHostsOf(before, computed);
    latest.set(zone, after);
    const patch = mergePatch(withoutDeletionTimes(before), after);
    const wait = patch && isFiguresOnly(before, after) ? calm.waitFor(name, JSON.stringify(patch)) : 0;
    if (wait > 0) return { kind: 'again', afterMs: wait };
    if (patch !== undefined) await options.kube.patchZoneStatus(name, patch, signal);
    calm.settle(name);
    return { kind: 'done' };
  };
  const compute = (zone: Zone, before: ZoneStatus): ZoneStatus => {
    const { pending } = zone;
    return zoneStatus({
      generation: zone.view.generation,
      policy: zone.view.spec.policy,
      link: zone.link,
      targets: zone.view.spec.targets.flatMap((spec, index) => targetNow(zone, spec.record, index)),
      tally: tallies.of(zone.name),
      ...serversNow(zone.name, before),
      cluster: zone.primary.cluster,
      unwritten: zone.unwritten,
      ownerId: zone.view.spec.ownerId,
      rivals: zone.rivals,
      pending: pending && { ...pending, since: timestamp(pending.since), sample: [...pending.sample] },
      before,
      now: options.now(),
    });
  };
  /** What is known of the servers; what was said before stands until each of them was seen since our start. */
  const serversNow = (name: string, before: ZoneStatus): ReturnType<ZoneReportsOptions['servers']> => {
    const found = options.servers(name);
    const stored = before.conditions.find(({ type }) => type === 'ServersInSync');
    if (found.serversInSync.reason !== 'Pending' || stored?.observedGeneration === undefined) return found;
    const { status, reason, message } = stored;
    const word = status === 'True' || status === 'False' ? status : 'Unknown';
    return { servers: before.servers ?? [], serversInSync: { status: word, reason, message } };
  };
  /** Whether every host of a zone was looked at since our start; until then the counts mean nothing. */
  const isCounted = (zone: string): boolean => {
    if (counted.has(zone)) return true;
    let total = 0;
    for (const { spec } of options.world.hostObjects.values()) if (options.world.zoneOf(spec.host) === zone) total += 1;
    if (tallies.of(zone).total < total) return false;
    counted.add(zone);
    return true;
  };
  const queue = createWorkQueue({
    ...options.queue,
    concurrency: 4,
    work,
    backoff: { firstMs: 250, mostMs: 60_000 },
  });
  return {
    queue,
    statusOf: (name) => {
      const zone = options.zone(name);
      return zone && latest.get(zone);
    },
    countHost: (host, status) => tallies.put(host, status).forEach(touch),
    forgetHost: (host) => {
      const zone = options.world.zoneOf(host);
      // One that went before it was counted may be the last that the counts waited for.
      if (zone !== undefined && !counted.has(zone)) touch(zone);
      tallies.forget(host).forEach(touch);
    },
  };
}

function targetNow(zone: Zone, label: string, index: number): TargetNow[] {
  const target = zone.targets[index];
  const memory = target === undefined ? undefined : zone.memoryOf(target.record);
  if (target === undefined || memory === undefined) return [];
  const conflicts = zone.conflictsAt(target.record);
  const isStuck = zone.isStuck(target.record);
  return [
    { label, target, memory, isStuck, conflict: conflicts.length === 0 ? undefined : describeRecords(conflicts) },
  ];
}

/** A status that says of the hosts what was said before. */
function withHostsOf(before: ZoneStatus, after: ZoneStatus): ZoneStatus {
  const stored = before.conditions.find(({ type }) => type === 'HostsResolve');
  if (before.hosts === undefined || stored?.observedGeneration === undefined) return after;
  return {
    ...after,
    hosts: before.hosts,
    summary: { ...after.summary, ...(before.summary?.hosts !== undefined && { hosts: before.summary.hosts }) },
    conditions: after.conditions.map((condition) => (condition.type === 'HostsResolve' ? stored : condition)),
  };
}

/** `recentDeletions` is stored by whoever deletes, before it does. */
function withoutDeletionTimes(status: ZoneStatus): ZoneStatus {
  const { recentDeletions, ...rest } = status;
  return rest;
}

/** Whether nothing differs but figures: how many hosts stand how, serials, and the messages that name them. */
function isFiguresOnly(before: ZoneStatus, after: ZoneStatus): boolean {
  const rest = ({ hosts: _, summary, servers, conditions, ...others }: ZoneStatus): string =>
    JSON.stringify([
      Object.entries(withoutDeletionTimes(others as ZoneStatus)).sort(([a], [b]) => (a < b ? -1 : 1)),
      summary?.target,
      (servers ?? []).map(({ name, reason }) => [name, reason]),
      conditions.map(({ type, status, reason }) => [type, status, reason]),
    ]);
  return rest(before) === rest(after);
}
