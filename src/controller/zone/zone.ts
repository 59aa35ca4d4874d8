import { isInZone, objectNameOf } from '../../model/host-name.ts';
import type { Owner } from '../../model/marker.ts';
import { addressData, type ZoneRecord } from '../../model/record.ts';
import { parseHostStatus, type HostView, type ZoneView } from '../../model/views.ts';
import type { HostDecision, ZoneFacts } from '../../plan/host/decide-host.ts';
import type { BalancerNames, ZoneTarget } from '../../plan/host/target.ts';
import { formerClusterOf, isOurs, ownershipOf } from '../../plan/record/ownership.ts';
import { judgePublication, type Publication } from '../../plan/status/publication.ts';
import { resolveTarget, rememberTarget, targetName, type TargetMemory } from '../../plan/zone/targets.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import type { Intervals } from '../intervals.ts';
import { pause } from '../pause.ts';
import { createWaker } from '../waker.ts';
import type { Evidence } from '../source-index.ts';
import type { Loss, PublishingKind, World } from '../world.ts';
import { factsOf, lastSources, needsAll, rememberedTargets, storedRemoval } from './facts.ts';
import { createMarkerMemory, type MarkerMemory } from './marker-memory.ts';
import type { Wish } from './name-writer.ts';
import { createRemovals, type PendingSnapshot, type Removal } from './removals.ts';
import { createWishes } from './wishes.ts';
import { createZoneSync, type Link, type ZoneSync } from './zone-sync.ts';

