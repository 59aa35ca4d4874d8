import type { Logger } from 'pino';
import type { Kube } from '../../kube/kube.ts';
import type { KubeError } from '../../kube/kube-error.ts';
import { isInZone } from '../../model/host-name.ts';
import type { Owner } from '../../model/marker.ts';
import type { HostView, ZoneView } from '../../model/views.ts';
import { claimKey } from '../../plan/host/claim.ts';
import type { BalancerName } from '../../plan/host/target.ts';
import { formerClusterOf } from '../../plan/record/ownership.ts';
import type { Preview, RefusedText, ZonePreview } from '../../plan/preview/preview.ts';
import type { Followed } from '../caches.ts';
import { confirmDeletions } from '../confirm-deletions.ts';
import { readCluster } from '../read-cluster.ts';
import { resolveName } from '../resolve-name.ts';
import { createTechnitiumLinks } from '../technitium-link.ts';
import { createWorld, type World } from '../world.ts';
import { previewOf } from './preview-zone.ts';
import { rehearse } from './rehearsal.ts';
import { takeOverOrphans } from './take-over.ts';

/** What a plan is made from. */
export interface PreviewOptions {
  readonly kube: Kube;
  /** The namespace in which Secrets are read. */
  readonly namespace: string;
  /** The zones to plan; none for all. */
  readonly zones: readonly string[];
  /** Orphans that are given our marker first, so that they are planned as ours; the only thing that is ever written. */
  readonly takeOver: readonly string[];
  /** Objects that are not applied yet: they stand in for those of their name. */
  readonly given: { readonly zones: readonly ZoneView[]; readonly hosts: readonly HostView[] };
  readonly log: Logger;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  readonly random: () => number;
  /** The text of the resolver configuration by which host names of load balancers are resolved. */
  readonly readResolvConf: () => string;
  /** The longest that listing the cluster may take. @default 30000 */
  readonly listingMs?: number;
}

/** Kinds of which nothing changes a record. */
const BESIDE: ReadonlySet<Followed> = new Set(['vantages']);

/**
 * What a sync would do, found out by the operator's own parts, which here have no way to write.
 *
 * @throws Error in words for people: what of the cluster cannot be read, that the zone does not exist, or that what is to
 * be taken over is no orphan
 */
export async function preview(options: PreviewOptions, signal: AbortSignal): Promise<Preview> {
  const { kube, namespace, given } = options;
  const refused: RefusedText[] = [];
  const nobody = (): void => undefined;
  let tellMoved: (hosts: Iterable<string>) => void = nobody;
  const world = createWorld({
    ...{ allHosts: nobody, lost: nobody, zone: nobody, service: nobody, vantage: nobody },
    hosts: (hosts) => tellMoved(hosts),
    refused: ({ reason, text, problem, ...source }) =>
      refused.push({ source: claimKey(source), reason, text, problem: problem || 'stands for names nobody can list' }),
  });
  const clusterUid = await kube.readClusterUid(signal);
  const unavailable = await readCluster(options, world, signal);
  checkAvailable(unavailable);
  // Where its CRD is not installed yet, there will be none when it is.
  if (unavailable.has('hosts')) world.markRead('SplitHorizonHost');
  for (const view of given.zones) world.putZone(asApplied(view, world.zones.get(view.name)));
  for (const view of given.hosts) world.putHost(asApplied(view, world.hostObjects.get(view.name)));
  const asked = chosenZones(world, options.zones);
  const policies = new Map(asked.map(({ name, spec }) => [name, spec.policy]));
  for (const view of asked) world.putZone(asSync(view));
  const links = createTechnitiumLinks({ kube, namespace, now: () => performance.now(), signal });
  const ownerOf = ({ spec, annotations }: ZoneView): Owner => ({
    id: spec.ownerId,
    cluster: clusterUid.slice(0, 8),
    formerCluster: formerClusterOf(annotations),
  });
  const rehearsed = await rehearse(
    {
      ...{ world, ownerOf, connect: links.connect, now: options.now, random: options.random },
      views: [...world.zones.values()].filter(({ name }) => asked.some((other) => isNested(name, other.name))),
      onMoved: (consider) => (tellMoved = consider),
      balancerNames: await resolveBalancers(options, world, signal),
      confirmDeletions: (names) => confirmDeletions(keepingHosts(kube, world), names, signal),
    },
    signal,
  ).finally(() => links.logout());
  const zones = rehearsed.flatMap((rehearsal) => {
    const policy = policies.get(rehearsal.zone.name);
    return policy === undefined ? [] : previewOf(rehearsal, { world, owner: ownerOf(rehearsal.zone.view), policy });
  });
  if (options.takeOver.length > 0) {
    const parts = { zones, viewOf: (name: string) => world.zones.get(name), ownerOf, connect: links.connect };
    await takeOverOrphans(options.takeOver, parts, signal).finally(() => links.logout());
    return preview({ ...options, takeOver: [] }, signal);
  }
  const isOutside = (host: string): boolean => options.zones.length === 0 && world.zoneOf(host) === undefined;
  return { zones: zones.sort(byZone), outside: [...world.claimedHosts()].filter(isOutside).sort(), refused };
}

