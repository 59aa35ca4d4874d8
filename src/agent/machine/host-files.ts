import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { MachineFiles } from './files.ts';

/** The files below a folder that a machine's root is mounted at. */
export interface HostFiles extends MachineFiles {
  /** Whether anything that was read or listed has changed since, come or gone. Costs a `stat` for each. */
  haveChanged(): boolean;
}

/** As many links as Linux follows on the way to one file (MAXSYMLINKS). */
const MOST_LINKS = 40;
/** The longest lists of names that people block are some 10 MB; what is longer is not read, as if there were no right to. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_NAMES = 1000;
const LEAST_BYTES = 64 * 1024;

/**
 * Reads below `root` as the machine does at `/`: links are followed inside, an absolute one from `root`, and `..` never
 * leads out of it.
 */
export function hostFiles(root: string): HostFiles {
  const stamps = new Map<string, string>();
  const noted = (path: string): string | undefined => {
    const real = resolveInside(root, path);
    stamps.set(path, stampOf(real));
    return real;
  };

  return {
    read: (path) => tryOr(undefined, () => whenFound(noted(path), readWhole)),
    list: (folder) =>
      tryOr(undefined, () => whenFound(noted(folder), (real) => readdirSync(real).slice(0, MOST_NAMES).sort())) ?? [],
    linkName,
    haveChanged: () => [...stamps].some(([path, stamp]) => stampOf(resolveInside(root, path)) !== stamp),
  };
}

/** The operating system tells the index as the scope of link-local addresses; of a link without one it is not known. */
function linkName(index: number): string | undefined {
  const links = Object.entries(networkInterfaces());
  return links.find(([, addresses]) =>
    addresses?.some((each) => each.family === 'IPv6' && each.scopeid === index),
  )?.[0];
}

/** Where a path of the machine leads to; undefined where it leads nowhere, or in a circle. */
function resolveInside(root: string, path: string): string | undefined {
  const ahead = path.split('/');
  const done: string[] = [];
  for (let links = 0; ahead.length > 0;) {
    const name = ahead.shift() ?? '';
    if (name === '' || name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    const target = tryOr('', () => linkAt(join(root, ...done, name)));
    if (target === '') return undefined;
    if (target === undefined) {
      done.push(name);
    } else {
      if (++links > MOST_LINKS) return undefined;
      if (target.startsWith('/')) done.length = 0;
      ahead.unshift(...target.split('/'));
    }
  }
  return join(root, ...done);
}

/**
 * The text of a plain file; undefined for what is none, or too long. Opened without waiting: who opens a FIFO waits for its
 * writer for ever, and a device such as /dev/zero never ends.
 */
function readWhole(path: string): string | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MOST_BYTES) return undefined;
    // Files of the kernel say that they are empty: what counts is what comes.
    const bytes = Buffer.alloc(Math.max(stat.size, LEAST_BYTES) + 1);
    let size = 0;
    for (let more = 1; more > 0; size += more) more = readSync(file, bytes, size, bytes.length - size, null);
    return size === bytes.length ? undefined : bytes.toString('utf8', 0, size);
  } finally {
    closeSync(file);
  }
}

/** What a link says; undefined for what is none. Throws where there is nothing. */
function linkAt(path: string): string | undefined {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
}

function stampOf(real: string | undefined): string {
  if (real === undefined) return '';
  return tryOr('', () => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(real);
    return [ino, size, mtimeMs, ctimeMs].join();
  });
}

function whenFound<T>(real: string | undefined, use: (real: string) => T): T | undefined {
  return real === undefined ? undefined : use(real);
}

/** What is missing, or may not be read, is as if it were not there: so it is to the programs of the machine. */
function tryOr<T>(otherwise: T, attempt: () => T): T {
  try {
    return attempt();
  } catch {
    return otherwise;
  }
}
