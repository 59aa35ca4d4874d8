import type { ZoneReason } from '../../model/reason.ts';
import type { ConditionNow } from '../status/conditions.ts';

/** What is known of one DNS server of a zone. */
export interface ServerFacts {
  readonly name: string;
  readonly address: string;
  /** Serial of the SOA that it gave last; undefined before it gave one. */
  readonly serial: number | undefined;
  readonly primarySerial: number | undefined;
  /** Whether it has had another serial than the primary for longer than its allowed lag. */
  readonly isLate: boolean;
  readonly isSilent: boolean;
  /** Whether the TTL of its SOA counts down: a cache answers, whose serial says nothing. */
  readonly isCache: boolean;
  /** Why its answer is no SOA of the zone. */
  readonly problem: string | undefined;
}

/** Reasons that a server's entry in status may have. */
export type ServerReason = Extract<
  ZoneReason,
  'Synced' | 'Pending' | 'Cached' | 'SerialBehind' | 'SerialAhead' | 'ServerSilent' | 'UnexpectedAnswer'
>;

/** The word on each server, and the condition ServersInSync over all. */
export interface ServersJudgement {
  readonly reasons: readonly ServerReason[];
  readonly condition: Omit<ConditionNow<ZoneReason>, 'type'>;
}

/** Worst first: what decides the condition's reason. */
const FAULTS: readonly ServerReason[] = ['SerialAhead', 'ServerSilent', 'UnexpectedAnswer', 'SerialBehind'];

/** Judges the servers of a zone: each by name, level or within its lag, or why not. */
export function judgeServers(servers: readonly ServerFacts[]): ServersJudgement {
  const reasons = servers.map(reasonOf);
  const at = (reason: ServerReason): ServerFacts[] => servers.filter((_, index) => reasons[index] === reason);
  if (servers.length === 0) {
    const message = 'No DNS servers are listed, so nobody looks whether copies of the zone follow.';
    return { reasons, condition: { status: 'True', reason: 'NoServers', message } };
  }
  const faults = FAULTS.filter((reason) => reasons.includes(reason));
  const [worst] = faults;
  if (worst !== undefined) {
    const message = faults.flatMap((reason) => at(reason).map((server) => describe(server, reason))).join(' ');
    return { reasons, condition: { status: 'False', reason: worst, message } };
  }
  const [waiting] = at('Pending');
  if (waiting !== undefined) {
    return {
      reasons,
      condition: { status: 'Unknown', reason: 'Pending', message: `${nameOf(waiting)} was not seen level yet.` },
    };
  }
  const [cached] = at('Cached');
  if (cached !== undefined) {
    const message = `${nameOf(cached)} answers from a cache: its serial says nothing about how far it is.`;
    return { reasons, condition: { status: 'True', reason: 'Cached', message } };
  }
  const names = servers.map(({ name }) => name).join(', ');
  return { reasons, condition: { status: 'True', reason: 'Synced', message: `Level or within their lag: ${names}.` } };
}

function reasonOf(server: ServerFacts): ServerReason {
  if (server.isSilent) return 'ServerSilent';
  if (server.problem !== undefined) return 'UnexpectedAnswer';
  if (server.serial === undefined || server.primarySerial === undefined) return 'Pending';
  if (server.isCache) return 'Cached';
  if (!server.isLate) return 'Synced';
  return isLater(server.serial, server.primarySerial) ? 'SerialAhead' : 'SerialBehind';
}

function describe(server: ServerFacts, reason: ServerReason): string {
  const { serial, primarySerial, problem = '' } = server;
  switch (reason) {
    case 'ServerSilent':
      return `${nameOf(server)} does not answer.`;
    case 'UnexpectedAnswer':
      return `${nameOf(server)} ${problem}.`;
    case 'SerialAhead':
      return `${nameOf(server)} has serial ${serial ?? '-'}, ahead of the primary's ${primarySerial ?? '-'}: it will not transfer before the primary passes it.`;
    default:
      return `${nameOf(server)} has serial ${serial ?? '-'}, behind the primary's ${primarySerial ?? '-'} for longer than its lag.`;
  }
}

function nameOf({ name, address }: ServerFacts): string {
  return `${name} (${address})`;
}

/** How a server's serial has stood to the primary's, without a sign that it follows. */
export interface Lag {
  /** Since when (ms). */
  readonly since: number;
  readonly isAhead: boolean;
  /** Behind: the primary's serial then, which the server has yet to reach. Ahead: its own, which it does not leave. */
  readonly serial: number | undefined;
}

/**
 * The lag after a look at a server's SOA; undefined while it is level. A server that gets on has a new lag: one that is
 * behind a primary which changes all the time is late only when it takes too long for any of the changes.
 */
export function lagAfter(
  lag: Lag | undefined,
  { serial, primary, now }: { readonly serial: number | undefined; readonly primary: number; readonly now: number },
): Lag | undefined {
  if (serial === primary) return undefined;
  if (serial === undefined) return lag ?? { since: now, isAhead: false, serial: undefined };
  const isAhead = isLater(serial, primary);
  const isStuck =
    lag?.isAhead === isAhead &&
    lag.serial !== undefined &&
    (isAhead ? lag.serial === serial : isLater(lag.serial, serial));
  return isStuck ? lag : { since: now, isAhead, serial: isAhead ? serial : primary };
}

/** RFC 1982: whether one serial comes after another. */
export function isLater(serial: number, other: number): boolean {
  const distance = (serial - other) >>> 0;
  return distance !== 0 && distance < 2 ** 31;
}
