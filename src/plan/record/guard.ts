/** Limits within which deletions pass without a person: `spec.deletionGuard` of the zone. */
export interface GuardLimits {
  readonly free: number;
  readonly maxPercent: number;
  readonly maxRecords: number;
  readonly windowSeconds: number;
}

/** One name whose record nobody wants any more and whose grace time is over. */
export interface DeletionCandidate {
  readonly name: string;
  /** `Seen`: a running watch saw the source go or change. `Inferred`: a listing lacks it. */
  readonly evidence: 'Seen' | 'Inferred';
  /** Whether a kind of source that published this name now lists nothing at all. */
  readonly kindVanished: boolean;
  /** The snapshot it already waits in. */
  readonly snapshot: string | undefined;
}

/** What the guard decides over. */
export interface GuardInput {
  readonly candidates: readonly DeletionCandidate[];
  /** When deletions were sent lately (ms); older ones than the window do not count. */
  readonly recent: readonly number[];
  /** Names that carry our marker now. */
  readonly owned: number;
  readonly limits: GuardLimits;
  /** `approve-deletions` of the zone. */
  readonly approved: string | undefined;
  readonly now: number;
}

/** What may be deleted now, and what waits for a person, under which snapshot id; ids sort by age. */
export interface GuardDecision {
  readonly release: readonly string[];
  readonly wait: readonly { readonly name: string; readonly snapshot: string }[];
}

/**
 * Lets deletions pass or makes them wait (docs/promises.md, 2). In name order: what an approved snapshot holds passes; what
 * waits in another snapshot waits on; of the rest, with the approved ones counted, the first `free` in the window pass,
 * then as many as neither `maxRecords` nor `maxPercent` of (owned + deleted in the window) forbid. What is merely
 * inferred from a kind that lists nothing waits in any case.
 */
export function guardDeletions(input: GuardInput): GuardDecision {
  const { limits, approved } = input;
  const recent = input.recent.filter((time) => time > input.now - limits.windowSeconds * 1000).length;
  const most = Math.min(limits.maxRecords, Math.floor(((input.owned + recent) * limits.maxPercent) / 100));
  const isApproved = ({ snapshot }: DeletionCandidate): boolean => snapshot !== undefined && snapshot === approved;
  let used = recent + input.candidates.filter(isApproved).length;
  const mayPass = ({ snapshot, evidence, kindVanished }: DeletionCandidate): boolean =>
    snapshot === undefined && !(evidence === 'Inferred' && kindVanished) && (used < limits.free || used < most);
  const release: string[] = [];
  const held: DeletionCandidate[] = [];
  for (const candidate of input.candidates.toSorted(byName)) {
    if (isApproved(candidate)) release.push(candidate.name);
    else if (mayPass(candidate)) {
      release.push(candidate.name);
      used += 1;
    } else held.push(candidate);
  }
  return { release, wait: formSnapshot(held, input.now) };
}

/**
 * What is held stays held, whatever the window allows later: it has its snapshot. The oldest snapshot is the one to
 * approve and takes nobody in any more; newcomers wait in the one after it.
 */
function formSnapshot(held: readonly DeletionCandidate[], now: number): GuardDecision['wait'] {
  const ids = [...new Set(held.flatMap(({ snapshot }) => snapshot ?? []))].sort();
  const [oldest] = ids;
  const next = ids.length > 1 ? ids.at(-1) : undefined;
  // A clock that was set back would make the newcomers' snapshot the oldest, and theirs that a person is looking at.
  const id = next ?? snapshotId(oldest === undefined ? now : Math.max(now, timeOf(oldest) + 1), held);
  return held.map(({ name, snapshot }) => ({ name, snapshot: snapshot ?? id }));
}

/** A short id: the time, so that ids sort by age and no approval is replayed, then FNV-1a over the names. */
function snapshotId(now: number, held: readonly DeletionCandidate[]): string {
  let hash = 0x811c9dc5;
  for (const { name } of held) {
    for (const character of `${name} `) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return `${now.toString(36)}-${hash.toString(36)}`;
}

function timeOf(snapshot: string): number {
  return parseInt(snapshot, 36);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
