import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { discoveryOf } from './discovery.ts';
import { ApiError } from './errors.ts';
import { toServed } from './event-versions.ts';
import { Faults } from './faults.ts';
import { without, type KubeObject } from './objects.ts';
import { getObject, listPage, scopeOf, select, write } from './operations.ts';
import { parseRequest, readBody, type ApiRequest } from './request.ts';
import {
  apiVersionOf,
  BUILTIN_RESOURCES,
  resourcesOfCrd,
  storageKey,
  type CrdSpec,
  type Resource,
} from './resources.ts';
import { Store } from './store.ts';
import { tableOf, wantsTable } from './table.ts';
import { checkWatchQuery, openWatch, type WatchSession } from './watch.ts';

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';
const FIRST_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const BOOKMARK_INTERVAL_MS = 60_000;
const WRITE_VERBS = new Set(['create', 'patch', 'apply', 'delete']);

type Head = Omit<ApiRequest, 'body'>;

const sendJson = (response: ServerResponse, code: number, body: object, headers: Record<string, string> = {}): void => {
  if (response.destroyed) return;
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

const sendError = (response: ServerResponse, error: unknown): void => {
  const known =
    error instanceof ApiError ? error : new ApiError(500, 'InternalError', `in the stand-in: ${String(error)}`);
  sendJson(response, known.code, known.status, known.headers);
};

const resourceId = ({ group, version, plural }: Pick<Resource, 'group' | 'version' | 'plural'>): string =>
  `${group}/${version}/${plural}`;

/**
 * An API server in this process, over plain http on 127.0.0.1, that does what src/kube sends and no more: no CEL, no
 * admission, no schema validation. Whatever token comes is its administrator's. `kubectl create KIND` sends protobuf,
 * which it refuses; `kubectl apply` and `create -f` work.
 */
export class StandInApi {
  readonly faults = new Faults();
  readonly #store = new Store();
  readonly #sessions = new Set<WatchSession>();
  readonly #counts = new Map<string, number>();
  #resources = new Map<string, Resource>();
  #discovery = new Map<string, object>();
  #server: Server | undefined;
  #bookmarks: NodeJS.Timeout | undefined;
  readonly #port: number;

  /** A server with no objects but the first namespaces, which listens on `port` of 127.0.0.1 once told so. */
  constructor(port: number) {
    this.#port = port;
    this.#store.subscribe(CRDS, (change) => {
      if (change.type === 'DELETED') this.#dropObjects(change.object);
      this.#learnResources();
    });
    this.#learnResources();
    const namespaces = this.#resources.get('/v1/namespaces');
    if (!namespaces) throw new Error('namespaces are not served');
    for (const name of FIRST_NAMESPACES) this.#create(namespaces, { metadata: { name } });
  }

  #create(resource: Resource, body: ApiRequest['body']): void {
    const head = { verb: 'create', namespace: undefined, name: undefined, subresource: undefined } as const;
    const transport = { query: new URLSearchParams(), accept: '', contentType: '', agent: 'stand-in' };
    write(this.#store, { ...head, ...transport, resource, body });
  }

  #learnResources(): void {
    const crds = this.#store.keys(CRDS).map((key) => this.#store.get(CRDS, key));
    const custom = crds.flatMap((crd) => (crd?.spec ? resourcesOfCrd(crd.spec as unknown as CrdSpec) : []));
    const all = [...BUILTIN_RESOURCES, ...custom];
    this.#resources = new Map(all.map((resource) => [resourceId(resource), resource]));
    this.#discovery = discoveryOf(all);
  }

  /** With its CRD a kind loses its objects and its watches. */
  #dropObjects(crd: KubeObject): void {
    for (const resource of resourcesOfCrd(crd.spec as unknown as CrdSpec)) {
      for (const object of select(this.#store, resource, () => true)) {
        this.#store.delete(storageKey(resource), object);
      }
      for (const session of this.#sessions) if (session.resource.plural === resource.plural) session.close();
    }
  }

  /** Begins to listen, or again after {@link refuse}. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    // Clients keep connections: one that the server ends just as a request leaves would be a fault nobody asked for.
    server.keepAliveTimeout = 600_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#bookmarks = setInterval(() => this.sendBookmarks(), BOOKMARK_INTERVAL_MS);
  }

  /** Refuses connections and resets those there are, until {@link listen} is called again; all objects are kept. */
  async refuse(): Promise<void> {
    clearInterval(this.#bookmarks);
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = message.url ?? '/';
    try {
      const discovered = this.#discovery.get(new URL(url, 'http://localhost').pathname);
      const head = discovered ? undefined : this.#parse(message);
      if (head) this.#count(head);
      await this.faults.admit(url, head);
      if (discovered) sendJson(response, 200, discovered);
      else if (head?.verb === 'watch') this.#watch(url, head, response);
      else if (head) await this.#serve(head, message, response);
    } catch (error) {
      sendError(response, error);
    }
  }

  #parse(message: IncomingMessage): Head {
    return parseRequest(message, (group, version, plural) =>
      this.#resources.get(resourceId({ group, version, plural })),
    );
  }

  #count({ verb, resource, subresource }: Head): void {
    const key = `${verb} ${resource.plural}${subresource === undefined ? '' : `/${subresource}`}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  async #serve(head: Head, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = { ...head, body: await readBody(message) };
    if (head.verb === 'list') {
      sendJson(response, 200, this.#list(request));
    } else if (head.verb === 'get') {
      const object = getObject(this.#store, request);
      sendJson(response, 200, wantsTable(head.accept) ? this.#table(head, [object], {}) : object);
    } else {
      const { code, object } = write(this.#store, request);
      sendJson(response, code, object);
    }
  }

  #table({ resource }: Head, objects: readonly KubeObject[], metadata: object): object {
    return tableOf(resource, objects, metadata, Date.now());
  }

  #list(request: ApiRequest): object {
    const { resource, accept } = request;
    const { objects, metadata } = listPage(this.#store, request);
    const served = (this.faults.isEmptied(resource) ? [] : objects).map((object) => toServed(object, resource));
    if (wantsTable(accept)) return this.#table(request, served, metadata);
    // Items of built-in kinds come without apiVersion and kind, as the real server sends them.
    const items = resource.custom ? served : served.map((object) => without(object, 'apiVersion', 'kind'));
    return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items };
  }

  #watch(url: string, head: Head, response: ServerResponse): void {
    const { resource, query, accept } = head;
    checkWatchQuery(query, this.#store.revision);
    const matches = scopeOf(head);
    const serve = (object: KubeObject): KubeObject => toServed(object, resource);
    const session = openWatch(response, this.#store, {
      resource,
      storage: storageKey(resource),
      query,
      initial: this.faults.isEmptied(resource) ? [] : select(this.#store, resource, matches),
      matches,
      encode: wantsTable(accept) ? (object) => this.#table(head, [serve(object)], {}) : serve,
      holdUp: () => this.faults.holdUp(url),
    });
    this.#sessions.add(session);
    response.once('close', () => this.#sessions.delete(session));
  }

  /** Requests since the last {@link resetCounters}, such as `{'list ingresses': 1, 'patch splithorizonhosts/status': 3}`. */
  get requests(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** How many of {@link requests} were writes, of all resources or of one (`splithorizonhosts`, its status included). */
  writes(plural?: string): number {
    const isMeant = (key: string): boolean => {
      const [verb = '', resource] = key.split(/[ /]/);
      return WRITE_VERBS.has(verb) && (plural === undefined || resource === plural);
    };
    return [...this.#counts].reduce((sum, [key, count]) => sum + (isMeant(key) ? count : 0), 0);
  }

  resetCounters(): void {
    this.#counts.clear();
  }

  /** Sends a bookmark on every watch that asked for them, as happens by itself once a minute. */
  sendBookmarks(): void {
    for (const session of this.#sessions) session.bookmark();
  }

  /** What a restart is to clients: connections are reset, and no watch resumes from before it. Objects are kept. */
  async restart(): Promise<void> {
    await this.refuse();
    this.#store.compact();
    await this.listen();
  }

  /** Ends all watches as a server does now and then. */
  closeWatches(): void {
    for (const session of this.#sessions) session.close();
  }

  /** Forgets what was: open watches get 410 and end, and none resumes from a version before now. */
  expireWatches(): void {
    this.#store.compact();
    for (const session of this.#sessions) session.expire();
  }
}
