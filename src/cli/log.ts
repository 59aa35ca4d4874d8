import { pino, type DestinationStream, type Logger } from 'pino';
import { printable } from '../model/printable.ts';

/**
 * The log of a command: a line of JSON each, in which no character stands that a terminal would act on, whoever wrote what is
 * told. JSON itself escapes the lowest of them only.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: (line: string) => `${printable(line.trimEnd())}\n` },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
