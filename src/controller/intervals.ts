import type { Backoff } from '../queue/backoff.ts';

/** How often the operator looks at what nobody tells it of, and how long it waits before it says or tries again; in milliseconds. */
export interface Intervals {
  /** Between two looks at the serial of a zone on its primary. */
  readonly serialMs: number;
  /** Between two looks at which server the primary is, and who is in its cluster. */
  readonly primaryMs: number;
  /** Between two looks at the serial of each server of a zone. */
  readonly serverMs: number;
  /** Between two times that a server which does not follow is told to. */
  readonly remindMs: number;
  /** What does not heal by itself is said after so long: the primary is to be raised, and the server to transfer that. */
  readonly raisedMs: number;
  /** After a change, for which caches are left alone where a zone lists no servers: some may be there, and take so long. */
  readonly withoutServersMs: number;
  /** A figure alone is written once it has stood still for so long. */
  readonly stillMs: number;
  /** Before a zone whose server failed is begun with anew. */
  readonly reconnect: Backoff;
  /** Before a name that the server refused is sent again. */
  readonly refused: Backoff;
}

export const INTERVALS: Intervals = {
  serialMs: 5_000,
  // Who is in the cluster changes seldom; that the primary is another shows in what it answers.
  primaryMs: 30_000,
  serverMs: 5_000,
  remindMs: 15_000,
  raisedMs: 15_000,
  withoutServersMs: 15_000,
  stillMs: 5_000,
  reconnect: { firstMs: 500, mostMs: 30_000 },
  refused: { firstMs: 5_000, mostMs: 1_800_000 },
};