/** Who is told what happens in a zone; synchronous. */
export interface ZoneListener {
  /** Something in a host's record or decision may have changed. */
  host(host: string): void;
  /** The zone's own status may have changed. */
  zone(): void;
  /** The server let us read the zone, and we may write it; or it did not. */
  reached(isInHand: boolean): void;
  /** Our writes changed what a name says. */
  written(name: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  /** A target has other addresses than before. */
  targetMoved(record: string): void;
  /** The zone was read whole; this name was changed last in it. */
  read(changedLast: string | undefined): void;
  /** The zone was read with this serial, after servers were seen with those, one of which is later. */
  overtaken(serial: number, seen: readonly number[]): void;
  /** The zone's cluster, or who is in it, is another. */
  clusterChanged(): void;
  /** The zone had gone back to an earlier serial, and was raised above all that its servers had seen. */
  serialRaised(from: number, to: number): void;
  repaired(name: string, found: readonly ZoneRecord[]): void;
  /** The server takes no import, so names are written one by one. */
  importRefused(message: string): void;
  /** Deletions could not be decided; they wait. */
  guardFailed(error: unknown): void;
}

/** What a zone needs of its surroundings. */
export interface ZoneOptions {
  readonly view: ZoneView;
  readonly owner: Owner;
  readonly world: World;
  readonly balancerNames: BalancerNames;
  /** How a host lost the last who wanted it; undefined where nobody saw it. */
  readonly lossOf: (host: string) => Loss | undefined;
  /** A host is wanted (again), so that how it was lost means nothing any more. */
  readonly forgetLoss: (host: string) => void;
  /** How a name stands that lies here and is held by a zone below, and what that holds there; undefined where none does. */
  readonly below: (
    host: string,
  ) => { readonly standing: Standing; readonly records: readonly ZoneRecord[] } | undefined;
  /** Whether every cache has synced: before that nothing is written. */
  readonly mayWrite: () => boolean;
  readonly connect: (view: ZoneView, signal: AbortSignal) => Promise<TechnitiumClient>;
  /** Of names whose records may be deleted, those that a last look still lets go. */
  readonly confirmDeletions: (names: readonly string[]) => Promise<readonly string[]>;
  /** Serials seen at the servers that follow the zone; undefined where there are none. */
  readonly serverSerials: () => readonly number[] | undefined;
  readonly storeDeletionTimes: (times: readonly number[]) => Promise<void>;
  readonly listener: ZoneListener;
  readonly intervals: Intervals;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed: () => number;
  readonly random: () => number;
}

/** How a name stands in the zone that holds it: it has what is wanted of it, lacks it yet, or nothing is wanted of it. */
export type Standing = 'Published' | 'Wanted' | 'Unwanted';

/** One zone: what its hosts should be, what they are, and the loop that closes the gap. */
export interface Zone {
  readonly name: string;
  readonly view: ZoneView;
  readonly link: Link;
  readonly hasRead: boolean;
  /** Whether no name waits to be looked at or is being written. */
  readonly isIdle: boolean;
  /** The serial that the primary must have; means nothing before it was read. */
  readonly serial: number;
  /** When it was last asked for (ms), and when it was last seen to have gone back (ms). */
  readonly readAt: number | undefined;
  readonly steppedBackAt: number | undefined;
  /** The server that it is written on, and the cluster that this is in. */
  readonly primary: ZoneSync['primary'];
  readonly targets: readonly ZoneTarget[];
  readonly pending: PendingSnapshot | undefined;
  memoryOf(record: string): TargetMemory | undefined;
  remember(record: string, memory: TargetMemory): void;
  decide(host: string): HostDecision;
  publication(host: string, decision: HostDecision): Publication;
  records(host: string): readonly ZoneRecord[];
  /** Of these the ones that we published: they carry our marker, or lost it. */
  publishedRecords(host: string): readonly ZoneRecord[];
  /** Foreign records in the way of what is wanted at a name. */
  conflictsAt(name: string): readonly ZoneRecord[];
  /** Whether something is still to be written at a name. */
  awaitsWrite(name: string): boolean;
  /** Whether it awaits a write that is not on its way: the server is away, or refuses it. */
  isStuck(name: string): boolean;
  /** How many names stay other than wanted: all that a DryRun would write, else those that the server refuses. */
  readonly unwritten: number;
  ownedNames(): Iterable<string>;
  /** Names that carry our owner id with the mark of another cluster, and which cluster that is. */
  readonly rivals: ReadonlyMap<string, string>;
  removal(host: string): Removal | undefined;
  /** How a name stands that this zone holds. */
  standing(host: string): Standing;
  /** Whether a record of ours stands at a name that nobody wants, and policy UpsertOnly keeps it. */
  retains(host: string): boolean;
  /** Wants the serial raised: a server has other content under the one that the primary has. */
  raise(): void;
  /** The zone object changed. */
  update(view: ZoneView): void;
  /** A Service, or the addresses of a balancer's name, changed. */
  refreshTargets(): void;
  /** These hosts may be decided otherwise now. */
  consider(hosts: Iterable<string>): void;
  /** Everything may be decided otherwise now. */
  considerAll(): void;
  run(signal: AbortSignal): Promise<void>;
}

const GUARD_RETRY_MS = 5_000;
const GATHER_MS = 100;

/** Makes one zone; nothing happens before `run`. */
export function createZone(options: ZoneOptions): Zone {
  const { world, listener } = options;
  const { name } = options.view;
  const memories = new Map<string, TargetMemory>(rememberedTargets(options.view));
  const guardWaker = createWaker();
  /** Names looked at since our start: of others, status may remember a removal. */
  const considered = new Set<string>();
  let view = options.view;
  const owner: Owner = {
    ...options.owner,
    get formerCluster() {
      return formerClusterOf(view.annotations);
    },
  };
  const formerTargets = new Set<string>();
  let hasRead = false;
  let targets: readonly ZoneTarget[] = [];
  let facts: ZoneFacts = factsOf(view, targets);

  const removals = createRemovals({
    limits: () => view.spec.deletionGuard,
    approved: () => view.annotations['approve-deletions'],
    ownedCount: () => sync.copy.oursCount,
    kindVanished: (host) => publishersOf(host).some((kind) => world.countOf(kind) === 0),
    now: options.now,
    elapsed: options.elapsed,
    storeTimes: options.storeDeletionTimes,
    confirm: options.confirmDeletions,
    changed: (host) => {
      guardWaker.wake();
      listener.host(host);
      listener.zone();
    },
  });
  removals.restoreTimes((view.status.recentDeletions ?? []).map((time) => Date.parse(time)));

  const objectOf = (host: string): HostView | undefined => world.hostObjects.get(objectNameOf(host));
  /** The kinds that published a record; where nothing tells, all that could have. */
  const publishersOf = (host: string): readonly PublishingKind[] => {
    const sources = lastSources(objectOf(host));
    const loss = options.lossOf(host);
    if (sources.length === 0 && loss !== undefined) return [loss.kind];
    return sources.length > 0 ? sources : [...facts.sources.keys(), 'SplitHorizonHost'];
  };
  /** That a name is no target any more stands in the zone's own spec. */
  const evidenceOf = (host: string): Evidence =>
    formerTargets.has(host) ? 'Seen' : (options.lossOf(host)?.evidence ?? 'Inferred');
  const records = (host: string): readonly ZoneRecord[] => sync.copy.at(host);

  const markers = createMarkerMemory({
    zone: () => view,
    hostStatus: (host) => {
      const object = objectOf(host);
      return object && parseHostStatus(object.statusText);
    },
    now: options.now,
  });
  const { isHere, isTarget, isWanted, decide, intent, plannedAt } = createWishes({
    world,
    owner,
    balancerNames: options.balancerNames,
    facts: () => facts,
    adoption: () => view.spec.adoption,
    markers,
    records,
    isReleased: (host) => removals.get(host)?.released === true,
    isHandedOver: (host) => {
      const lower = options.below(host);
      // Technitium keeps the records of a name once, whichever of its zones it was given them for: what reads the same above
      // may be what stands below.
      return lower?.standing === 'Published' && addressData(lower.records) !== addressData(records(host));
    },
  });
  const wish = (host: string): Wish => {
    const wished = intent(host);
    const mayDelete = view.spec.policy === 'Sync';
    const mayDo = options.mayWrite() && (wished.kind === 'remove' ? mayDelete : view.spec.policy !== 'DryRun');
    return mayDo ? wished : { kind: 'leave' };
  };

  const countUnwritten = (): number =>
    [...new Set(allNames())].filter((host) => plannedAt(host).changes.length > 0).length;
  const lostMarkerOf = (record: ZoneRecord): ReturnType<MarkerMemory['find']> =>
    ownershipOf(record, owner).kind === 'Unmarked' ? markers.find(record) : undefined;
  const isOursAt = (host: string): boolean =>
    records(host).some((record) => isOurs(record, owner) || lostMarkerOf(record)?.adopted === false);
  /** Begins, goes on with or ends the removal of what stands at a name and carries our marker. */
  const considerOne = (host: string): void => {
    if (!hasRead) return;
    const ours = isOursAt(host);
    if (!ours || !isLeftover(host)) {
      if (world.isRead('SplitHorizonHost')) considered.add(host);
      if (ours) options.forgetLoss(host);
      removals.forget(host);
      return;
    }
    if (!world.isRead('SplitHorizonHost')) return;
    if (view.spec.policy === 'UpsertOnly') {
      // The grace time of what is kept now begins once a policy would end it.
      considered.add(host);
      removals.forget(host);
      return;
    }
    // What status remembers is from before our start; later it is an echo of what was already forgotten here.
    const stored = considered.has(host) ? undefined : storedRemoval(objectOf(host));
    considered.add(host);
    if (stored === undefined) removals.begin(host, evidenceOf(host));
    else removals.restore(host, stored);
  };
  /** Whether nothing is wanted of a name, neither here nor in a zone below that holds it. */
  const isLeftover = (host: string): boolean =>
    !isTarget(host) && (isHere(host) ? !isWanted(host) : options.below(host)?.standing === 'Unwanted');
  const standing = (host: string): Standing => {
    if (!isTarget(host) && !isWanted(host)) return 'Unwanted';
    const { changes, conflicts } = plannedAt(host);
    const isThere = hasRead && sync.link.reason === 'Synced' && intent(host).kind === 'records';
    return isThere && changes.length === 0 && conflicts.length === 0 ? 'Published' : 'Wanted';
  };
  const tellReached = (): void => {
    if ('message' in sync.link) listener.reached(false);
    else if (hasRead && view.spec.policy !== 'DryRun') listener.reached(true);
  };
  const allNames = function* (): Iterable<string> {
    for (const target of targets) yield target.record;
    for (const host of world.claimedHosts()) if (isInZone(host, name)) yield host;
    for (const { spec } of world.hostObjects.values()) if (isInZone(spec.host, name)) yield spec.host;
    yield* sync.copy.ours();
  };
  const consider = (hosts: Iterable<string>): void => {
    // What was ours here before a zone below took it is ours to take away.
    const here = [...hosts].filter((host) => isHere(host) || (isInZone(host, name) && isOursAt(host)));
    if (options.mayWrite()) for (const host of here) considerOne(host);
    sync.add(here);
    for (const host of here) listener.host(host);
  };

  const sync = createZoneSync({
    zone: name,
    owner,
    markers,
    serverSerials: () => (options.mayWrite() && view.spec.policy !== 'DryRun' ? options.serverSerials() : undefined),
    cluster: options.view.status.cluster,
    now: options.now,
    connect: (signal) => options.connect(view, signal),
    wish,
    intervals: options.intervals,
    random: options.random,
    listener: {
      link: () => {
        tellReached();
        listener.zone();
      },
      read: (changedLast) => {
        hasRead = true;
        listener.read(changedLast);
        retarget();
        tellReached();
        consider(new Set(allNames()));
        listener.zone();
      },
      name: (host) => {
        considerOne(host);
        listener.host(host);
        listener.zone();
      },
      overtaken: (serial, seen) => listener.overtaken(serial, seen),
      clusterChanged: () => {
        listener.clusterChanged();
        listener.zone();
      },
      written: (host, before, after) => listener.written(host, before, after),
      serialRaised: (from, to) => listener.serialRaised(from, to),
      repaired: (host, found) => listener.repaired(host, found),
      importRefused: (message) => listener.importRefused(message),
    },
  });

  /** Reads the targets anew; gives the names that may be otherwise by that. */
  const retarget = (): Iterable<string> => {
    const before = targets;
    const moved: string[] = [];
    targets = view.spec.targets.map((spec) => {
      const record = targetName(spec.record, name);
      const memory = memories.get(record);
      const target = resolveTarget(spec, name, { services: world, balancerNames: options.balancerNames, memory });
      const next = rememberTarget(memory, target, options.now());
      memories.set(record, next);
      if (memory !== undefined && next !== memory) moved.push(record);
      return target;
    });
    const isSame = JSON.stringify(targets) === JSON.stringify(before);
    if (!isSame) facts = factsOf(view, targets);
    for (const record of moved) listener.targetMoved(record);
    if (isSame) return [];
    listener.zone();
    return needsAll(before, targets) ? new Set(allNames()) : targets.map(({ record }) => record);
  };

  const runGuard = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let next: number | undefined;
      try {
        next = options.mayWrite() && hasRead && view.spec.policy === 'Sync' ? await removals.evaluate() : undefined;
      } catch (error) {
        // What was to be deleted could not be remembered first, so it was not deleted.
        listener.guardFailed(error);
        next = options.elapsed() + GUARD_RETRY_MS;
      }
      sync.add(removals.released());
      await guardWaker.wait(next === undefined ? Infinity : next - options.elapsed(), signal);
      // Many names come and go together.
      await pause(GATHER_MS, signal);
    }
  };

  return {
    name,
    get view() {
      return view;
    },
    get link() {
      return sync.link;
    },
    get isIdle() {
      return hasRead && sync.isIdle;
    },
    get hasRead() {
      return hasRead;
    },
    get serial() {
      return sync.copy.serial;
    },
    get readAt() {
      return sync.readAt;
    },
    get steppedBackAt() {
      return sync.steppedBackAt;
    },
    primary: sync.primary,
    raise: () => sync.raise(),
    get targets() {
      return targets;
    },
    get pending() {
      return removals.pending;
    },
    memoryOf: (record) => memories.get(record),
    remember: (record, memory) => void memories.set(record, memory),
    decide,
    conflictsAt: (host) => plannedAt(host).conflicts,
    isStuck: (host) =>
      plannedAt(host).changes.length > 0 && (sync.link.reason !== 'Synced' || sync.problem(host) !== undefined),
    awaitsWrite: (host) => view.spec.policy !== 'DryRun' && plannedAt(host).changes.length > 0,
    get unwritten() {
      return view.spec.policy === 'DryRun' ? countUnwritten() : sync.refused;
    },
    publication(host, decision) {
      return judgePublication({
        decision,
        policy: view.spec.policy,
        linkProblem: 'message' in sync.link ? `${sync.link.reason}: ${sync.link.message}.` : undefined,
        zoneRead: hasRead,
        ...plannedAt(host),
        serverProblem: sync.problem(host),
        removal: removals.get(host),
        graceSeconds: view.spec.deletionGuard.graceSeconds,
      });
    },
    records,
    publishedRecords: (host) =>
      records(host).filter((record) => isOurs(record, owner) || lostMarkerOf(record) !== undefined),
    ownedNames: () => sync.copy.ours(),
    get rivals() {
      return sync.copy.rivals;
    },
    removal: (host) => removals.get(host),
    standing,
    retains: (host) => view.spec.policy === 'UpsertOnly' && isOursAt(host) && isLeftover(host),
    update(next) {
      const before = view;
      view = next;
      if (
        before.generation === next.generation &&
        before.annotations['approve-deletions'] === next.annotations['approve-deletions'] &&
        !hasOtherOwner(before, next)
      )
        return;
      for (const { record } of before.spec.targets) formerTargets.add(targetName(record, name));
      for (const { record } of next.spec.targets) formerTargets.delete(targetName(record, name));
      facts = factsOf(view, targets);
      targets = [];
      retarget();
      guardWaker.wake();
      if (!isSameServer(before, next) || hasOtherOwner(before, next)) sync.reconnect();
      else tellReached();
      consider(new Set(allNames()));
      listener.zone();
    },
    refreshTargets: () => consider(retarget()),
    consider,
    considerAll: () => {
      retarget();
      guardWaker.wake();
      consider(new Set(allNames()));
    },
    async run(signal) {
      await Promise.all([sync.run(signal), runGuard(signal)]);
    },
  };
}

/** Whether other records are ours by now, which a reading of the zone tells. */
function hasOtherOwner(before: ZoneView, next: ZoneView): boolean {
  return formerClusterOf(before.annotations) !== formerClusterOf(next.annotations);
}

function isSameServer(a: ZoneView, b: ZoneView): boolean {
  const [one, other] = [a.spec.technitium, b.spec.technitium];
  return one.url === other.url && one.caBundle === other.caBundle && one.secretRef.name === other.secretRef.name;
}
