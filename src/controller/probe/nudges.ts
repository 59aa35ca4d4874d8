import type { FoundServer, Nudge } from '../../plan/zone/server-list.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import { TechnitiumError, type TechnitiumReason } from '../../technitium/errors.ts';
import type { Intervals } from '../intervals.ts';
import { pause } from '../pause.ts';
import { identityOf } from '../zone/primary.ts';

/** Tells the copies of a zone to transfer it, in place of some seconds later. */
export interface Nudges {
  /** These servers can be told, each by its name. */
  update(servers: readonly FoundServer[]): void;
  /** The zone has changed: all are told, once for all changes of a moment. */
  changed(): void;
  /** One server was seen not to follow; it is told again, if that was not done a while ago. */
  remind(server: string): void;
  /** Whether a server holds the zone as its own, or does and may be the primary itself: it is worth a reminder. */
  isUnsettled(server: string): boolean;
  /** Whether a server holds the zone as its own, by what it said last. */
  isOtherPrimary(server: string): boolean;
}

/** What nudging needs. */
export interface NudgesOptions {
  readonly zone: string;
  readonly connect: (nudge: Nudge, signal: AbortSignal) => Promise<TechnitiumClient>;
  /** Tells the server that the zone is written on from others; undefined while it is not known. */
  readonly primaryIdentity: () => string | undefined;
  /** What is known of a server is another; or it does not let us, which is told once. */
  readonly changed: () => void;
  readonly refused: (server: string, message: string) => void;
  readonly intervals: Pick<Intervals, 'remindMs'>;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

interface Target {
  readonly name: string;
  readonly nudge: Nudge;
  client: TechnitiumClient | undefined;
  isBusy: boolean;
  isWanted: boolean;
  sentAt: number;
  /** Until when it is left alone, since it does not let us. */
  restsUntil: number;
  isOtherPrimary: boolean;
  /** It holds the zone as its own, and the primary was not known to tell them apart. */
  isUnjudged: boolean;
  isGone: boolean;
}

/** Changes come in crowds: each copy is told at once, and then this often at most. */
const GATHER_MS = 250;
const REFUSED_MS = 300_000;
/** What trying again at the next change does not help against. */
const REFUSALS: ReadonlySet<TechnitiumReason> = new Set(['AccessDenied', 'NotAuthenticated', 'LoginBlocked']);

/** Nobody is told anything before `update`. */
export function createNudges(options: NudgesOptions): Nudges {
  const { zone, now, signal } = options;
  let targets = new Map<string, Target>();

  const setOther = (target: Target, isOther: boolean): void => {
    if (target.isOtherPrimary === isOther) return;
    target.isOtherPrimary = isOther;
    options.changed();
  };
  /** It holds the zone as its own: it may be the very server that we write on. */
  const judge = async (target: Target, client: TechnitiumClient): Promise<void> => {
    const [identity, primary] = [identityOf(await client.session(signal)), options.primaryIdentity()];
    target.isUnjudged = primary === undefined;
    if (primary !== undefined) setOther(target, identity !== primary);
  };
  const send = async (target: Target): Promise<void> => {
    try {
      target.client ??= await options.connect(target.nudge, signal);
      const { client } = target;
      await client.resync(zone, signal).then(
        () => setOther(target, false),
        (error: unknown) => {
          if (error instanceof TechnitiumError && error.reason === 'NotACopy') return judge(target, client);
          throw error;
        },
      );
    } catch (error) {
      target.client = undefined;
      if (!(error instanceof TechnitiumError) || !REFUSALS.has(error.reason)) return;
      target.restsUntil = now() + REFUSED_MS;
      options.refused(target.name, error.message);
    }
  };
  const run = async (target: Target): Promise<void> => {
    if (target.isBusy || now() < target.restsUntil) return;
    target.isBusy = true;
    while (target.isWanted && !target.isGone && !signal.aborted && now() >= target.restsUntil) {
      target.isWanted = false;
      target.sentAt = now();
      await send(target);
      await pause(GATHER_MS, signal);
    }
    target.isBusy = false;
  };
  const want = (target: Target): void => {
    target.isWanted = true;
    void run(target);
  };

  return {
    update(servers) {
      const before = targets;
      targets = new Map();
      for (const { name, nudge } of servers) {
        if (nudge === undefined) continue;
        const known = before.get(name);
        const isSame = known !== undefined && JSON.stringify(known.nudge) === JSON.stringify(nudge);
        targets.set(name, isSame ? known : newTarget(name, nudge));
      }
      for (const target of before.values()) if (targets.get(target.name) !== target) target.isGone = true;
      // Told at once: it may have missed what changed before, or be no copy.
      for (const target of targets.values()) if (before.get(target.name) !== target) want(target);
    },
    changed() {
      for (const target of targets.values()) want(target);
    },
    remind(server) {
      const target = targets.get(server);
      if (target !== undefined && now() - target.sentAt >= options.intervals.remindMs) want(target);
    },
    isUnsettled(server) {
      const target = targets.get(server);
      return target?.isOtherPrimary === true || target?.isUnjudged === true;
    },
    isOtherPrimary: (server) => targets.get(server)?.isOtherPrimary === true,
  };
}

function newTarget(name: string, nudge: Nudge): Target {
  const rest = { client: undefined, isBusy: false, isWanted: false, sentAt: 0, restsUntil: 0 };
  return { ...rest, name, nudge, isOtherPrimary: false, isUnjudged: false, isGone: false };
}
