import type { HostStatus } from '../model/api.ts';
import { objectNameOf } from '../model/host-name.ts';
import { parseHostStatus, type HostView } from '../model/views.ts';
import type { HostDecision } from '../plan/host/decide-host.ts';
import { timestamp } from '../plan/status/conditions.ts';
import { hostStatus, type AudienceReport } from '../plan/status/host-status.ts';
import { publication, type Publication } from '../plan/status/publication.ts';
import type { Objects } from '../kube/objects.ts';
import { isAlreadyExists } from '../kube/kube-error.ts';
import type { FormerSet } from '../plan/zone/targets.ts';
import { createWorkQueue, type Outcome, type WorkQueue, type WorkQueueOptions } from '../queue/work-queue.ts';
import { mergePatch } from './merge-patch.ts';
import { isLeftover } from './nesting.ts';
import { createSlots } from './slots.ts';
import type { World } from './world.ts';
import type { Zone } from './zone/zone.ts';

/** The writes to SplitHorizonHosts. */
export type HostWrites = Pick<
  Objects,
  'createHost' | 'readHost' | 'deleteHost' | 'dropGeneratedLabel' | 'patchHostStatus'
>;

/** What the loop over SplitHorizonHosts needs. */
export interface HostObjectsOptions {
  readonly world: World;
  readonly writes: HostWrites;
  readonly mayWrite: () => boolean;
  /** Whether the kind can be written: not while its CRD is gone. */
  readonly mayCreate: () => boolean;
  readonly zoneFor: (host: string) => Zone | undefined;
  readonly audiences: (
    host: string,
    about: { decision: HostDecision; publication: Publication; before: HostStatus },
  ) => readonly AudienceReport[];
  /** Earlier addresses of the host's own. */
  readonly formerOf: (host: string) => readonly FormerSet[];
  /** A status was computed for a host: for the zone's counts. */
  readonly reported: (host: string, status: HostStatus, audiences: readonly AudienceReport[]) => void;
  /** A host is not judged yet: what its status says from before our start stands. */
  readonly recalled: (host: string, status: HostStatus) => void;
  /** A status was stored in place of another: for Events. */
  readonly stored: (host: string, status: HostStatus, before: HostStatus) => void;
  /** The object of a host is gone. */
  readonly removed: (host: string) => void;
  readonly now: () => number;
  readonly queue: Pick<WorkQueueOptions<string>, 'random' | 'onFailure'>;
}

const CONCURRENCY = 32;
const STATUSES_A_SECOND = 50;
/** With more objects than this on their way to the API server, statuses wait: each would cost it as much as an object. */
const MANY_CREATES = CONCURRENCY / 2;
const AFTER_CREATES_MS = 1_000;
/** How long a status of ours may take to come back by the watch before it is compared with what is stored again. */
const ECHO_MS = 5_000;
const KIND_GONE_MS = 30_000;

