import type { Clock } from './clock.ts';
import { formatNameserver, type NameserverAddress } from './nameserver-address.ts';

/** Which of two waiting claims comes first; equal ones in the order they came. */
export const PRIORITY = {
  /** Canaries, changed hosts, second looks, and checks of the zone's servers. */
  first: 0,
  /** All hosts of a zone, after its canary's answer changed. */
  sweep: 1,
  /** The slow rotation over all hosts. */
  rotation: 2,
} as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** A wish to send queries to a server. */
export interface Claim {
  readonly priority: Priority;
  /** Called once, when it may be; says how many queries it sends now: none, if there is nothing to ask any more. */
  readonly grant: () => number;
}

/** The pace at which servers are asked, per address and port, over everything in this process that asks them. */
export interface Pacer {
  /** Has the claim granted: at once if the pace allows and nobody is before it. */
  claim(server: NameserverAddress, claim: Claim): void;
  /** Takes back a claim that still waits. */
  withdraw(server: NameserverAddress, claim: Claim): void;
  /** Gives a server a pace of its own. */
  setRate(server: NameserverAddress, queriesPerSecond: number): void;
  /** Queries per second that a server is asked on average. */
  rateOf(server: NameserverAddress): number;
}

export interface PacerOptions {
  readonly clock: Clock;
  /** Of servers that have no pace of their own. */
  readonly queriesPerSecond: number;
  /** How many queries may go at once after a pause. */
  readonly burst: number;
}

/** A token bucket. A claim is granted as soon as one token is there, and may leave the bucket in debt. */
interface Bucket {
  queriesPerSecond: number;
  tokens: number;
  /** When `tokens` was right. */
  at: number;
  readonly waiting: Claim[];
  granting: boolean;
  cancelTimer: (() => void) | undefined;
}

/** Floating-point sums of waits may fall short of a whole token by this much. */
const EPSILON = 1e-6;

export function createPacer({ clock, queriesPerSecond, burst }: PacerOptions): Pacer {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (server: NameserverAddress): Bucket => {
    const key = formatNameserver(server);
    const known = buckets.get(key);
    if (known) return known;
    const at = clock.now();
    const bucket = { queriesPerSecond, tokens: burst, at, waiting: [], granting: false, cancelTimer: undefined };
    buckets.set(key, bucket);
    return bucket;
  };

  const refill = (bucket: Bucket): void => {
    const now = clock.now();
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * bucket.queriesPerSecond);
    bucket.at = now;
  };

  const settle = (bucket: Bucket): void => {
    // A grant may claim again: that claim queues up, and this loop comes to it.
    if (bucket.granting) return;
    refill(bucket);
    bucket.granting = true;
    try {
      while (bucket.tokens >= 1 - EPSILON) {
        const claim = bucket.waiting.shift();
        if (claim === undefined) break;
        bucket.tokens -= claim.grant();
      }
    } finally {
      bucket.granting = false;
    }
    bucket.cancelTimer?.();
    bucket.cancelTimer = undefined;
    if (bucket.waiting.length === 0) return;
    const waitMs = Math.ceil(((1 - bucket.tokens) / bucket.queriesPerSecond) * 1000);
    bucket.cancelTimer = clock.after(waitMs, () => settle(bucket));
  };

  return {
    claim(server, claim) {
      const bucket = bucketOf(server);
      const after = bucket.waiting.findIndex((other) => other.priority > claim.priority);
      bucket.waiting.splice(after === -1 ? bucket.waiting.length : after, 0, claim);
      settle(bucket);
    },
    withdraw(server, claim) {
      const bucket = bucketOf(server);
      const index = bucket.waiting.indexOf(claim);
      if (index === -1) return;
      bucket.waiting.splice(index, 1);
      settle(bucket);
    },
    setRate(server, rate) {
      const bucket = bucketOf(server);
      refill(bucket);
      bucket.queriesPerSecond = rate;
      settle(bucket);
    },
    rateOf: (server) => bucketOf(server).queriesPerSecond,
  };
}

/** Waits until one query may go to a server. Rejects when the signal aborts first. */
export function take(pacer: Pacer, server: NameserverAddress, priority: Priority, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const grant = (): number => {
    resolve(undefined);
    return 1;
  };
  const claim = { priority, grant };
  const abort = (): void => {
    pacer.withdraw(server, claim);
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort);
  pacer.claim(server, claim);
  return promise.finally(() => signal.removeEventListener('abort', abort));
}
