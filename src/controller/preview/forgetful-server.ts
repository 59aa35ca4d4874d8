import type { ZoneRecord } from '../../model/record.ts';
import type { TechnitiumClient, ZoneContent } from '../../technitium/client.ts';

/** A zone that takes every write and forgets it with the process. */
export interface ForgetfulZone {
  /** What the zone's keeper works on in place of the server. */
  readonly client: TechnitiumClient;
  /** What the server holds, in truth; none before it was read. */
  readonly before: ReadonlyMap<string, readonly ZoneRecord[]>;
  /** What it would hold by now. */
  readonly after: ReadonlyMap<string, readonly ZoneRecord[]>;
}

/**
 * Stands between the keeper of a zone and the server: the zone is read from the server once, and from then on everything
 * is read from and written to that copy. So the keeper does all it would do, and nothing is done.
 */
export function forgetfulZone(given: TechnitiumClient): ForgetfulZone {
  let server = given;
  let state: Omit<ZoneContent, 'records'> = {
    serial: 0,
    type: 'Primary',
    cluster: undefined,
    modified: undefined,
    changedLast: undefined,
  };
  let before: ReadonlyMap<string, readonly ZoneRecord[]> = new Map();
  let after = new Map<string, readonly ZoneRecord[]>();
  let reading: Promise<void> | undefined;

  const read = async (zone: string, signal: AbortSignal): Promise<void> => {
    const { records, ...rest } = await server.readZone(zone, signal);
    state = rest;
    before = Map.groupBy(records, ({ name }) => name);
    after = new Map(before);
  };
  const known = (zone: string, signal: AbortSignal): Promise<void> => {
    reading ??= read(zone, signal).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  /** One successful write, which moves the serial by one as the server does. */
  const put = (name: string, records: readonly ZoneRecord[]): number => {
    after.set(name, records);
    state = { ...state, serial: state.serial + 1 };
    return state.serial;
  };
  const at = (name: string): readonly ZoneRecord[] => after.get(name) ?? [];
  const without = ({ name, type, value }: ZoneRecord): ZoneRecord[] =>
    at(name).filter((record) => record.type !== type || record.value !== value);

  const client: TechnitiumClient = {
    session: (signal) => server.session(signal),
    listZones: (signal) => server.listZones(signal),
    async readZone(zone, signal) {
      await known(zone, signal);
      return { ...state, records: [...after.values()].flat() };
    },
    async readName(zone, name, signal) {
      await known(zone, signal);
      return { ...state, records: at(name) };
    },
    async readSerial(zone, signal) {
      await known(zone, signal);
      return state;
    },
    add: (_zone, record) => Promise.resolve(put(record.name, [...at(record.name), record])),
    update: (_zone, from, to) => Promise.resolve(put(from.name, [...without(from), to])),
    raiseSerial: (_zone, serial) => {
      state = { ...state, serial };
      return Promise.resolve(serial);
    },
    remove(_zone, record) {
      put(record.name, without(record));
      return Promise.resolve();
    },
    importRecords(_zone, records) {
      for (const record of records) put(record.name, [...at(record.name), record]);
      return Promise.resolve();
    },
    resync: () => Promise.resolve(),
    onNode(name) {
      server = server.onNode(name);
      return client;
    },
  };
  return {
    client,
    get before() {
      return before;
    },
    get after() {
      return after;
    },
  };
}
