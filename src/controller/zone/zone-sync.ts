import type { Owner } from '../../model/marker.ts';
import { ZONE_REASONS, type ZoneReason } from '../../model/reason.ts';
import type { ZoneRecord } from '../../model/record.ts';
import { isLater } from '../../model/serial.ts';
import type { Change } from '../../plan/record/plan-name.ts';
import { serialToRaiseTo } from '../../plan/zone/raise.ts';
import { backoffMs } from '../../queue/backoff.ts';
import type { TechnitiumClient, ZoneContent } from '../../technitium/client.ts';
import { TechnitiumError, type TechnitiumReason } from '../../technitium/errors.ts';
import type { ZoneState } from '../../technitium/zone.ts';
import type { Intervals } from '../intervals.ts';
import { pause } from '../pause.ts';
import { createWaker } from '../waker.ts';
import { changesFor, writeName, type Wish } from './name-writer.ts';
import type { MarkerMemory } from './marker-memory.ts';
import { createPrimary, type Primary } from './primary.ts';
import { createZoneCopy, type ZoneCopy } from './zone-copy.ts';

/** How the zone on the server stands: not read yet, in hand, or why it is not. */
export type Link =
  | { readonly reason: 'Pending' }
  | { readonly reason: 'Synced' }
  | { readonly reason: ZoneReason; readonly message: string; readonly advice: string };

/** Who is told what happens in the zone; synchronous. */
export interface ZoneSyncListener {
  /** The link changed. */
  link(): void;
  /** The zone was read whole: every name may be otherwise than before. `changedLast` is the one that was changed last. */
  read(changedLast: string | undefined): void;
  /** The zone was read with this serial, after servers were seen with those, one of which is later. */
  overtaken(serial: number, seen: readonly number[]): void;
  /** The zone's cluster, or who is in it, is another. */
  clusterChanged(): void;
  /** What the zone holds at a name, or what stands in its way, changed. */
  name(name: string): void;
  /** Our writes changed a name. */
  written(name: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  /** The server takes no import, so names are written one by one until the next connection. */
  importRefused(message: string): void;
  /** The zone had gone back to an earlier serial, and was raised above all that its servers had seen. */
  serialRaised(from: number, to: number): void;
  /** Somebody had changed a name, and it was put right. */
  repaired(name: string, found: readonly ZoneRecord[]): void;
}

/** What a zone is kept in sync by. */
export interface ZoneSyncOptions {
  readonly zone: string;
  readonly owner: Owner;
  readonly markers: MarkerMemory;
  /** Makes a client from what the zone object and its Secret say now. */
  readonly connect: (signal: AbortSignal) => Promise<TechnitiumClient>;
  /** Serials seen at the servers that follow the zone; undefined where there are none, or it may not be written. */
  readonly serverSerials: () => readonly number[] | undefined;
  /** The cluster that the zone was in when it was last read, as status remembers it. */
  readonly cluster: string | undefined;
  /** What is wanted of a name now. */
  readonly wish: (name: string) => Wish;
  readonly listener: ZoneSyncListener;
  readonly intervals: Pick<Intervals, 'serialMs' | 'primaryMs' | 'reconnect' | 'refused'>;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  readonly random: () => number;
}

/** One zone kept as wished, by one writer. */
export interface ZoneSync {
  readonly copy: ZoneCopy;
  readonly link: Link;
  readonly primary: Pick<Primary, 'cluster' | 'nodes' | 'identity'>;
  /** When the serial was last asked for (ms); undefined before the first answer. */
  readonly readAt: number | undefined;
  /** When the primary was last seen to have gone back to an earlier serial (ms). */
  readonly steppedBackAt: number | undefined;
  /** Whether the zone was read, and no name waits to be looked at or is being written. */
  readonly isIdle: boolean;
  /** Names that the server refuses to have as wished. */
  readonly refused: number;
  /** What the server says against a name, if it does. */
  problem(name: string): string | undefined;
  /** Wants a name looked at again. */
  add(names: Iterable<string>): void;
  /** Wants the serial raised: a server has other content under the one that the primary has. */
  raise(): void;
  /** Wants the connection made anew at once, to another server: what it holds is no drift of what the last one held. */
  reconnect(): void;
  /** Runs until the signal is aborted and what is in flight has ended. */
  run(signal: AbortSignal): Promise<void>;
}

/** What the server said against a name's changes, and when they are sent again; others are sent at once. */
interface Problem {
  readonly message: string;
  readonly failures: number;
  readonly retryAt: number;
  readonly changes: string;
}

const IN_FLIGHT = 8;
const IMPORT_FROM = 200;
const IMPORT_REFUSALS: ReadonlySet<TechnitiumReason> = new Set([
  // Said of an import alone where a proxy drops the header; else the next call says it again.
  'NotAuthenticated',
  'AccessDenied',
  'Rejected',
  'CnameConflict',
  'AlreadyExists',
]);
const RAISE_REFUSALS: ReadonlySet<TechnitiumReason> = new Set(['AccessDenied', 'Rejected']);

/** Keeps one zone as wished. It reads the zone whole at the start and whenever the serial is not what counting says. */
export function createZoneSync(options: ZoneSyncOptions): ZoneSync {
  const { zone, owner, markers, wish, listener, intervals } = options;
  const copy = createZoneCopy(owner);
  const waker = createWaker();
  const dirty = new Set<string>();
  const inFlight = new Map<string, Promise<void>>();
  const problems = new Map<string, Problem>();
  const drifted = new Map<string, readonly ZoneRecord[]>();
  /** What names held before a write whose outcome is not known; the next reading tells. */
  const uncertain = new Map<string, readonly ZoneRecord[]>();
  let link: Link = { reason: 'Pending' };
  let hasRead = false;
  let mayImport = true;
  const trouble: { suspect: boolean; failure: Error | undefined } = { suspect: false, failure: undefined };
  let reconnecting = new AbortController();
  /** For writes: one that is on its way is seen to its end, which the client's time limit bounds. */
  const { signal: toItsEnd } = new AbortController();
  let readAt: number | undefined;
  /** When the zone last changed, in the server's words, and whether we have written since. */
  let modified: string | undefined;
  let hasWritten = false;
  let steppedBackAt: number | undefined;
  /** A serial stands for two contents, here or at a server. */
  let isReused = false;
  /** What could not be done about that, or about a step back: it is not tried again for the same. */
  let raisedInVain: number | undefined;
  const primary = createPrimary({
    zone,
    connect: options.connect,
    remembered: options.cluster,
    changed: () => listener.clusterChanged(),
  });

  const isWell = (): boolean => trouble.failure === undefined && !trouble.suspect;
  const setLink = (next: Link): void => {
    if (JSON.stringify(next) === JSON.stringify(link)) return;
    link = next;
    listener.link();
  };
  const drain = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.all(inFlight.values());
  };

