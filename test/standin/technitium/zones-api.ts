import type { Right } from './auth.ts';
import { PlainText, requireRight, type Server, type UserCall } from './call.ts';
import { ApiError } from './errors.ts';
import { parseMasterFile } from './master-file-parser.ts';
import { writeMasterFile } from './master-file-writer.ts';
import { importRecords } from './import.ts';
import { cleanName } from './names.ts';
import { idn, timeText } from './record.ts';
import { createSecondary, refresh } from './secondary.ts';
import type { Zone } from './zone.ts';

const OK = {};

/** A zone as the API shows it, in lists and beside every answer about records. */
export function zoneJson(zone: Zone): Record<string, unknown> {
  const { type, disabled, modified, catalog, signed } = zone.state;
  return {
    name: zone.name,
    ...idn('name', zone.name),
    type,
    lastModified: timeText(modified),
    disabled,
    soaSerial: zone.serial,
    ...(type === 'Primary' && { internal: zone.internal }),
    ...(type !== 'Catalog' && { catalog }),
    ...(type !== 'Forwarder' &&
      type !== 'Catalog' && { dnssecStatus: signed ? 'SignedWithNSEC' : 'Unsigned', hasDnssecPrivateKeys: signed }),
    ...(type === 'Secondary' && {
      validationFailed: false,
      expiry: timeText(modified + Number(zone.soa.data['expire']) * 1000),
      isExpired: false,
      syncFailed: false,
    }),
    ...(!zone.internal && { notifyFailed: false, notifyFailedFor: [] }),
  };
}

export function listZones({ server, params, session }: UserCall): Record<string, unknown> {
  requireRight(server.auth.inSection(session.user, 'Zones', 'View'));
  const zones = server.store.list().filter((zone) => server.auth.inZone(session.user, zone.name, 'View'));
  const page = params.optional('pageNumber');
  if (page === undefined) return { zones: zones.map(zoneJson) };
  const size = Number(params.optional('zonesPerPage') ?? 10);
  const totalPages = Math.ceil(zones.length / size);
  const asked = Number(page) === 0 ? 1 : Number(page);
  const pageNumber = asked > totalPages || asked < 0 ? totalPages : asked;
  const shown = zones.slice(Math.max(0, pageNumber - 1) * size).slice(0, size);
  return { pageNumber, totalPages, totalZones: zones.length, zones: shown.map(zoneJson) };
}

export async function createZone({ server, params, session }: UserCall): Promise<Record<string, unknown>> {
  requireRight(server.auth.inSection(session.user, 'Zones', 'Modify'));
  const name = cleanName(params.alt('zone', 'domain'));
  if (name.includes('*')) throw new ApiError('Domain name for a zone cannot contain wildcard character.');
  if (name.includes('/')) throw new ApiError('The zone name contains an invalid character: /');
  const types = ['Primary', 'Secondary', 'Stub', 'Forwarder', 'SecondaryForwarder', 'Catalog', 'SecondaryCatalog'];
  const type = params.oneOf('type', types, 'Primary');
  if (type !== 'Primary' && type !== 'Forwarder' && type !== 'Secondary')
    throw new ApiError(`The stand-in has no ${type} zones.`);
  if (type === 'Forwarder' && params.flag('initializeForwarder', true))
    throw new ApiError('The stand-in forwards nothing: initializeForwarder=false.');
  const dateScheme = type === 'Primary' && params.flag('useSoaSerialDateScheme', false);
  const zone =
    type === 'Secondary'
      ? await createSecondary(server.store, name, primariesOf(server, params.text('primaryNameServerAddresses')))
      : server.store.create(name, type, dateScheme);
  const { cluster } = server.membership;
  if (cluster !== undefined && params.optional('catalog') === cluster.catalog) cluster.replicate(zone);
  server.auth.setRights(zone.name, new Map([[session.user, new Set<Right>(['View', 'Modify', 'Delete'])]]));
  return { domain: zone.name };
}

/** Addresses with commas between them, each where it is in truth. */
function primariesOf({ peers }: Server, text: string): string[] {
  return text.split(',').map((address) => peers[address.trim()] ?? address.trim());
}

