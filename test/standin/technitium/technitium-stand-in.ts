import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN, Auth } from './auth.ts';
import type { Server, Version } from './call.ts';
import { Cluster, type ClusterNode } from './cluster.ts';
import { Counters } from './counters.ts';
import { DnsServer, LOOPBACK, type DnsOptions } from './dns-server.ts';
import { Faults, type Scope } from './faults.ts';
import { pathOf, serve } from './http-api.ts';
import { Journal } from './journal.ts';
import { nameRules } from './names.ts';
import { sendNotify, Timers } from './notify.ts';
import { plainRecords, type PlainRecord } from './plain-record.ts';
import { bareRecord } from './record.ts';
import { recordTypes } from './record-types.ts';
import { createSecondary, refresh } from './secondary.ts';
import type { Translation } from './translation.ts';
import type { Zone } from './zone.ts';
import { DEFAULT_TTL, ZoneStore } from './zone-store.ts';

const GET_RECORDS = '/api/zones/records/get';

/** The zone that a reading is of, and whether of the whole. */
function readIn(form: string): string[] {
  const fields = new URLSearchParams(form);
  return [fields.get('zone') ?? '', fields.get('listZone') === 'true' ? 'whole' : 'name'];
}

/** A key and its certificate, in PEM. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
}

/** What of a new zone differs from the usual. */
export interface NewZone {
  /** Its serials are dates (YYYYMMDDnn). */
  readonly dateScheme?: boolean;
  /** It is replicated to all nodes of the server's cluster. */
  readonly isMember?: boolean;
  readonly serial?: number;
}

/** A fresh server; every default is that of a real one but for the ports. */
export interface StandInOptions {
  /** Default '15.2'. */
  readonly version?: Version;
  /** Default 'admin'. */
  readonly adminPassword?: string;
  /** The server's own name, default 'dns1.test'. */
  readonly domain?: string;
  /** Seconds that a negative answer of a new zone may be cached, default 900; its SOA has it as TTL too. */
  readonly soaMinimum?: number;
  /** The IPv4 address to listen on, default 127.0.0.1. */
  readonly address?: string;
  /** Default 0: any free port. */
  readonly httpPort?: number;
  /** For UDP and TCP, default 0: any free port. */
  readonly dnsPort?: number;
  /** Milliseconds, default Date.now: what a kill forgets, sessions, and the times of records go by it. */
  readonly now?: () => number;
  /**
   * Whether zones below each other keep the records of a name once, in the lowest of them, whichever zone a call names. The
   * server's source has it so (its zones share one tree of names); no recording shows it. Default false.
   */
  readonly oneTree?: boolean;
  /**
   * Milliseconds between a change and its NOTIFY to the copies, and between a NOTIFY and the transfer that it brings about.
   * Default 5000, as on a real server.
   */
  readonly notifyMs?: number;
  /** Where servers are in truth, `127.0.0.1:5301`, that are named by other addresses as primaries of a zone. */
  readonly peers?: Readonly<Record<string, string>>;
  /** The API speaks https with this; default: plain http. */
  readonly tls?: TlsMaterial;
  /** Address translation of the app Split Horizon; default: none. */
  readonly translations?: readonly Translation[];
}

/** Stands in for a Technitium DNS Server: its HTTP API and authoritative DNS on loopback, as recordings of real servers show them, with faults as methods. */
export class TechnitiumStandIn implements AsyncDisposable {
  readonly #journal: Journal;
  readonly #faults = new Faults();
  readonly #dns: DnsServer;
  readonly #calls = new Counters();
  readonly #queries = new Counters();
  #server: Server;
  #tls: TlsMaterial | undefined;
  #http: HttpServer | undefined;
  readonly #address: string;
  /** For zones that were changed here, and zones that others say were changed there. */
  readonly #notify: Timers;
  readonly #refresh: Timers;
  #httpPort = 0;
  #dnsPort = 0;