  /** Takes a reading of the whole zone; what differs from what we knew was somebody else's doing. */
  const takeReading = (content: ZoneContent): Set<string> => {
    const before = new Map([...copy.ours()].map((name) => [name, copy.at(name)]));
    const changed = copy.replace(content);
    if (hasRead) for (const name of changed) if (before.has(name)) drifted.set(name, copy.at(name));
    hasRead = true;
    hasWritten = false;
    ({ modified } = content);
    trouble.suspect = false;
    problems.clear();
    for (const [name, records] of uncertain) if (changed.has(name)) listener.written(name, records, copy.at(name));
    uncertain.clear();
    return changed;
  };
  /** The serial that the zone must be raised to; undefined where it need not be, or that is not ours or of no use. */
  const raiseNeeded = (
    { serial, type }: ZoneState,
    expected: number | undefined,
    seen: readonly number[] | undefined,
  ): number | undefined => {
    if (seen === undefined || type !== 'Primary') return undefined;
    const next = serialToRaiseTo({ serial, expected, seen, isReused });
    return next === raisedInVain ? undefined : next;
  };
  const raiseTo = async (serial: number, client: TechnitiumClient, signal: AbortSignal): Promise<void> => {
    const before = copy.serial;
    try {
      signal.throwIfAborted();
      const raised = await client.raiseSerial(zone, serial, toItsEnd);
      takeReading(await client.readZone(zone, signal));
      if (!isLater(serial, raised)) listener.serialRaised(before, raised);
      else raisedInVain = serial;
    } catch (error) {
      // Without it the zone is still kept; the servers that do not follow are named by their serials.
      if (!(error instanceof TechnitiumError) || !RAISE_REFUSALS.has(error.reason)) throw error;
      raisedInVain = serial;
    }
  };
  const read = async (client: TechnitiumClient, signal: AbortSignal, mayBeReused = false): Promise<void> => {
    // Before the reading: what a server had then it had from a primary of the time before.
    const seen = options.serverSerials();
    const [expected, askedAt] = [hasRead ? copy.serial : undefined, options.now()];
    const content = await client.readZone(zone, signal);
    readAt = askedAt;
    const changed = takeReading(content);
    // A server that lost its last seconds may have been written to since, up to the very serial that it had.
    if (mayBeReused && changed.size > 0 && content.serial === expected) isReused = true;
    if (isReused || (expected !== undefined && isLater(expected, content.serial))) steppedBackAt = askedAt;
    if (seen?.some((one) => isLater(one, content.serial)) === true) listener.overtaken(content.serial, seen);
    const next = raiseNeeded(content, expected, seen);
    isReused = false;
    if (next !== undefined) await raiseTo(next, client, signal);
    setLink({ reason: 'Synced' });
    listener.read(content.changedLast);
  };

