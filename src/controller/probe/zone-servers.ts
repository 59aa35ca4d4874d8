import type { ServerStatus } from '../../model/api.ts';
import type { ZoneView } from '../../model/views.ts';
import type { ZoneStatusInput } from '../../plan/status/zone-status.ts';
import { isLater, judgeServers, type ServerFacts } from '../../plan/zone/servers.ts';
import { isTruncated, type SoaAnswer } from '../../probe/ask.ts';
import type { NameserverAddress } from '../../probe/nameserver-address.ts';
import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import { pause } from '../pause.ts';
import type { LevelServer } from './levels.ts';

/** The DNS servers that a zone lists, watched. */
export interface ZoneServers {
  readonly list: readonly LevelServer[];
  /** Keys of the servers' addresses, the first listed first. */
  readonly keys: readonly string[];
  addressOf(name: string): NameserverAddress | undefined;
  /** Whether every server that answers has come to the serial that the primary had when it was first read. */
  readonly hasStarted: boolean;
  update(view: ZoneView): void;
  status(): Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  /** Asks each server for its SOA, again and again, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** What watching the servers needs. */
export interface ZoneServersOptions {
  readonly view: ZoneView;
  /** The serial that the primary has; undefined before it was read. */
  readonly primarySerial: () => number | undefined;
  /** SOA refresh of the zone in seconds, the default of `maxLagSeconds`. */
  readonly refreshSeconds: () => number;
  readonly askSoa: (server: NameserverAddress, signal: AbortSignal) => Promise<SoaAnswer>;
  readonly setRate: (server: NameserverAddress) => void;
  /** What is known of the servers changed. */
  readonly changed: () => void;
  readonly now: () => number;
}

interface Watched {
  readonly name: string;
  readonly address: NameserverAddress;
  readonly maxLagSeconds: number | undefined;
  serial: number | undefined;
  /** Since when its serial is not the primary's (ms). */
  differsSince: number | undefined;
  answeredAt: number;
  /** TTL of the SOA in its last answer, and whether a later one had a smaller: then a cache answers. */
  ttl: number | undefined;
  isCache: boolean;
  problem: string | undefined;
  hasStarted: boolean;
}

const CHECK_MS = 5_000;
/** A server that is silent for so long counts as gone. */
const GONE_MS = 30_000;

/** Watches the servers that the zone lists. */
export function createZoneServers(options: ZoneServersOptions): ZoneServers {
  let servers: Watched[] = [];
  let baseline: number | undefined;
  const { now } = options;

  const isGone = (server: Watched): boolean => now() - server.answeredAt >= GONE_MS;
  const lagMs = (server: Watched): number => (server.maxLagSeconds ?? options.refreshSeconds()) * 1000;
  const factsOf = (server: Watched): ServerFacts => ({
    name: server.name,
    address: formatNameserver(server.address),
    serial: server.serial,
    primarySerial: options.primarySerial(),
    isLate: server.differsSince !== undefined && now() - server.differsSince > lagMs(server),
    isSilent: isGone(server),
    isCache: server.isCache,
    problem: server.problem,
  });
  const note = (server: Watched, answer: SoaAnswer): void => {
    if (answer.outcome === 'silent' && !isTruncated(answer)) return;
    server.answeredAt = now();
    server.problem = answer.outcome === 'none' ? `answers ${answer.rcode} without the zone's SOA` : undefined;
    if (answer.outcome === 'soa') noteSoa(server, answer.soa);
  };
  const noteSoa = (server: Watched, { serial, ttl }: { serial: number; ttl: number }): void => {
    const primary = options.primarySerial();
    baseline ??= primary;
    server.isCache = server.ttl !== undefined && ttl < server.ttl;
    server.ttl = Math.max(ttl, server.isCache ? (server.ttl ?? 0) : 0);
    server.serial = serial;
    server.differsSince = serial === primary ? undefined : (server.differsSince ?? now());
    server.hasStarted ||= baseline !== undefined && !isLater(baseline, serial);
  };
  const check = async (server: Watched, signal: AbortSignal): Promise<void> => {
    const before = JSON.stringify(factsOf(server));
    const started = server.hasStarted;
    note(server, await options.askSoa(server.address, signal));
    if (JSON.stringify(factsOf(server)) !== before || server.hasStarted !== started) options.changed();
  };

  const read = (view: ZoneView): void => {
    servers = (view.spec.technitium.servers ?? []).flatMap(({ name, address, maxLagSeconds }): Watched[] => {
      const parsed = parseNameserver(address);
      if (parsed === undefined) return [];
      options.setRate(parsed);
      const known = servers.find(
        (server) => server.name === name && formatNameserver(server.address) === formatNameserver(parsed),
      );
      if (known !== undefined) return [{ ...known, maxLagSeconds }];
      const fresh = { serial: undefined, differsSince: undefined, ttl: undefined, problem: undefined };
      return [{ ...fresh, name, address: parsed, maxLagSeconds, answeredAt: now(), isCache: false, hasStarted: false }];
    });
  };
  read(options.view);

  return {
    get list() {
      return servers.map((server) => ({ name: server.name, maxLagMs: lagMs(server), isGone: () => isGone(server) }));
    },
    get keys() {
      return servers.map(({ address }) => formatNameserver(address));
    },
    addressOf: (name) => servers.find((server) => server.name === name)?.address,
    get hasStarted() {
      return servers.every((server) => server.hasStarted || isGone(server) || factsOf(server).isLate);
    },
    update: read,
    status() {
      const facts = servers.map(factsOf);
      const judged = judgeServers(facts);
      const list = facts.map(({ name, serial }, index): ServerStatus => ({
        name,
        ...(serial !== undefined && { serial }),
        reason: judged.reasons[index] ?? 'Pending',
      }));
      return { servers: list, serversInSync: judged.condition };
    },
    async run(signal) {
      while (!signal.aborted) {
        const startedAt = now();
        await Promise.all(servers.map((server) => check(server, signal).catch(() => undefined)));
        await pause(Math.max(0, CHECK_MS - (now() - startedAt)), signal);
      }
    },
  };
}
