import { objectNameOf } from '../../model/host-name.ts';
import type { Owner } from '../../model/marker.ts';
import { claimKey } from '../../plan/host/claim.ts';
import { whyNotTaken } from '../../plan/host/not-taken.ts';
import { actionOf } from '../../plan/preview/change.ts';
import { findOrphans } from '../../plan/preview/orphans.ts';
import {
  plannedRecord,
  type LeftName,
  type PlannedChange,
  type PlannedServer,
  type ZonePreview,
} from '../../plan/preview/preview.ts';
import { timestamp } from '../../plan/status/conditions.ts';
import { describeRecords } from '../../plan/status/publication.ts';
import { isLeftover } from '../nesting.ts';
import type { World } from '../world.ts';
import { storedRemoval } from '../zone/facts.ts';
import type { Zone } from '../zone/zone.ts';
import { namesOf, type Rehearsal } from './rehearsal.ts';

/** The plan of one zone after its rehearsal; what stood in the way of that is its `error`. */
export function previewOf(
  { zone, before, changes }: Rehearsal,
  { world, owner, policy }: { readonly world: World; readonly owner: Owner; readonly policy: string },
): ZonePreview {
  const head = { zone: zone.name, policy };
  const { link } = zone;
  if ('message' in link) {
    const error = { reason: link.reason, message: `${link.message}. ${link.advice}`.trim() };
    return { ...head, changes: [], left: [], orphans: [], unchanged: 0, servers: serversOf(zone), error };
  }
  const planned = changes.map(({ name, before: was, after, dueAt }): PlannedChange => {
    return {
      name,
      action: actionOf(was, after, owner),
      sources: sourcesOf(zone, world, name),
      before: was.map(plannedRecord),
      after: after.map(plannedRecord),
      ...(dueAt !== undefined && { dueTime: timestamp(dueAt) }),
    };
  });
  const changed = new Set(changes.map(({ name }) => name));
  const names = namesOf(zone, world).sort();
  const left = names.flatMap((name) => leftAt(name, zone, world));
  const leftNames = new Set(left.map(({ name }) => name));
  const hosts = new Set(names.filter((name) => isAccountedFor(zone, name)));
  return {
    ...head,
    changes: planned,
    left,
    orphans: findOrphans({
      records: [...before.values()].flat(),
      targets: zone.targets,
      owner,
      isAccountedFor: (name) =>
        hosts.has(name) ||
        changed.has(name) ||
        zone.view.spec.exclude.includes(name) ||
        world.zoneOf(name) !== zone.name,
    }),
    unchanged: [...hosts].filter((name) => !changed.has(name) && !leftNames.has(name)).length,
    servers: serversOf(zone),
  };
}

function serversOf({ view, primary }: Zone): PlannedServer[] {
  const { servers: listed } = view.spec.technitium;
  if (listed === undefined) return primary.nodes.map(({ name, addresses: [at = ''] }) => ({ name, at }));
  return listed.map(({ name, address, serviceRef }) => ({
    name,
    at: address ?? `Service ${serviceRef?.namespace ?? ''}/${serviceRef?.name ?? ''}`,
  }));
}

function isTarget(zone: Zone, name: string): boolean {
  return zone.targets.some(({ record }) => record === name);
}

/** Whether a name has a host, is a target, or carries our marker. */
function isAccountedFor(zone: Zone, name: string): boolean {
  return isTarget(zone, name) || zone.decide(name).wanted || isLeftover(zone, name);
}

function sourcesOf(zone: Zone, world: World, name: string): string[] {
  const holder = world.zoneOf(name);
  if (holder !== undefined && holder !== zone.name) return [`SplitHorizonZone ${holder}`];
  const object = world.hostObjects.get(objectNameOf(name));
  return [
    ...(isTarget(zone, name) ? ['target'] : []),
    ...(object?.generated === false ? [`SplitHorizonHost ${object.name}`] : []),
    ...zone.decide(name).sources.map(claimKey),
  ];
}

/** What is said of a name that is not, or not whole, as it should be when all is done. */
function leftAt(name: string, zone: Zone, world: World): LeftName[] {
  const sources = sourcesOf(zone, world, name);
  const decision = zone.decide(name);
  if (decision.wanted || isLeftover(zone, name)) {
    const { reason, message } = zone.publication(name, decision);
    if (reason === 'Published') return [];
    return [{ name, reason, message: reason === 'DeletionPending' ? waiting(name, zone, world) : message, sources }];
  }
  if (isTarget(zone, name)) return leftTarget(name, zone, sources);
  const notTaken = world.claims(name).map((claim) => whyNotTaken(claim, zone.view.spec.sources, zone));
  return notTaken.length === 0 ? [] : [{ name, reason: 'NotTaken', message: `${notTaken.join('; ')}.`, sources }];
}

function leftTarget(name: string, zone: Zone, sources: readonly string[]): LeftName[] {
  const conflicts = zone.conflictsAt(name);
  if (conflicts.length > 0) {
    const message = `The zone holds ${describeRecords(conflicts)} at this name, which is not ours to change.`;
    return [{ name, reason: 'Conflict', message, sources }];
  }
  const target = zone.targets.find(({ record }) => record === name);
  if (target?.kept === undefined) return [];
  const reason = target.addresses.length === 0 ? 'NoAddress' : 'AddressKept';
  return [{ name, reason, message: `${target.kept}.`, sources }];
}

/** A snapshot that the rehearsal made is none that a person could approve. */
function waiting(name: string, zone: Zone, world: World): string {
  const snapshot = zone.removal(name)?.snapshot;
  const stored = storedRemoval(world.hostObjects.get(objectNameOf(name)))?.snapshot;
  const how =
    stored !== undefined && stored === snapshot
      ? `approve it by kubectl annotate --overwrite shz ${zone.name} splithorizon.dev/approve-deletions=${stored}`
      : 'the guard holds it, and the zone will say how to approve it';
  return `No source names this host any more; the deletion of its record waits for approval: ${how}.`;
}
