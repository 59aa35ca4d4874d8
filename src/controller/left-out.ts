import { classesWithoutTarget } from '../plan/host/decide-host.ts';
import { sample, type Sample } from '../metrics/catalogue.ts';
import type { World } from './world.ts';
import { factsOf } from './zone/facts.ts';
import type { Zone } from './zone/zone.ts';

/** The hosts that sources name and that get no object, for no fault that an Event could tell: they are counted only. */
export interface LeftOut {
  /** Sources, classes or zones may be others than before. */
  changed(): void;
  samples(): Iterable<Sample>;
}

/** Counts at the first scrape after a change, since most scrapes follow none. */
export function createLeftOut(
  world: Pick<World, 'claims' | 'claimedHosts' | 'zoneOf'>,
  zones: () => Iterable<Pick<Zone, 'name' | 'view' | 'targets'>>,
): LeftOut {
  let samples: readonly Sample[] | undefined;

  const count = (): readonly Sample[] => {
    // Before its targets are known a zone takes no class, which says nothing.
    const known = [...zones()].filter(({ targets }) => targets.length > 0);
    const facts = new Map(known.map(({ name, view, targets }) => [name, factsOf(view, targets)]));
    const hosts = new Map(known.map(({ name }) => [name, new Map<string, number>()]));
    let outside = 0;
    for (const host of world.claimedHosts()) {
      const name = world.zoneOf(host);
      if (name === undefined) outside += 1;
      const [zone, counts] = [facts.get(name ?? ''), hosts.get(name ?? '')];
      if (zone === undefined || counts === undefined) continue;
      for (const className of classesWithoutTarget(world.claims(host), zone)) {
        counts.set(className, (counts.get(className) ?? 0) + 1);
      }
    }
    const withoutTarget = [...hosts].flatMap(([zone, counts]) =>
      [...counts].map(([className, count]) => ({ labels: { zone, ingress_class: className }, count })),
    );
    return [
      sample('splithorizon_hosts_outside_zones', {}, outside),
      ...withoutTarget.map(({ labels, count }) => sample('splithorizon_hosts_without_target', labels, count)),
    ];
  };

  return {
    changed() {
      samples = undefined;
    },
    samples: () => (samples ??= count()),
  };
}
