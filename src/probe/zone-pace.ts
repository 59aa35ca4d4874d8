/** How often a zone is asked about. */
export interface ZonePace {
  /** One host per nameserver each so many seconds. */
  readonly canarySeconds: number;
  /** Every host once in so many seconds. */
  readonly rotationSeconds: number;
}

/** A zone and its hosts, as all nameservers are asked about them. */
export interface ProbedZone {
  readonly pace: ZonePace;
  /** Each host with its `target.cname` if it has one; the order is that of asking. */
  readonly hosts: ReadonlyMap<string, string | undefined>;
  /** Queries that one look at every host takes. */
  readonly queries: number;
}

/** The name of the zone that a host was put into. */
export function zoneHolding(zones: ReadonlyMap<string, ProbedZone>, host: string): string | undefined {
  for (const [name, { hosts }] of zones) if (hosts.has(host)) return name;
  return undefined;
}

const CANARY_QUERIES = 2;

/** The canaries' part of a nameserver's pace: the rotation is never starved by them. */
const CANARY_SHARE = 0.5;

/**
 * The pace that a zone really has at a nameserver: as its spec says, or slower where the nameserver's own pace does not
 * allow that for all zones together. Rotations are stretched by one factor, so that no zone has it worse than another.
 *
 * @param queriesPerSecond of the nameserver
 */
export function effectivePace(
  zone: ProbedZone,
  zones: ReadonlyMap<string, ProbedZone>,
  queriesPerSecond: number,
): ZonePace {
  const leastCanarySeconds = (zones.size * CANARY_QUERIES) / (queriesPerSecond * CANARY_SHARE);
  let canaries = 0;
  let rotation = 0;
  for (const { pace, queries } of zones.values()) {
    canaries += CANARY_QUERIES / Math.max(pace.canarySeconds, leastCanarySeconds);
    rotation += queries / pace.rotationSeconds;
  }
  return {
    canarySeconds: Math.max(zone.pace.canarySeconds, leastCanarySeconds),
    rotationSeconds: zone.pace.rotationSeconds * Math.max(1, rotation / (queriesPerSecond - canaries)),
  };
}
