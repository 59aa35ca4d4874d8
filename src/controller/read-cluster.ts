import type { Logger } from 'pino';
import type { Kube } from '../kube/kube.ts';
import type { KubeError } from '../kube/kube-error.ts';
import { createCaches, type Followed } from './caches.ts';
import type { World } from './world.ts';

/** What it takes to read the cluster. */
export interface ReadClusterOptions {
  readonly kube: Kube;
  readonly log: Logger;
  /** The longest that listing the cluster may take. @default 30000 */
  readonly listingMs?: number;
}

const LISTING_MS = 30_000;

/**
 * Lists everything that the operator follows into the world, once.
 *
 * @returns the kinds that cannot be read: not served, or without the right to
 * @throws Error where the API server does not list the others in time
 */
export async function readCluster(
  { kube, log, listingMs = LISTING_MS }: ReadClusterOptions,
  world: World,
  signal: AbortSignal,
): Promise<ReadonlyMap<Followed, KubeError>> {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const caches = createCaches(kube, world, { log, settled: () => caches.synced && resolve(undefined) });
  const timer = setTimeout(resolve, listingMs, undefined);
  const done = caches.run(AbortSignal.any([signal, stop.signal]));
  try {
    await promise;
    signal.throwIfAborted();
    if (!caches.synced) throw new Error(`the API server did not list everything within ${listingMs / 1000} s`);
    return caches.unavailable;
  } finally {
    clearTimeout(timer);
    stop.abort();
    await done;
  }
}