/** Keeps one SplitHorizonHost for each host that has a source or a record of ours, and its status true. Keys are hosts. */
export function createHostObjects(options: HostObjectsOptions): WorkQueue<string> {
  const { world, writes } = options;
  const slots = createSlots(STATUSES_A_SECOND, STATUSES_A_SECOND, () => performance.now());
  /** Hosts that wait for their turn to be written, and when it comes. */
  const slotAt = new Map<string, number>();
  let creating = 0;
  const written = new Map<string, { status: HostStatus; over: string; until: number }>();

  const work = async (host: string, signal: AbortSignal): Promise<Outcome> => {
    if (!options.mayWrite()) return { kind: 'again', afterMs: 1_000 };
    const zone = options.zoneFor(host);
    const view = world.hostObjects.get(objectNameOf(host));
    const decision = zone?.decide(host);
    const isNeeded = decision?.wanted === true || (zone !== undefined && isLeftover(zone, host));
    if (view === undefined) return withoutObject(host, isNeeded, signal);
    if (view.generated && !isNeeded && zone?.hasRead === true) return removeObject(view, signal);
    return report(host, { view, zone, decision }, signal);
  };

  const withoutObject = async (host: string, isNeeded: boolean, signal: AbortSignal): Promise<Outcome> => {
    written.delete(host);
    if (!isNeeded) {
      options.removed(host);
      return { kind: 'done' };
    }
    if (!options.mayCreate()) return { kind: 'again', afterMs: KIND_GONE_MS };
    creating += 1;
    try {
      await writes.createHost(host, signal);
    } catch (error) {
      // The watch has not told us of it yet.
      if (!isAlreadyExists(error)) throw error;
    } finally {
      creating -= 1;
    }
    return { kind: 'done' };
  };
  const removeObject = async (view: HostView, signal: AbortSignal): Promise<Outcome> => {
    const fresh = await writes.readHost(view.name, signal);
    if (fresh?.view.generated !== true) return { kind: 'done' };
    if (fresh.hasForeignSpec) await writes.dropGeneratedLabel(view.name, signal);
    else await writes.deleteHost(view.name, { uid: fresh.view.uid, resourceVersion: fresh.resourceVersion }, signal);
    return { kind: 'done' };
  };

  /** The status as it is stored, or as we have just stored it while the watch has not shown it yet. */
  const storedStatus = (host: string, view: HostView): HostStatus => {
    const ours = written.get(host);
    if (ours !== undefined && view.statusText === ours.over && performance.now() < ours.until) return ours.status;
    written.delete(host);
    return parseHostStatus(view.statusText);
  };

  /** What was said before our start stands until the zone has been read; then every host of it is looked at. */
  const mayJudge = (zone: Zone | undefined, before: HostStatus): boolean =>
    zone === undefined || zone.hasRead || before.zone !== zone.name;
  const report = async (
    host: string,
    at: { view: HostView; zone: Zone | undefined; decision: HostDecision | undefined },
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const before = storedStatus(host, at.view);
    if (!mayJudge(at.zone, before)) {
      options.recalled(host, before);
      return { kind: 'done' };
    }
    const found = statusOf(host, at, before);
    if (found === undefined) return { kind: 'again', afterMs: 1_000 };
    const { status, audiences } = found;
    const patch = mergePatch(before, status);
    options.reported(host, status, audiences);
    if (patch === undefined) {
      slotAt.delete(host);
      return { kind: 'done' };
    }
    if (creating > MANY_CREATES) return { kind: 'again', afterMs: AFTER_CREATES_MS };
    const dueAt = slotAt.get(host) ?? performance.now() + slots.take();
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) {
      slotAt.set(host, dueAt);
      return { kind: 'again', afterMs: waitMs };
    }
    slotAt.delete(host);
    await writes.patchHostStatus(at.view.name, patch, signal);
    written.set(host, { status, over: at.view.statusText, until: performance.now() + ECHO_MS });
    options.stored(host, status, before);
    return { kind: 'again', afterMs: ECHO_MS };
  };

  /** Undefined while a write is on its way that decides what the status says. */
  const statusOf = (
    host: string,
    { view, zone, decision }: { view: HostView; zone: Zone | undefined; decision: HostDecision | undefined },
    before: HostStatus,
  ): { status: HostStatus; audiences: readonly AudienceReport[] } | undefined => {
    const common = { generation: view.generation, before, now: options.now() };
    if (zone === undefined || decision === undefined) {
      const missing = publication('ZoneMissing', `No SplitHorizonZone holds ${host}.`);
      const nothing = {
        zone: undefined,
        decision: undefined,
        records: [],
        former: [],
        audiences: [],
        deletion: undefined,
      };
      return { status: hostStatus({ ...common, ...nothing, publication: missing }), audiences: [] };
    }
    const word = zone.publication(host, decision);
    if (word.reason === 'Pending' && decision.problem === undefined && !('message' in zone.link)) return undefined;
    const removal = zone.removal(host);
    const audiences = options.audiences(host, { decision, publication: word, before });
    const status = hostStatus({
      ...common,
      zone: zone.name,
      decision,
      publication: word,
      // Status may give a lost marker back: what others write at a name that nobody wants never gets there.
      records: decision.wanted ? zone.records(host) : zone.publishedRecords(host),
      former: options.formerOf(host),
      audiences,
      deletion: removal && {
        since: timestamp(removal.since),
        evidence: removal.evidence,
        ...(removal.snapshot !== undefined && { snapshot: removal.snapshot }),
      },
    });
    return { status, audiences };
  };

  return createWorkQueue({
    ...options.queue,
    concurrency: CONCURRENCY,
    work,
    backoff: { firstMs: 250, mostMs: 60_000 },
  });
}
