import { targetOfClass } from '../plan/host/decide-host.ts';
import { sample, type Sample } from '../metrics/catalogue.ts';
import type { World } from './world.ts';
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
  zones: () => Iterable<Zone>,
): LeftOut {
  let samples: readonly Sample[] | undefined;

  const count = (): readonly Sample[] => {
    const byName = new Map([...zones()].map((zone) => [zone.name, zone]));
    const withoutTarget = new Map([...byName.keys()].map((name) => [name, new Map<string, number>()]));
    let outside = 0;
    for (const host of world.claimedHosts()) {
      const name = world.zoneOf(host);
      if (name === undefined) outside += 1;
      const zone = byName.get(name ?? '');
      const counts = withoutTarget.get(name ?? '');
      if (zone === undefined || counts === undefined) continue;
      for (const className of classesWithoutTarget(zone, world.claims(host))) {
        counts.set(className, (counts.get(className) ?? 0) + 1);
      }
    }
    return [
      sample('splithorizon_hosts_outside_zones', {}, outside),
      ...[...withoutTarget].flatMap(([zone, counts]) =>
        [...counts].map(([className, hosts]) =>
          sample('splithorizon_hosts_without_target', { zone, ingress_class: className }, hosts),
        ),
      ),
    ];
  };

  return {
    changed() {
      samples = undefined;
    },
    samples: () => (samples ??= count()),
  };
}

/** The classes of a host's Ingresses that no target takes; none before the targets are known. */
function classesWithoutTarget({ targets, view }: Zone, claims: ReturnType<World['claims']>): Set<string> {
  const isListed = targets.length > 0 && view.spec.sources.some(({ kind }) => kind === 'Ingress');
  const left = claims.filter(({ kind, className }) => kind === 'Ingress' && !targetOfClass({ targets }, className));
  return new Set(isListed ? left.flatMap(({ className }) => className ?? []) : []);
}
