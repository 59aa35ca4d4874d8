import { formatMarker, parseMarker, type Owner } from '../../model/marker.ts';
import type { ZoneView } from '../../model/views.ts';
import { plannedRecord, type Orphan, type ZonePreview } from '../../plan/preview/preview.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';

/** What taking orphans over works with. */
export interface TakeOverOptions {
  /** The plans that tell which names are orphans. */
  readonly zones: readonly ZonePreview[];
  readonly viewOf: (zone: string) => ZoneView | undefined;
  readonly ownerOf: (view: ZoneView) => Owner;
  readonly connect: (view: ZoneView, signal: AbortSignal) => Promise<TechnitiumClient>;
}

/**
 * Gives orphans our marker in Technitium: from then on they are records of ours that nobody wants, which a sync removes
 * after their grace time and under the guard. What else stands at their names is left alone.
 *
 * @throws Error in words for people, before anything is written where a name cannot be taken over
 */
export async function takeOverOrphans(
  names: readonly string[],
  options: TakeOverOptions,
  signal: AbortSignal,
): Promise<void> {
  const wanted = names.map((name) => ({ name, ...find(name, options.zones) }));
  const problems = wanted.flatMap(({ name, orphan }) => problemOf(name, orphan) ?? []);
  if (problems.length > 0) throw new Error(`nothing was taken over:\n  ${problems.join('\n  ')}`);
  for (const { zone = '', orphan } of wanted) {
    const view = options.viewOf(zone);
    if (view === undefined || orphan === undefined) continue;
    const client = await options.connect(view, signal);
    await takeOver(orphan, { zone, client, owner: options.ownerOf(view) }, signal);
  }
}

function find(name: string, zones: readonly ZonePreview[]): { zone?: string; orphan?: Orphan } {
  for (const { zone, orphans } of zones) {
    const orphan = orphans.find((each) => each.name === name);
    if (orphan !== undefined) return { zone, orphan };
  }
  return {};
}

function problemOf(name: string, orphan: Orphan | undefined): string | undefined {
  if (orphan === undefined) return `${name} is none of the orphans that the plan lists`;
  const marked = orphan.records.find(({ comments }) => parseMarker(comments) !== undefined);
  if (marked === undefined) return undefined;
  return `${name} carries the mark of another operator (comments "${marked.comments}"): decide there, or delete it by hand`;
}

async function takeOver(
  orphan: Orphan,
  { zone, client, owner }: { zone: string; client: TechnitiumClient; owner: Owner },
  signal: AbortSignal,
): Promise<void> {
  const { records } = await client.readName(zone, orphan.name, signal);
  const known = new Set(orphan.records.map((record) => JSON.stringify(record)));
  const found = records.filter(
    (record) => record.name === orphan.name && known.has(JSON.stringify(plannedRecord(record))),
  );
  if (found.length < orphan.records.length) throw new Error(`${orphan.name} was changed meanwhile: plan again`);
  for (const record of found) {
    const comments = formatMarker({ owner, adopted: false, note: record.comments });
    await client.update(zone, record, { ...record, comments }, signal);
  }
}
