import type { IncomingMessage } from 'node:http';
import { fields, listOf, oneOf, optional, text } from './decode.ts';
import { errorOfEvent, errorOfFailure, errorOfResponse, KubeError } from './kube-error.ts';
import { readLines } from './lines.ts';
import { identityOf, type Reflection } from './reflection.ts';
import { isSuccess, readJson, type Rest } from './rest.ts';
import { TIMEOUT, type Send } from './transport.ts';

/** What is followed, and with what. */
export interface Subject {
  readonly send: Send;
  readonly rest: Rest;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Path of the kind's list. */
  readonly path: string;
  readonly reflection: Reflection;
  readonly signal: AbortSignal;
  readonly idleMs: number;
  /** The version to resume from; undefined where only a new listing can tell what there is. Moves with the stream. */
  readonly position: { version: string | undefined };
}

/** How a connection ended. */
export interface Ending {
  /** Absent where the server closed it, or it fell silent while in sync: nothing is wrong. */
  readonly error?: KubeError;
  /** How long it was in sync, in milliseconds; 0 for one that never was. */
  readonly inSyncMs: number;
}

/** Annotation on the bookmark that ends the listing of a streaming list. */
const LISTING_ENDS = 'k8s.io/initial-events-end';
/** Objects per page where the server cannot stream its listing. */
const PAGE = 500;
const PAGE_LIMIT_MS = 60_000;

/**
 * Follows a kind over one connection: a streaming list (KEP-3157) that goes on as a watch, or a watch from the position
 * where there is one. Resolves when the connection has ended, for whatever reason.
 */
export async function follow(subject: Subject): Promise<Ending> {
  const { position, now, path } = subject;
  let syncedAt: number | undefined;
  const synced = (): void => void (syncedAt = now());
  const inSyncMs = (): number => (syncedAt === undefined ? 0 : now() - syncedAt);
  try {
    if (position.version === undefined) await list(subject, synced);
    else await watch(subject, position.version, synced);
    return { inSyncMs: inSyncMs() };
  } catch (thrown) {
    const error = errorOfFailure(`GET ${path}`, thrown);
    if (mustListAgain(error)) position.version = undefined;
    const isQuiet = error.reason === TIMEOUT && syncedAt !== undefined;
    return { inSyncMs: inSyncMs(), ...(isQuiet ? {} : { error }) };
  }
}

async function list(subject: Subject, synced: () => void): Promise<void> {
  subject.reflection.beginListing();
  const streaming = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
  const response = await open(subject, streaming).catch((error: unknown) => {
    if (isRefusedListing(error)) return undefined;
    throw error;
  });
  if (response === undefined) await watch(subject, await listPages(subject), synced);
  else await readEvents(subject, response, synced);
}

async function watch(subject: Subject, version: string, synced: () => void): Promise<void> {
  // Shortly before its deadline a watch is given a bookmark: so a quiet kind, too, resumes from a version that is known.
  const timeoutSeconds = String(Math.ceil(subject.idleMs / 1000));
  const response = await open(subject, { resourceVersion: version, timeoutSeconds });
  synced();
  await readEvents(subject, response);
}

async function open({ send, path, signal, idleMs }: Subject, query: Record<string, string>): Promise<IncomingMessage> {
  const parameters = new URLSearchParams({ watch: 'true', allowWatchBookmarks: 'true', ...query });
  const response = await send({ method: 'GET', path: withQuery(path, parameters), signal, idleMs });
  if (isSuccess(response)) return response;
  throw errorOfResponse(`GET ${path}`, response, await readJson(response));
}

/** The list's own query, such as a selector, stays. */
function withQuery(path: string, parameters: URLSearchParams): string {
  return `${path}${path.includes('?') ? '&' : '?'}${parameters.toString()}`;
}

/** Reads events until the connection ends. With `synced` they begin with a listing, at whose end it is called. */
async function readEvents(subject: Subject, response: IncomingMessage, synced?: () => void): Promise<void> {
  const { path, position, reflection } = subject;
  let inListing = synced !== undefined;
  await readLines(response, (line) => {
    const { type, object } = parseEvent(line);
    if (type === 'ERROR') {
      // It does not say which changes it stands for.
      position.version = undefined;
      throw errorOfEvent(`GET ${path}`, object);
    }
    if (type === 'DELETED') reflection.remove(object, inListing ? 'Inferred' : 'Seen');
    else if (type !== 'BOOKMARK') reflection.put(object);
    else if (inListing && endsListing(object)) {
      inListing = false;
      reflection.endListing();
      synced?.();
    }
    // The events of a listing come in no order of versions.
    if (!inListing) position.version = identityOf(object).resourceVersion || undefined;
  });
}

/** Reads the listing page by page, for servers that cannot stream it; returns its version. */
async function listPages({ rest, path, signal, reflection, position }: Subject): Promise<string> {
  let next: string | undefined = '';
  let version = '';
  while (next !== undefined) {
    const parameters = new URLSearchParams({ limit: String(PAGE), ...(next === '' ? {} : { continue: next }) });
    const page = await rest({
      method: 'GET',
      path: withQuery(path, parameters),
      signal,
      limitMs: PAGE_LIMIT_MS,
    });
    const { items, metadata } = fields(page, 'list');
    for (const item of optional(listOf((raw) => raw))(items, 'items') ?? []) reflection.put(item);
    const { continue: token, resourceVersion } = fields(metadata, 'metadata');
    version = text(resourceVersion, 'metadata.resourceVersion');
    next = optional(text)(token, 'metadata.continue') || undefined;
  }
  position.version = version;
  reflection.endListing();
  return version;
}

const EVENT_TYPES = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'] as const;
const eventType = oneOf(...EVENT_TYPES);

/** One event of a watch; what is none counts as an error. */
function parseEvent(line: string): { readonly type: (typeof EVENT_TYPES)[number]; readonly object: unknown } {
  try {
    const { type, object } = fields(JSON.parse(line), 'event');
    return { type: eventType(type, 'type'), object };
  } catch {
    return { type: 'ERROR', object: undefined };
  }
}

function endsListing(object: unknown): boolean {
  const metadata = fields(fields(object, 'object')['metadata'], 'metadata');
  const annotations = optional(fields)(metadata['annotations'], 'metadata.annotations');
  return annotations?.[LISTING_ENDS] === 'true';
}

/** Whether the server does not know streaming lists, or has them switched off (as Kubernetes 1.33 by default). */
function isRefusedListing(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return error.code >= 400 && error.code < 500 && ![401, 403, 404, 410, 429].includes(error.code);
}

/** Whether resuming cannot help: the version is too old (410) or too new (504), or the kind was out of reach meanwhile. */
function mustListAgain({ code }: KubeError): boolean {
  return code === 504 || (code >= 400 && code < 500 && code !== 401 && code !== 429);
}
