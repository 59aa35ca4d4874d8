import { isLater } from '../../model/serial.ts';

/** How one server's serial has gone beside the primary's. */
export interface Course {
  /** The serial that it was seen with while it was surely ahead; undefined while it is not. */
  readonly aheadAt: number | undefined;
  /** Since when it is ahead (ms). */
  readonly aheadSince: number;
  /** When it went ahead, or further, though the primary had not gone back (ms), the newest first. */
  readonly surprises: readonly number[];
  /** Whether it was seen not ahead since we look. */
  readonly wasFollowing: boolean;
}

/** A look at a server's serial. */
export interface SerialLook {
  readonly serial: number;
  readonly primary: number;
  /** Whether the primary was read after the server had given its serial: only then is ahead surely ahead. */
  readonly isSure: boolean;
  /** When the primary was last seen to have gone back (ms); undefined where it never was. */
  readonly steppedBackAt: number | undefined;
  readonly lastLookAt: number | undefined;
  readonly now: number;
}

export const NO_COURSE: Course = { aheadAt: undefined, aheadSince: 0, surprises: [], wasFollowing: false };

/** After so long nothing is held against a server any more. */
const MEMORY_MS = 3_600_000;
/** One may be what a primary lost that nobody but the server had seen; two are writes. */
const WRITES = 2;

/** The course after a look. */
export function courseAfter(course: Course, look: SerialLook): Course {
  const { serial, primary, isSure, steppedBackAt, lastLookAt, now } = look;
  const surprises = course.surprises.filter((at) => now - at < MEMORY_MS);
  if (!isLater(serial, primary)) return { aheadAt: undefined, aheadSince: 0, surprises, wasFollowing: true };
  if (!isSure || course.aheadAt === serial) return { ...course, surprises };
  const hasSteppedBack = steppedBackAt !== undefined && lastLookAt !== undefined && steppedBackAt >= lastLookAt;
  const isSurprise = !hasSteppedBack && (course.aheadAt === undefined ? course.wasFollowing : true);
  return {
    aheadAt: serial,
    aheadSince: course.aheadAt === undefined ? now : course.aheadSince,
    surprises: isSurprise ? [now, ...surprises].slice(0, WRITES) : surprises,
    wasFollowing: course.wasFollowing,
  };
}

/** Whether a server has a serial of its own again and again: somebody writes there, too. */
export function isWrittenTo({ surprises }: Course): boolean {
  return surprises.length >= WRITES;
}
