import type { RefusedText } from './world.ts';

/** What a replica that does not lead keeps of refused texts: whoever leads tells of them, unless it is about to end. */
export interface HeldRefusals {
  /** Tells of it; before the release, keeps it for a while. */
  add(refusal: RefusedText): void;
  /** Tells what is kept, and from now on at once. */
  release(): void;
}

/** Longer than it takes until a leader that ended is followed by the next. */
const KEPT_MS = 60_000;
const MOST_KEPT = 1_000;

/** Nothing is kept at first. */
export function createHeldRefusals(parts: {
  readonly tell: (refusal: RefusedText) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}): HeldRefusals {
  const { tell, now } = parts;
  const kept: { readonly refusal: RefusedText; readonly at: number }[] = [];
  let isReleased = false;
  return {
    add(refusal) {
      if (isReleased) {
        tell(refusal);
        return;
      }
      kept.push({ refusal, at: now() });
      while (kept.length > MOST_KEPT || (kept[0]?.at ?? Infinity) < now() - KEPT_MS) kept.shift();
    },
    release() {
      isReleased = true;
      for (const { refusal, at } of kept.splice(0)) if (at >= now() - KEPT_MS) tell(refusal);
    },
  };
}
