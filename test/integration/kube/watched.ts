import type { KubeError } from '../../../src/kube/kube-error.ts';
import type { DeletionEvidence, StreamHandlers, StreamProblem } from '../../../src/kube/reflection.ts';

/** What a stream has told so far: the objects that there are by it, and what cannot be read off them. */
export interface Watched<View> extends StreamHandlers<View> {
  readonly objects: Map<string, View>;
  readonly deletions: Record<string, DeletionEvidence>;
  /** The count that each listing told. */
  readonly listings: number[];
  readonly unavailabilities: KubeError[];
  readonly problems: StreamProblem[];
}

/** Handlers that remember. */
export const watched = <View>(): Watched<View> => {
  const objects = new Map<string, View>();
  const deletions: Record<string, DeletionEvidence> = {};
  const listings: number[] = [];
  const unavailabilities: KubeError[] = [];
  const problems: StreamProblem[] = [];
  return {
    objects,
    deletions,
    listings,
    unavailabilities,
    problems,
    upsert: (key, view) => void objects.set(key, view),
    deleted: (key, evidence) => {
      objects.delete(key);
      deletions[key] = evidence;
    },
    listed: (count) => void listings.push(count),
    unavailable: (error) => void unavailabilities.push(error),
    onProblem: (problem) => void problems.push(problem),
  };
};
