import { ApiError } from './errors.ts';
import { isLaterSerial } from './serial.ts';
import type { Zone } from './zone.ts';
import type { ZoneStore } from './zone-store.ts';
import { requestZone } from './zone-transfer.ts';

/**
 * Brings a copy level with the first of its primaries that gives the zone, if that is newer (RFC 1982); what asked for it
 * hears nothing of a failure.
 */
export async function refresh(zone: Zone): Promise<void> {
  for (const primary of zone.state.primaries) {
    const records = await requestZone(primary, zone.name).catch(() => undefined);
    if (records === undefined) continue;
    const isWanted = zone.state.type === 'Secondary' && isLaterSerial(Number(records[0].data['serial']), zone.serial);
    if (isWanted) zone.load(records);
    return;
  }
}

/**
 * A new copy of a zone that one of these servers has.
 *
 * @throws ApiError in the server's words where none of them gives it
 */
export async function createSecondary(store: ZoneStore, name: string, primaries: readonly string[]): Promise<Zone> {
  for (const primary of primaries) {
    const records = await requestZone(primary, name).catch(() => undefined);
    if (records === undefined) continue;
    const zone = store.create(name, 'Secondary');
    zone.change({ primaries });
    zone.load(records);
    return zone;
  }
  throw new ApiError(
    `DNS Server did not receive SOA record in response from any of the primary name servers for: ${name}`,
  );
}