/** What a zone would do if its policy let it. */
function asSync(view: ZoneView): ZoneView {
  return view.spec.policy === 'DryRun' ? { ...view, spec: { ...view.spec, policy: 'Sync' } } : view;
}

/** Whether two zones are one, or one lies below the other. */
function isNested(one: string, other: string): boolean {
  return isInZone(one, other) || isInZone(other, one);
}

function byZone(a: ZonePreview, b: ZonePreview): number {
  return a.zone < b.zone ? -1 : 1;
}

/** A kind without its CRD has no objects; but what may not be read could hold anything. */
function checkAvailable(unavailable: ReadonlyMap<Followed, KubeError>): void {
  const forbidden = [...unavailable].filter(([kind, { code }]) => code === 403 && !BESIDE.has(kind));
  if (forbidden.length === 0) return;
  const lines = forbidden.map(([, { message }]) => message);
  throw new Error(`the plan needs to list and watch what the operator does, but may not:\n  ${lines.join('\n  ')}`);
}

function chosenZones({ zones }: World, wanted: readonly string[]): ZoneView[] {
  const names = [...zones.keys()].sort();
  const missing = wanted.find((name) => !zones.has(name));
  if (names.length === 0) throw new Error('there is no SplitHorizonZone: apply one, or give its file by --filename');
  if (missing !== undefined)
    throw new Error(`there is no SplitHorizonZone "${missing}"; there are ${names.join(', ')}`);
  return names.filter((name) => wanted.length === 0 || wanted.includes(name)).flatMap((name) => zones.get(name) ?? []);
}

/** What an object is after one that is not applied yet: its identity and what the operator says of it stay. */
function asApplied<View extends ZoneView | HostView>(given: View, stored: View | undefined): View {
  if (stored === undefined) return given;
  const annotations = 'annotations' in stored &&
    'annotations' in given && { ...stored.annotations, ...given.annotations };
  return {
    ...stored,
    spec: given.spec,
    ...('generated' in given && { generated: false }),
    ...(annotations && { annotations }),
  };
}

async function resolveBalancers({ readResolvConf, random }: PreviewOptions, world: World, signal: AbortSignal) {
  const names = new Map<string, BalancerName>();
  const wanted = [...world.services()].flatMap(({ balancer }) => balancer.flatMap(({ hostname }) => hostname ?? []));
  for (const name of new Set(wanted.map((text) => text.toLowerCase().replace(/\.$/, '')))) {
    const found = await resolveName(name, readResolvConf(), { signal, random }).catch(() => undefined);
    if (found !== undefined) names.set(name, { addresses: found.addresses, seen: found.addresses });
  }
  return names;
}

/** The last look before a deletion; what it would make a person's own is so in our world only. */
function keepingHosts(kube: Kube, world: World): Parameters<typeof confirmDeletions>[0] {
  return {
    readHost: (name, signal) => kube.readHost(name, signal),
    dropGeneratedLabel: (name) => {
      const view = world.hostObjects.get(name);
      if (view !== undefined) world.putHost({ ...view, generated: false });
      return Promise.resolve();
    },
  };
}
