import type { Class } from './seen.ts';

/** What an observer saw of one host at one place, with his own eyes only. */
export interface Observed {
  readonly place: string;
  /** Whether the hosts file there names the host. */
  readonly pinned: boolean;
  /** Of every look-up of every library. */
  readonly lookUps: readonly Class[];
  /** Of each nameserver that look-ups there may come to, asked by itself. */
  readonly nameservers: readonly Class[];
}

/** The words that an observer has, from the worst to the best. `Failing` is Failed and Timeout: look-ups do not tell them apart. */
const WORDS = ['External', 'Stale', 'NotFound', 'Failing', 'Mixed', 'Pinned', 'Internal'] as const;
export type Word = (typeof WORDS)[number];

/** What the observer would say of one place. See docs/scenarios.md. */
export const wordOf = ({ pinned, lookUps, nameservers }: Observed): Word => {
  const some = (one: Class): boolean => lookUps.includes(one);
  if (pinned) return lookUps.every((one) => one === 'internal') ? 'Pinned' : 'Stale';
  if (some('internal') && lookUps.some((one) => one !== 'internal')) return 'Mixed';
  if (some('other')) return 'External';
  if (some('old')) return 'Stale';
  if (some('none')) return 'NotFound';
  if (some('failed')) return 'Failing';
  return nameservers.some((one) => one !== 'internal' && one !== 'failed') ? 'Mixed' : 'Internal';
};

/** What the observer would say of an audience: the worst of its places. */
export const worstOf = (places: readonly Observed[]): Word => {
  const words = places.map(wordOf);
  return WORDS.find((word) => words.includes(word)) ?? 'Internal';
};

/** Verdict -> the observer's words that it agrees with. */
const AGREES: Readonly<Record<string, readonly Word[]>> = {
  Internal: ['Internal'],
  External: ['External'],
  Mixed: ['Mixed'],
  Stale: ['Stale'],
  // The rank of a pin depends on where it leads.
  Pinned: ['Pinned', 'Stale'],
  NotFound: ['NotFound'],
  Failed: ['Failing'],
  Timeout: ['Failing'],
  // There is no vantage, and no place to observe from.
  '-': ['Internal'],
  // Claims nothing, so nothing contradicts it; whether it may be so is a stage's to say.
  Unknown: WORDS,
  Propagating: ['Internal', 'Stale', 'NotFound', 'Mixed'],
};

/** Whether a verdict and what the observer says can both be true. */
export const agrees = (verdict: string, word: Word): boolean => AGREES[verdict]?.includes(word) ?? false;
