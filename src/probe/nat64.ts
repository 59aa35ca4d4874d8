import type { Answer } from '../model/look.ts';
import { nat64PrefixesOf } from '../model/nat64.ts';
import type { Clock } from './clock.ts';

/** Has an AAAA only where IPv4 is translated, then one under each prefix (RFC 7050 3). */
export const NAT64_NAME = 'ipv4only.arpa';

const KEPT_MS = 3_600_000;
/** Without an answer nothing is known, which is not the same as no translation. */
const RETRIED_MS = 60_000;

/** Remembers the NAT64 prefixes of nameservers, so that each is asked for them once an hour at most. */
export interface Nat64Prefixes {
  /**
   * The prefixes as CIDR blocks, empty where nothing is translated.
   *
   * @param askAaaa asks the nameserver for the AAAA of `NAT64_NAME`
   */
  of(key: string, askAaaa: () => Promise<Answer>): Promise<readonly string[]>;
}

export function createNat64Prefixes(clock: Clock): Nat64Prefixes {
  const known = new Map<string, { until: number; readonly prefixes: Promise<readonly string[]> }>();
  return {
    of(key, askAaaa) {
      for (const [other, { until }] of known) if (until <= clock.now()) known.delete(other);
      const kept = known.get(key);
      if (kept) return kept.prefixes;
      const prefixes = askAaaa().then(
        (answer) => {
          if (answer.outcome === 'answer') entry.until = clock.now() + KEPT_MS;
          return answer.outcome === 'answer' ? nat64PrefixesOf(answer.addresses) : [];
        },
        (error: unknown) => {
          known.delete(key);
          throw error;
        },
      );
      const entry = { until: clock.now() + RETRIED_MS, prefixes };
      known.set(key, entry);
      return prefixes;
    },
  };
}
