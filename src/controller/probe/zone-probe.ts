import { familyOf } from '../../model/address.ts';
import { isCoveredBy, objectNameOf, probeNameOf } from '../../model/host-name.ts';
import type { Endpoints } from '../../model/endpoints.ts';
import type { Answer, QuestionType } from '../../model/look.ts';
import { addressData, decidesAddress, type ZoneRecord } from '../../model/record.ts';
import { soaOfRecords, type ZoneSoa } from '../../model/soa.ts';
import { parseHostStatus } from '../../model/views.ts';
import type { HostDecision, HostTarget } from '../../plan/host/decide-host.ts';
import type { HeldBack } from '../../plan/verdict/current.ts';
import { findServers, type Nudge } from '../../plan/zone/server-list.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import type { Timing } from '../../plan/verdict/expectation.ts';
import { levelTarget, type FormerSet } from '../../plan/zone/targets.ts';
import type { SoaAnswer } from '../../probe/ask.ts';
import { formatNameserver, parseNameserver, type NameserverAddress } from '../../probe/nameserver-address.ts';
import type { Intervals } from '../intervals.ts';
import type { World } from '../world.ts';
import type { Zone } from '../zone/zone.ts';
import { createHostChanges } from './host-changes.ts';
import { createLevels } from './levels.ts';
import { createNudges } from './nudges.ts';
import { createZoneServers, type ZoneServers } from './zone-servers.ts';

