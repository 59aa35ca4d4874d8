import { familyOf } from '../../model/address.ts';
import { isCoveredBy, objectNameOf, probeNameOf } from '../../model/host-name.ts';
import type { Answer, QuestionType } from '../../model/look.ts';
import { decidesAddress, type ZoneRecord } from '../../model/record.ts';
import { soaOfRecords, type ZoneSoa } from '../../model/soa.ts';
import { parseHostStatus } from '../../model/views.ts';
import type { HostDecision } from '../../plan/host/decide-host.ts';
import type { HeldBack } from '../../plan/verdict/current.ts';
import type { Timing } from '../../plan/verdict/expectation.ts';
import { levelTarget, type FormerSet } from '../../plan/zone/targets.ts';
import type { SoaAnswer } from '../../probe/ask.ts';
import type { NameserverAddress } from '../../probe/nameserver-address.ts';
import type { World } from '../world.ts';
import type { Zone } from '../zone/zone.ts';
import { createLevels } from './levels.ts';
import { createZoneServers, type ZoneServers } from './zone-servers.ts';

/** What the probing of one zone's hosts knows beside the looks: when they changed, and how far that has come. */
export interface ZoneProbe {
  readonly zone: Zone;
  readonly servers: ZoneServers;
  /** The zone object changed. */
  update(): void;
  readonly soa: ZoneSoa | undefined;
  timing(host: string, decision: HostDecision): Timing;
  /** Earlier addresses of a host's own, newest first. */
  formerOf(host: string): readonly FormerSet[];
  /** Why caches are not asked for a host now, if they are not. */
  heldBack(host: string, decision: HostDecision): HeldBack | undefined;
  /** Our writes changed what a name says. */
  written(name: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  /** Names whose last change is not at every server yet. */
  readonly behind: Iterable<string>;
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
  /** Every server gives a name's new answer. */
  readonly onLevel: (name: string) => void;
  readonly serversChanged: () => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Technitium's defaults, where no SOA was read. */
const DEFAULT_REFRESH_SECONDS = 900;
const DEFAULT_NEGATIVE_SECONDS = 900;
const NOTHING_REMEMBERED = { since: 0, former: [] };
const MOST_FORMER = 5;
/** Slack beyond the negative TTL within which a host that was made before our start may still be denied by a cache. */
const NEW_SLACK_MS = 60_000;

/** Follows the changes of one zone to its servers. */
export function createZoneProbe(options: ZoneProbeOptions): ZoneProbe {
  const { zone, world, now } = options;
  const changes = new Map<string, { at: number; isNew: boolean }>();
  const former = new Map<string, readonly FormerSet[]>();

  const soa = (): ZoneSoa | undefined => soaOfRecords(zone.records(zone.name));
  const servers = createZoneServers({
    view: zone.view,
    primarySerial: () => (zone.hasRead ? zone.serial : undefined),
    refreshSeconds: () => soa()?.refresh ?? DEFAULT_REFRESH_SECONDS,
    askSoa: (server, signal) => options.askSoa(server, zone.name, signal),
    setRate: options.setRate,
    changed: options.serversChanged,
    now,
  });
  const levels = createLevels({
    servers: () => servers.list,
    givesAnswer: (server, name, signal) => givesAnswer(server, name, signal),
    serialOf: async (server, signal) => {
      const address = servers.addressOf(server);
      const answer = address && (await options.askSoa(address, zone.name, signal));
      return answer?.outcome === 'soa' ? answer.soa.serial : undefined;
    },
    onLevel: (name) => {
      becomeLevel(name);
      options.onLevel(name);
    },
    now,
    signal: options.signal,
  });

  const givesAnswer = async (server: string, name: string, signal: AbortSignal): Promise<boolean> => {
    const address = servers.addressOf(server);
    const target = zone.targets.find(({ record }) => record === name) ?? zone.decide(name).target;
    if (address === undefined || target === undefined) return true;
    const type = target.addresses.length > 0 && target.addresses.every((ip) => familyOf(ip) === 6) ? 'AAAA' : 'A';
    const answer = await options.ask(address, probeNameOf(name), type, signal);
    if (answer.outcome !== 'answer') return false;
    const cname = 'cname' in target ? target.cname : undefined;
    if (cname !== undefined) return answer.chain.includes(cname);
    return answer.addresses.length > 0 && answer.addresses.every((ip) => target.addresses.includes(ip));
  };
  /** From now on caches may hold what was there before only for its TTL. */
  const becomeLevel = (name: string): void => {
    const memory = zone.memoryOf(name);
    if (memory !== undefined) zone.remember(name, levelTarget(memory, now()));
    const own = former.get(name);
    if (own !== undefined)
      former.set(
        name,
        own.map((set) => ({ ...set, levelSince: set.levelSince ?? now() })),
      );
  };
  const createdAt = (host: string): number => world.hostObjects.get(objectNameOf(host))?.createdAt ?? now();
  const formerOf = (host: string): readonly FormerSet[] => former.get(host) ?? storedFormer(host);
  const storedFormer = (host: string): readonly FormerSet[] => {
    const text = world.hostObjects.get(objectNameOf(host))?.statusText;
    if (text?.includes('"ttlSeconds"') !== true) return [];
    return (parseHostStatus(text).previous ?? []).map(({ addresses, ttlSeconds, levelSince }) => ({
      addresses,
      ttlSeconds,
      levelSince: levelSince === undefined ? undefined : Date.parse(levelSince),
    }));
  };
  /** Until so long after its making a host that we do not know otherwise counts as new. */
  const newForMs = (): number => (soa()?.negativeTtl ?? DEFAULT_NEGATIVE_SECONDS) * 1000 + NEW_SLACK_MS;
  const levelAt = (host: string, record: string, since: number): number | undefined => {
    if (levels.of(host) !== 'Level' || levels.of(record) !== 'Level') return undefined;
    return Math.max(levels.levelAt(host) ?? since, levels.levelAt(record) ?? 0);
  };
  const timing = (host: string, decision: HostDecision): Timing => {
    const change = changes.get(host) ?? { at: createdAt(host), isNew: now() - createdAt(host) < newForMs() };
    const record = decision.target?.record ?? host;
    const memory = zone.memoryOf(record) ?? NOTHING_REMEMBERED;
    return {
      changedAt: Math.max(change.at, memory.since),
      levelAt: levelAt(host, record, change.at),
      isNew: change.isNew,
      former: [...formerOf(host), ...memory.former],
    };
  };
  const holds = (host: string): boolean =>
    zone.targets.some(({ record }) => record === host) ||
    zone.records(host).some(({ type, disabled }) => decidesAddress(type) && !disabled) ||
    wildcardsAbove(host).some((wildcard) => isCoveredBy(host, wildcard) && zone.records(wildcard).length > 0);

  /** The addresses that records gave, those behind a target of the zone included. */
  const addressesOf = (records: readonly ZoneRecord[]): string[] =>
    records.flatMap(({ type, value }) => {
      if (type === 'A' || type === 'AAAA') return [value];
      return type === 'CNAME' ? (zone.memoryOf(value)?.addresses ?? []) : [];
    });

  return {
    zone,
    servers,
    update() {
      servers.update(zone.view);
      levels.serversChanged();
    },
    get soa() {
      return soa();
    },
    timing,
    formerOf,
    heldBack(host, decision) {
      if (!zone.hasRead || !servers.hasStarted) return 'Behind';
      if (!holds(host)) return 'NotHeld';
      const states = [host, decision.target?.record].map((name) => (name === undefined ? 'Level' : levels.of(name)));
      if (states.includes('Behind')) return 'Behind';
      return states.includes('PastLag') ? 'PastLag' : undefined;
    },
    written(name, before, after) {
      const [old, next] = [dataOf(before), dataOf(after)];
      if (next === '') {
        changes.delete(name);
        former.delete(name);
        levels.forget(name);
        return;
      }
      if (old === next) return;
      changes.set(name, { at: now(), isNew: old === '' });
      const left = addressesOf(before);
      const isTarget = zone.targets.some(({ record }) => record === name);
      if (left.length > 0 && !isTarget) {
        const set = { addresses: left, ttlSeconds: before.find(isDeciding)?.ttl ?? 0, levelSince: undefined };
        former.set(name, [set, ...formerOf(name)].slice(0, MOST_FORMER));
      }
      levels.changed(name, zone.serial);
    },
    get behind() {
      return levels.behind;
    },
    run: (signal) => servers.run(signal),
  };
}

function isDeciding({ type, disabled }: ZoneRecord): boolean {
  return decidesAddress(type) && !disabled;
}

/** What records say of a name's addresses, TTL and comments aside. */
function dataOf(records: readonly ZoneRecord[]): string {
  const data = records.filter(isDeciding).map(({ type, value }) => `${type} ${value}`);
  return data.sort().join('\n');
}

/** `*.b.example.com` and `*.example.com` for `a.b.example.com`. */
function wildcardsAbove(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
}
