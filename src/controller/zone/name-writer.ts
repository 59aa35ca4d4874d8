import { parseMarker, type Owner } from '../../model/marker.ts';
import type { RecordSet } from '../../model/record.ts';
import { planName, planRemoval, type Adoption, type Change } from '../../plan/record/plan-name.ts';
import { TechnitiumError } from '../../technitium/errors.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import type { MarkerMemory } from './marker-memory.ts';
import type { ZoneCopy } from './zone-copy.ts';

/** What is wanted of one name: these record sets, nothing of ours any more, or that it is left alone. */
export type Wish =
  | { readonly kind: 'records'; readonly desired: readonly RecordSet[]; readonly adoption: Adoption }
  | { readonly kind: 'remove' }
  | { readonly kind: 'leave' };

/** What a name needs that the zone's copy does not show yet. */
export function changesFor(
  wish: Wish,
  name: string,
  { copy, owner, markers: lost }: Pick<NameWriting, 'copy' | 'owner' | 'markers'>,
): readonly Change[] {
  const current = copy.at(name);
  switch (wish.kind) {
    case 'leave':
      return [];
    case 'remove':
      return planRemoval(current, owner, lost);
    case 'records':
      return planName({ name, desired: wish.desired, current, owner, adoption: wish.adoption, lost }).changes;
  }
}

/** What writing a name works with. */
export interface NameWriting {
  readonly zone: string;
  readonly owner: Owner;
  readonly client: TechnitiumClient;
  readonly copy: ZoneCopy;
  readonly markers: MarkerMemory;
  readonly wish: (name: string) => Wish;
  /** Whether the zone is a cluster's, and may have left it since it was last read: nothing is written before another look. */
  readonly isReplicated: boolean;
}

const ROUNDS = 4;

/**
 * Makes one name what is wanted of it. What it does follows a fresh read of the name in the same step; but for a CNAME that
 * is added, since the server refuses it where something is (an address would change the TTL of others in its set, and
 * erase their comments). What the server says against a change that the copy made look right sends it round again on a fresh
 * read. Once the signal is aborted nothing more is sent.
 *
 * @returns whether anything was written
 * @throws TechnitiumError what stands in the way, of this name (`Rejected`) or of the whole zone
 */
export async function writeName(name: string, writing: NameWriting, signal: AbortSignal): Promise<boolean> {
  let written = false;
  let refused: TechnitiumError | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const planned = changesFor(writing.wish(name), name, writing);
    if (planned.length === 0) return written;
    const mustLook = refused !== undefined || writing.isReplicated || !planned.every(isAddedCname);
    if (mustLook) await refresh(name, writing, signal);
    const changes = changesFor(writing.wish(name), name, writing);
    try {
      for (const change of changes) {
        await send(change, writing, signal);
        written = true;
      }
      refused = undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused = error;
    }
  }
  if (refused !== undefined) throw new TechnitiumError('Rejected', refused.message);
  return written;
}

async function refresh(name: string, { client, zone, copy }: NameWriting, signal: AbortSignal): Promise<void> {
  const { records } = await client.readName(zone, name, signal);
  copy.replaceName(
    name,
    records.filter((record) => record.name === name),
  );
}

async function send(change: Change, writing: NameWriting, stopping: AbortSignal): Promise<void> {
  const { client, zone, copy, markers } = writing;
  stopping.throwIfAborted();
  // A write that is on its way is seen to its end, which the client's time limit bounds: its outcome is then known.
  const { signal } = new AbortController();
  switch (change.op) {
    case 'add':
      await client.add(zone, change.record, signal);
      break;
    case 'update':
      await client.update(zone, change.from, change.to, signal);
      if (parseMarker(change.to.comments) === undefined) markers.forget(change.to);
      else if (parseMarker(change.from.comments) === undefined) markers.given(change.to);
      break;
    case 'delete':
      await client.remove(zone, change.record, signal);
      break;
  }
  copy.apply(change);
}

function isAddedCname(change: Change): boolean {
  return change.op === 'add' && change.record.type === 'CNAME';
}

/** Whether the server says that the name does not hold what the copy shows; anything else is not this name's doing. */
function isRefusal(error: unknown): error is TechnitiumError {
  if (!(error instanceof TechnitiumError)) return false;
  return error.reason === 'AlreadyExists' || error.reason === 'NoSuchRecord' || error.reason === 'CnameConflict';
}
