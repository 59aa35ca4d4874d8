import { Failure } from './errors.ts';
import type { components } from './schema.gen.ts';

type Schemas = components['schemas'];
/** An object of an answer, its members not yet looked at. */
export type Json = Readonly<Record<string, unknown>>;

/** What of a session matters here. */
export type SessionInfo = Schemas['SessionInfo'];
export type ClusterNode = Schemas['ClusterNode'];
/** A zone as it stands beside every answer about its records. */
export type ApiZone = Schemas['Zone'];
export type ApiRecord = Schemas['Record'];

/** Narrows the answer of user/session/get. */
export function narrowSession(answer: Json): SessionInfo {
  const info = object(answer['info'], 'info');
  const zones = object(object(info['permissions'], 'info.permissions')['Zones'], 'info.permissions.Zones');
  const nodes = info['clusterNodes'];
  return {
    version: text(info['version'], 'info.version'),
    dnsServerDomain: text(info['dnsServerDomain'], 'info.dnsServerDomain'),
    uptimestamp: text(info['uptimestamp'], 'info.uptimestamp'),
    clusterInitialized: flag(info['clusterInitialized'], 'info.clusterInitialized'),
    ...(nodes === undefined ? {} : { clusterNodes: list(nodes, 'info.clusterNodes').map(narrowNode) }),
    permissions: { Zones: { canModify: flag(zones['canModify'], 'info.permissions.Zones.canModify') } },
  };
}

function narrowNode(value: unknown): ClusterNode {
  const node = object(value, 'info.clusterNodes[]');
  return {
    name: text(node['name'], 'info.clusterNodes[].name'),
    url: text(node['url'], 'info.clusterNodes[].url'),
    ipAddresses: list(node['ipAddresses'], 'info.clusterNodes[].ipAddresses').map((address) =>
      text(address, 'info.clusterNodes[].ipAddresses[]'),
    ),
    type: text(node['type'], 'info.clusterNodes[].type'),
    state: text(node['state'], 'info.clusterNodes[].state'),
  };
}

/** Narrows the answer of zones/list. */
export function narrowZones(answer: Json): ApiZone[] {
  return list(object(answer['response'], 'response')['zones'], 'response.zones').map(narrowZone);
}

/** Narrows the zone in the answer of records/get, records/add or records/update. */
export function narrowZoneOf(answer: Json): ApiZone {
  return narrowZone(object(answer['response'], 'response')['zone']);
}

function narrowZone(value: unknown): ApiZone {
  const zone = object(value, 'zone');
  const { lastModified } = zone;
  const catalog = zone['catalog'] ?? undefined;
  return {
    name: text(zone['name'], 'zone.name'),
    type: text(zone['type'], 'zone.type'),
    disabled: flag(zone['disabled'], 'zone.disabled'),
    soaSerial: whole(zone['soaSerial'], 'zone.soaSerial'),
    ...(lastModified === undefined ? {} : { lastModified: text(lastModified, 'zone.lastModified') }),
    ...(catalog === undefined ? {} : { catalog: text(catalog, 'zone.catalog') }),
  };
}

/**
 * Narrows the records in the answer of records/get, each turned by `map` as it is read: of 10,000 records only what
 * `map` makes of them is kept.
 */
export function narrowRecords<T>(answer: Json, map: (record: ApiRecord) => T): T[] {
  const records = list(object(answer['response'], 'response')['records'], 'response.records');
  return records.map((record) => map(narrowRecord(record)));
}

function narrowRecord(value: unknown): ApiRecord {
  const record = object(value, 'record');
  const { comments, lastModified } = record;
  return {
    name: text(record['name'], 'record.name'),
    type: text(record['type'], 'record.type'),
    ttl: whole(record['ttl'], 'record.ttl'),
    disabled: flag(record['disabled'], 'record.disabled'),
    ...(comments === undefined ? {} : { comments: text(comments, 'record.comments') }),
    ...(lastModified === undefined ? {} : { lastModified: text(lastModified, 'record.lastModified') }),
    rData: object(record['rData'], 'record.rData'),
  };
}

/** An object with unknown members; `where` names it in the error. */
export function object(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw unexpected(where, 'an object');
}

/** A string; `where` names it in the error. */
export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw unexpected(where, 'a string');
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected(where, 'a list');
}

/** True or false; `where` names it in the error. */
export function flag(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw unexpected(where, 'true or false');
}

/** A whole number that is not negative; `where` names it in the error. */
export function whole(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw unexpected(where, 'a whole number');
}

function unexpected(where: string, wanted: string): Failure {
  return new Failure('UnexpectedAnswer', `gave an answer in which ${where} is not ${wanted}`, { mayHaveActed: true });
}