/** The zone of a call that manages zones: named exactly, not internal, with rights in the section and in the zone. */
function managedZone({ server, params, session }: UserCall, section: Right, right: Right): Zone {
  requireRight(server.auth.inSection(session.user, 'Zones', section));
  const name = cleanName(params.alt('zone', 'domain'));
  const zone = server.store.get(name);
  if (zone === undefined) throw new ApiError(`No such zone was found: ${name}`);
  if (zone.internal) throw new ApiError('Access was denied to manage internal DNS Server zone.');
  requireRight(server.auth.inZone(session.user, zone.name, right));
  return zone;
}

export function deleteZone(call: UserCall): Record<string, unknown> {
  const zone = managedZone(call, 'Delete', 'Delete');
  call.server.store.delete(zone);
  call.server.auth.setRights(zone.name, undefined);
  return OK;
}

export function enableZone(call: UserCall): Record<string, unknown> {
  managedZone(call, 'Modify', 'Modify').change({ disabled: false });
  return OK;
}

export function disableZone(call: UserCall): Record<string, unknown> {
  managedZone(call, 'Modify', 'Modify').change({ disabled: true });
  return OK;
}

/** The transfer goes on after the answer. */
export function resyncZone(call: UserCall): Record<string, unknown> {
  const zone = managedZone(call, 'Modify', 'Modify');
  if (zone.state.type !== 'Secondary')
    throw new ApiError('Only Secondary, Secondary Forwarder, Secondary Catalog, and Stub zones support resync.');
  void refresh(zone);
  return OK;
}

/** A copy becomes a zone of its own: what the transfer dropped, comments above all, is not found again. */
export function convertZone(call: UserCall): Record<string, unknown> {
  const zone = managedZone(call, 'Modify', 'Modify');
  if (zone.state.type !== 'Secondary' || call.params.text('type') !== 'Primary')
    throw new ApiError('The stand-in converts Secondary zones to Primary ones.');
  zone.change({ type: 'Primary', primaries: [] });
  return OK;
}

export function getZoneOptions(call: UserCall): Record<string, unknown> {
  const zone = managedZone(call, 'Modify', 'View');
  const { type, disabled, catalog, mayTransfer } = zone.state;
  const primary = type === 'Primary';
  return {
    name: zone.name,
    ...idn('name', zone.name),
    type,
    ...(primary && { internal: false }),
    ...(type !== 'Forwarder' && { dnssecStatus: 'Unsigned' }),
    notifyFailed: false,
    notifyFailedFor: [],
    disabled,
    catalog,
    ...(type === 'Secondary' && {
      primaryNameServerAddresses: [],
      primaryZoneTransferProtocol: 'Tcp',
      primaryZoneTransferTsigKeyName: null,
      validateZone: false,
    }),
    queryAccess: 'Allow',
    queryAccessNetworkACL: [],
    zoneTransfer: mayTransfer ? 'Allow' : primary ? 'AllowOnlyZoneNameServers' : 'Deny',
    zoneTransferNetworkACL: [],
    zoneTransferTsigKeyNames: [],
    notify: primary ? 'ZoneNameServers' : 'None',
    notifyNameServers: [],
    update: 'Deny',
    updateNetworkACL: [],
    ...(type !== 'Secondary' && { updateSecurityPolicies: [] }),
  };
}

export function importZone(call: UserCall): Record<string, unknown> {
  const zone = managedZone(call, 'Modify', 'Modify');
  const { server, params } = call;
  const overwrite = params.flag('overwrite', true);
  const overwriteZone = server.version !== '14.3' && params.flag('overwriteZone', false);
  const text = importedText(call);
  const lines = parseMasterFile(text, zone.name, server);
  // Servers before 15.0 give no imported record a time.
  const modified = server.version === '14.3' ? undefined : server.now();
  importRecords(zone, lines, { overwrite, overwriteZone, modified });
  return OK;
}

function importedText({ params, contentType, body }: UserCall): string {
  switch (contentType.toLowerCase()) {
    case 'application/x-www-form-urlencoded':
      return params.text('records');
    case 'text/plain':
      return body;
    default:
      throw new ApiError('The zone file to import is missing.');
  }
}

export function exportZone(call: UserCall): PlainText {
  return new PlainText(writeMasterFile(managedZone(call, 'View', 'View'), call.server.types));
}
