import { isManagedType } from '../model/record.ts';
import type { ZoneRecord } from '../model/record.ts';
import type { WriteGuard } from '../model/write-guard.ts';
import { createCaller } from './call.ts';
import { Failure } from './errors.ts';
import { createSend } from './http.ts';
import type { Send } from './http.ts';
import { masterFile } from './master-file.ts';
import { narrowRecords, narrowSession, narrowZoneOf, narrowZones } from './narrow.ts';
import type { ClusterNode, Json } from './narrow.ts';
import { changeForm, domainName, identityForm, recordMapper, soaForm, valueForm } from './records.ts';
import { serialOf, stateOf } from './zone.ts';
import type { ZoneState } from './zone.ts';

/** How to reach a server's API and how long to wait for it. */
export interface TechnitiumOptions {
  /** Base URL of the API, `http://technitium:5380`. */
  readonly url: string;
  /** The API token or that of a session, asked for on every call so that a new one counts at once. */
  readonly token: (signal: AbortSignal) => string | Promise<string>;
  /** The server does not know this token any more; whether another one is to be had: the call is then sent once more. */
  readonly renew?: (refused: string, signal: AbortSignal) => Promise<boolean>;
  /** @default connections of this client's own over plain node:http */
  readonly send?: Send;
  /** Limit of one attempt; reading or importing a whole zone has 30 s. @default 5000 */
  readonly timeoutMs?: number;
  /** Lets each write through, or throws its `WriteRefused`, and limits how long it may take. @default all are sent */
  readonly guard?: WriteGuard;
  /** The server of the cluster that carries the calls out. @default the one at `url` */
  readonly node?: string;
}

/** A zone, or one name of it, as read. */
export interface ZoneContent extends ZoneState {
  readonly records: readonly ZoneRecord[];
  /** The name whose address or alias was changed last, as far as the server tells; a wildcard is none. */
  readonly changedLast: string | undefined;
}

/** A zone of the server's list, of any type and state. */
export interface ListedZone {
  readonly name: string;
  /** Primary, Forwarder, Secondary, Stub, ... */
  readonly type: string;
  readonly disabled: boolean;
  readonly serial: number;
}

/** What a server says of itself and of the token. */
export interface Session {
  readonly version: string;
  readonly dnsServerDomain: string;
  /** When the server started, in its own words: another one after each restart. */
  readonly uptimestamp: string;
  readonly clusterInitialized: boolean;
  /** Empty without a cluster. */
  readonly clusterNodes: readonly ClusterNode[];
  /** The section right Zones Modify, which import needs; rights on single zones are not told. */
  readonly canModifyZones: boolean;
}

/**
 * A Technitium server, as far as the operator uses it. Every call rejects with a `TechnitiumError`, or with the reason of
 * its signal when that is aborted (a write may then have been made). Names of zones and records are in the model's
 * spelling: lower-case, without a trailing dot.
 *
 * Calls that read a zone reject with ZoneNotFound, ZoneNotWritable or ZoneDisabled when it is no zone to work on.
 * Writes are sent once. They reject with ZoneNotFound, outcome unknown, when the zone is gone but one above it took the
 * write, so read the name first (the server takes the closest zone, and for `remove` does not say which).
 */
export interface TechnitiumClient {
  session(signal: AbortSignal): Promise<Session>;
  /** Every zone that the token may see. */
  listZones(signal: AbortSignal): Promise<ListedZone[]>;
  readZone(zone: string, signal: AbortSignal): Promise<ZoneContent>;
  /** The records of exactly one name, none if it is not there; a wildcard does not stand in. */
  readName(zone: string, name: string, signal: AbortSignal): Promise<ZoneContent>;
  readSerial(zone: string, signal: AbortSignal): Promise<ZoneState>;
  /**
   * Adds one record and gives the zone's serial after it. Beside others of its set it must have their TTL: another one
   * changes theirs and erases their comments.
   */
  add(zone: string, record: ZoneRecord, signal: AbortSignal): Promise<number>;
  /**
   * Makes `from` say what `to` says, of the same name and type, and gives the zone's serial after it. A CNAME is found by
   * its name whatever its target. A value that another record of the set has already merges the two and keeps that one's
   * comments.
   */
  update(zone: string, from: ZoneRecord, to: ZoneRecord, signal: AbortSignal): Promise<number>;
  /**
   * Gives a Primary zone's SOA another serial, which counts only if it is higher, and gives what the serial is then. All
   * else of the SOA stays.
   */
  raiseSerial(zone: string, serial: number, signal: AbortSignal): Promise<number>;
  /** Deletes one record, a CNAME whatever its target. The zone's serial moves by one, but the server does not say it. */
  remove(zone: string, record: ZoneRecord, signal: AbortSignal): Promise<void>;
  /**
   * Writes many records at once, one step of the serial per set. Only for names that are known to be empty: an existing
   * CNAME is replaced. It may stop midway, and says nothing of the zone: read it afterwards in any case.
   */
  importRecords(zone: string, records: readonly ZoneRecord[], signal: AbortSignal): Promise<void>;
  /** Has a copy transferred now; rejects with NotACopy where the server holds the zone as its own. */
  resync(zone: string, signal: AbortSignal): Promise<void>;
  /** The same client, whose calls another server of the cluster carries out. */
  onNode(name: string): TechnitiumClient;
}