  private constructor(options: StandInOptions) {
    const now = options.now ?? Date.now;
    const version = options.version ?? '15.2';
    const domain = options.domain ?? 'dns1.test';
    const journal = new Journal(now);
    const checkName = nameRules(version === '14.3');
    this.#notify = new Timers(options.notifyMs ?? 5_000, (zone) => this.#tellCopies(zone));
    this.#refresh = new Timers(options.notifyMs ?? 5_000, (zone) => {
      const copy = this.#server.store.get(zone);
      if (copy !== undefined) void refresh(copy);
    });
    const store = new ZoneStore(
      { now, journal, addAgainForTtl: version !== '14.3', stepped: (zone) => this.#notify.start(zone) },
      {
        serverDomain: domain,
        soaMinimum: options.soaMinimum ?? DEFAULT_TTL.soa,
        checkName,
        oneTree: options.oneTree ?? false,
      },
    );
    const auth = new Auth({ now, journal }, options.adminPassword ?? 'admin');
    const types = recordTypes(checkName);
    this.#journal = journal;
    this.#tls = options.tls;
    const { peers = {} } = options;
    const rest = { membership: { cluster: undefined }, peers, startedAt: now() };
    this.#server = { version, domain, store, auth, types, checkName, now, ...rest };
    const onQuery: DnsOptions['onQuery'] = ({ name, type }) => this.#queries.add(name.toLowerCase(), type);
    this.#address = options.address ?? LOOPBACK;
    const onNotify = (zone: string): void => this.#refresh.start(zone.toLowerCase());
    const { translations = [] } = options;
    this.#dns = new DnsServer({
      address: this.#address,
      store,
      loopsFail: version !== '14.3',
      translations,
      onQuery,
      onNotify,
    });
  }

  static async start(options: StandInOptions = {}): Promise<TechnitiumStandIn> {
    const standIn = new TechnitiumStandIn(options);
    standIn.#httpPort = options.httpPort ?? 0;
    await standIn.accept();
    try {
      standIn.#dnsPort = await standIn.#dns.open(options.dnsPort ?? 0);
    } catch (error) {
      await standIn.close();
      throw error;
    }
    return standIn;
  }

  /** Of the HTTP API, without a slash at the end. */
  get url(): string {
    return `http${this.#tls === undefined ? '' : 's'}://${this.#address}:${this.#httpPort}`;
  }

  /** Address and port of DNS, UDP and TCP alike. */
  get dns(): string {
    return `${this.#address}:${this.#dnsPort}`;
  }

  async close(): Promise<void> {
    this.#notify.clear();
    this.#refresh.clear();
    await Promise.all([this.refuse(), this.#dns.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** An API token of the admin or of another user, as made in the console. */
  createApiToken(name = 'stand-in', user = ADMIN): string {
    const { auth } = this.#server;
    return auth.createSession(auth.requireUser(user), LOOPBACK, name).token;
  }

  /** A Primary zone, as made in the console. */
  createZone(name: string, { dateScheme = false, isMember = false, serial = 0 }: NewZone = {}): void {
    const zone = this.#server.store.create(name, 'Primary', dateScheme);
    if (isMember) this.#server.membership.cluster?.replicate(zone);
    if (serial > 0) this.setSerial(name, serial);
  }

  /** A serial by hand, which counts where it is higher. */
  setSerial(name: string, serial: number): void {
    const { soa } = this.#zone(name);
    this.#zone(name).set([{ ...soa, data: { ...soa.data, serial } }]);
  }

  /** Gives a name one address, by somebody else, at this very moment. */
  setAddress(zone: string, name: string, ipAddress: string): void {
    this.#zone(zone).set([{ ...bareRecord(name, 'A', DEFAULT_TTL.record, { ipAddress }), modified: Date.now() }]);
  }

  /** Lets other servers, such as `127.0.0.1:5301`, take copies of a zone; they are told of each change. */
  allowCopies(name: string, servers: readonly string[] = []): void {
    this.#zone(name).change({ mayTransfer: true, notify: servers });
  }

  /** A Secondary zone, as made in the console, of a server at `127.0.0.1:5301`. */
  async copyZone(name: string, primary: string): Promise<void> {
    await createSecondary(this.#server.store, name, [primary]);
  }

  /** Transfers a copy now, if its primary has something newer. */
  async copyAgain(name: string): Promise<void> {
    await refresh(this.#zone(name));
  }

  /** Makes this the primary of a new cluster, whose zone and catalog zone it gets. */
  createCluster(domain: string): void {
    const cluster = new Cluster(domain, this.#node());
    for (const [name, type] of [[domain, 'Primary'] as const, [cluster.catalog, 'Catalog'] as const]) {
      const catalog = type === 'Primary' ? cluster.catalog : null;
      this.#server.store.create(name, type).change({ catalog, signed: type === 'Primary' });
    }
  }

  /** Joins the cluster of another server: gets copies of the zones in its catalog, now and later. */
  joinCluster(of: TechnitiumStandIn): void {
    of.#server.membership.cluster?.join(this.#node());
  }

  /** Becomes the primary of its cluster, as by the console. */
  promote(): void {
    this.#server.membership.cluster?.promote(this.#server.domain);
  }

  #node(): ClusterNode {
    const [server, isUp] = [(): Server => this.#server, (): boolean => this.#http !== undefined];
    return {
      name: this.#server.domain,
      url: this.url,
      dns: this.dns,
      get server() {
        return server();
      },
      get isUp() {
        return isUp();
      },
    };
  }

  /** A user of the console, who may do in zones what `allow` says. */
  createUser(name: string, password: string): void {
    this.#server.auth.createUser(name, name, password);
  }

  /** Another password for a user; sessions go on. */
  setPassword(name: string, password: string): void {
    this.#server.auth.changeUser(this.#server.auth.requireUser(name), { password });
  }

  /** Gives a user View, Modify and Delete in a zone, and in no other section than before. */
  allow(user: string, zone: string): void {
    const rights = new Map(this.#server.auth.rights(zone));
    this.#server.auth.setRights(zone, rights.set(user, new Set(['View', 'Modify', 'Delete'] as const)));
  }

  /** Sessions of a user that are open, API tokens aside. */
  sessions(user: string): number {
    const { auth } = this.#server;
    return auth.sessionsOf(auth.requireUser(user)).filter(({ tokenName }) => tokenName === undefined).length;
  }

  /** A session or an API token ends, as by its deletion. */
  endSession(token: string): void {
    this.#server.auth.endSession(token);
  }

  /** Every session ends, as half an hour after its last use; API tokens stay. */
  expireSessions(): void {
    this.#server.auth.expireSessions();
  }

  /** What a zone holds, by name, type and value, without the SOA and the NS at its apex. */
  records(zone: string): PlainRecord[] {
    return plainRecords(this.#zone(zone));
  }

  serial(zone: string): number {
    return this.#zone(zone).serial;
  }

  /** Calls of the API since the last reset, of one path (`/api/zones/list`) or of all. */
  calls(path?: string): number {
    return this.#calls.count(path);
  }

  /** DNS queries since the last reset: all, of one name, or of one name and type. Those without an answer count too. */
  queries(name?: string, type?: string): number {
    return this.#queries.count(name?.toLowerCase(), type);
  }

  /** How often a zone was read since the last reset: whole, or a name of it. */
  reads(zone: string, extent?: 'whole' | 'name'): number {
    return this.#calls.count(GET_RECORDS, zone, extent);
  }

  resetCounts(): void {
    this.#calls.reset();
    this.#queries.reset();
  }

  /** Milliseconds before calls are carried out, even if the client has left by then: of one path, or of all that have none of their own. */
  latency(milliseconds: number, path?: string): void {
    this.#faults.setLatency(milliseconds, path);
  }

  /** Connections to the API are refused from here on, those that are open reset. */
  async refuse(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    if (http === undefined) return;
    const closed = once(http, 'close');
    http.close();
    http.closeAllConnections();
    await closed;
  }

  /** The API listens again, on the port it had. */
  async accept(): Promise<void> {
    if (this.#http !== undefined) return;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#answer(http, request, response);
    };
    const options = { keepAliveTimeout: 130_000 };
    const http: HttpServer = this.#tls
      ? createSecureServer({ ...options, ...this.#tls }, answer)
      : createServer(options, answer);
    http.listen(this.#httpPort, this.#address);
    await once(http, 'listening');
    this.#http = http;
    this.#httpPort = (http.address() as { port: number }).port;
  }

  /** The API speaks https with another certificate from here on, on the port it had; open connections are reset. */
  async certify(tls: TlsMaterial): Promise<void> {
    await this.refuse();
    this.#tls = tls;
    await this.accept();
  }

  /** Calls end in a reset connection, `before` they are carried out or `after`. */
  reset(when: 'before' | 'after', scope: Scope = {}): void {
    this.#faults.add({ kind: 'reset', applied: when === 'after' }, scope);
  }

  /** Calls are carried out, but the connection ends in the middle of their answer. */
  halfAnswer(scope: Scope = {}): void {
    this.#faults.add({ kind: 'half' }, scope);
  }

  /** A page of some proxy is answered in place of JSON, and the call not carried out. */
  html(scope: Scope = {}): void {
    this.answerWith({ status: 502, type: 'text/html', body: '<!DOCTYPE html><h1>502 Bad Gateway</h1>' }, scope);
  }

  /** Calls are answered with an error of this text, and not carried out. */
  errorText(message: string, scope: Scope = {}): void {
    const body = JSON.stringify({ server: this.#server.domain, status: 'error', errorMessage: message });
    this.answerWith({ type: 'application/json; charset=utf-8', body }, scope);
  }

  /** Calls are answered with this, and not carried out: by whatever stands at the URL. */
  answerWith(answer: { status?: number; type: string; body: string; location?: string }, scope: Scope = {}): void {
    const { status = 200, type, body, location } = answer;
    this.#faults.add({ kind: 'body', status, type, location, body: Buffer.from(body) }, scope);
  }

  /** DNS answers nothing, neither over UDP nor over TCP, while the API works. */
  silenceDns(): void {
    this.#dns.mood = 'silent';
  }

  /** DNS behaves as to a client over its limit: of the queries over UDP half are truncated, half dropped; TCP answers. */
  throttleDns(): void {
    this.#dns.mood = 'throttling';
  }

  /** Ends every fault of the calls and of DNS; what happened to zones stays. */
  async heal(): Promise<void> {
    this.#faults.clear();
    this.#dns.mood = 'answering';
    await this.accept();
  }

  /** All that was acknowledged is on disk: the next kill does not lose it. */
  save(): void {
    this.#journal.save();
  }

  /** As by SIGKILL and a restart: back on the same ports without what was done in the last 5 seconds, sessions and tokens included. */
  async kill(): Promise<void> {
    await this.close();
    this.#journal.lose();
    this.#server = { ...this.#server, startedAt: this.#server.now() };
    await this.accept();
    await this.#dns.open(this.#dnsPort);
  }

  /** Another server became the primary of a zone: this one refuses to write it. */
  becomeSecondary(zone: string): void {
    this.#zone(zone).change({ type: 'Secondary' });
  }

  /** The zone may be written here again. */
  becomePrimary(zone: string): void {
    this.#zone(zone).change({ type: 'Primary' });
  }

  disableZone(zone: string): void {
    this.#zone(zone).change({ disabled: true });
  }

  enableZone(zone: string): void {
    this.#zone(zone).change({ disabled: false });
  }

  /** Another tool writes every record of a zone again, and the comments with it. */
  wipeComments(zone: string): void {
    const { names, soa } = this.#zone(zone);
    for (const name of [...names]) {
      for (const set of this.#zone(zone).node(name)?.sets.values() ?? []) {
        const [first, ...others] = set.map((record) => ({ ...record, comments: '' }));
        if (first !== undefined && first.type !== soa.type) this.#zone(zone).set([first, ...others]);
      }
    }
  }

  /** Keeps what a zone holds now; the function given back brings it back, its serial too, as from a backup. */
  backup(zone: string): () => void {
    return this.#zone(zone).snapshot();
  }

  deleteZone(zone: string): void {
    this.#server.store.delete(this.#zone(zone));
  }

  #tellCopies(name: string): void {
    const zone = this.#server.store.get(name);
    if (zone === undefined) return;
    const copies = this.#server.membership.cluster?.copiesOf(zone) ?? [];
    for (const server of [...zone.state.notify, ...copies]) sendNotify(server, name);
  }

  #zone(name: string): Zone {
    const zone = this.#server.store.get(name);
    if (zone === undefined) throw new Error(`the stand-in has no zone ${name}`);
    return zone;
  }

  async #answer(http: HttpServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    try {
      const body = await text(request);
      this.#calls.add(path, ...(path === GET_RECORDS ? readIn(body) : []));
      const delay = this.#faults.latency(path);
      if (delay > 0) await sleep(delay, undefined, { ref: false });
      if (this.#http !== http) return; // the server was closed or killed with the call in its hands
      await serve(this.#server, this.#faults.take(path), { request, body, response });
    } catch (error) {
      if (request.socket.destroyed) return; // the client left
      response.writeHead(500).end(String(error instanceof Error ? error.stack : error));
    }
  }
}
