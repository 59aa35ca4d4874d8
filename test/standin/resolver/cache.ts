import type { Answer } from 'dns-packet';

/** The sections of an answer that a cache keeps. */
export interface Content {
  readonly rcode: string;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

/** What a cache has for a question: as it would tell it now, with counted-down TTLs, and whether its time is over. */
export interface Cached {
  readonly content: Content;
  readonly isStale: boolean;
}

/** A cache of answers by question (RFC 1034 4.3.4, denials by RFC 2308). */
export interface Cache {
  get(key: string): Cached | undefined;
  put(key: string, content: Content): void;
  flush(): void;
}

/** What an unusual cache shows of an answer whose time is over, in seconds (as Unbound does). */
const STALE_TTL = 30;

/**
 * @param minTtl seconds that everything is kept at least, without showing it (as dnsmasq's min-cache-ttl)
 * @param now milliseconds
 */
export function createCache(minTtl: () => number, now: () => number): Cache {
  const entries = new Map<string, { content: Content; storedAt: number; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const isStale = now() >= entry.until;
      const age = Math.floor((now() - entry.storedAt) / 1000);
      const shown = (record: Answer): Answer =>
        'ttl' in record ? { ...record, ttl: isStale ? STALE_TTL : Math.max(0, (record.ttl ?? 0) - age) } : record;
      const { rcode, answers, authorities } = entry.content;
      return { content: { rcode, answers: answers.map(shown), authorities: authorities.map(shown) }, isStale };
    },
    put(key, content) {
      const ttl = ttlOf(content);
      if (ttl === undefined) return;
      entries.set(key, { content, storedAt: now(), until: now() + Math.max(ttl, minTtl()) * 1000 });
    },
    flush: () => entries.clear(),
  };
}

/** How long an answer may be kept: the least TTL in it, and of a denial its SOA's; undefined for failures and what has none. */
function ttlOf({ rcode, answers, authorities }: Content): number | undefined {
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return undefined;
  const ttls = answers.map((record) => ('ttl' in record ? (record.ttl ?? 0) : 0));
  if (answers.at(-1)?.type === 'A' || answers.at(-1)?.type === 'AAAA') return Math.min(...ttls);
  for (const record of authorities) {
    if (record.type === 'SOA') return Math.min(...ttls, record.ttl ?? 0, record.data.minimum ?? 0);
  }
  return ttls.length === 0 ? undefined : Math.min(...ttls);
}
