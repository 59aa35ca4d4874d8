import type { Machine } from '../net/machine.ts';
import type { Library } from '../programs.ts';
import type { Audience } from '../verdicts.ts';
import { seenAddresses, seenError, type Seen } from './seen.ts';

/** Name -> what each of the look-ups gave, in order. */
export type LookUps = ReadonlyMap<string, readonly Seen[]>;

/** More than any library waits for nameservers that never answer. */
const TIMEOUT_MS = 60_000;

/** Looks names up on a machine by the library that `program` is built with: all side by side, each `tries` times in a row. */
export const lookUp = async (
  machine: Machine,
  { program, names, tries }: { program: string; names: readonly string[]; tries: number },
): Promise<LookUps> => {
  const ask = async (name: string): Promise<readonly Seen[]> => {
    const asked = Array.from({ length: tries }, () => name);
    const { stdout, stderr, code } = await machine.run(program, asked, { timeoutMs: TIMEOUT_MS });
    if (code !== 0) throw new Error(`${program} on ${machine.name} ended with ${String(code)}: ${stderr}`);
    return stdout.trimEnd().split('\n').map(readLine);
  };
  return new Map(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)));
};

/** What a look-up program printed about one look-up; pure. */
export const readLine = (line: string): Seen => {
  const [, first = '', ...others] = line.split(' ');
  return first.startsWith('!') ? seenError(first.slice(1)) : seenAddresses([first, ...others]);
};

/** What programs of an audience look names up with: images are built on musl too, nodes are not. */
export const LIBRARIES: Readonly<Record<Audience, readonly Library[]>> = {
  Nodes: ['glibc', 'Go'],
  Pods: ['glibc', 'musl', 'Go'],
  LAN: ['glibc', 'Go'],
};
