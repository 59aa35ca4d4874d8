import { createHash } from 'node:crypto';
import type { HostSource, HostStatus } from '../model/api.ts';
import { hiddenFromWildcard, objectNameOf } from '../model/host-name.ts';
import type { ConditionReason, EventReason } from '../model/reason.ts';
import type { EventNote, RecordEvent } from '../kube/events.ts';
import type { ZoneRecord } from '../model/record.ts';
import { describeRecords } from '../plan/status/publication.ts';
import { API_VERSION } from '../kube/paths.ts';
import { LEGACY_GROUP, sourceIdOf, sourceType, type SourceId, type SourceType } from '../plan/host/claim.ts';
import { createFlips } from './flips.ts';
import type { RefusedText, World } from './world.ts';

/** The Events about hosts and their sources. */
export interface HostEvents {
  /**
   * Another status was stored. Where Ready flipped: an Event on the host and on its first source, or one on the zone where
   * many flip at once. Where a source came to be at odds with the others, or the record hides names from a wildcard: an Event.
   */
  stored(host: string, status: HostStatus, before: HostStatus): void;
  /** Somebody had changed or deleted a record of ours, of a host or of the zone's target. */
  repaired(zone: string, host: string, found: readonly ZoneRecord[]): void;
  /** A text on a source that names no host where hosts are named: one Event on the source. */
  refused(refusal: RefusedText): void;
}

/** What is said of an object, with a reason of a closed list. */
type Note = Omit<EventNote, 'regarding' | 'reason'> & { readonly reason: EventReason | ConditionReason };

const API_VERSIONS: Record<SourceType, string> = {
  Ingress: 'networking.k8s.io/v1',
  IngressRoute: 'traefik.io/v1alpha1',
  [`IngressRoute.${LEGACY_GROUP}`]: `${LEGACY_GROUP}/v1alpha1`,
  Service: 'v1',
};
/** Where each kind names its hosts. */
const FIELDS: Record<SourceId['kind'], string> = {
  Ingress: 'spec host',
  IngressRoute: 'spec.routes[].match',
  Service: 'annotation splithorizon.dev/hostname',
};

/** What Events are made of. */
export interface HostEventsOptions {
  readonly world: World;
  readonly recordEvent: RecordEvent;
  /** Calls back once, `ms` from now. */
  readonly after: (ms: number, callback: () => void) => void;
}

