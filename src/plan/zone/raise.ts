import { latest, nextSerial } from '../../model/serial.ts';

/** What a reading of the primary is held against. */
export interface SerialReading {
  /** The primary's serial as it was read. */
  readonly serial: number;
  /** What it had to be by our count; undefined where we had not read it before. */
  readonly expected: number | undefined;
  /** Serials that servers had before the reading. */
  readonly seen: readonly number[];
  /** Whether the serial stands for other content than it did before, here or at a server. */
  readonly isReused: boolean;
}

/**
 * The serial that the primary must be raised to; undefined where nothing went back. A server transfers only what is newer
 * than what it has (RFC 1982), so after a step back, and after a serial that was given out twice, the primary has to pass
 * every serial that anybody may have seen.
 */
export function serialToRaiseTo({ serial, expected, seen, isReused }: SerialReading): number | undefined {
  const highest = latest(serial, expected === undefined ? seen : [expected, ...seen]);
  return highest !== serial || isReused ? nextSerial(highest) : undefined;
}
