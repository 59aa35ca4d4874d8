import type { Fields } from './decode.ts';
import type { KubeError } from './kube-error.ts';

/**
 * How an object's end is known. Seen: a running watch told it. Inferred: a listing lacks what was there before, for a
 * listing can be wrong about what is gone (a restored etcd, a CRD made again).
 */
export type DeletionEvidence = 'Seen' | 'Inferred';

/** What went wrong on a stream without ending it. */
export type StreamProblem =
  /** An object that is not what its kind should be; what was known of it stands. */
  | { readonly kind: 'BadObject'; readonly key: string; readonly message: string }
  /** A handler threw, which must not end the stream. The message holds the stack. */
  | { readonly kind: 'HandlerFailed'; readonly key: string; readonly message: string }
  /** The connection ended badly; it is taken up again after `retryMs`. */
  | { readonly kind: 'Interrupted'; readonly message: string; readonly retryMs: number };

/**
 * Told, synchronously and in order, what happens to the objects of a kind. A key is `namespace/name`, or `name` where the
 * kind has no namespaces.
 */
export interface StreamHandlers<View> {
  /** The object is new, changed, or told again by a new listing. */
  upsert(key: string, view: View): void;
  deleted(key: string, evidence: DeletionEvidence): void;
  /**
   * A listing is complete, with so many objects: the stream is in sync, for the first time or again. What the listing
   * lacks was told as deleted just before.
   */
  listed(count: number): void;
  /**
   * The kind cannot be read: 403, or 404 where its CRD is missing. Told once, until `listed` says that it can be read
   * again. It is no evidence that anything is gone.
   */
  unavailable(error: KubeError): void;
  onProblem(problem: StreamProblem): void;
}

/** What a stream knows of the cluster: which objects are there. It holds their keys only. */
export interface Reflection {
  /** A new listing begins: what it does not tell until `endListing` is gone. */
  beginListing(): void;
  put(raw: unknown): void;
  remove(raw: unknown, evidence: DeletionEvidence): void;
  endListing(): void;
  beUnavailable(error: KubeError): void;
  report(problem: StreamProblem): void;
}

/** Turns objects into views, and events and listings into calls of handlers that cannot end the stream. */
export function createReflection<View>(toView: (raw: unknown) => View, handlers: StreamHandlers<View>): Reflection {
  /** Key -> the listing that told it last. */
  const known = new Map<string, number>();
  let listing = 0;
  let isAvailable = true;

  const report = (problem: StreamProblem): void => {
    try {
      handlers.onProblem(problem);
    } catch {
      // There is nobody left to tell.
    }
  };
  const call = (key: string, handler: () => void): void => {
    try {
      handler();
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : 'something was thrown that is no error';
      report({ kind: 'HandlerFailed', key, message });
    }
  };
  const viewOf = (key: string, raw: unknown): View | undefined => {
    try {
      return toView(raw);
    } catch (error) {
      report({ kind: 'BadObject', key, message: error instanceof Error ? error.message : 'it cannot be read' });
      return undefined;
    }
  };
  const forget = (key: string, evidence: DeletionEvidence): void => {
    known.delete(key);
    call(key, () => handlers.deleted(key, evidence));
  };

  return {
    report,
    beginListing: () => (listing += 1),
    put: (raw) => {
      const { key } = identityOf(raw);
      const view = viewOf(key, raw);
      // A known object that turned bad is still there.
      if (view !== undefined || known.has(key)) known.set(key, listing);
      if (view !== undefined) call(key, () => handlers.upsert(key, view));
    },
    remove: (raw, evidence) => {
      const { key } = identityOf(raw);
      if (known.has(key)) forget(key, evidence);
    },
    endListing: () => {
      for (const [key, told] of known) if (told !== listing) forget(key, 'Inferred');
      isAvailable = true;
      call('', () => handlers.listed(known.size));
    },
    beUnavailable: (error) => {
      if (isAvailable) call('', () => handlers.unavailable(error));
      isAvailable = false;
    },
  };
}

/** The key and version of any object; empty texts where it has none. */
export function identityOf(raw: unknown): { readonly key: string; readonly resourceVersion: string } {
  const metadata = memberOf(raw, 'metadata');
  const textAt = (name: string): string => {
    const value = memberOf(metadata, name);
    return typeof value === 'string' ? value : '';
  };
  const [namespace, name] = [textAt('namespace'), textAt('name')];
  return { key: namespace === '' ? name : `${namespace}/${name}`, resourceVersion: textAt('resourceVersion') };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Fields)[name] : undefined;
}
