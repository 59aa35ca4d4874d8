import type { Policy } from '../../model/api.ts';
import type { RecordReason } from '../../model/reason.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { HostDecision } from '../host/decide-host.ts';
import type { Change } from '../record/plan-name.ts';

/** A host's RecordPublished condition, less the times. */
export interface Publication {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: RecordReason;
  readonly message: string;
}

/** What is known of a host's record and the way to it. */
export interface PublicationInput {
  readonly decision: HostDecision;
  readonly policy: Policy;
  /** Why the zone is not in hand; undefined while it is. */
  readonly linkProblem: string | undefined;
  /** Whether the zone was read at least once: before that nothing is known of any record. */
  readonly zoneRead: boolean;
  /** What the zone still lacks at this name, and what stands in the way there. */
  readonly changes: readonly Change[];
  readonly conflicts: readonly ZoneRecord[];
  /** What the server says against the name. */
  readonly serverProblem: string | undefined;
  readonly removal: { readonly snapshot: string | undefined } | undefined;
  readonly graceSeconds: number;
}

const STATUS: Record<RecordReason, Publication['status']> = {
  Published: 'True',
  Observed: 'True',
  Retained: 'True',
  SourceGone: 'True',
  DeletionPending: 'True',
  Pending: 'Unknown',
  DryRun: 'Unknown',
  Excluded: 'Unknown',
  Conflict: 'False',
  ZoneMissing: 'False',
  Rejected: 'False',
};

/** A publication for a reason; its status follows from that. */
export function publication(reason: RecordReason, message: string): Publication {
  return { status: STATUS[reason], reason, message };
}

/** A rule: its word on the host, or undefined where the next one decides. */
type Rule = (input: PublicationInput) => Publication | undefined;

const excluded: Rule = ({ decision }) =>
  decision.excluded ? publication('Excluded', 'The zone excludes this name: it is never written.') : undefined;

const unwanted: Rule = ({ decision, policy, removal, graceSeconds }) => {
  if (decision.wanted) return undefined;
  if (policy === 'UpsertOnly') {
    return publication('Retained', 'No source names this host any more; policy UpsertOnly keeps its record.');
  }
  if (removal?.snapshot !== undefined) {
    const message = `No source names this host any more; the deletion of its record waits for approval (${removal.snapshot}).`;
    return publication('DeletionPending', message);
  }
  return publication('SourceGone', `No source names this host any more; its record stays for ${graceSeconds} s.`);
};

const undecided: Rule = ({ decision }) => {
  if (decision.problem === undefined) return undefined;
  return publication(decision.problem.kind === 'Waiting' ? 'Pending' : 'Rejected', `${decision.problem.message}.`);
};

const observed: Rule = ({ decision }) =>
  decision.observed ? publication('Observed', 'Somebody else writes this record; it is only judged.') : undefined;

const unread: Rule = ({ zoneRead, linkProblem }) =>
  zoneRead ? undefined : publication('Pending', linkProblem ?? 'The zone has not been read yet.');

const conflict: Rule = ({ conflicts }) =>
  conflicts.length === 0
    ? undefined
    : publication(
        'Conflict',
        `The zone holds ${describeRecords(conflicts)} at this name, which is not ours to change.`,
      );

const rejected: Rule = ({ serverProblem }) =>
  serverProblem === undefined ? undefined : publication('Rejected', `Technitium refuses the record: ${serverProblem}`);

const unwritten: Rule = ({ changes, policy, linkProblem }) => {
  if (changes.length === 0) return undefined;
  const todo = changes.map(describeChange).join(', ');
  if (policy === 'DryRun') return publication('DryRun', `Would ${todo}.`);
  return publication('Pending', linkProblem === undefined ? `To do: ${todo}.` : `${linkProblem} To do: ${todo}.`);
};

const kept: Rule = ({ decision }) =>
  decision.target?.kept === undefined
    ? undefined
    : publication('Retained', `Keeps the last known address: ${decision.target.kept}.`);

const RULES: readonly Rule[] = [excluded, unwanted, undecided, observed, unread, conflict, rejected, unwritten, kept];

/** Says how a host's record stands: the first rule that has a word on it. */
export function judgePublication(input: PublicationInput): Publication {
  for (const rule of RULES) {
    const word = rule(input);
    if (word !== undefined) return word;
  }
  const { desired, target } = input.decision;
  const what =
    desired.length === 0 ? `addresses of ${target?.label ?? 'its target'}` : desired.map(describeSet).join(', ');
  return publication('Published', `The zone holds ${what}.`);
}

/** `CNAME example.com` or `A 10.0.20.203`, with whose mark it carries where it carries one. */
export function describeRecords(records: readonly ZoneRecord[]): string {
  const most = 3;
  const shown = records.slice(0, most).map(({ type, value, comments, disabled }) => {
    const note = comments === '' ? '' : ` (comments "${comments.slice(0, 60)}")`;
    return `${type} ${value.slice(0, 80)}${disabled ? ', disabled' : ''}${note}`;
  });
  return shown.join(', ') + (records.length > most ? ` and ${records.length - most} more` : '');
}

function describeSet({ type, values, ttl }: { type: string; values: readonly string[]; ttl: number }): string {
  return `${type} ${values.join(', ')} (TTL ${ttl})`;
}

/** A change in words: `add CNAME example.com`. */
export function describeChange(change: Change): string {
  if (change.op !== 'update') return `${change.op} ${change.record.type} ${change.record.value}`;
  const { from, to } = change;
  if (from.value !== to.value) return `change ${from.type} ${from.value} to ${to.value}`;
  if (from.ttl !== to.ttl) return `change the TTL of ${from.type} ${from.value} from ${from.ttl} to ${to.ttl}`;
  return from.comments === to.comments
    ? `enable ${from.type} ${from.value}`
    : `mark ${from.type} ${from.value} as ours`;
}
