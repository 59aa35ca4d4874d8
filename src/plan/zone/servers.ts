import type { ZoneReason } from '../../model/reason.ts';
import { isLater } from '../../model/serial.ts';
import type { ConditionNow } from '../status/conditions.ts';
import type { ServerGap } from './server-list.ts';

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
  /** A name of which it gives another answer than the primary's under the primary's serial; undefined where it gives all. */
  readonly differsAt: string | undefined;
  /** How it is known that it takes writes of its own; undefined where it is not. */
  readonly isOtherPrimary: 'ByApi' | 'BySerial' | undefined;
}

/** All that ServersInSync is judged by. */
export interface ServersFacts {
  readonly servers: readonly ServerFacts[];
  /** Entries of the spec behind which no server is known. */
  readonly gaps: readonly ServerGap[];
  /** Why the primary that we know is nobody's to write any more, if it is not. */
  readonly leftCluster: string | undefined;
}

/** Reasons that a server's entry in status may have. */
export type ServerReason = Extract<
  ZoneReason,
  | 'Synced'
  | 'Pending'
  | 'Cached'
  | 'SerialBehind'
  | 'SerialAhead'
  | 'ServerSilent'
  | 'UnexpectedAnswer'
  | 'TwoPrimaries'
>;

/** The word on each server, and the condition ServersInSync over all. */
export interface ServersJudgement {
  readonly reasons: readonly ServerReason[];
  readonly condition: Omit<ConditionNow<ZoneReason>, 'type'>;
}

/** Worst first: what decides the condition's reason. */
const FAULTS: readonly ServerReason[] = [
  'TwoPrimaries',
  'SerialAhead',
  'ServerSilent',
  'UnexpectedAnswer',
  'SerialBehind',
];

/** Judges the servers of a zone: each by name, level or within its lag, or why not. */
export function judgeServers({ servers, gaps, leftCluster }: ServersFacts): ServersJudgement {
  const reasons = servers.map(reasonOf);
  return { reasons, condition: faultOf(servers, reasons, { gaps, leftCluster }) ?? calmOf(servers, reasons, gaps) };
}

type Condition = ServersJudgement['condition'];

function faultOf(
  servers: readonly ServerFacts[],
  reasons: readonly ServerReason[],
  { gaps, leftCluster }: Omit<ServersFacts, 'servers'>,
): Condition | undefined {
  const found = FAULTS.flatMap((reason) =>
    servers.filter((_, index) => reasons[index] === reason).map((server) => ({ reason, server })),
  );
  const said: { readonly reason: ZoneReason; readonly message: string }[] = [
    ...(leftCluster === undefined ? [] : [{ reason: 'TwoPrimaries' as const, message: leftCluster }]),
    ...found.map(({ reason, server }) => ({ reason, message: describe(server, reason) })),
    ...gaps.filter(({ reason }) => reason === 'NoServers'),
  ];
  const [worst] = said;
  if (worst === undefined) return undefined;
  return { status: 'False', reason: worst.reason, message: said.map(({ message }) => message).join(' ') };
}

function calmOf(
  servers: readonly ServerFacts[],
  reasons: readonly ServerReason[],
  gaps: readonly ServerGap[],
): Condition {
  // What somebody must mend before what comes by itself.
  const gap = gaps.find(({ reason }) => reason === 'AccessDenied') ?? gaps[0];
  const at = (reason: ServerReason): ServerFacts[] => servers.filter((_, index) => reasons[index] === reason);
  if (gap !== undefined) return { status: 'Unknown', reason: gap.reason, message: gap.message };
  if (servers.length === 0) {
    const message =
      'No DNS servers are listed, nor is the zone a member of a Technitium cluster, so nobody looks whether copies of it follow.';
    return { status: 'True', reason: 'NoServers', message };
  }
  const [waiting] = at('Pending');
  if (waiting !== undefined) {
    return { status: 'Unknown', reason: 'Pending', message: `${nameOf(waiting)} was not seen level yet.` };
  }
  const [cached] = at('Cached');
  if (cached !== undefined) {
    const message = `${nameOf(cached)} answers from a cache: its serial says nothing about how far it is.`;
    return { status: 'True', reason: 'Cached', message };
  }
  const names = servers.map(({ name }) => name).join(', ');
  return { status: 'True', reason: 'Synced', message: `Level or within their lag: ${names}.` };
}

function reasonOf(server: ServerFacts): ServerReason {
  if (server.isOtherPrimary !== undefined) return 'TwoPrimaries';
  if (server.isSilent) return 'ServerSilent';
  if (server.problem !== undefined) return 'UnexpectedAnswer';
  if (server.serial === undefined || server.primarySerial === undefined) return 'Pending';
  if (server.isCache) return 'Cached';
  if (!server.isLate) return 'Synced';
  return isLater(server.serial, server.primarySerial) ? 'SerialAhead' : 'SerialBehind';
}

function describe(server: ServerFacts, reason: ServerReason): string {
  const { serial = '-', primarySerial = '-', problem = '', differsAt } = server;
  switch (reason) {
    case 'TwoPrimaries':
      return `${nameOf(server)} ${TAKES_WRITES[server.isOtherPrimary ?? 'BySerial']}. Keep one of them and make the other a secondary of it: what was written into the other one is lost then.`;
    case 'ServerSilent':
      return `${nameOf(server)} does not answer. Start it, or let packets through to its port for DNS.`;
    case 'UnexpectedAnswer':
      return `${nameOf(server)} ${problem}.`;
    case 'SerialAhead':
      return `${nameOf(server)} has serial ${serial}, ahead of the primary's ${primarySerial}: it will not transfer before the primary passes it. Give the primary's SOA a higher serial, if that does not happen by itself.`;
    default:
      if (differsAt !== undefined)
        return `${nameOf(server)} gives another answer for ${differsAt} under the primary's serial ${serial}: it will not transfer before the primary passes that. If nothing changes answers there, give the primary's SOA a higher serial.`;
      return `${nameOf(server)} has serial ${serial}, behind the primary's ${primarySerial} for longer than its lag. Let the primary notify it, and let it transfer the zone.`;
  }
}

const TAKES_WRITES = {
  ByApi: "holds the zone as its own and not as the primary's copy: two servers take writes",
  BySerial: "has had serials of its own, ahead of the primary's, again and again: somebody writes into its copy",
} as const;

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
