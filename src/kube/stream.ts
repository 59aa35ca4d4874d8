import { setTimeout as sleep } from 'node:timers/promises';
import { follow } from './follow.ts';
import { isForbidden, isNotFound } from './kube-error.ts';
import { createReflection, type StreamHandlers } from './reflection.ts';
import type { Rest } from './rest.ts';
import { retryDelayMs, type Backoff } from './retry-delay.ts';
import type { Send } from './transport.ts';

/** Times of a stream, in milliseconds. */
export interface StreamTiming extends Backoff {
  /** A connection that carries no byte for so long is dead, or has nothing to say: it is opened anew. Default 30 s. */
  readonly idleMs: number;
  /** A connection that was in sync for no longer has failed, however friendly it ended. Default 1 s. */
  readonly shortMs: number;
}

/** What to follow, and whom to tell. */
export interface StreamOptions<View> {
  /** Path of the kind's list, such as /apis/networking.k8s.io/v1/ingresses; a selector may stand in its query. */
  readonly path: string;
  /** Makes a view of an object, or throws. */
  readonly toView: (raw: unknown) => View;
  readonly handlers: StreamHandlers<View>;
  readonly signal: AbortSignal;
  readonly timing?: Partial<StreamTiming> | undefined;
}

/** Follows a kind for as long as the signal lets it, and resolves then. It never gives up and never throws. */
export type Stream = <View>(options: StreamOptions<View>) => Promise<void>;

/** What streams work with. */
export interface StreamParts {
  readonly send: Send;
  readonly rest: Rest;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const TIMING: StreamTiming = { firstMs: 250, mostMs: 30_000, idleMs: 30_000, shortMs: 1_000 };

/**
 * Connection after connection: at once where nothing is wrong, after a back-off where something is. Each resumes where the
 * last one ended; the kind is listed again only where the server cannot resume, or lost track of it.
 */
export function createStream(parts: StreamParts): Stream {
  return async ({ path, toView, handlers, signal, timing }) => {
    const times = { ...TIMING, ...timing };
    const reflection = createReflection(toView, handlers);
    const subject = { ...parts, path, reflection, signal, idleMs: times.idleMs, position: { version: undefined } };
    let failures = 0;
    for (;;) {
      const { error, inSyncMs } = await follow(subject);
      const wasShort = inSyncMs < times.shortMs;
      if (signal.aborted) return;
      failures = wasShort ? failures + 1 : error === undefined ? 0 : 1;
      if (failures === 0) continue;
      const retryMs = retryDelayMs(times, failures, parts.random(), error?.retryAfterMs);
      if (error !== undefined && (isForbidden(error) || isNotFound(error))) reflection.beUnavailable(error);
      else
        reflection.report({ kind: 'Interrupted', message: error?.message ?? `GET ${path}: ended too early`, retryMs });
      // Rejects once the signal aborts; the next connection then ends at once.
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  };
}
