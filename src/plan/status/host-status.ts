import { claimKey, type Claim } from '../host/claim.ts';
import type { HostDecision } from '../host/decide-host.ts';
import type { HostAudience, HostDeletion, HostRecord, HostSource, HostStatus } from '../../model/api.ts';
import { parseMarker } from '../../model/marker.ts';
import { printable } from '../../model/printable.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { Audience, Cause, Verdict } from '../../model/verdict.ts';
import { byRank, type Judged } from '../verdict/rank.ts';
import type { FormerSet } from '../zone/targets.ts';
import { readyFrom, stampConditions, timestamp, type ConditionNow } from './conditions.ts';
import type { Publication } from './publication.ts';

/** What one nameserver gets wrong for one vantage. */
export interface Fault {
  readonly vantage: string;
  readonly nameserver: string;
  /** Its own, but Mixed where others that the vantage may ask get it right. */
  readonly verdict: Verdict;
  /** The cause where there is one, else the nameserver's own verdict. */
  readonly cause: string;
  readonly answers: readonly string[];
  readonly expected: readonly string[];
}

/** How an audience fares: what is stored for it and its condition. */
export interface AudienceReport {
  readonly stored: HostAudience;
  /** All that is wrong, also what the status has no room for. */
  readonly faults: readonly Fault[];
  /** Undefined where nobody stands in for the audience and nobody asked for it (verdict `-`). */
  readonly condition: ConditionNow | undefined;
}

/** Everything a host's status is made of. */
export interface HostStatusInput {
  readonly generation: number;
  readonly zone: string | undefined;
  /** Undefined where no zone holds the host. */
  readonly decision: HostDecision | undefined;
  readonly publication: Publication;
  /** What the zone holds at the host's name, or at its target's own name. */
  readonly records: readonly ZoneRecord[];
  readonly former: readonly FormerSet[];
  /** One for each audience that counts, in the order Nodes, Pods, LAN. */
  readonly audiences: readonly AudienceReport[];
  readonly deletion: HostDeletion | undefined;
  readonly before: HostStatus;
  readonly now: number;
}

const MOST_SOURCES = 10;
const MOST_VALUES = 32;
/** As long as a name may be. */
const LONGEST_VALUE = 253;

/** A host's status, of what sync and probe know. The same knowledge gives the same status, times included. */
export function hostStatus(input: HostStatusInput): HostStatus {
  const { sources, moreSources } = listSources(input);
  const records = recordSets(input.records, input.before.records ?? []);
  const published: ConditionNow = { type: 'RecordPublished', ...input.publication };
  const resolve = input.audiences.flatMap(({ condition }) => condition ?? []);
  const ready = readyOf(published, input.audiences);
  return {
    observedGeneration: input.generation,
    ...(input.zone !== undefined && { zone: input.zone }),
    sources: [...sources],
    ...(moreSources > 0 && { moreSources }),
    ...(input.decision?.target !== undefined && { target: input.decision.target.label }),
    summary: { source: describeSources(sources, moreSources), record: describeRecord(records) },
    previous: input.former.map(({ addresses, ttlSeconds, levelSince }) => ({
      addresses: [...addresses],
      ttlSeconds,
      ...(levelSince !== undefined && { levelSince: timestamp(levelSince) }),
    })),
    records,
    audiences: input.audiences.map(({ stored }) => stored),
    ...(input.deletion !== undefined && { deletion: input.deletion }),
    conditions: stampConditions([published, ...resolve, ready], input.before.conditions, {
      observedGeneration: input.generation,
      now: input.now,
    }),
  };
}

/** The type of an audience's condition. */
export function conditionType(audience: Audience): string {
  return `${audience}Resolve`;
}

/**
 * Ready: False if the record or an audience is False, else Unknown if one is Unknown, else True; with the reason and
 * message of the worst (the record before the audiences), which for a True one is `AcceptedFallback` if an audience has it.
 */
