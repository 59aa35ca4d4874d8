import type { ServerStatus, ZoneStatus } from '../../model/api.ts';
import type { Answer, QuestionType } from '../../model/look.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { ZoneStatusInput } from '../../plan/status/zone-status.ts';
import type { ServerGap, ServerList } from '../../plan/zone/server-list.ts';
import { judgeServers } from '../../plan/zone/servers.ts';
import type { SoaAnswer } from '../../probe/ask.ts';
import type { NameserverAddress } from '../../probe/nameserver-address.ts';
import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import type { Intervals } from '../intervals.ts';
import { pause } from '../pause.ts';
import type { LevelServer } from './levels.ts';
import type { Nudges } from './nudges.ts';
import { contentQuestion } from './same-content.ts';
import { createWatchedServer, type PrimaryNow, type WatchedServer } from './watched-server.ts';

/** The DNS servers of a zone, watched. */
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
  update(list: ServerList): void;
  /** The primary was read with this serial, after servers were seen with those, one of which is later. */
  overtaken(serial: number, seen: readonly number[]): void;
  /** A name says something else on the primary, by us or as it was read. */
  changed(name: string | undefined): void;
  status(): Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  /** The serials that the primary must pass for every server to follow it; undefined where there is no server. */
  readonly serialsToPass: readonly number[] | undefined;
  /** For how long, in seconds, each server has not followed the primary's serial, by their names. */
  readonly lags: ReadonlyMap<string, number>;
  /** Asks each server for its SOA, again and again, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** What watching the servers needs. */