/** Turns what happens to hosts into Events. */
export function createHostEvents(parts: HostEventsOptions): HostEvents {
  const { world, recordEvent } = parts;
  const flips = createFlips({
    many: (zone, count) => {
      const message = `${count} hosts changed within a minute; kubectl get splithorizonhosts tells which are not Ready.`;
      onZone(zone, { type: 'Normal', reason: 'ManyHostsChanged', action: 'Judge', message });
    },
    after: parts.after,
  });
  const onHost = (host: string, note: Note): void => {
    const view = world.hostObjects.get(objectNameOf(host));
    if (view === undefined) return;
    const { name, uid } = view;
    recordEvent({ ...note, regarding: { apiVersion: API_VERSION, kind: 'SplitHorizonHost', name, uid } });
  };
  const onSource = (source: SourceId & { uid: string }, note: Note): void => {
    const { kind, namespace, name, uid } = source;
    recordEvent({ ...note, regarding: { apiVersion: API_VERSIONS[sourceType(source)], kind, namespace, name, uid } });
  };
  const onZone = (zone: string, note: Note): void => {
    const uid = world.zones.get(zone)?.uid;
    if (uid !== undefined) {
      recordEvent({ ...note, regarding: { apiVersion: API_VERSION, kind: 'SplitHorizonZone', name: zone, uid } });
    }
  };

  const onListed = (source: HostSource, note: Note): void => {
    const id = sourceIdOf(source);
    const uid = id && world.sourceUid(id);
    if (id !== undefined && uid !== undefined) onSource({ ...id, uid }, note);
  };
  const reportFlip = (host: string, status: HostStatus, before: HostStatus): void => {
    const ready = status.conditions.find(({ type }) => type === 'Ready');
    const was = before.conditions.find(({ type }) => type === 'Ready');
    if (ready === undefined || ready.status === was?.status) return;
    if (!flips.isTold(status.zone ?? '')) return;
    const type = ready.status === 'False' ? 'Warning' : 'Normal';
    // As it was just computed, so of the closed list.
    const reason = ready.reason as ConditionReason;
    const note = { type, reason, action: 'Judge', message: ready.message } as const;
    onHost(host, note);
    const [first] = status.sources ?? [];
    if (first !== undefined) onListed(first, { ...note, message: `${host}: ${note.message}` });
  };
  const reportConflicts = (host: string, status: HostStatus, before: HostStatus): void => {
    const sources = status.sources ?? [];
    const known = new Set(before.sources?.filter(({ conflict }) => conflict === true).map(keyOf));
    const winner = sources.find(({ conflict }) => conflict !== true);
    for (const source of sources) {
      if (source.conflict !== true || known.has(keyOf(source))) continue;
      const who = winner === undefined ? 'its SplitHorizonHost' : `${keyOf(winner)}, which is older,`;
      const message = `${host} points to ${status.target ?? '-'} as ${who} says; this object would have it elsewhere.`;
      onListed(source, { type: 'Warning', reason: 'SourceConflict', action: 'Decide', message });
    }
  };
  /** A name published below a wildcard hides others from it, which its owner may not expect. */
  const reportHiding = (host: string, status: HostStatus, before: HostStatus): void => {
    if ((before.records ?? []).length > 0 || (status.records ?? []).length === 0) return;
    const labels = host.split('.');
    for (const index of labels.keys()) {
      const wildcard = `*.${labels.slice(index + 1).join('.')}`;
      const hidden = world.hostObjects.has(objectNameOf(wildcard)) ? hiddenFromWildcard(host, wildcard) : [];
      if (hidden.length === 0) continue;
      const message = `Its record hides from ${wildcard} (RFC 4592): ${hidden.join(', ')}.`;
      onHost(host, { type: 'Normal', reason: 'HidesFromWildcard', action: 'Sync', message });
    }
  };

  return {
    stored(host, status, before) {
      reportFlip(host, status, before);
      reportHiding(host, status, before);
      reportConflicts(host, status, before);
    },
    repaired(zone, host, found) {
      const what = found.length === 0 ? 'deleted the record' : `changed the record to ${describeRecords(found)}`;
      const note = { type: 'Warning', reason: 'RecordRepaired', action: 'Sync' } as const;
      if (world.hostObjects.has(objectNameOf(host))) {
        onHost(host, { ...note, message: `Somebody ${what}; it was put right.` });
      } else onZone(zone, { ...note, message: `Somebody ${what} at ${host}; it was put right.` });
    },
    refused({ reason, text, problem, ...source }) {
      const message = `${FIELDS[source.kind]} ${wordOn(reason, text.slice(0, 260), problem)}`;
      const type = reason === 'HostPatternSkipped' ? 'Normal' : 'Warning';
      // Objects are read again and again, by a new listing and after a restart too; this is said once.
      const once = createHash('sha256').update(`${source.uid} ${text}`).digest('hex').slice(0, 16);
      onSource(source, { type, reason, action: 'Read', message, once });
    },
  };
}

function wordOn(reason: RefusedText['reason'], text: string, problem: string): string {
  switch (reason) {
    case 'InvalidName':
      return `"${text}" ${problem}; it is left out.`;
    case 'InvalidRule':
      return `"${text}" cannot be read as a rule: ${problem}. The hosts that the object named before stand.`;
    case 'HostPatternSkipped':
      return `has ${text}, which names no host: publish the names that are meant by SplitHorizonHosts of your own.`;
  }
}

function keyOf({ kind, namespace, name }: HostSource): string {
  return `${kind} ${namespace}/${name}`;
}
