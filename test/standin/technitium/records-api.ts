import type { Right } from './auth.ts';
import { requireRight, type UserCall } from './call.ts';
import { ApiError } from './errors.ts';
import { cleanName, treeKey } from './names.ts';
import { bareRecord, recordJson, type StoredRecord } from './record.ts';
import { renewed, said } from './record-parts.ts';
import { valueKey, type RData, type RecordType } from './record-types.ts';
import { parseAddress } from './addresses.ts';
import { isIPv6 } from 'node:net';
import type { Zone } from './zone.ts';
import { DEFAULT_TTL } from './zone-store.ts';
import { zoneJson } from './zones-api.ts';

const MAX_COMMENT = 255;

/** The domain that a call about records means, the zone that keeps its records, and the one that the call names: `zone`, and without it the domain, stands for the closest zone above it. */
function target({ server, params, session }: UserCall, right: Right): { domain: string; zone: Zone; named: Zone } {
  const domain = cleanName(params.text('domain'));
  const zoneName = cleanName(params.said('zone') ?? '');
  const zone = server.store.closest(zoneName === '' ? domain : zoneName);
  if (zone === undefined) throw new ApiError(`No such zone was found: ${domain}`);
  if (zone.internal && right !== 'View') throw new ApiError('Access was denied to manage internal DNS Server zone.');
  requireRight(server.auth.inZone(session.user, zone.name, right));
  return { domain, zone: server.store.keeperOf(domain, zone), named: zone };
}

function typeOf({ server, params }: UserCall): { name: string; type: RecordType } {
  const name = params.oneOf('type', [...server.types.keys(), 'FWD']);
  const type = server.types.get(name);
  if (type === undefined) throw new ApiError('The record type is not supported by primary zones.');
  return { name, type };
}

/** What add and update say of a record besides its value. */
function described(call: UserCall, name: string, type: string, data: () => RData): StoredRecord {
  const { server, params } = call;
  const ttl = params.ttl('ttl', type === 'NS' ? DEFAULT_TTL.ns : type === 'SOA' ? DEFAULT_TTL.soa : DEFAULT_TTL.record);
  const expiryTtl = params.ttl('expiryTtl', 0);
  const comments = params.optional('comments') ?? '';
  const record = bareRecord(name, type, ttl, data());
  server.checkName(name);
  if (comments.length > MAX_COMMENT)
    throw new ApiError(`Resource record comment text cannot exceed ${MAX_COMMENT} characters. (Parameter 'Comments')`);
  const glue = type === 'NS' ? glueOf(params.optional('glue')) : undefined;
  return { ...record, comments, expiryTtl, modified: server.now(), glue };
}

function glueOf(text: string | undefined): string[] | undefined {
  return text?.split(',').map((part) => parseAddress(part.trim(), isIPv6(part.trim()) ? 6 : 4));
}

export function addRecord(call: UserCall): Record<string, unknown> {
  const { domain, zone, named } = target(call, 'Modify');
  const { name, type } = typeOf(call);
  const overwrite = call.params.flag('overwrite', false);
  if (name === 'SOA') call.params.text('rdata'); // which it does not read
  const record = described(call, domain, name, () => {
    if (type.single) zone.require(domain);
    if (type.single && !overwrite && zone.records(domain, name).length > 0)
      throw new ApiError('Record already exists. Use overwrite option if you wish to overwrite existing record.');
    return readValue(type, domain, () => type.read(said(call.params)));
  });
  if (overwrite || type.single) zone.set([record]);
  else if (!zone.add(record)) throw new ApiError('Cannot add record: record already exists.');
  return { zone: zoneJson(named), addedRecord: recordJson(record, call.server.types) };
}

function readValue(type: RecordType, owner: string, read: () => RData): RData {
  const data = read();
  const target = type.single && (data['cname'] ?? data['dname']);
  if (typeof target === 'string' && target.toLowerCase() === owner.toLowerCase())
    throw new ApiError(`${'cname' in data ? 'CNAME' : 'DNAME'} domain name cannot be same as that of the record name.`);
  return data;
}

export function updateRecord(call: UserCall): Record<string, unknown> {
  const { domain, zone, named } = target(call, 'Modify');
  const { params } = call;
  const newDomain = cleanName(params.optional('newDomain') ?? domain);
  const { name, type } = typeOf(call);
  const { single } = type;
  const disabled = params.flag('disable', false);
  let old: RData = {};
  const record = described(call, newDomain, name, () => {
    old = type.read(said(params));
    return readValue(type, newDomain, () => (single || name === 'SOA' ? old : type.read(renewed(params))));
  });
  const next = { ...record, disabled };
  if (name === 'SOA') zone.set([{ ...next, dateScheme: params.flag('useSerialDateScheme', false) }]);
  else zone.update({ name: domain, key: valueKey(old) }, next, single);
  return {
    zone: zoneJson(named),
    updatedRecord: recordJson(name === 'SOA' ? zone.soa : next, call.server.types, zone.state.type),
  };
}

export function deleteRecord(call: UserCall): Record<string, unknown> {
  const { domain, zone } = target(call, 'Delete');
  const { name, type } = typeOf(call);
  if (name === 'SOA') throw new ApiError('Cannot delete SOA record.');
  const gone = type.single
    ? zone.removeSet(domain, name)
    : zone.remove(domain, name, valueKey(type.read(said(call.params))));
  if (!gone) throw new ApiError('Cannot delete record: no such record exists.');
  return {};
}

export function getRecords(call: UserCall): Record<string, unknown> {
  const { domain, zone, named } = target(call, 'View');
  const { types } = call.server;
  const whole = call.params.flag('listZone', false);
  if (!whole) zone.require(domain);
  const names = whole ? [...zone.names].map((n) => [treeKey(n), n] as const) : [['', domain] as const];
  const records = names
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, name]) => [...(zone.node(name)?.sets.entries() ?? [])].sort(byNumber(types)))
    .flatMap(([, set]) => set);
  return { zone: zoneJson(named), records: records.map((record) => recordJson(record, types, zone.state.type)) };
}

function byNumber(types: ReadonlyMap<string, RecordType>): (a: [string, unknown], b: [string, unknown]) => number {
  return ([a], [b]) => (types.get(a)?.number ?? 0) - (types.get(b)?.number ?? 0);
}
