import type { ZoneStatus } from '../model/api.ts';
import { sample, type Sample } from '../metrics/catalogue.ts';
import type { HostFigures } from '../metrics/host-figures.ts';
import { vantageSamples } from '../metrics/vantage-samples.ts';
import { zoneSamples } from '../metrics/zone-samples.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import { FOLLOWED, type Caches } from './caches.ts';
import type { LeftOut } from './left-out.ts';
import type { Probing } from './probe/probing.ts';
import type { World } from './world.ts';
import type { Zone } from './zone/zone.ts';

/** Where the figures of a running operator come from. */
export interface FiguresParts {
  readonly isReady: () => boolean;
  readonly isLeading: () => boolean;
  readonly version: string;
  readonly world: Pick<World, 'zones' | 'vantages'>;
  readonly caches: Pick<Caches, 'unavailable'>;
  readonly probing: Pick<Probing, 'lags' | 'vantage'>;
  readonly hosts: HostFigures;
  readonly leftOut: LeftOut;
  readonly zone: (name: string) => Zone | undefined;
  /** What is to be said of a zone now; undefined where nothing was found out since our start. */
  readonly zoneStatus: (name: string) => ZoneStatus | undefined;
  readonly queues: Readonly<Record<string, Pick<WorkQueue<string>, 'depth'>>>;
}

/** Every series that is made at scrape. Of what the zones, hosts and vantages are like only the leader tells. */
export function* figures(parts: FiguresParts): Iterable<Sample> {
  const { world, caches } = parts;
  yield sample('splithorizon_build_info', { version: parts.version, nodejs_version: process.version }, 1);
  yield sample('splithorizon_ready', {}, Number(parts.isReady()));
  yield sample('splithorizon_leading', {}, Number(parts.isLeading()));
  for (const kind of FOLLOWED) {
    yield sample('splithorizon_kind_unavailable', { kind }, Number(caches.unavailable.has(kind)));
  }
  if (!parts.isLeading()) return;
  for (const [name, { depth }] of Object.entries(parts.queues)) yield sample('workqueue_depth', { name }, depth);
  yield* parts.leftOut.samples();
  yield* parts.hosts.samples(world.zones.keys());
  yield* zones(parts);
  yield* vantages(parts);
}

function* zones({ world, zone: find, zoneStatus, probing }: FiguresParts): Iterable<Sample> {
  for (const { name, status } of world.zones.values()) {
    const zone = find(name);
    yield* zoneSamples({
      name,
      status: zoneStatus(name) ?? status,
      serial: zone?.hasRead === true ? zone.serial : undefined,
      lags: probing.lags(name),
    });
  }
}

function* vantages({ world, probing }: FiguresParts): Iterable<Sample> {
  for (const { name, spec, status } of world.vantages.values()) {
    const hosts = probing.vantage(name).hosts ?? status.hosts ?? { total: 0, internal: 0 };
    yield* vantageSamples({ name, audience: spec.audience, conditions: status.conditions, hosts });
  }
}
