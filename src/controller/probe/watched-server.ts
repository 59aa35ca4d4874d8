import { isLater } from '../../model/serial.ts';
import { courseAfter, isWrittenTo, NO_COURSE, type Course } from '../../plan/zone/course.ts';
import type { FoundServer } from '../../plan/zone/server-list.ts';
import { lagAfter, type Lag, type ServerFacts } from '../../plan/zone/servers.ts';
import { isTruncated, type SoaAnswer } from '../../probe/ask.ts';
import { formatNameserver, type NameserverAddress } from '../../probe/nameserver-address.ts';
import type { Intervals } from '../intervals.ts';

/** What is known of the primary, as servers are held against it. */
export interface PrimaryNow {
  /** The serial that it has; undefined before it was read. */
  readonly serial: number | undefined;
  /** When that was last asked for (ms). */
  readonly readAt: number | undefined;
  /** When it was last seen to have gone back to an earlier serial (ms). */
  readonly steppedBackAt: number | undefined;
}

/** One DNS server of a zone, watched. */
export interface WatchedServer {
  readonly name: string;
  readonly address: NameserverAddress;
  readonly found: FoundServer;
  readonly serial: number | undefined;
  /** The serial that the primary must pass for this server to follow it; undefined where it says nothing. */
  readonly serialToPass: number | undefined;
  readonly maxLagMs: number;
  /** For how long it has not followed the primary's serial, in milliseconds. */
  readonly lagMs: number;
  readonly isGone: boolean;
  /** Whether it has another serial than the primary, and says so itself. */
  readonly isBehind: boolean;
  /** Whether it has come to a serial, or is not waited for. */
  hasReached(serial: number | undefined): boolean;
  /** What it said to a question for its SOA. */
  note(answer: SoaAnswer): void;
  /** The primary was read with this serial after the server had given its own. */
  noteOvertaken(primary: number): void;
  /** Whether it gave what the primary gives at a name; gives whether it is certain by now that it does not. */
  noteContent(name: string, isSame: boolean): boolean;
  /** The change that its content was last compared for. */
  comparedFor: number;
  /** The same server as the spec has it now. */
  adopt(found: FoundServer): void;
  facts(isOtherPrimary: boolean): ServerFacts;
}

/** What watching one server needs. */
export interface WatchedServerOptions {
  readonly found: FoundServer;
  readonly address: NameserverAddress;
  /** The serial that status remembers of it. */
  readonly remembered: number | undefined;
  readonly primary: () => PrimaryNow;
  /** SOA refresh of the zone in seconds, the default of `maxLagSeconds`. */
  readonly refreshSeconds: () => number;
  readonly intervals: Pick<Intervals, 'raisedMs'>;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

/** A server that is silent for so long counts as gone. */
const GONE_MS = 30_000;
/** One look may have come between two steps of a transfer. */
const CERTAIN = 2;

/** Nothing is known of it at first. */
export function createWatchedServer(options: WatchedServerOptions): WatchedServer {
  const { address, primary, now } = options;
  let { found } = options;
  let serial: number | undefined;
  let seenAt: number | undefined;
  let lag: Lag | undefined;
  let course: Course = NO_COURSE;
  let silentSince: number | undefined;
  let ttl: number | undefined;
  let isCache = false;
  let problem: string | undefined;
  let reached = false;
  let differs: { readonly name: string; readonly since: number; readonly looks: number } | undefined;
  let comparedFor = 0;

  const isGone = (): boolean => silentSince !== undefined && now() - silentSince >= GONE_MS;
  const maxLagMs = (): number => (found.maxLagSeconds ?? options.refreshSeconds()) * 1000;
  const isLate = (): boolean => lag !== undefined && now() - lag.since > maxLagMs();
  const isStuck = (): boolean => {
    const since = course.aheadAt === undefined ? differs?.since : course.aheadSince;
    const isCertain = course.aheadAt !== undefined || (differs?.looks ?? 0) >= CERTAIN;
    return isCertain && since !== undefined && now() - since > options.intervals.raisedMs;
  };
  const hold = (theirs: number, isSure: boolean): void => {
    if (serial === undefined || isCache) return;
    const { steppedBackAt } = primary();
    course = courseAfter(course, { serial, primary: theirs, isSure, steppedBackAt, lastLookAt: seenAt, now: now() });
  };
  /** Takes the last look to its end: the primary was read since. */
  const follow = (): void => {
    const { serial: theirs, readAt } = primary();
    if (theirs !== undefined) hold(theirs, readAt !== undefined && seenAt !== undefined && readAt > seenAt);
  };
  const noteSoa = (soa: Extract<SoaAnswer, { outcome: 'soa' }>['soa']): void => {
    // An authority gives the same TTL each time, a cache one that counts down until it asks again.
    if (ttl !== undefined && soa.ttl !== ttl) isCache ||= soa.ttl < ttl;
    else isCache = false;
    ({ ttl } = soa);
    follow();
    if (serial !== soa.serial) differs = undefined;
    ({ serial } = soa);
    seenAt = now();
  };

  return {
    get name() {
      return found.name;
    },
    address,
    get found() {
      return found;
    },
    get serial() {
      return serial;
    },
    get serialToPass() {
      return isCache ? undefined : (serial ?? options.remembered);
    },
    get maxLagMs() {
      return maxLagMs();
    },
    get lagMs() {
      return lag === undefined ? 0 : now() - lag.since;
    },
    get isGone() {
      return isGone();
    },
    get isBehind() {
      const { serial: theirs } = primary();
      return serial !== undefined && theirs !== undefined && isLater(theirs, serial) && silentSince === undefined;
    },
    hasReached(first) {
      reached ||= first !== undefined && serial !== undefined && !isLater(first, serial);
      return reached || isCache || isGone() || isLate();
    },
    note(answer) {
      if (answer.outcome === 'silent' && !isTruncated(answer)) {
        silentSince ??= now();
        return;
      }
      silentSince = undefined;
      problem = problemOf(answer);
      if (answer.outcome === 'soa') noteSoa(answer.soa);
      const { serial: theirs } = primary();
      if (theirs !== undefined) lag = lagAfter(lag, { serial, primary: theirs, now: now() });
    },
    noteOvertaken: (theirs) => hold(theirs, true),
    noteContent(name, isSame) {
      if (isSame) differs = undefined;
      else differs = { name, since: differs?.since ?? now(), looks: (differs?.looks ?? 0) + 1 };
      return differs?.looks === CERTAIN;
    },
    get comparedFor() {
      return comparedFor;
    },
    set comparedFor(change) {
      comparedFor = change;
    },
    adopt(next) {
      found = next;
    },
    facts: (isOtherPrimary) => ({
      name: found.name,
      address: formatNameserver(address),
      serial,
      primarySerial: primary().serial,
      isLate: isLate() || isStuck(),
      isSilent: isGone(),
      isCache,
      problem,
      differsAt: differs !== undefined && differs.looks >= CERTAIN ? differs.name : undefined,
      isOtherPrimary: isOtherPrimary ? 'ByApi' : isWrittenTo(course) ? 'BySerial' : undefined,
    }),
  };
}

function problemOf(answer: SoaAnswer): string | undefined {
  if (answer.outcome === 'none')
    return `answers ${answer.rcode} without the zone's SOA: let it serve the zone, and to us`;
  return answer.outcome === 'malformed' ? `answers what cannot be believed: ${answer.problem}` : undefined;
}
