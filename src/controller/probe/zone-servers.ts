import type { ServerStatus } from '../../model/api.ts';
import type { ZoneView } from '../../model/views.ts';
import type { ZoneStatusInput } from '../../plan/status/zone-status.ts';
import { isLater, judgeServers, lagAfter, type Lag, type ServerFacts } from '../../plan/zone/servers.ts';
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
  /**
   * Whether every server that is waited for has come to the serial that the primary had when it was first read: what
   * changed before our start is then known to them all.
   */
  readonly hasStarted: boolean;
  update(view: ZoneView): void;
  status(): Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  /** For how long, in seconds, each server has not followed the primary's serial, by their names. */
  readonly lags: ReadonlyMap<string, number>;
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
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

interface Watched {
  readonly name: string;
  readonly address: NameserverAddress;
  maxLagSeconds: number | undefined;
  serial: number | undefined;
  lag: Lag | undefined;
  silentSince: number | undefined;
  /** TTL of the SOA in its last answer. */
  ttl: number | undefined;
  isCache: boolean;
  problem: string | undefined;
  hasStarted: boolean;
  /** What was told of it last. */
  told: string;
}

const CHECK_MS = 5_000;
/** A server that is silent for so long counts as gone. */
const GONE_MS = 30_000;

/** Watches the servers that the zone lists. */
export function createZoneServers(options: ZoneServersOptions): ZoneServers {
  let servers: readonly Watched[] = [];
  let firstSerial: number | undefined;
  const { now } = options;

  const isGone = ({ silentSince }: Watched): boolean => silentSince !== undefined && now() - silentSince >= GONE_MS;
  const lagMs = (server: Watched): number => (server.maxLagSeconds ?? options.refreshSeconds()) * 1000;
  const isLate = (server: Watched): boolean => server.lag !== undefined && now() - server.lag.since > lagMs(server);
  const factsOf = (server: Watched): ServerFacts => ({
    name: server.name,
    address: formatNameserver(server.address),
    serial: server.serial,
    primarySerial: options.primarySerial(),
    isLate: isLate(server),
    isSilent: isGone(server),
    isCache: server.isCache,
    problem: server.problem,
  });
  const hasStarted = (server: Watched): boolean => {
    firstSerial ??= options.primarySerial();
    const { serial } = server;
    server.hasStarted ||= firstSerial !== undefined && serial !== undefined && !isLater(firstSerial, serial);
    return server.hasStarted || server.isCache || isGone(server) || isLate(server);
  };

  const note = (server: Watched, answer: SoaAnswer): void => {
    if (answer.outcome === 'silent' && !isTruncated(answer)) {
      server.silentSince ??= now();
      return;
    }
    server.silentSince = undefined;
    server.problem = problemOf(answer);
    if (answer.outcome === 'soa') {
      const { serial, ttl } = answer.soa;
      // An authority gives the same TTL each time, a cache one that counts down until it asks again.
      if (server.ttl !== undefined && ttl !== server.ttl) server.isCache ||= ttl < server.ttl;
      else server.isCache = false;
      server.ttl = ttl;
      server.serial = serial;
    }
    const primary = options.primarySerial();
    if (primary !== undefined) server.lag = lagAfter(server.lag, { serial: server.serial, primary, now: now() });
  };
  /** Says so where something is known otherwise than before; time alone makes a server late or gone. */
  const tell = (server: Watched): void => {
    const text = JSON.stringify([factsOf(server), hasStarted(server)]);
    if (text === server.told) return;
    server.told = text;
    options.changed();
  };
  const check = async (server: Watched, signal: AbortSignal): Promise<void> => {
    note(server, await options.askSoa(server.address, signal));
    tell(server);
  };

  const watch = (name: string, address: NameserverAddress, maxLagSeconds: number | undefined): Watched => {
    options.setRate(address);
    const known = servers.find(
      (server) => server.name === name && formatNameserver(server.address) === formatNameserver(address),
    );
    if (known !== undefined) return Object.assign(known, { maxLagSeconds });
    const nothing = { serial: undefined, lag: undefined, silentSince: undefined, ttl: undefined, problem: undefined };
    return { ...nothing, name, address, maxLagSeconds, isCache: false, hasStarted: false, told: '' };
  };
  const read = (view: ZoneView): void => {
    servers = (view.spec.technitium.servers ?? []).flatMap(({ name, address, maxLagSeconds }): Watched[] => {
      const parsed = parseNameserver(address);
      return parsed === undefined ? [] : [watch(name, parsed, maxLagSeconds)];
    });
  };
  read(options.view);

  return {
    get list() {
      return servers.map((server) => ({ name: server.name, maxLagMs: lagMs(server), isGone: isGone(server) }));
    },
    get keys() {
      return servers.map(({ address }) => formatNameserver(address));
    },
    addressOf: (name) => servers.find((server) => server.name === name)?.address,
    get hasStarted() {
      return servers.every(hasStarted);
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
    get lags() {
      return new Map(servers.map(({ name, lag }) => [name, lag === undefined ? 0 : (now() - lag.since) / 1000]));
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

function problemOf(answer: SoaAnswer): string | undefined {
  if (answer.outcome === 'none') return `answers ${answer.rcode} without the zone's SOA`;
  return answer.outcome === 'malformed' ? `answers what cannot be believed: ${answer.problem}` : undefined;
}
