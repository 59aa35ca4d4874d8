import { describe, expect, test } from 'vitest';
import { effectivePace, type ProbedZone } from '../../../src/probe/zone-pace.ts';

const zoneOf = (queries: number, canarySeconds = 60, rotationSeconds = 3600): ProbedZone => ({
  pace: { canarySeconds, rotationSeconds },
  hosts: new Map(),
  queries,
});

describe('the pace of a zone at a nameserver', () => {
  test.each([
    { name: 'is its own where the nameserver allows it', zones: [zoneOf(86)], rate: 2, want: [60, 3600] },
    // 20,000 queries at 2 a second, less the canary's 2 a minute.
    { name: 'has a longer rotation with many hosts', zones: [zoneOf(20_000)], rate: 2, want: [60, 10_169] },
    { name: 'is faster at our own servers', zones: [zoneOf(20_000)], rate: 8, want: [60, 3600] },
    {
      name: 'is stretched for all zones alike',
      zones: [zoneOf(100, 60, 100), zoneOf(10_000)],
      rate: 2,
      want: [60, 195],
    },
    {
      name: 'has fewer canaries where they would take more than half',
      zones: Array.from({ length: 50 }, () => zoneOf(2, 2)),
      rate: 2,
      want: [100, 3600],
    },
    { name: 'stands the quick settings of a demonstration', zones: [zoneOf(20, 2, 2)], rate: 50, want: [2, 2] },
  ])('$name', ({ zones, rate, want }) => {
    const all = new Map(zones.map((zone, index) => [String(index), zone]));
    const { canarySeconds, rotationSeconds } = effectivePace(zones[0]!, all, rate);
    expect([Math.round(canarySeconds), Math.round(rotationSeconds)]).toEqual(want);
  });
});
