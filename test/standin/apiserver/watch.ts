import type { ServerResponse } from 'node:http';
import { ApiError, expired, invalid } from './errors.ts';
import type { KubeObject } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import type { Change, Store } from './store.ts';

/** What a watch is of, and how its objects are written. */
export interface WatchSource {
  readonly resource: Resource;
  readonly storage: string;
  readonly query: URLSearchParams;
  /** The objects there are at its start. */
  readonly initial: readonly KubeObject[];
  readonly matches: (object: KubeObject) => boolean;
  readonly encode: (object: KubeObject) => object;
  /** What to wait for before anything is sent, if anything. */
  readonly holdUp: () => Promise<void> | undefined;
}

/** A watch that a client has open. */
export interface WatchSession {
  readonly resource: Resource;
  /** Sends a bookmark, where the client asked for them and it says something new. */
  bookmark(): void;
  /** Sends the 410 that tells the client to list again, and ends the answer. */
  expire(): void;
  /** Ends the answer as a server does whose time for it is up. */
  close(): void;
}

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** A change as seen through a selector: an object that begins to match is added, one that ceases is deleted. */
const visibleChange = (change: Change, matches: WatchSource['matches']): [string, KubeObject] | undefined => {
  const before = change.previous !== undefined && matches(change.previous);
  const now = change.type !== 'DELETED' && matches(change.object);
  if (now) return [before ? 'MODIFIED' : 'ADDED', change.object];
  return before ? ['DELETED', change.object] : undefined;
};

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

/** Refuses what the API server refuses of a watch, before it answers. */
export const checkWatchQuery = (query: URLSearchParams, revision: number): void => {
  const from = query.get('resourceVersion') ?? '';
  if (query.has('sendInitialEvents') !== (query.get('resourceVersionMatch') === 'NotOlderThan')) {
    throw invalid(
      'resourceVersionMatch: Forbidden: sendInitialEvents and resourceVersionMatch=NotOlderThan go together',
    );
  }
  if (query.has('sendInitialEvents') && Number(from) > revision) {
    throw new ApiError(504, 'Timeout', `Too large resource version: ${from}, current: ${revision}`);
  }
};

/** Answers a watch: the objects there are (unless it resumes from a version), then what changes, until either side ends it. */
export const openWatch = (response: ServerResponse, store: Store, source: WatchSource): WatchSession => {
  const { resource, storage, query, matches, encode } = source;
  const from = query.get('resourceVersion') ?? '';
  const isStreamingList = query.get('sendInitialEvents') === 'true';
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  let waiting = '';
  // What the client knows, and what it could know: a bookmark only ever says something new.
  let [known, latest] = [store.revision, store.revision];

  const flush = (): void => {
    if (waiting !== '') response.write(waiting);
    waiting = '';
  };
  const send = (lines: string): void => {
    waiting += lines;
    const held = source.holdUp();
    if (held) void held.then(flush);
    else flush();
  };
  const sendChange = (change: Change): void => {
    latest = change.revision;
    const visible = visibleChange(change, matches);
    if (!visible) return;
    known = latest;
    send(line(visible[0], encode(visible[1])));
  };
  const bookmark = (annotations?: object): void => {
    if (!wantsBookmarks || (known === latest && !annotations)) return;
    known = latest;
    const metadata = { resourceVersion: String(latest), ...(annotations ? { annotations } : {}) };
    send(line('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata }));
  };

  const unsubscribe = store.subscribe(storage, sendChange);
  const end = (): void => {
    unsubscribe();
    response.end();
  };
  const expire = (message: string): void => {
    send(line('ERROR', expired(message).status));
    end();
  };
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const timeUp = (): void => {
    bookmark();
    end();
  };
  const timer = seconds > 0 ? setTimeout(timeUp, seconds * 1000) : undefined;
  response.once('close', () => {
    unsubscribe();
    clearTimeout(timer);
  });

  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  if (isStreamingList || from === '' || from === '0') {
    send(source.initial.map((object) => line('ADDED', encode(object))).join(''));
    if (isStreamingList) bookmark(INITIAL_EVENTS_END);
  } else {
    const missed = store.changesSince(storage, Number(from));
    if (missed) missed.forEach(sendChange);
    else expire(`too old resource version: ${from} (${store.revision})`);
  }
  return {
    resource,
    bookmark: () => bookmark(),
    expire: () => expire('The resourceVersion for the provided watch is too old.'),
    close: end,
  };
};