const BULK_TIMEOUT_MS = 30_000;

/** Makes a client; nothing is sent before the first call. */
export function createTechnitiumClient(options: TechnitiumOptions): TechnitiumClient {
  const { url, token, renew, send = createSend(), timeoutMs = 5_000, guard, node } = options;
  const rest = { ...(renew && { renew }), ...(node !== undefined && { node }) };
  const caller = createCaller({ url, token, send, guard, ...rest });

  return {
    session: (signal) => caller.form('/api/user/session/get', {}, { timeoutMs, signal, narrow: sessionOf }),

    listZones: (signal) => caller.form('/api/zones/list', {}, { timeoutMs, signal, narrow: listedZonesOf }),

    readZone(zone, signal) {
      const options = { timeoutMs: BULK_TIMEOUT_MS, signal, narrow: contentOf(zone) };
      return caller.form('/api/zones/records/get', { domain: zone, zone, listZone: true }, options);
    },

    readName(zone, name, signal) {
      const options = { timeoutMs, signal, narrow: contentOf(zone) };
      return caller.form('/api/zones/records/get', { domain: name, zone, listZone: false }, options);
    },

    readSerial(zone, signal) {
      const options = { timeoutMs, signal, narrow: (answer: Json) => stateOf(zone, narrowZoneOf(answer)) };
      return caller.form('/api/zones/records/get', { domain: zone, zone, listZone: false }, options);
    },

    async add(zone, record, signal) {
      const { name, ttl, comments } = record;
      const form = { domain: name, zone, ttl, comments, expiryTtl: 0, overwrite: false, ...valueForm(record) } as const;
      return caller.form('/api/zones/records/add', form, { timeoutMs, signal, narrow: writtenIn(zone) });
    },

    async update(zone, from, to, signal) {
      const { ttl, comments, disabled: disable } = to;
      const form = {
        domain: from.name,
        zone,
        ttl,
        comments,
        expiryTtl: 0,
        disable,
        ...changeForm(from, to.value),
      } as const;
      return caller.form('/api/zones/records/update', form, { timeoutMs, signal, narrow: writtenIn(zone) });
    },

    async raiseSerial(zone, serial, signal) {
      const reading = { timeoutMs, signal, narrow: soaOf(zone) };
      const soa = await caller.form('/api/zones/records/get', { domain: zone, zone, listZone: false }, reading);
      const form = { ...soa, domain: zone, zone, serial };
      return caller.form('/api/zones/records/update', form, { timeoutMs, signal, narrow: writtenIn(zone) });
    },

    async remove(zone, record, signal) {
      const form = { domain: record.name, zone, ...identityForm(record) };
      return caller.form('/api/zones/records/delete', form, { timeoutMs, signal, narrow: nothing });
    },

    async importRecords(zone, records, signal) {
      const options = { timeoutMs: BULK_TIMEOUT_MS, signal, narrow: nothing };
      return caller.importZone({ zone, overwrite: false }, masterFile(records), options);
    },

    resync: (zone, signal) => caller.form('/api/zones/resync', { zone }, { timeoutMs, signal, narrow: nothing }),

    onNode: (name) => createTechnitiumClient({ ...options, send, node: name }),
  };
}

function nothing(): void {
  // An answer of status `ok` is all that these calls give.
}

function writtenIn(zone: string): (answer: Json) => number {
  return (answer) => serialOf(zone, narrowZoneOf(answer));
}

function contentOf(zone: string): (answer: Json) => ZoneContent {
  return (answer) => {
    const map = recordMapper();
    const last = { at: '', name: undefined as string | undefined };
    const records = narrowRecords(answer, (raw) => {
      const record = map(raw);
      const { lastModified: at = '' } = raw;
      // ISO 8601 in one zone of time, so texts sort as times do.
      if (at > last.at && isAskable(record)) Object.assign(last, { at, name: record.name });
      return record;
    });
    return { ...stateOf(zone, narrowZoneOf(answer)), records, changedLast: last.name };
  };
}

function isAskable({ name, type, disabled }: ZoneRecord): boolean {
  return isManagedType(type) && !disabled && !name.startsWith('*');
}

function soaOf(zone: string): (answer: Json) => ReturnType<typeof soaForm> {
  return (answer) => {
    stateOf(zone, narrowZoneOf(answer));
    const [soa] = narrowRecords(answer, (record) => record).filter(({ type }) => type === 'SOA');
    if (soa === undefined) throw new Failure('UnexpectedAnswer', `gave zone ${zone} without its SOA`);
    return soaForm(soa);
  };
}

function listedZonesOf(answer: Json): ListedZone[] {
  return narrowZones(answer).map(({ name, type, disabled, soaSerial: serial }) => {
    return { name: domainName(name), type, disabled, serial };
  });
}

function sessionOf(answer: Json): Session {
  const { clusterNodes = [], permissions, ...rest } = narrowSession(answer);
  return { ...rest, clusterNodes, canModifyZones: permissions.Zones.canModify };
}
