import type { MachineResolver } from '../../../../../src/model/machine.ts';
import { CLUSTER_IP, FORMER, isIPv6, TARGETS } from './addresses.ts';
import { drawFrom, type Draw } from '../../../../support/draw.ts';
import { drawServer, expectedAt, type Landscape, type Place, type Server } from './landscape.ts';

/** Servers of systemd-resolved that are asked in order about the same names. */
export interface Scope {
  readonly name: string;
  readonly domains: readonly string[];
  readonly defaultRoute: boolean;
  readonly servers: readonly Server[];
}

/** systemd-resolved of a machine. */
export interface Resolved {
  /** Its stub is among the servers of the list, as that one; past the list where there is none. */
  readonly listedAt: number | undefined;
  /** What the stub says where programs reach it past the list; undefined where it does not listen. */
  readonly past: Server | undefined;
  readonly scopes: readonly Scope[];
}

/** A place whose own configuration is known. */
export interface Machine {
  readonly place: Place;
  readonly resolved: Resolved | undefined;
  /** What the hosts file says of the host. */
  readonly pins: readonly string[];
  /** Whether its programs ask DNS for the family that is not pinned. */
  readonly asksOtherFamily: boolean;
}

/** Domains around the host git.example.com, and others. */
const DOMAINS = ['git.example.com', 'example.com', 'com', '.', 'lan', 'ample.com', 'photos.example.com'];

/** The machine at the first place of a landscape; undefined where there is no place, or pods stand there. */
export function machineOf(landscape: Landscape): Machine | undefined {
  const [place] = landscape.places;
  if (place === undefined || landscape.audience === 'Pods') return undefined;
  const draw = drawFrom(landscape.seed + 0x10_0000);
  const resolved = draw.once(3) ? undefined : drawResolved(draw, place, landscape);
  const pins = draw.once(2) ? drawPins(draw, landscape) : [];
  return { place, resolved, pins, asksOtherFamily: resolved === undefined && !draw.once(4) };
}

function drawResolved(draw: Draw, place: Place, { chapters }: Landscape): Resolved {
  const surroundings = { chapters, isSteady: draw.once(2) };
  const server = (address: string): Server => drawServer(draw, address, surroundings);
  const listedAt = draw.once(4) ? undefined : draw.number(0, place.servers.length - 1);
  return {
    listedAt,
    past: listedAt === undefined && !draw.once(4) ? server('127.0.0.53') : undefined,
    scopes: draw.list(draw.oneOf([1, 1, 1, 2, 2, 3]), (index) => ({
      name: index === 0 ? 'global' : `eth${index}`,
      domains: draw.once(2) ? [] : draw.some(DOMAINS),
      defaultRoute: index === 0 || draw.once(2),
      servers: draw.list(draw.oneOf([1, 1, 2, 3]), (at) => server(`10.0.${60 + index}.${at + 1}`)),
    })),
  };
}

function drawPins(draw: Draw, { chapters, now }: Landscape): readonly string[] {
  const { addresses } = expectedAt(chapters, now);
  const choices = [...addresses, ...TARGETS, ...FORMER, CLUSTER_IP];
  const some = draw.once(2) ? addresses : choices.filter(() => draw.once(6));
  const family = draw.once(2);
  return draw.once(2) ? some : some.filter((address) => isIPv6(address) === family);
}

/** The machine's resolvers as an agent reports them. */
export function resolversOf({ place, resolved }: Machine): MachineResolver[] {
  const listed = place.servers.map(({ address }, index) => ({
    address,
    source: '/etc/resolv.conf',
    ...(resolved?.listedAt === index && { role: 'Stub' as const }),
  }));
  const past = resolved?.past && {
    address: resolved.past.address,
    source: '/etc/nsswitch.conf',
    role: 'Stub' as const,
  };
  const uplinks = (resolved?.scopes ?? []).flatMap(({ name, domains, defaultRoute, servers }) =>
    servers.map(({ address }) => ({
      ...{ address, source: '/etc/systemd/resolved.conf', role: 'Uplink' as const },
      ...{ scope: name, domains, defaultRoute },
    })),
  );
  return [...listed, ...(past ? [past] : []), ...uplinks];
}

/** Every server of a machine, by its address. */
export function serversOf({ place, resolved }: Machine): ReadonlyMap<string, Server> {
  const behind = (resolved?.scopes ?? []).flatMap(({ servers }) => servers);
  const all = [...place.servers, ...(resolved?.past ? [resolved.past] : []), ...behind];
  return new Map(all.map((server) => [server.address, server]));
}
