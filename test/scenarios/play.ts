import { setTimeout as delay } from 'node:timers/promises';
import type { OpenWatch } from '../support/api-client.ts';
import { compare, differenceOf, isAsExpected, wayOf, type Row } from './compare.ts';
import type { Landscape } from './landscape.ts';
import type { Scene } from './scene.ts';
import { hostsOf, type Stage } from './stages/stage.ts';
import { readVerdicts } from './verdicts.ts';

/** How a stage came out. */
export interface Outcome {
  readonly rows: readonly Row[];
  /** What is not as it should be, for people; empty where all is. */
  readonly differences: readonly string[];
  /** From the change until the verdicts were those expected. */
  readonly settledSeconds: number;
  /** What the observer took. */
  readonly seenSeconds: number;
}

/** Two looks 3 s apart, a TTL and its allowance of 10 s, and a busy machine. */
const SETTLED_MS = 60_000;
/** How long verdicts must stand before they count as the outcome. */
const STEADY_MS = 1_000;
/** How often the observer looks before a difference counts. */
const LOOKS = 2;

/** Plays a stage, waits until its verdicts are stored, and compares them with what is seen at that moment. */
export const play = async (stage: Stage, scene: Scene, watch: OpenWatch): Promise<Outcome> => {
  const { landscape } = scene;
  const already = watch.events.length;
  const startedAt = performance.now();
  const undone = await stage.change(scene).then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  );
  // Nothing good comes of what was not done.
  const deadline = undone.length > 0 ? startedAt : startedAt + SETTLED_MS;
  for (let look = 1; ; look += 1) {
    await settled(stage, landscape, deadline);
    const settledAt = performance.now();
    const rows = await compare(stage, scene);
    const differences = rows.flatMap((row) => differenceOf(stage, row));
    // As the operator does: what a second look does not confirm was a moment's.
    if (differences.length > 0 && look < LOOKS) continue;
    return {
      rows,
      settledSeconds: (settledAt - startedAt) / 1000,
      seenSeconds: (performance.now() - settledAt) / 1000,
      differences: [
        ...undone,
        ...differences,
        ...wayOf(stage, watch.events.slice(already)),
        ...((await stage.check?.(scene)) ?? []),
      ],
    };
  }
};

/** Waits until verdicts are those expected and have stayed so for a while, or the time is over. */
const settled = async (stage: Stage, landscape: Landscape, deadline: number): Promise<void> => {
  let since: number | undefined;
  for (let now = performance.now(); now < deadline; now = performance.now()) {
    since = isAsExpected(stage, await readVerdicts(landscape, hostsOf(stage))) ? (since ?? now) : undefined;
    if (since !== undefined && now - since > STEADY_MS) return;
    await delay(200);
  }
};
