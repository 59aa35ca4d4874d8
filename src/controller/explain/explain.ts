import { objectNameOf, zoneOf } from '../../model/host-name.ts';
import { parseHostStatus, type HostView, type VantageView, type ZoneView } from '../../model/views.ts';
import { explainHost } from '../../plan/explain/explain.ts';
import type { AskedVantage, ExplainFacts, NamedServer } from '../../plan/explain/facts.ts';
import { missingHost } from '../../plan/explain/missing-host.ts';
import type { HostPage } from '../../plan/explain/page.ts';
import { LEGACY_GROUP } from '../../plan/host/claim.ts';
import { decideHost, type HostDecision, type ZoneFacts } from '../../plan/host/decide-host.ts';
import { whyNotTaken } from '../../plan/host/not-taken.ts';
import type { BalancerNames, ZoneTarget } from '../../plan/host/target.ts';
import { resolveTarget, targetName } from '../../plan/zone/targets.ts';
import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import type { Followed } from '../caches.ts';
import { readCluster, type ReadClusterOptions } from '../read-cluster.ts';
import { createWorld, type World } from '../world.ts';
import { claimsOn, factsOf, rememberedTargets, requestOf } from '../zone/facts.ts';
import { askLive, type AskLiveOptions } from './ask-live.ts';

/** What a page is made from. */
export interface ExplainOptions extends ReadClusterOptions, AskLiveOptions {
  /** In its stored form. */
  readonly host: string;
  /** Whether servers and nameservers are asked from here, too. */
  readonly live: boolean;
}

/** Without them there is nothing to tell. */
const NEEDED: readonly Followed[] = ['zones', 'hosts', 'vantages'];
/** The others, as kubectl calls them. */
const BESIDE: Readonly<Partial<Record<Followed, string>>> = {
  ingresses: 'ingresses',
  ingressClasses: 'ingressclasses',
  services: 'services',
  namespaces: 'namespaces',
  ingressRoutes: 'ingressroutes.traefik.io',
  legacyIngressRoutes: `ingressroutes.${LEGACY_GROUP}`,
};
/** Host names of load balancers are not resolved: what the operator made of them stands in the zone's status. */
const NO_NAMES: BalancerNames = new Map();

/**
 * The page on one host, from what the cluster stores.
 *
 * @throws Error in words for people: that there is no such host, or what cannot be read
 */
export async function explain(options: ExplainOptions, signal: AbortSignal): Promise<HostPage> {
  const { kube, host } = options;
  const nobody = (): void => undefined;
  const world = createWorld({
    ...{ allHosts: nobody, hosts: nobody, lost: nobody },
    ...{ zone: nobody, service: nobody, vantage: nobody, refused: nobody },
  });
  // First, since a stream waits for an API server that does not answer.
  const fresh = await kube.readHost(objectNameOf(host), signal);
  const unavailable = await readCluster(options, world, signal);
  for (const kind of NEEDED) {
    const error = unavailable.get(kind);
    if (error !== undefined) throw new Error(`nothing can be told without the ${kind}: ${error.message}`);
  }
  // A kind that is not served has no objects.
  const unread = Object.entries(BESIDE).flatMap(([kind, name]) =>
    (unavailable.get(kind as Followed)?.code ?? 404) === 404 ? [] : name,
  );
  const view = fresh?.view;
  const zone = holderOf(host, view, world);
  if (view === undefined) throw new Error(missing(host, zone, { world, unread }));
  const facts = factsOn(view, zone, { world, unread, writtenAt: fresh?.statusWrittenAt });
  return explainHost(options.live ? { ...facts, live: await askLive(facts, options, signal) } : facts);
}

interface Held {
  readonly view: ZoneView;
  readonly targets: readonly ZoneTarget[];
  readonly facts: ZoneFacts;
}

