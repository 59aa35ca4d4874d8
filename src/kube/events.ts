import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '../model/printable.ts';
import { isNotFound } from './kube-error.ts';
import { microTime } from './micro-time.ts';
import { AS_MANAGER } from './paths.ts';
import { MERGE_PATCH, type Rest } from './rest.ts';

/** The object that an Event is about. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for a cluster-scoped object, whose Events stand in the namespace `default`. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/** What an Event says. */
export interface EventNote {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  /** Why, in one word for programs. */
  readonly reason: string;
  /** What was done or looked at, in one word for programs. */
  readonly action: string;
  /** For people; made printable and cut to the 1 kB that an Event takes. */
  readonly message: string;
  /**
   * For what is said once and never again, after a restart neither, as long as the Event is there: makes its name, in
   * lower-case letters and digits.
   */
  readonly once?: string;
}

/** Takes a note and returns at once. The same note again within 6 minutes raises the count of the Event that is there. */
export type RecordEvent = (note: EventNote) => void;

/** What recording works with. */
export interface EventParts {
  readonly rest: Rest;
  /** Who reports, such as the name of the pod. */
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly signal: AbortSignal;
  /** An Event could not be written, or too many wait. */
  readonly onLost: (note: EventNote, error?: unknown) => void;
  /** Least time between two writes, in milliseconds; default 100. */
  readonly paceMs?: number | undefined;
}

interface Entry {
  readonly note: EventNote;
  readonly path: string;
  readonly name: string;
  count: number;
  lastAt: number;
  isWritten: boolean;
}

const CONTROLLER = 'splithorizon.dev/operator';
const REPEATED_WITHIN_MS = 6 * 60_000;
const MOST_ENTRIES = 1_000;
const MOST_WAITING = 200;
const LONGEST_NOTE = 1_024;

/** Events by events.k8s.io/v1: one write at a time, paced, and at most so many waiting, since an Event is no status. */
export function createEventRecorder(parts: EventParts): RecordEvent {
  const { wallClock, signal, onLost, paceMs = 100 } = parts;
  const entries = new Map<string, Entry>();
  const waiting = new Set<Entry>();
  let isWriting = false;
  let made = 0;

  const isTold = (entry: Entry): boolean => entry.note.once !== undefined && (entry.isWritten || waiting.has(entry));
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    try {
      for (const entry of waiting) {
        waiting.delete(entry);
        await write(parts, entry).catch((error: unknown) => onLost(entry.note, error));
        await sleep(paceMs, undefined, { signal });
      }
    } finally {
      isWriting = false;
    }
  };

  return (note) => {
    const now = wallClock();
    const key = JSON.stringify(note);
    const known = entries.get(key);
    if (known !== undefined && isTold(known)) return;
    const entry =
      known !== undefined && now - known.lastAt < REPEATED_WITHIN_MS ? known : newEntry(note, now, (made += 1));
    entry.count += 1;
    entry.lastAt = now;
    // The newest stands last, so that the first is the one to forget.
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) if (entries.size > MOST_ENTRIES) entries.delete(oldest);
    if (waiting.size >= MOST_WAITING && !waiting.has(entry)) {
      onLost(note);
      return;
    }
    waiting.add(entry);
    // Rejects only when the signal ends a pause.
    if (!isWriting && !signal.aborted) writeAll().catch(() => undefined);
  };
}

function newEntry(note: EventNote, now: number, number: number): Entry {
  const { namespace = 'default', name } = note.regarding;
  return {
    note,
    path: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
    // As client-go names them: the object, then what makes it unique.
    name: `${name.slice(0, 200).replace(/[^a-z0-9]+$/, '')}.${note.once ?? `${now.toString(16)}${number.toString(16)}`}`,
    count: 0,
    lastAt: now,
    isWritten: false,
  };
}

async function write({ rest, instance, signal }: EventParts, entry: Entry): Promise<void> {
  const { note, path, name, count, isWritten } = entry;
  if (isWritten && note.once !== undefined) return;
  const series = { count, lastObservedTime: microTime(entry.lastAt) };
  if (isWritten) {
    const body = { series };
    await rest({ method: 'PATCH', path: `${path}/${name}${AS_MANAGER}`, body, contentType: MERGE_PATCH, signal });
    return;
  }
  const { message, once, ...said } = note;
  const body = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name, namespace: note.regarding.namespace ?? 'default' },
    ...said,
    note: cutToBytes(printable(message), LONGEST_NOTE),
    eventTime: microTime(entry.lastAt),
    reportingController: CONTROLLER,
    reportingInstance: instance.slice(0, 128),
    ...(count > 1 ? { series } : {}),
  };
  if (once === undefined || !(await exists(rest, `${path}/${name}`, signal))) {
    await rest({ method: 'POST', path: path + AS_MANAGER, body, signal });
  }
  entry.isWritten = true;
}

async function exists(rest: Rest, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await rest({ method: 'GET', path, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function cutToBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  // A character that the cut went through decodes as U+FFFD.
  return encoded.length <= bytes
    ? text
    : `${encoded
        .subarray(0, bytes - 3)
        .toString()
        .replace(/\uFFFD+$/, '')}…`;
}