/** What the probing of one zone's hosts knows beside the looks: when they changed, and how far that has come. */
export interface ZoneProbe {
  readonly zone: Zone;
  readonly servers: ZoneServers;
  /** The zone object changed, or where its servers are may have. */
  update(): void;
  /** The zone was read whole; this name was changed last in it. */
  read(changedLast: string | undefined): void;
  /** The zone's serial was raised: copies follow again. */
  raised(): void;
  readonly soa: ZoneSoa | undefined;
  /** Whether the zone was read, and every server has what it held then: before that no cache is asked anything. */
  readonly isOpen: boolean;
  /** It opened: what changed before our start is at every server by now. */
  opened(): void;
  readonly hasOpened: boolean;
  /** Whether a nameserver, by its key, is an accepted fallback. */
  isAccepted(key: string): boolean;
  timing(host: string, decision: HostDecision): Timing;
  /** Earlier addresses of a host's own, newest first. */
  formerOf(host: string): readonly FormerSet[];
  /** Whether the zone answers for a host with an address. */
  holds(host: string): boolean;
  /** Why caches are not asked for a host now, if they are not. */
  heldBack(host: string): HeldBack | undefined;
  /** A host points elsewhere now than it did. */
  retargeted(host: string, left: HostTarget): void;
  /** Our writes changed what a name says. */
  written(name: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  /** A host's record is there by somebody else's doing: each server is asked for it before a cache is. */
  appeared(host: string): void;
  run(signal: AbortSignal): Promise<void>;
}

/** What probing a zone needs. */
export interface ZoneProbeOptions {
  readonly zone: Zone;
  readonly world: World;
  /** Asks one of the zone's own servers, paced. */
  readonly ask: (server: NameserverAddress, name: string, type: QuestionType, signal: AbortSignal) => Promise<Answer>;
  readonly askSoa: (server: NameserverAddress, zone: string, signal: AbortSignal) => Promise<SoaAnswer>;
  readonly setRate: (server: NameserverAddress) => void;
  /** The endpoints of a Service of servers, as they are now. */
  readonly endpoints: (namespace: string, name: string) => Endpoints;
  /** The API by which a copy is told to transfer the zone. */
  readonly connectTo: (nudge: Nudge, signal: AbortSignal) => Promise<TechnitiumClient>;
  /** A copy does not let us tell it. */
  readonly nudgeRefused: (server: string, message: string) => void;
  /** Every server gives a name's new answer. */
  readonly onLevel: (name: string) => void;
  /** A name is behind for longer than it may. */
  readonly onPastLag: (name: string) => void;
  readonly serversChanged: () => void;
  readonly intervals: Intervals;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Technitium's defaults, where no SOA was read. */
const DEFAULT_REFRESH_SECONDS = 900;
const DEFAULT_NEGATIVE_SECONDS = 900;
const NOTHING_REMEMBERED = { since: 0, former: [] };
/** Slack beyond the negative TTL within which a host that was made before our start may still be denied by a cache. */
const NEW_SLACK_MS = 60_000;

/** Follows the changes of one zone to its servers. */
export function createZoneProbe(options: ZoneProbeOptions): ZoneProbe {
  const { zone, world, now, intervals } = options;
  let openedAt: number | undefined;

  const soa = (): ZoneSoa | undefined => soaOfRecords(zone.records(zone.name));
  const isTarget = (name: string): boolean => zone.targets.some(({ record }) => record === name);
  const nudges = createNudges({
    zone: zone.name,
    connect: options.connectTo,
    primaryIdentity: () => zone.primary.identity,
    changed: options.serversChanged,
    refused: options.nudgeRefused,
    intervals,
    now,
    signal: options.signal,
  });
  const servers = createZoneServers({
    remembered: zone.view.status.servers,
    primary: () => {
      const { readAt, steppedBackAt } = zone;
      return { serial: zone.hasRead ? zone.serial : undefined, readAt, steppedBackAt };
    },
    refreshSeconds: () => soa()?.refresh ?? DEFAULT_REFRESH_SECONDS,
    settledRecords: (name) => (zone.awaitsWrite(name) ? [] : zone.records(name)),
    leftCluster: () => {
      const { link } = zone;
      return link.reason === 'TwoPrimaries' && 'message' in link ? `${link.message}. ${link.advice}` : undefined;
    },
    ask: options.ask,
    askSoa: (server, signal) => options.askSoa(server, zone.name, signal),
    setRate: options.setRate,
    nudges,
    onOtherContent: () => zone.raise(),
    changed: options.serversChanged,
    intervals,
    now,
  });
  const findNow = (): void => {
    const { servers: listed, url } = zone.view.spec.technitium;
    const found = findServers({ listed, url, nodes: zone.primary.nodes, endpoints: options.endpoints });
    servers.update(found);
    nudges.update(zone.view.spec.policy === 'DryRun' ? [] : found.servers);
  };
  const levels = createLevels({
    servers: () => servers.list,
    givesAnswer: (server, name, signal) => givesAnswer(server, name, signal),
    serialOf: async (server, signal) => {
      const address = servers.addressOf(server);
      const answer = address && (await options.askSoa(address, zone.name, signal));
      return answer?.outcome === 'soa' ? answer.soa.serial : undefined;
    },
    onLevel: (name) => {
      becameLevel(name);
      changes.becameLevel(name);
      options.onLevel(name);
    },
    onPastLag: options.onPastLag,
    withoutServersMs: intervals.withoutServersMs,
    now,
    signal: options.signal,
  });
  /** When hosts were first met that had no object yet: what is seen of one before its object is made counts after it. */
  const metAt = new Map<string, number>();
  const madeAt = (host: string): number => {
    const met = metAt.get(host);
    if (met !== undefined) return met;
    const createdAt = world.hostObjects.get(objectNameOf(host))?.createdAt;
    if (createdAt === undefined) metAt.set(host, now());
    return createdAt ?? now();
  };
  const changes = createHostChanges({
    storedChange: (host) => {
      const at = madeAt(host);
      // Until so long after its making a host that we do not know otherwise counts as new.
      const newForMs = (soa()?.negativeTtl ?? DEFAULT_NEGATIVE_SECONDS) * 1000 + NEW_SLACK_MS;
      return { at, isNew: now() - at < newForMs };
    },
    storedFormer: (host) => storedFormer(world.hostObjects.get(objectNameOf(host))?.statusText ?? '', openedAt),
    now,
  });

  let accepted = { list: zone.view.spec.acceptedFallbacks, keys: keysOf(zone.view.spec.acceptedFallbacks) };
  const acceptedKeys = (): ReadonlySet<string> => {
    const list = zone.view.spec.acceptedFallbacks;
    if (accepted.list !== list) accepted = { list, keys: keysOf(list) };
    return accepted.keys;
  };

  /** Whether somebody else decides what a name says. */
  const isForeign = (name: string): boolean => {
    const { observed, excluded } = zone.decide(name);
    return (!isTarget(name) && (observed || excluded)) || zone.view.spec.policy === 'DryRun' || isInConflict(name);
  };
  const isInConflict = (name: string): boolean => zone.conflictsAt(name).length > 0;
  const givesAnswer = async (server: string, name: string, signal: AbortSignal): Promise<boolean> => {
    const address = servers.addressOf(server);
    const target = zone.targets.find(({ record }) => record === name) ?? zone.decide(name).target;
    if (address === undefined || target === undefined) return true;
    const type = target.addresses.length > 0 && target.addresses.every((ip) => familyOf(ip) === 6) ? 'AAAA' : 'A';
    const answer = await options.ask(address, probeNameOf(name), type, signal);
    if (answer.outcome !== 'answer' || answer.rcode !== 'NOERROR') return false;
    if (isForeign(name)) return answer.addresses.length + answer.chain.length > 0;
    const cname = 'cname' in target ? target.cname : undefined;
    if (cname !== undefined) return answer.chain.includes(cname);
    return answer.addresses.length > 0 && answer.addresses.every((ip) => target.addresses.includes(ip));
  };
  /** From now on caches may hold what a target gave before only for its TTL. */
  const becameLevel = (record: string): void => {
    const memory = zone.memoryOf(record);
    if (memory !== undefined) zone.remember(record, levelTarget(memory, now()));
  };
  const isSettled = (name: string): boolean => levels.of(name) === 'Level' && !zone.awaitsWrite(name);
  const recordOf = (host: string, { target }: HostDecision): string => target?.record ?? host;
  const holds = (host: string): boolean => {
    if (isTarget(host)) return true;
    const own = zone.records(host);
    // What stands at the name itself hides it from a wildcard (RFC 4592 2.2.1).
    if (own.length > 0) return own.some(isDeciding);
    return wildcardsAbove(host).some((above) => isCoveredBy(host, above) && zone.records(above).some(isDeciding));
  };
  /** What a name gave to caches by these records. */
  const leftBy = (records: readonly ZoneRecord[]): FormerSet | undefined => {
    const deciding = records.filter(isDeciding);
    const alias = deciding.find(({ type }) => type === 'CNAME')?.value;
    const memory = alias === undefined ? undefined : zone.memoryOf(alias);
    const own = deciding.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ value }) => value);
    const addresses = memory?.addresses ?? own;
    const cname = memory === undefined ? alias : undefined;
    if (addresses.length === 0 && cname === undefined) return undefined;
    return { addresses, cname, ttlSeconds: deciding[0]?.ttl ?? 0, levelSince: undefined };
  };

  return {
    zone,
    servers,
    update() {
      findNow();
      levels.serversChanged();
    },
    read: (changedLast) => servers.changed(changedLast),
    raised: () => nudges.changed(),
    get soa() {
      return soa();
    },
    get isOpen() {
      return zone.hasRead && servers.hasStarted;
    },
    opened() {
      openedAt ??= now();
      for (const { record } of zone.targets) if (isSettled(record)) becameLevel(record);
    },
    get hasOpened() {
      return openedAt !== undefined;
    },
    isAccepted: (key) => acceptedKeys().has(key),
    timing(host, decision) {
      const { at, isNew } = changes.of(host);
      const record = recordOf(host, decision);
      const memory = zone.memoryOf(record) ?? NOTHING_REMEMBERED;
      const levelAt =
        isSettled(host) && isSettled(record)
          ? Math.max(levels.levelAt(host) ?? at, levels.levelAt(record) ?? memory.since)
          : undefined;
      // Where nobody is behind and nothing is to be written, a set that nobody saw leave left with the last change.
      const former = [...changes.formerOf(host), ...memory.former].map((set) => ({
        ...set,
        levelSince: set.levelSince ?? levelAt,
      }));
      return { changedAt: Math.max(at, memory.since), levelAt, isNew, former };
    },
    formerOf: (host) => changes.formerOf(host).filter(({ addresses }) => addresses.length > 0),
    holds,
    heldBack(host) {
      if (!zone.hasRead || !servers.hasStarted) return 'Behind';
      if (!holds(host)) return 'NotHeld';
      const names = [host, recordOf(host, zone.decide(host))];
      const states = names.map((name) => levels.of(name));
      if (states.includes('Behind') || names.some((name) => zone.awaitsWrite(name))) return 'Behind';
      return states.includes('PastLag') ? 'PastLag' : undefined;
    },
    retargeted(host, left) {
      const memory = left.record === undefined ? undefined : zone.memoryOf(left.record);
      const addresses = memory?.addresses ?? left.addresses;
      const ttlSeconds = zone.records(host).find(isDeciding)?.ttl ?? zone.view.spec.hosts.ttlSeconds;
      // Where no write follows (a conflict, say), nothing becomes level later: it was left with the change itself.
      const levelSince = zone.awaitsWrite(host) ? undefined : now();
      changes.changed(host, false, { addresses, cname: left.cname, ttlSeconds, levelSince });
    },
    written(name, before, after) {
      const [old, next] = [addressData(before), addressData(after)];
      nudges.changed();
      if (next !== '') servers.changed(name);
      if (next === '') {
        changes.forget(name);
        metAt.delete(name);
        levels.forget(name);
      } else if (old !== next) {
        changes.changed(name, old === '', isTarget(name) ? undefined : leftBy(before));
        levels.changed(name, zone.serial);
      }
    },
    appeared(host) {
      if (levels.of(host) === 'Level') levels.changed(host, zone.serial);
    },
    async run(signal) {
      findNow();
      await servers.run(signal);
    },
  };
}

/** Addresses as people write them, with their port or without, as keys of nameservers. */
function keysOf(list: readonly { readonly address: string }[]): ReadonlySet<string> {
  return new Set(list.flatMap(({ address }) => parseNameserver(address) ?? []).map(formatNameserver));
}

/** The earlier sets in a host's status; those that were not level when it was written became so when the zone opened. */
function storedFormer(statusText: string, openedAt: number | undefined): readonly FormerSet[] {
  // Most hosts have none: they are told from the others without parsing 10,000 statuses.
  if (!/"previous":\[\{/.test(statusText)) return [];
  return (parseHostStatus(statusText).previous ?? []).map(({ addresses, ttlSeconds, levelSince }) => ({
    addresses,
    ttlSeconds,
    levelSince: levelSince === undefined ? openedAt : Date.parse(levelSince),
  }));
}

function isDeciding({ type, disabled }: ZoneRecord): boolean {
  return decidesAddress(type) && !disabled;
}

/** `*.b.example.com` and `*.example.com` for `a.b.example.com`. */
function wildcardsAbove(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
}
