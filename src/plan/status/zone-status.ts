import type { Policy, ServerStatus, TargetStatus, ZoneStatus } from '../../model/api.ts';
import type { ZoneReason } from '../../model/reason.ts';
import type { ZoneTarget } from '../host/target.ts';
import type { TargetMemory } from '../zone/targets.ts';
import { readyFrom, stampConditions, timestamp, type ConditionNow } from './conditions.ts';

/** How many of a zone's hosts stand how. */
export interface HostTally {
  readonly total: number;
  readonly ready: number;
  readonly conflicting: number;
  /** Hosts that an audience does not resolve internally, by the reason of their worst condition. */
  readonly failing: ReadonlyMap<string, number>;
  /** Hosts of which an audience's verdict is not known. */
  readonly unknown: number;
}

/** A target as status shows it. */
export interface TargetNow {
  readonly label: string;
  readonly target: ZoneTarget;
  readonly memory: TargetMemory;
  /** Whether its record is not yet what it should be, and no write is on its way. */
  readonly isStuck: boolean;
  /** Foreign records in the way at the target's name, in words. */
  readonly conflict: string | undefined;
}

/** Everything a zone's status is made of. */
export interface ZoneStatusInput {
  readonly generation: number;
  readonly policy: Policy;
  /** How the zone on Technitium stands: `Pending`, `Synced`, or a reason with a message and what to do. */
  readonly link: { readonly reason: ZoneReason; readonly message?: string; readonly advice?: string };
  readonly targets: readonly TargetNow[];
  readonly tally: HostTally;
  readonly servers: readonly ServerStatus[];
  /** The word on the servers as a whole. */
  readonly serversInSync: Omit<ConditionNow, 'type'>;
  /** The catalog zone of the cluster that the zone is a member of, or was when it was last read. */
  readonly cluster: string | undefined;
  /** Names at which something is to be written, while that is so. */
  readonly unwritten: number;
  readonly ownerId: string;
  /** Names that carry the same owner id with the mark of another cluster, and which cluster that is. */
  readonly rivals: ReadonlyMap<string, string>;
  readonly pending: ZoneStatus['pendingDeletions'];
  readonly before: ZoneStatus;
  readonly now: number;
}

/** Reasons for which the server cannot be talked to at all; the others concern the zone on it. */
const UNREACHABLE: ReadonlySet<ZoneReason> = new Set<ZoneReason>([
  'Unreachable',
  'NotAuthenticated',
  'LoginBlocked',
  'UnexpectedAnswer',
]);

/** A zone's status less `recentDeletions`, which is stored before anything is deleted. */
export function zoneStatus(input: ZoneStatusInput): ZoneStatus {
  const conditions = [
    technitiumReachable(input),
    targetsPublished(input),
    recordsSynced(input),
    { type: 'ServersInSync', ...input.serversInSync },
    deletionsApproved(input),
  ];
  const all = [readyOf(conditions), ...conditions, hostsResolve(input.tally)];
  const { total, ready, conflicting } = input.tally;
  return {
    observedGeneration: input.generation,
    targets: input.targets.map(targetStatus),
    hosts: { total, ready, conflicting },
    summary: { target: input.targets.map(({ target }) => target.record).join(','), hosts: `${ready}/${total}` },
    servers: [...input.servers],
    ...(input.cluster !== undefined && { cluster: input.cluster }),
    ...(input.pending !== undefined && { pendingDeletions: input.pending }),
    conditions: stampConditions(all, input.before.conditions, { observedGeneration: input.generation, now: input.now }),
  };
}

function targetStatus({ label, memory }: TargetNow): TargetStatus {
  return {
    record: label,
    addresses: [...memory.addresses],
    since: timestamp(memory.since),
    previous: memory.former.map(({ addresses, ttlSeconds, levelSince }) => ({
      addresses: [...addresses],
      ttlSeconds,
      ...(levelSince !== undefined && { levelSince: timestamp(levelSince) }),
    })),
  };
}

function technitiumReachable({ link }: ZoneStatusInput): ConditionNow<ZoneReason> {
  const type = 'TechnitiumReachable';
  if (link.reason === 'Pending') return { type, status: 'Unknown', reason: 'Pending', message: 'Not asked yet.' };
  if (UNREACHABLE.has(link.reason)) return { type, status: 'False', reason: link.reason, message: advised(link) };
  return { type, status: 'True', reason: 'Synced', message: 'The server answers and knows us.' };
}

function advised({ message = '', advice = '' }: ZoneStatusInput['link']): string {
  return advice === '' ? message : `${message}. ${advice}`;
}

