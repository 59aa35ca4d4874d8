import { ApiError } from './errors.ts';
import type { CheckName } from './names.ts';
import { parentOf } from './names.ts';
import { bareRecord } from './record.ts';
import type { RData } from './record-types.ts';
import { nextSerial } from './serial.ts';
import { Zone, type ZoneContext, type ZoneType } from './zone.ts';

/** Default TTLs in seconds, as a fresh server has them. */
export const DEFAULT_TTL = { record: 3_600, ns: 14_400, soa: 900 } as const;

/** Zones for loopback and "this network" that every server brings and nobody may change. */
const INTERNAL = [
  'localhost',
  '127.in-addr.arpa',
  '0.in-addr.arpa',
  '255.in-addr.arpa',
  `1.${'0.'.repeat(31)}ip6.arpa`,
];

export interface StoreOptions {
  /** The server's own name: mname of each SOA and the one NS of a new zone. */
  readonly serverDomain: string;
  /** Seconds that a negative answer of a new zone may be cached; its SOA has it as TTL too. */
  readonly soaMinimum: number;
  readonly checkName: CheckName;
  /** Whether a name's records are kept once, by the lowest zone that it lies below. */
  readonly oneTree: boolean;
}

/** All zones of a server. */
export class ZoneStore {
  readonly #zones = new Map<string, Zone>();
  readonly #context: ZoneContext;
  readonly #options: StoreOptions;

  constructor(context: ZoneContext, options: StoreOptions) {
    this.#context = context;
    this.#options = options;
    for (const name of INTERNAL) this.#zones.set(name, this.#make(name, { type: 'Primary', internal: true }));
    const localhost = this.#zones.get('localhost');
    localhost?.add(bareRecord('localhost', 'A', DEFAULT_TTL.record, { ipAddress: '127.0.0.1' }));
    localhost?.add(bareRecord('localhost', 'AAAA', DEFAULT_TTL.record, { ipAddress: '::1' }));
    context.journal.save();
  }

  /** By name, in any case. */
  get(name: string): Zone | undefined {
    return this.#zones.get(name.toLowerCase());
  }

  /** The zone that a name belongs to: the closest one above it. */
  closest(name: string): Zone | undefined {
    this.#options.checkName(name);
    for (let at = name.toLowerCase(); at !== ''; at = parentOf(at)) {
      const zone = this.#zones.get(at);
      if (zone !== undefined) return zone;
    }
    return undefined;
  }

  /** The zone that keeps the records of a name which a call says to be of `zone`. */
  keeperOf(name: string, zone: Zone): Zone {
    const lowest = this.#options.oneTree ? this.closest(name) : undefined;
    return lowest === undefined || lowest.name === name.toLowerCase() ? zone : lowest;
  }

  /** All zones by name. */
  list(): Zone[] {
    return [...this.#zones.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  create(name: string, type: ZoneType, dateScheme = false): Zone {
    // The server finds these out as it makes the mail address of the SOA.
    if (/[\s()<>[\]:;@\\,"]|\.\./.test(name))
      throw new ApiError('The specified string is not in the form required for an e-mail address.');
    this.#options.checkName(name);
    const zone = this.#make(name.toLowerCase(), { type, internal: false, dateScheme });
    if (this.#zones.has(zone.name)) throw new ApiError(`Zone already exists: ${name}`);
    if (this.#options.oneTree) this.closest(parentOf(zone.name))?.moveBelow(zone);
    this.#zones.set(zone.name, zone);
    this.#context.journal.record(() => this.#zones.delete(zone.name));
    return zone;
  }

  delete(zone: Zone): void {
    this.#zones.delete(zone.name);
    this.#context.journal.record(() => this.#zones.set(zone.name, zone));
  }

  #make(name: string, how: { type: ZoneType; internal: boolean; dateScheme?: boolean }): Zone {
    const { serverDomain, soaMinimum } = this.#options;
    const dateScheme = how.dateScheme ?? false;
    const forwarder = how.type === 'Forwarder';
    const data: RData = {
      primaryNameServer: serverDomain,
      responsiblePerson: forwarder ? 'invalid' : `hostadmin@${name}`,
      // A copy is behind whatever its primary has.
      serial: how.type === 'Secondary' ? 0 : nextSerial(0, 0, dateScheme, this.#context.now()),
      refresh: 900,
      retry: 300,
      expire: 604_800,
      minimum: soaMinimum,
    };
    const modified = this.#context.now();
    const soa = { ...bareRecord(name, 'SOA', forwarder ? 0 : soaMinimum, data), dateScheme, modified };
    const ns = { ...bareRecord(name, 'NS', DEFAULT_TTL.ns, { nameServer: serverDomain }), modified };
    return new Zone(this.#context, forwarder ? [soa] : [soa, ns], how);
  }
}