/** The zone that the operator last said, as long as it is there; else the longest that the host lies in. */
function holderOf(host: string, object: HostView | undefined, world: World): Held | undefined {
  const stored = object && parseHostStatus(object.statusText).zone;
  const name = stored !== undefined && world.zones.has(stored) ? stored : zoneOf(host, world.zones.keys());
  const view = world.zones.get(name ?? '');
  if (view === undefined) return undefined;
  const memories = new Map(rememberedTargets(view));
  const targets = view.spec.targets.map((target) =>
    resolveTarget(target, view.name, {
      ...{ services: world, balancerNames: NO_NAMES },
      memory: memories.get(targetName(target.record, view.name)),
    }),
  );
  return { view, targets, facts: factsOf(view, targets) };
}

function decide(host: string, object: HostView | undefined, zone: Held, world: World): HostDecision {
  const { records = [] } = object === undefined ? {} : parseHostStatus(object.statusText);
  return decideHost({
    host,
    zone: zone.facts,
    claims: claimsOn(object, world.claims(host), { world, zone: zone.facts }),
    request: requestOf(object),
    service: (namespace, service) => world.service(namespace, service),
    balancerNames: NO_NAMES,
    lastAddresses: records.flatMap(({ type, values }) => (type === 'A' || type === 'AAAA' ? values : [])),
  });
}

function factsOn(
  view: HostView,
  zone: Held | undefined,
  about: { readonly world: World; readonly unread: readonly string[]; readonly writtenAt: number | undefined },
): ExplainFacts {
  const { world, unread, writtenAt } = about;
  const others = [...world.hostObjects.values()].filter(
    (other) => other.name !== view.name && zoneOf(other.spec.host, world.zones.keys()) === zone?.view.name,
  );
  return {
    view,
    writtenAt,
    zone,
    decision: zone && decide(view.spec.host, view, zone, world),
    vantages: [...world.vantages.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(askedVantage),
    servers: zone === undefined ? [] : serversOf(zone.view).flatMap(namedServer),
    accepted: new Map(
      (zone?.view.spec.acceptedFallbacks ?? []).map(({ address, reason }) => [keyOf(address), reason] as const),
    ),
    clusterIPs: new Set([...world.services()].flatMap(({ clusterIPs }) => clusterIPs)),
    others: others.sort((a, b) => (a.spec.host < b.spec.host ? -1 : 1)),
    unread,
    live: undefined,
  };
}

/** The nameservers of a vantage: as a person listed them, else as the operator found them there. */
function askedVantage(view: VantageView): AskedVantage {
  const listed = (view.spec.resolvers ?? []).map(({ address }) => address);
  const found = (view.status.summary?.resolvers ?? '').split(',').filter((text) => parseNameserver(text) !== undefined);
  return { view, nameservers: (listed.length > 0 ? listed : found).map(keyOf) };
}

/** The servers that the operator found, else those that the zone lists by their addresses. */
function serversOf({ spec, status }: ZoneView): readonly { readonly name: string; readonly address?: string }[] {
  const found = status.servers ?? [];
  return found.some(({ address }) => address !== undefined) ? found : (spec.technitium.servers ?? []);
}

function namedServer({ name, address = '' }: { readonly name: string; readonly address?: string }): NamedServer[] {
  const server = parseNameserver(address);
  return server === undefined ? [] : [{ name, key: formatNameserver(server), ...server }];
}

function keyOf(address: string): string {
  const parsed = parseNameserver(address);
  return parsed === undefined ? address : formatNameserver(parsed);
}

/** Why there is no such host, as far as it can be known from here. */
function missing(
  host: string,
  zone: Held | undefined,
  { world, unread }: { readonly world: World; readonly unread: readonly string[] },
): string {
  const claims = world.claims(host);
  const taken = zone === undefined ? [] : decide(host, undefined, zone, world).sources;
  const left = claims.filter(
    (claim) =>
      !taken.some(({ kind, namespace, name }) => {
        return kind === claim.kind && namespace === claim.namespace && name === claim.name;
      }),
  );
  return missingHost({
    host,
    zone: zone?.view.name,
    zones: [...world.zones.keys()].sort(),
    taken,
    notTaken: zone === undefined ? [] : left.map((claim) => whyNotTaken(claim, zone.view.spec.sources, zone)),
    known: [...world.hostObjects.values()].map(({ spec }) => spec.host),
    unread,
  });
}
