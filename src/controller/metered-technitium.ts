import type { Meters } from '../metrics/catalogue.ts';
import type { TechnitiumClient } from '../technitium/client.ts';
import { TechnitiumError } from '../technitium/errors.ts';

/** The same client, whose calls are counted by how they ended; those that were given up are not. */
export function meteredTechnitium(client: TechnitiumClient, zone: string, meters: Meters): TechnitiumClient {
  const metered =
    <Given extends unknown[], Got>(call: string, run: (...given: Given) => Promise<Got>) =>
    async (...given: Given): Promise<Got> => {
      const startedAt = performance.now();
      const note = (outcome: string): void => {
        meters.count('splithorizon_technitium_requests_total', { zone, call, outcome });
        const seconds = (performance.now() - startedAt) / 1000;
        meters.observe('splithorizon_technitium_request_duration_seconds', { call }, seconds);
      };
      try {
        const got = await run(...given);
        note('ok');
        return got;
      } catch (error) {
        if (error instanceof TechnitiumError) note(error.reason);
        throw error;
      }
    };
  return {
    session: metered('session', client.session),
    listZones: metered('list-zones', client.listZones),
    readZone: metered('read-zone', client.readZone),
    readName: metered('read-name', client.readName),
    readSerial: metered('read-serial', client.readSerial),
    add: metered('add', client.add),
    update: metered('update', client.update),
    raiseSerial: metered('raise-serial', client.raiseSerial),
    remove: metered('delete', client.remove),
    importRecords: metered('import', client.importRecords),
    resync: metered('resync', client.resync),
    onNode: (name) => meteredTechnitium(client.onNode(name), zone, meters),
  };
}