function readyOf(published: ConditionNow, audiences: readonly AudienceReport[]): ConditionNow {
  const judged = audiences.filter(({ condition }) => condition !== undefined).toSorted(byWorst);
  const conditions = [published, ...judged.flatMap(({ condition }) => condition ?? [])];
  const worst =
    conditions.find(({ status }) => status === 'False') ?? conditions.find(({ status }) => status === 'Unknown');
  if (worst !== undefined) return readyFrom(worst);
  const accepted = audiences.find(({ condition }) => condition?.reason === 'AcceptedFallback')?.condition;
  const names = audiences.filter(({ stored }) => stored.verdict !== '-').map(({ stored }) => stored.name);
  const resolves = names.length === 0 ? 'No vantage looks at it.' : `${names.join(', ')} resolve it internally.`;
  return {
    type: 'Ready',
    status: 'True',
    reason: accepted?.reason ?? 'Published',
    message: accepted?.message ?? `${published.message} ${resolves}`,
  };
}

/** An audience's verdict and the reason of its condition: what it is weighed by. */
interface Weighed {
  readonly stored: Pick<HostAudience, 'verdict'>;
  readonly condition: { readonly reason: string } | undefined;
}

/** Orders audiences, the worst first. */
export function byWorst(a: Weighed, b: Weighed): number {
  return byRank(judgedOf(a), judgedOf(b));
}

/** The verdict as it is stored, with its cause, which a condition has for a reason where there is one. */
function judgedOf({ stored, condition }: Weighed): Judged {
  const cause = condition?.reason === stored.verdict ? undefined : condition?.reason;
  return { verdict: stored.verdict as Verdict, cause: cause as Cause | undefined };
}

/** The sources that are listed, and how many more there are. */
interface Listed {
  readonly sources: readonly HostSource[];
  readonly moreSources: number;
}

/** The sources that name the host now; while nobody does and the record still stands, those that named it last. */
function listSources({ decision, before }: HostStatusInput): Listed {
  if (decision === undefined || (decision.sources.length === 0 && !decision.wanted)) {
    return { sources: before.sources ?? [], moreSources: before.moreSources ?? 0 };
  }
  const sources = decision.sources.slice(0, MOST_SOURCES).map(({ kind, group, namespace, name, conflict }) => ({
    kind,
    ...(group !== undefined && { group }),
    namespace,
    name,
    ...(conflict && { conflict }),
  }));
  return { sources, moreSources: decision.sources.length - sources.length };
}

function describeSources(sources: readonly HostSource[], moreSources: number): string {
  const [first] = sources;
  if (first === undefined) return '-';
  const name = claimKey(first as Pick<Claim, 'kind' | 'namespace' | 'name'>);
  const others = sources.length - 1 + moreSources;
  return others === 0 ? name : `${name} +${others}`;
}

function describeRecord(records: readonly HostRecord[]): string {
  return records.length === 0 ? '-' : records.map(({ type, ttlSeconds }) => `${type} ${ttlSeconds}`).join(', ');
}

function recordSets(records: readonly ZoneRecord[], before: readonly HostRecord[]): HostRecord[] {
  /** What had been taken over stays so where somebody wiped the marker that says it. */
  const isAdopted = ({ type, comments }: ZoneRecord): boolean =>
    parseMarker(comments)?.adopted ?? before.some((set) => set.type === type && set.adopted === true);
  const sets = Map.groupBy(
    records.filter(({ type }) => type === 'A' || type === 'AAAA' || type === 'CNAME'),
    ({ type }) => type,
  );
  return [...sets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([type, set]) => {
      const [first] = set;
      if (first === undefined) return [];
      const values = set
        .map(({ value }) => printable(value).slice(0, LONGEST_VALUE))
        .sort()
        .slice(0, MOST_VALUES);
      const adopted = set.some(isAdopted);
      return [{ name: first.name, type, ttlSeconds: first.ttl, values, ...(adopted && { adopted }) }];
    });
}
