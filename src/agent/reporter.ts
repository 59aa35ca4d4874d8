import type { Report } from '../model/api.ts';

/** Writes a report when it is another one, and not too often. */
export interface Reporter {
  /** The report may be another. */
  changed(): void;
  /** Writes it if it is, and if it is time (`now` in milliseconds of a clock that never goes back); throws as `write` does. */
  step(now: number): Promise<void>;
  /** How often `step` is to be called, in milliseconds. */
  readonly stepMs: number;
}

/** What a reporter needs. */
export interface ReporterOptions {
  /** What was written last, by whoever reported before. */
  readonly last: Report | undefined;
  /** Milliseconds between two writes. */
  readonly everyMs: number;
  readonly report: () => Report | undefined;
  readonly write: (report: Report) => Promise<void>;
}

/** A first look waits so long for its second one, so that one write tells both. */
const GATHER_MS = 4_000;
const STEPS_A_GATHERING = 8;

/** Nothing is to be written yet. */
export function createReporter({ last, everyMs, report, write }: ReporterOptions): Reporter {
  const gatherMs = Math.min(GATHER_MS, everyMs);
  let written = last === undefined ? '' : canonical(last);
  let writtenAt = -Infinity;
  let changedAt: number | undefined;
  let isChanged = false;

  return {
    stepMs: gatherMs / STEPS_A_GATHERING,
    changed: () => (isChanged = true),
    async step(now) {
      if (isChanged) changedAt ??= now;
      if (changedAt === undefined || now < changedAt + gatherMs || now < writtenAt + everyMs) return;
      const next = report();
      [isChanged, changedAt] = [false, undefined];
      if (next === undefined || canonical(next) === written) return;
      writtenAt = now;
      try {
        await write(next);
        written = canonical(next);
      } catch (error) {
        isChanged = true;
        throw error;
      }
    },
  };
}

/** One text for all orders of fields, which the API server may change. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