  const changesAt = (name: string): readonly Change[] => changesFor(wish(name), name, { copy, owner, markers });
  /** Whether the server refused these very changes a while ago. */
  const isHeld = (name: string, changes: readonly Change[]): boolean => {
    const problem = problems.get(name);
    if (problem === undefined || problem.retryAt <= performance.now()) return false;
    return problem.changes === JSON.stringify(changes);
  };
  const fail = (name: string, before: readonly ZoneRecord[], error: unknown): void => {
    if (error instanceof TechnitiumError && error.outcomeUnknown) {
      trouble.suspect = true;
      uncertain.set(name, before);
    }
    if (!(error instanceof TechnitiumError) || error.reason !== 'Rejected') {
      trouble.failure ??= error instanceof Error ? error : new Error(String(error));
      dirty.add(name);
      return;
    }
    const failures = (problems.get(name)?.failures ?? 0) + 1;
    const retryAt = performance.now() + backoffMs(intervals.refused, failures, options.random());
    problems.set(name, { message: error.message, failures, retryAt, changes: JSON.stringify(changesAt(name)) });
  };
  const writeOne = async (name: string, client: TechnitiumClient, signal: AbortSignal): Promise<void> => {
    const before = copy.at(name);
    hasWritten = true;
    try {
      const writing = { zone, owner, client, copy, markers, wish, isReplicated: primary.cluster !== undefined };
      const written = await writeName(name, writing, signal);
      problems.delete(name);
      if (written) listener.written(name, before, copy.at(name));
      const found = drifted.get(name);
      if (drifted.delete(name) && written && found !== undefined) listener.repaired(name, found);
    } catch (error) {
      fail(name, before, error);
    }
    inFlight.delete(name);
    listener.name(name);
    waker.wake();
  };
  /** Wants what was refused long enough ago tried again; gives when the next of it is due. */
  const retryProblems = (): number => {
    const now = performance.now();
    let next = Infinity;
    for (const [name, { retryAt }] of problems) {
      if (retryAt > now) next = Math.min(next, retryAt);
      else if (!inFlight.has(name)) dirty.add(name);
    }
    return next;
  };
  /** Names that need nothing are done with; of the others those that are wanted are begun, as many at a time as may be. */
  const start = (client: TechnitiumClient, signal: AbortSignal, isWanted: (name: string) => boolean): void => {
    for (const name of dirty) {
      if (inFlight.size >= IN_FLIGHT || !isWell()) return;
      if (inFlight.has(name) || !isWanted(name)) continue;
      dirty.delete(name);
      const changes = changesAt(name);
      if (changes.length > 0) {
        if (!isHeld(name, changes)) inFlight.set(name, writeOne(name, client, signal));
        continue;
      }
      drifted.delete(name);
      problems.delete(name);
    }
  };

  /** Names that are empty now and would each need calls of their own. */
  const importable = (): Map<string, ZoneRecord[]> => {
    const names = new Map<string, ZoneRecord[]>();
    if (!mayImport || dirty.size < IMPORT_FROM) return names;
    for (const name of dirty) {
      if (copy.at(name).length > 0) continue;
      const changes = changesAt(name);
      if (changes.length > 0 && !isHeld(name, changes))
        names.set(
          name,
          changes.flatMap((change) => (change.op === 'add' ? [change.record] : [])),
        );
    }
    return names;
  };
  /** Sends new names in one call; only onto a zone that is as we read it, since import replaces a CNAME that came since. */
  const importNames = async (client: TechnitiumClient, signal: AbortSignal): Promise<void> => {
    const wanted = importable();
    if (wanted.size < IMPORT_FROM) return;
    // Such as the target at the apex: without it no name that is imported leads anywhere.
    start(client, signal, (name) => !wanted.has(name));
    await drain();
    await checkSerial(client, signal);
    const names = importable();
    if (names.size < IMPORT_FROM) return;
    try {
      trouble.suspect = true;
      signal.throwIfAborted();
      await client.importRecords(zone, [...names.values()].flat(), toItsEnd);
    } catch (error) {
      if (!(error instanceof TechnitiumError)) throw error;
      // Without the right to import, or with one line that the server refuses, each name goes its own way.
      if (!IMPORT_REFUSALS.has(error.reason)) throw error;
      mayImport = false;
      listener.importRefused(error.message);
    }
    const content = await client.readZone(zone, signal);
    const changed = takeReading(content);
    for (const name of names.keys()) {
      drifted.delete(name);
      if (changed.has(name)) listener.written(name, [], copy.at(name));
    }
    listener.read(content.changedLast);
  };
  const checkSerial = async (client: TechnitiumClient, signal: AbortSignal): Promise<void> => {
    const [seen, askedAt] = [options.serverSerials(), options.now()];
    const state = await client.readSerial(zone, signal);
    readAt = askedAt;
    const mustRaise = raiseNeeded(state, undefined, seen) !== undefined;
    // Changed by somebody else, and yet with the serial that it had: it went back and forth.
    const mayBeReused = !hasWritten && state.modified !== modified;
    hasWritten = false;
    ({ modified } = state);
    if (state.serial !== copy.serial || trouble.suspect || mustRaise || mayBeReused)
      await read(client, signal, mayBeReused);
  };
  /** Whether the connection still is to the primary; what a restart of it may have lost is looked for. */
  const checkPrimary = async (client: TechnitiumClient, signal: AbortSignal): Promise<boolean> => {
    const found = await primary.look(client, signal);
    if (found === 'Restarted') await read(client, signal, true);
    return found !== 'Moved';
  };

