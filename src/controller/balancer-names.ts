import { sortedAddresses } from '../model/address.ts';
import type { BalancerName, BalancerNames } from '../plan/host/target.ts';
import type { ResolvedName } from '../probe/ask.ts';
import { createWaker } from './waker.ts';

/** What following the host names of load balancers needs. */
export interface BalancerNamesOptions {
  /** The names that Services' load balancers have now, in any letter case. */
  readonly wanted: () => Iterable<string>;
  /** Asks for a name; undefined where nobody gives an answer to use. */
  readonly resolve: (name: string, signal: AbortSignal) => Promise<ResolvedName | undefined>;
  /** A name stands for other addresses than before. */
  readonly changed: () => void;
  readonly now: () => number;
}

/** The host names of load balancers (`hostname` instead of `ip` in a Service's status), and what they stand for. */
export interface FollowedNames {
  readonly names: BalancerNames;
  /** Services changed: there may be other names to follow. */
  refresh(): void;
  run(signal: AbortSignal): Promise<void>;
}

interface Followed {
  readonly name: BalancerName;
  /** Address -> until when it counts (ms). */
  readonly until: ReadonlyMap<string, number>;
  readonly nextAt: number;
}

/** An address counts for so long beyond its TTL: caches and slow clients may still hold it. */
const KEPT_MS = 3_600_000;
const LEAST_MS = 5_000;
const MOST_MS = 300_000;
const RETRY_MS = 10_000;

/** Asks for each name again when its TTL is over. */
export function createBalancerNames(options: BalancerNamesOptions): FollowedNames {
  const followed = new Map<string, Followed>();
  const names = new Map<string, BalancerName>();
  const waker = createWaker();

  const look = async (name: string, signal: AbortSignal): Promise<void> => {
    const found = await options.resolve(name, signal);
    const before = followed.get(name);
    if (found === undefined || found.addresses.length === 0) {
      // Nothing is known to be other than it was.
      const kept = before ?? { name: { addresses: [], seen: [] }, until: new Map<string, number>() };
      followed.set(name, { ...kept, nextAt: options.now() + RETRY_MS });
      return;
    }
    const next = follow(before, found, options.now());
    followed.set(name, next);
    names.set(name, next.name);
    if (JSON.stringify(before?.name) !== JSON.stringify(next.name)) options.changed();
  };

  return {
    names,
    refresh: () => waker.wake(),
    async run(signal) {
      while (!signal.aborted) {
        const wanted = new Set([...options.wanted()].map((name) => name.toLowerCase().replace(/\.$/, '')));
        for (const name of followed.keys()) {
          if (wanted.has(name)) continue;
          followed.delete(name);
          names.delete(name);
        }
        const due = [...wanted].filter((name) => (followed.get(name)?.nextAt ?? 0) <= options.now());
        await Promise.all(due.map((name) => look(name, signal).catch(() => undefined)));
        const times = [...followed.values()].map(({ nextAt }) => nextAt);
        await waker.wait(times.length === 0 ? Infinity : Math.min(...times) - options.now(), signal);
      }
    },
  };
}

function follow(before: Followed | undefined, { addresses, ttlSeconds }: ResolvedName, now: number): Followed {
  const until = new Map([...(before?.until ?? [])].filter(([, time]) => time > now));
  for (const address of addresses) until.set(address, now + ttlSeconds * 1000 + KEPT_MS);
  return {
    name: { addresses, seen: sortedAddresses(until.keys()) },
    until,
    nextAt: now + Math.min(Math.max(ttlSeconds * 1000, LEAST_MS), MOST_MS),
  };
}
