import type { HostSource } from '../../model/api.ts';
import { selectsAll } from '../../model/label-selector.ts';
import type { Owner } from '../../model/marker.ts';
import type { ZoneRecord } from '../../model/record.ts';
import { parseHostStatus, type HostView, type ZoneView } from '../../model/views.ts';
import {
  isSameSource,
  sourceIdOf,
  sourceType,
  type Claim,
  type SourceKind,
  type SourceType,
} from '../../plan/host/claim.ts';
import type { HostFacts, ZoneFacts } from '../../plan/host/decide-host.ts';
import type { ZoneTarget } from '../../plan/host/target.ts';
import { isOurs } from '../../plan/record/ownership.ts';
import { targetName, type TargetMemory } from '../../plan/zone/targets.ts';
import type { World } from '../world.ts';
import type { Removal } from './removals.ts';

/** What a zone object and the present state of its targets mean for hosts. */
export function factsOf(view: ZoneView, targets: readonly ZoneTarget[]): ZoneFacts {
  return {
    name: view.name,
    targets,
    hostTtlSeconds: view.spec.hosts.ttlSeconds,
    exclude: new Set(view.spec.exclude),
    sources: new Map(view.spec.sources.map(({ kind, namespaceSelector = {} }) => [kind, namespaceSelector])),
  };
}

/** The targets as status remembers them, by the name of their record. */
export function* rememberedTargets(view: ZoneView): Iterable<[string, TargetMemory]> {
  for (const { record, addresses, since, previous } of view.status.targets ?? []) {
    const former = (previous ?? []).map(({ addresses: old, ttlSeconds, levelSince }) => ({
      addresses: old,
      ttlSeconds,
      levelSince: levelSince === undefined ? undefined : Date.parse(levelSince),
    }));
    yield [targetName(record, view.name), { addresses, since: Date.parse(since ?? '') || 0, former }];
  }
}

/** What a SplitHorizonHost asks for. */
export function requestOf(view: HostView | undefined): HostFacts['request'] {
  if (view === undefined) return undefined;
  const { record, target, audiences } = view.spec;
  return { generated: view.generated, record, target, audiences };
}

/** The kinds of source that a host's status listed last. */
export function lastSources(view: HostView | undefined): SourceType[] {
  const ids = storedSources(view).flatMap((source) => sourceIdOf(source) ?? []);
  return [...new Set(ids.map(sourceType))];
}

/**
 * Who names a host, for a zone. Of sources in doubt it is what the host's status says of them: their kind could not be read
 * so far, or they themselves, or the labels of their namespace, which the zone selects by, or whether there is a default
 * IngressClass; of what status does not know that is taken for none.
 */
export function claimsOn(
  view: HostView | undefined,
  claims: readonly Claim[],
  { world, zone }: { world: World; zone: Pick<ZoneFacts, 'sources' | 'targets'> },
): Claim[] {
  const isSelectable = ({ kind, namespaceLabels }: Claim): boolean =>
    namespaceLabels !== undefined || selectsAll(zone.sources.get(kind) ?? {});
  const classMatters = !world.isRead('IngressClass') && zone.targets.some(({ classes }) => classes.length > 0);
  const hasClass = ({ kind, className }: Claim): boolean =>
    kind !== 'Ingress' || className !== undefined || !classMatters;
  const unsure = claims.filter((claim) => !isSelectable(claim) || !hasClass(claim));
  const kinds = [...world.kindsInDoubt(), ...unsure.map(({ kind }) => kind)];
  if (kinds.length === 0) return [...claims];
  const live = claims.filter((claim) => !unsure.includes(claim));
  const recalled = recalledClaims(view, live, { world, unsure, kinds });
  const isNew = (claim: Claim): boolean => isSelectable(claim) && !recalled.some((one) => isSameSource(one, claim));
  return [...live, ...recalled, ...unsure.filter(isNew)];
}

function recalledClaims(
  view: HostView | undefined,
  live: readonly Claim[],
  { world, unsure, kinds }: { world: World; unsure: readonly Claim[]; kinds: readonly SourceKind[] },
): Claim[] {
  // Told from the others without parsing 10,000 statuses.
  const mayList = (kind: string): boolean => view?.statusText.includes(`"kind":"${kind}"`) === true;
  if (view === undefined || !kinds.some(mayList)) return [];
  const { sources = [], target } = parseHostStatus(view.statusText);
  const ids = sources.map(sourceIdOf);
  const isRecalled = (id: (typeof ids)[number]): id is NonNullable<typeof id> =>
    id !== undefined &&
    (world.isInDoubt(id) || unsure.some((claim) => isSameSource(claim, id))) &&
    !live.some((claim) => isSameSource(claim, id));
  // Status lists the oldest first, and that is all that is known of their ages.
  const firstCreated = isRecalled(ids[0]) ? 0 : Number.MAX_SAFE_INTEGER / 2;
  return ids.flatMap((id, index): Claim[] => {
    if (!isRecalled(id)) return [];
    const recalled = { target, conflict: sources[index]?.conflict ?? false };
    const createdAt = firstCreated + index;
    return [{ ...id, createdAt, className: undefined, namespaceLabels: world.labelsOf(id.namespace), recalled }];
  });
}

function storedSources(view: HostView | undefined): readonly HostSource[] {
  return view === undefined ? [] : (parseHostStatus(view.statusText).sources ?? []);
}

/** Whether a record is an address that we published. */
export function isAddressOfOurs(record: ZoneRecord, owner: Owner): boolean {
  return (record.type === 'A' || record.type === 'AAAA') && isOurs(record, owner);
}

/** Whether a change of targets may change what hosts other than the targets themselves are. */
export function needsAll(before: readonly ZoneTarget[], after: readonly ZoneTarget[]): boolean {
  const shape = (targets: readonly ZoneTarget[]): string =>
    JSON.stringify(
      targets.map(({ record, classes, service, addresses, kept, clusterIPs }) => [
        ...[record, classes, service, clusterIPs],
        ...[addresses.length > 0, kept === undefined],
      ]),
    );
  return shape(before) !== shape(after);
}

/** The removal that a host's status remembers from before a restart. */
export function storedRemoval(view: HostView | undefined): Omit<Removal, 'released'> | undefined {
  const stored = view === undefined ? undefined : parseHostStatus(view.statusText).deletion;
  if (stored === undefined) return undefined;
  const { since, evidence, snapshot } = stored;
  return { since: Date.parse(since), evidence: evidence === 'Seen' ? 'Seen' : 'Inferred', snapshot };
}