export interface ZoneServersOptions {
  /** What status says of the servers from before our start. */
  readonly remembered: ZoneStatus['servers'];
  readonly primary: () => PrimaryNow;
  /** SOA refresh of the zone in seconds, the default of `maxLagSeconds`. */
  readonly refreshSeconds: () => number;
  /** What the primary holds at a name, while nothing is on its way there. */
  readonly settledRecords: (name: string) => readonly ZoneRecord[];
  /** Why the primary is nobody's to write any more, if it left its cluster. */
  readonly leftCluster: () => string | undefined;
  readonly askSoa: (server: NameserverAddress, signal: AbortSignal) => Promise<SoaAnswer>;
  readonly ask: (server: NameserverAddress, name: string, type: QuestionType, signal: AbortSignal) => Promise<Answer>;
  readonly setRate: (server: NameserverAddress) => void;
  readonly nudges: Pick<Nudges, 'remind' | 'isUnsettled' | 'isOtherPrimary'>;
  /** A server has other content under the primary's serial, and will not transfer before that is higher. */
  readonly onOtherContent: () => void;
  /** What is known of the servers changed. */
  readonly changed: () => void;
  readonly intervals: Pick<Intervals, 'serverMs' | 'raisedMs'>;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

/** Answers may differ for good where a server translates them: raising for that helps nobody, and is not done all the time. */
const RAISE_EVERY_MS = 600_000;

/** Watches the servers of a zone; none before `update`. */
export function createZoneServers(options: ZoneServersOptions): ZoneServers {
  let servers: readonly WatchedServer[] = [];
  let gaps: readonly ServerGap[] = [];
  let firstSerial: number | undefined;
  let last: { readonly name: string; readonly id: number } | undefined;
  let raisedAt: number | undefined;
  const told = new Map<WatchedServer, string>();
  const { now, nudges, intervals } = options;
  const remembered = new Map((options.remembered ?? []).map((server) => [server.name, server]));

  const factsOf = (server: WatchedServer) => server.facts(nudges.isOtherPrimary(server.name));
  const hasStarted = (server: WatchedServer): boolean => {
    firstSerial ??= options.primary().serial;
    return server.hasReached(firstSerial);
  };
  /** Says so where something is known otherwise than before; time alone makes a server late or gone. */
  const tell = (server: WatchedServer): void => {
    const text = JSON.stringify([factsOf(server), hasStarted(server)]);
    if (text === told.get(server)) return;
    told.set(server, text);
    options.changed();
  };
  const mayRaiseFor = (server: WatchedServer): boolean =>
    // What was so before our start was tried by then.
    remembered.get(server.name)?.reason !== 'SerialBehind' &&
    (raisedAt === undefined || now() - raisedAt >= RAISE_EVERY_MS);
  /** What a cache says of the SOA tells nothing of what it says of other names. */
  const isLevelBySerial = (server: WatchedServer): boolean =>
    !factsOf(server).isCache && server.serial === options.primary().serial;
  /** Level by its serial, is it by what it says at the name that was changed last? */
  const compare = async (server: WatchedServer, signal: AbortSignal): Promise<void> => {
    const change = last;
    if (change === undefined || server.comparedFor === change.id || !isLevelBySerial(server)) return;
    const question = contentQuestion(change.name, options.settledRecords(change.name));
    if (question === undefined) return;
    const answer = await options.ask(server.address, question.name, question.type, signal);
    if (last !== change || !isLevelBySerial(server) || !isSaid(answer)) return;
    const isSame = question.isSame(answer);
    if (isSame) server.comparedFor = change.id;
    if (!server.noteContent(change.name, isSame) || !mayRaiseFor(server)) return;
    raisedAt = now();
    options.onOtherContent();
  };
  const check = async (server: WatchedServer, signal: AbortSignal): Promise<void> => {
    server.note(await options.askSoa(server.address, signal));
    if (server.isBehind || nudges.isUnsettled(server.name)) nudges.remind(server.name);
    await compare(server, signal);
    tell(server);
  };
  const watch = (found: ServerList['servers'][number]): WatchedServer[] => {
    const address = parseNameserver(found.address);
    if (address === undefined) return [];
    options.setRate(address);
    const key = formatNameserver(address);
    const known = servers.find((server) => server.name === found.name && formatNameserver(server.address) === key);
    known?.adopt(found);
    const { primary, refreshSeconds } = options;
    const serial = remembered.get(found.name)?.serial;
    return [
      known ?? createWatchedServer({ found, address, remembered: serial, primary, refreshSeconds, intervals, now }),
    ];
  };

  return {
    get list() {
      return servers.map(({ name, maxLagMs, isGone }) => ({ name, maxLagMs, isGone }));
    },
    get keys() {
      return servers.map(({ address }) => formatNameserver(address));
    },
    addressOf: (name) => servers.find((server) => server.name === name)?.address,
    get hasStarted() {
      return servers.every(hasStarted) && !gaps.some(({ reason }) => reason === 'Pending');
    },
    update(list) {
      servers = list.servers.flatMap(watch);
      ({ gaps } = list);
      for (const server of told.keys()) if (!servers.includes(server)) told.delete(server);
      options.changed();
    },
    overtaken(serial, seen) {
      for (const server of servers) if (seen.includes(server.serial ?? NaN)) server.noteOvertaken(serial);
    },
    changed(name) {
      if (name !== undefined) last = { name, id: (last?.id ?? 0) + 1 };
    },
    status() {
      const facts = servers.map(factsOf);
      const judged = judgeServers({ servers: facts, gaps, leftCluster: options.leftCluster() });
      const list = facts.map(({ name, address, serial }, index): ServerStatus => ({
        ...{ name, address },
        ...(serial !== undefined && { serial }),
        reason: judged.reasons[index] ?? 'Pending',
      }));
      const missing = gaps.map(({ name, reason }): ServerStatus => ({ name, reason }));
      return { servers: [...list, ...missing], serversInSync: judged.condition };
    },
    get serialsToPass() {
      if (servers.length === 0) return undefined;
      // Whoever takes writes of his own is not caught up with.
      const followers = servers.filter((server) => factsOf(server).isOtherPrimary === undefined);
      return followers.flatMap(({ serialToPass }) => serialToPass ?? []);
    },
    get lags() {
      return new Map(servers.map(({ name, lagMs }) => [name, lagMs / 1000]));
    },
    async run(signal) {
      while (!signal.aborted) {
        const startedAt = now();
        await Promise.all(servers.map((server) => check(server, signal).catch(() => undefined)));
        await pause(Math.max(0, intervals.serverMs - (now() - startedAt)), signal);
      }
    },
  };
}

/** Whether an answer tells what a server has at a name. */
function isSaid(answer: Answer): boolean {
  return answer.outcome === 'answer' && (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN');
}
