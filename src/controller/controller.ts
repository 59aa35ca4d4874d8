import type { Logger } from 'pino';
import { isInZone } from '../model/host-name.ts';
import type { Kube } from '../kube/kube.ts';
import type { Meters, Sample } from '../metrics/catalogue.ts';
import { createHostFigures } from '../metrics/host-figures.ts';
import { AUDIENCES } from '../model/verdict.ts';
import type { WriteGuard } from '../model/write-guard.ts';
import { describeRecords } from '../plan/status/publication.ts';
import { timestamp } from '../plan/status/conditions.ts';
import { backoffMs, type Backoff } from '../queue/backoff.ts';
import { confirmDeletions } from './confirm-deletions.ts';
import { pause } from './pause.ts';
import { createBalancerNames } from './balancer-names.ts';
import { createCaches, type Followed } from './caches.ts';
import { figures } from './figures.ts';
import { createServiceEndpoints } from './endpoints.ts';
import { createHeldRefusals } from './held-refusals.ts';
import { createHostEvents } from './host-events.ts';
import { createHostObjects } from './host-objects.ts';
import { resolveName } from './resolve-name.ts';
import { INTERVALS, type Intervals } from './intervals.ts';
import { createLeftOut } from './left-out.ts';
import { createTechnitiumLinks } from './technitium-link.ts';
import { createNesting } from './nesting.ts';
import { createProbing } from './probe/probing.ts';
import { PODS_VANTAGE } from './probe/chains.ts';
import { storedAudience } from './probe/stored-audience.ts';
import { createVantageReports } from './vantage-reports.ts';
import { createWorkCounters } from './work-counters.ts';
import { createWorld, type Loss } from './world.ts';
import { createZone, type Zone } from './zone/zone.ts';
import { createZoneReports } from './zone-reports.ts';

/** What the operator is made of; the clock and chance are arguments so that tests can be as they like. */
export interface ControllerOptions {
  readonly kube: Kube;
  /** Lets each write to Technitium through, or throws; those to `kube` are guarded likewise. */
  readonly guard: WriteGuard;
  /** The namespace in which Secrets are read. */
  readonly namespace: string;
  readonly log: Logger;
  /** What this is a build of, for the metrics. */
  readonly version: string;
  readonly meters: Meters;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** DNS questions a second to one address and port, over all zones and vantages. */
  readonly queriesPerSecond: number;
  /** @default INTERVALS */
  readonly intervals?: Intervals;
  /** The text of the resolver configuration that the vantage `pods` stands for; throws where it cannot be read. */
  readonly readResolvConf: () => string;
}

/** A running operator. It only watches the cluster until it leads. */
export interface Controller {
  /** Whether it has seen the whole cluster and does its work, or stands by for it. */
  readonly ready: boolean;
  /** From now on it may write, and does its work. */
  lead(): void;
  /** The metrics that are made at scrape, as they are now. */
  figures(): Iterable<Sample>;
  /** Resolves when the signal is aborted and everything has ended. */
  readonly done: Promise<void>;
}

const GATHER_MS = 100;
const START_BACKOFF: Backoff = { firstMs: 250, mostMs: 5_000 };