  /** What another zone of the server holds for us goes without a step of this zone's serial, with that zone. */
  const checkUnlisted = async (client: TechnitiumClient, signal: AbortSignal): Promise<void> => {
    const name = copy.nextUnlisted();
    if (name === undefined) return;
    const { records } = await client.readName(zone, name, signal);
    const own = records.filter((record) => record.name === name);
    if (copy.replaceName(name, own)) await read(client, signal);
  };

  /** One connection's life: read, then write what is wished and check for drift, until something is wrong with it. */
  const session = async (signal: AbortSignal): Promise<void> => {
    const client = await primary.connect(signal);
    mayImport = true;
    raisedInVain = undefined;
    await read(client, signal);
    let nextCheck = performance.now() + intervals.serialMs;
    let nextPrimaryCheck = performance.now() + intervals.primaryMs;
    while (!signal.aborted) {
      if (!isWell() || performance.now() >= nextCheck) {
        await drain();
        if (trouble.failure !== undefined) throw trouble.failure;
        // After our own writes the time of the last change is no sign any more, but a restart is.
        if (hasWritten || performance.now() >= nextPrimaryCheck) {
          nextPrimaryCheck = performance.now() + intervals.primaryMs;
          if (!(await checkPrimary(client, signal))) return;
        }
        await checkSerial(client, signal);
        await checkUnlisted(client, signal);
        for (const name of markers.takeDue()) dirty.add(name);
        nextCheck = performance.now() + intervals.serialMs;
      }
      const nextRetry = retryProblems();
      await importNames(client, signal);
      start(client, signal, () => true);
      if (isWell()) await waker.wait(Math.min(nextCheck, nextRetry) - performance.now(), signal);
    }
  };

  return {
    copy,
    get link() {
      return link;
    },
    primary,
    get readAt() {
      return readAt;
    },
    get steppedBackAt() {
      return steppedBackAt;
    },
    get isIdle() {
      return link.reason === 'Synced' && isWell() && dirty.size === 0 && inFlight.size === 0;
    },
    get refused() {
      return problems.size;
    },
    problem: (name) => problems.get(name)?.message,
    add(names) {
      for (const name of names) dirty.add(name);
      waker.wake();
    },
    raise() {
      isReused = true;
    },
    reconnect() {
      hasRead = false;
      drifted.clear();
      reconnecting.abort();
      waker.wake();
    },
    async run(signal) {
      for (let failures = 0; !signal.aborted;) {
        reconnecting = new AbortController();
        const both = AbortSignal.any([signal, reconnecting.signal]);
        trouble.failure = undefined;
        try {
          await session(both);
        } catch (error) {
          if (!both.aborted) {
            failures = link.reason === 'Synced' ? 1 : failures + 1;
            setLink(linkOf(error));
          }
        }
        await drain();
        if (both.aborted) failures = 0;
        else await pause(backoffMs(intervals.reconnect, Math.max(failures, 1), options.random()), both);
      }
    },
  };
}

/**
 * A failure as the zone's status names it. What the server has against one record, said of the zone, is not what was
 * expected; what is no answer of the server's is a fault of ours and says so.
 */
function linkOf(error: unknown): Link {
  if (!(error instanceof TechnitiumError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: 'UnexpectedAnswer', message, advice: '' };
  }
  const { message, advice } = error;
  const reason = ZONE_REASONS.find((one) => error.reason === one);
  if (reason !== undefined) return { reason, message, advice };
  return { reason: 'UnexpectedAnswer', message, advice: "Look into Technitium's log for what that means." };
}