function targetsPublished({ targets }: ZoneStatusInput): ConditionNow<ZoneReason> {
  const type = 'TargetsPublished';
  if (targets.length === 0) return { type, status: 'Unknown', reason: 'Pending', message: 'Not looked at yet.' };
  const empty = targets.find(({ target }) => target.addresses.length === 0);
  if (empty !== undefined) {
    const message = `Target ${empty.target.record} has no address: ${empty.target.kept ?? 'none is known'}.`;
    return { type, status: 'False', reason: 'NoAddress', message };
  }
  const blocked = targets.find(({ conflict }) => conflict !== undefined);
  if (blocked !== undefined) {
    const message = `Target ${blocked.target.record}: the zone holds ${blocked.conflict ?? ''}, not ours to change.`;
    return { type, status: 'False', reason: 'Conflict', message };
  }
  const stuck = targets.find(({ isStuck }) => isStuck);
  if (stuck !== undefined) {
    const { record, addresses } = stuck.target;
    const message = `Target ${record} has ${addresses.join(', ')}, which the zone does not say yet.`;
    return { type, status: 'Unknown', reason: 'Pending', message };
  }
  const kept = targets.find(({ target }) => target.kept !== undefined);
  if (kept !== undefined) {
    const { record, addresses, kept: why = '' } = kept.target;
    const message = `Target ${record} keeps ${addresses.join(', ')}: ${why}.`;
    return { type, status: 'Unknown', reason: 'AddressKept', message };
  }
  const shown = targets.map(({ target: { record, addresses, choice } }) => {
    return `${record} has ${addresses.join(', ')}${choice === undefined ? '' : ` (${choice})`}`;
  });
  return { type, status: 'True', reason: 'Synced', message: `${shown.join('; ')}.` };
}

function recordsSynced(input: ZoneStatusInput): ConditionNow<ZoneReason> {
  const { link, policy, unwritten } = input;
  const type = 'RecordsSynced';
  if (link.reason !== 'Synced') {
    const pending = link.reason === 'Pending' || UNREACHABLE.has(link.reason);
    const message = link.message === undefined ? 'The zone has not been read yet.' : advised(link);
    return { type, status: pending ? 'Unknown' : 'False', reason: link.reason, message };
  }
  if (input.rivals.size > 0) return { type, status: 'False', reason: 'OwnerIdInUse', message: rivalry(input) };
  if (policy === 'DryRun') {
    return {
      type,
      status: 'Unknown',
      reason: 'DryRun',
      message: `Policy DryRun: ${unwritten} names would be written.`,
    };
  }
  if (unwritten > 0) {
    return { type, status: 'Unknown', reason: 'Pending', message: `${unwritten} names are still to be written.` };
  }
  return { type, status: 'True', reason: 'Synced', message: 'The zone holds what it should.' };
}

/** Of several clusters the first is told; the next when that one is out of the way. */
function rivalry({ ownerId, rivals }: ZoneStatusInput): string {
  const [cluster = ''] = [...rivals.values()].sort();
  const names = [...rivals].flatMap(([name, other]) => (other === cluster ? [name] : [])).sort();
  return (
    `Another cluster, ${cluster}, has marked ${names.length} names with our ownerId "${ownerId}", such as ` +
    `${names.slice(0, 3).join(', ')}: they are left alone. If this cluster replaces that one, annotate the zone ` +
    `splithorizon.dev/take-over=${cluster}; else give one of them another ownerId.`
  );
}

function deletionsApproved({ pending }: ZoneStatusInput): ConditionNow<ZoneReason> {
  const type = 'DeletionsApproved';
  if (pending === undefined) return { type, status: 'True', reason: 'Synced', message: 'No deletion waits.' };
  const { id, count, sample } = pending;
  const message =
    `${count} deletions wait, such as ${sample.slice(0, 3).join(', ')}. ` +
    `Annotate the zone splithorizon.dev/approve-deletions=${id} to let them pass.`;
  return { type, status: 'False', reason: 'AwaitingApproval', message };
}

/** The zone's view of the verdicts: the cause that most hosts share comes first. */
function hostsResolve({ total, failing, unknown }: HostTally): ConditionNow {
  const type = 'HostsResolve';
  const causes = [...failing].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const [worst] = causes;
  if (worst !== undefined) {
    const shown = causes.map(([reason, count]) => `${count} ${reason}`).join(', ');
    return {
      type,
      status: 'False',
      reason: worst[0],
      message: `Of ${total} hosts do not resolve internally: ${shown}.`,
    };
  }
  if (unknown > 0) {
    return { type, status: 'Unknown', reason: 'Unknown', message: `Of ${total} hosts ${unknown} are not known.` };
  }
  return { type, status: 'True', reason: 'Internal', message: `All ${total} hosts resolve internally where asked.` };
}

/** All of them but HostsResolve: False before Unknown before True, with the reason and message of the first such. */
function readyOf(conditions: readonly ConditionNow[]): ConditionNow {
  const worst =
    conditions.find(({ status }) => status === 'False') ?? conditions.find(({ status }) => status === 'Unknown');
  if (worst !== undefined) return readyFrom(worst);
  return {
    type: 'Ready',
    status: 'True',
    reason: 'Synced',
    message: 'The zone and its servers are as they should be.',
  };
}