/** The composition root: wires the loops that keep zones, objects and verdicts, and starts them once it leads. */
export function startController(options: ControllerOptions, signal: AbortSignal): Controller {
  const { kube, log, now, random, intervals = INTERVALS } = options;
  const zones = new Map<string, { zone: Zone; stop: AbortController; done: Promise<void> }>();
  const losses = new Map<string, Loss>();
  const links = createTechnitiumLinks({
    ...{ kube, guard: options.guard, namespace: options.namespace },
    now: () => performance.now(),
    signal,
  });
  let isLeading = false;
  let started = false;
  let clusterUid = '';

  const world = createWorld({
    hosts: (hosts) => {
      leftOut.changed();
      if (started) considerHosts(hosts);
    },
    allHosts: () => {
      leftOut.changed();
      if (started) for (const { zone } of zones.values()) zone.considerAll();
    },
    lost: (host, loss) => void losses.set(host, loss),
    zone: (name) => {
      leftOut.changed();
      reconcileZone(name);
    },
    service: () => {
      balancers.refresh();
      if (started) for (const { zone } of zones.values()) zone.refreshTargets();
    },
    vantage: (name) => {
      if (!started) return;
      probing.refreshChains();
      probing.vantageChanged(name);
      vantageReports.add(name);
    },
    refused: (refusal) => refusals.add(refusal),
  });
  const events = createHostEvents({
    world,
    recordEvent: (note) => kube.recordEvent(note),
    after: (ms, callback) => void pause(ms, signal).then(() => signal.aborted || callback()),
  });
  const refusals = createHeldRefusals({ tell: (refusal) => events.refused(refusal), now: () => performance.now() });
  const nesting = createNesting(world, () => [...zones.values()].map(({ zone }) => zone));

  const counters = createWorkCounters(options.meters, ['hosts', 'zones', 'vantages']);
  const hostFigures = createHostFigures();
  const leftOut = createLeftOut(world, () => [...zones.values()].map(({ zone }) => zone));
  const onFailure = (what: string) => (key: string, error: unknown, waitMs: number | undefined) => {
    log.warn({ [what]: key, err: error, retryMs: waitMs }, 'failed');
    if (waitMs !== undefined) counters.retried(`${what}s`);
  };
  const objects = createHostObjects({
    world,
    writes: kube,
    mayWrite: () => started,
    mayCreate: () => !caches.unavailable.has('hosts'),
    zoneFor: nesting.speakerFor,
    audiences: (host, about) => probing.audiences({ host, ...about }),
    formerOf: (host) => probing.formerOf(host),
    reported: (host, status, audiences) => {
      reports.countHost(host, status);
      hostFigures.put(host, status, audiences);
    },
    recalled: (host, status) => {
      const audiences = AUDIENCES.flatMap((audience) => storedAudience(status, audience)?.report ?? []);
      hostFigures.put(host, status, audiences);
    },
    stored: (host, status, before) => events.stored(host, status, before),
    removed: (host) => {
      reports.forgetHost(host);
      hostFigures.forget(host);
    },
    now,
    queue: { random, onFailure: onFailure('host') },
  });
  const reports = createZoneReports({
    world,
    kube,
    mayWrite: () => started,
    zone: (name) => zones.get(name)?.zone,
    servers: (zone) => probing.servers(zone),
    intervals,
    now,
    queue: { random, onFailure: onFailure('zone') },
  });

  const balancers = createBalancerNames({
    wanted: function* () {
      for (const { balancer } of world.services()) for (const { hostname } of balancer) if (hostname) yield hostname;
    },
    resolve: (name, asking) => resolveName(name, options.readResolvConf(), { signal: asking, random }),
    changed: () => {
      for (const { zone } of zones.values()) zone.considerAll();
    },
    now,
  });
  const endpoints = createServiceEndpoints({ kube, changed: () => probing.refreshServers(), log, signal });
  const probing = createProbing({
    world,
    endpoints,
    connectTo: async (zone, nudge, connecting) =>
      counters.client(await links.connectTo(zone, nudge, connecting), zone.name),
    kube,
    mayWrite: () => started,
    queriesPerSecond: options.queriesPerSecond,
    intervals,
    readResolvConf: options.readResolvConf,
    listener: {
      host: (host) => objects.add(host),
      zone: (name) => reports.queue.add(name),
      vantage: (name) => vantageReports.add(name),
    },
    asked: counters.asked,
    log,
    now,
    random,
    signal,
  });
  const vantageReports = createVantageReports({
    world,
    kube,
    mayWrite: () => started,
    probing,
    intervals,
    now,
    queue: { random, onFailure: onFailure('vantage') },
  });

  const considerHosts = (hosts: Iterable<string>): void => {
    for (const host of hosts) {
      const over = nesting.over(host);
      probing.hostChanged(host);
      for (const zone of over) zone.consider([host]);
      if (over.length > 0) continue;
      losses.delete(host);
      objects.add(host);
    }
  };
  const knownHosts = (): string[] => [
    ...new Set([...world.claimedHosts(), ...[...world.hostObjects.values()].map(({ spec }) => spec.host)]),
  ];
  const reconcileZone = (name: string): void => {
    const view = world.zones.get(name);
    const running = zones.get(name);
    if (view !== undefined && running?.zone.view.uid === view.uid) {
      running.zone.update(view);
      probing.updateZone(running.zone);
      return;
    }
    running?.stop.abort();
    if (running !== undefined) probing.removeZone(name);
    zones.delete(name);
    if (view === undefined && running !== undefined) considerHosts(knownHosts().filter((host) => isInZone(host, name)));
    if (view === undefined || clusterUid === '' || !isLeading) return;
    counters.zoneAdded(name);
    const stop = new AbortController();
    const zone = createZone({
      view,
      owner: { id: view.spec.ownerId, cluster: clusterUid.slice(0, 8) },
      world,
      balancerNames: balancers.names,
      lossOf: (host) => losses.get(host),
      forgetLoss: (host) => void losses.delete(host),
      mayWrite: () => started,
      connect: async (zoneView, connecting) => counters.client(await links.connect(zoneView, connecting), name),
      confirmDeletions: (names) => confirmDeletions(kube, names, stop.signal),
      serverSerials: () => probing.serialsToPass(name),
      storeDeletionTimes: (times) => kube.patchZoneStatus(name, { recentDeletions: times.map(timestamp) }, stop.signal),
      below: (host) => nesting.below(name, host),
      listener: {
        host: (host) => {
          probing.hostChanged(host);
          objects.add(host);
          nesting.tellAbove(name, host);
        },
        reached: (isInHand) => world.markZone(name, isInHand),
        // Many names change together.
        zone: () => reports.queue.addAfter(name, GATHER_MS),
        written: (host, before, after) => {
          probing.written(name, host, before, after);
          counters.written(name, before, after);
          log.info(
            { zone: name, host, before: describeRecords(before), after: describeRecords(after) },
            'record written',
          );
        },
        targetMoved: (record) => {
          log.info({ zone: name, record }, 'target has other addresses');
          probing.targetMoved(name, record);
        },
        read: (changedLast) => probing.read(name, changedLast),
        overtaken: (serial, seen) => probing.overtaken(name, serial, seen),
        clusterChanged: () => probing.refreshServers(),
        serialRaised: (from, to) => {
          log.warn({ zone: name, from, to }, 'the zone had gone back: its serial was raised above that of its servers');
          probing.raised(name);
        },
        importRefused: (message) =>
          log.warn({ zone: name, reason: message }, 'no import: names are written one by one'),
        guardFailed: (error) => log.warn({ zone: name, err: error }, 'deletions could not be decided; they wait'),
        repaired: (host, found) => {
          counters.repaired(name);
          events.repaired(name, host, found);
        },
      },
      intervals,
      now,
      elapsed: () => performance.now(),
      random,
    });
    probing.addZone(zone);
    zones.set(name, { zone, stop, done: zone.run(AbortSignal.any([signal, stop.signal])) });
    if (started) zone.considerAll();
  };

  /** Whether there is nothing left to see before the work begins. */
  const isReady = (): boolean => caches.synced && clusterUid !== '';
  /** Begins to work as soon as it leads and has seen all. */
  const start = (): void => {
    if (started || !isLeading || !isReady()) return;
    started = true;
    for (const name of world.zones.keys()) reconcileZone(name);
    for (const { zone } of zones.values()) zone.considerAll();
    considerHosts(knownHosts().filter((host) => nesting.over(host).length === 0));
    for (const name of zones.keys()) reports.queue.add(name);
    probing.refreshChains();
    for (const name of new Set([PODS_VANTAGE, ...world.vantages.keys()])) {
      probing.vantageChanged(name);
      vantageReports.add(name);
    }
  };
  let wasSynced = false;
  let probed = Promise.resolve();
  const settled = (kind: Followed): void => {
    if (caches.synced && !wasSynced) log.info({ kind }, 'caches are in sync');
    wasSynced ||= caches.synced;
    start();
  };
  const caches = createCaches(kube, world, { log, settled });
  /** Zones are read while the caches still fill. */
  const lead = (): void => {
    if (signal.aborted) return;
    isLeading = true;
    refusals.release();
    for (const name of world.zones.keys()) reconcileZone(name);
    probed = probing.run();
    void balancers.run(signal);
    start();
  };

  /** Until the API server answers, however long it is away. */
  const readClusterUid = async (): Promise<string> => {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await kube.readClusterUid(signal);
      } catch (error) {
        const retryMs = backoffMs(START_BACKOFF, failures, random());
        log.warn({ err: error, retryMs }, 'the API server does not answer');
        await pause(retryMs, signal);
      }
    }
    return '';
  };
  const run = async (): Promise<void> => {
    clusterUid = await readClusterUid();
    if (signal.aborted) return;
    for (const name of world.zones.keys()) reconcileZone(name);
    const queues = [objects, reports.queue, vantageReports];
    const stopped = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(Promise.all(queues.map((queue) => queue.stop()))));
    });
    await caches.run(signal);
    await Promise.all([stopped, probed, ...[...zones.values()].map(({ done }) => done)]);
    await links.logout();
  };
  return {
    get ready() {
      return isReady();
    },
    lead,
    figures: () =>
      figures({
        isReady,
        isLeading: () => isLeading && !signal.aborted,
        version: options.version,
        ...{ world, caches, probing, leftOut },
        hosts: hostFigures,
        zone: (name) => zones.get(name)?.zone,
        zoneStatus: (name) => reports.statusOf(name),
        queues: { hosts: objects, zones: reports.queue, vantages: vantageReports },
      }),
    done: run(),
  };
}
