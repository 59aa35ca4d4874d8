import fc from 'fast-check';
import type { TestZone } from '../../support/test-zone.ts';

/** Who wants a name, in a random zone. */
type Wanting = 'nobody' | 'ingress' | 'address' | 'cname' | 'observed' | 'excluded';
/** What the zone holds at a name before. */
type Holding =
  | 'nothing'
  | 'same'
  | 'ours'
  | 'ours, other TTL'
  | 'our address'
  | 'adopted'
  | 'other owner'
  | 'other cluster'
  | 'address'
  | 'text';

interface NameArrangement {
  readonly wanting: Wanting;
  readonly holding: Holding;
}

/** A zone with hosts and records of all kinds at random. */
export interface Landscape {
  readonly names: readonly NameArrangement[];
  readonly apexHeld: boolean;
  readonly policy: 'Sync' | 'UpsertOnly';
  readonly adoption: 'Never' | 'Matching' | 'Always';
  readonly guard: { readonly free: number; readonly maxPercent: number };
}

const WANTING: readonly Wanting[] = [
  'nobody',
  'nobody',
  'ingress',
  'ingress',
  'address',
  'cname',
  'observed',
  'excluded',
];
const HOLDING: readonly Holding[] = [
  ...(['nothing', 'same', 'ours', 'ours', 'ours, other TTL', 'our address'] as const),
  ...(['adopted', 'other owner', 'other cluster', 'address', 'text'] as const),
];

const landscape: fc.Arbitrary<Landscape> = fc.record({
  names: fc.array(fc.record({ wanting: fc.constantFrom(...WANTING), holding: fc.constantFrom(...HOLDING) }), {
    minLength: 12,
    maxLength: 12,
  }),
  apexHeld: fc.boolean(),
  policy: fc.constantFrom('Sync', 'Sync', 'UpsertOnly'),
  adoption: fc.constantFrom('Never', 'Matching', 'Always'),
  guard: fc.record({ free: fc.integer({ min: 0, max: 3 }), maxPercent: fc.constantFrom(0, 30, 100) }),
});

/** So many landscapes of a seed. */
export const landscapes = (count: number, seed: number): Landscape[] => fc.sample(landscape, { numRuns: count, seed });

const shortOf = (index: number): string => `h${String(index).padStart(2, '0')}`;

/** What the SplitHorizonZone of a landscape says. */
export const specOf = ({ names, policy, adoption, guard }: Landscape, zone: string): object => ({
  policy,
  adoption,
  deletionGuard: { graceSeconds: 0, ...guard },
  exclude: names.flatMap(({ wanting }, index) => (wanting === 'excluded' ? [`${shortOf(index)}.${zone}`] : [])),
});

/** Writes what the zone holds, and what the cluster wants; `marker` is this cluster's. */
export const furnish = async (zone: TestZone, { names, apexHeld }: Landscape, marker: string): Promise<void> => {
  if (apexHeld) await zone.console.add('@', { type: 'A', value: '10.0.20.203', ttl: 60 });
  for (const [index, arrangement] of names.entries()) {
    await hold(zone, shortOf(index), { holding: arrangement.holding, marker });
    await want(zone, shortOf(index), arrangement.wanting);
  }
};

const hold = async (zone: TestZone, short: string, { holding, marker }: { holding: Holding; marker: string }) => {
  const cname = { type: 'CNAME', value: '@', ttl: 300 } as const;
  const { console } = zone;
  switch (holding) {
    case 'nothing':
      return;
    case 'same':
      return console.add(short, { ...cname, ttl: 3600, comments: 'by hand' });
    case 'ours':
      return console.add(short, { ...cname, comments: marker });
    case 'ours, other TTL':
      return console.add(short, { ...cname, ttl: 60, comments: `${marker} | a note` });
    case 'our address':
      return console.add(short, { type: 'A', value: '10.0.20.7', comments: marker });
    case 'adopted':
      return console.add(short, { ...cname, comments: `${marker}+adopted | by hand` });
    case 'other owner':
      return console.add(short, { ...cname, comments: marker.replace(':splithorizon/', ':somebody/') });
    case 'other cluster':
      return console.add(short, { ...cname, comments: 'splithorizon:splithorizon/00000000' });
    case 'address':
      return console.add(short, { type: 'A', value: '10.0.20.9' });
    case 'text':
      return console.add(short, { type: 'TXT', value: 'a text' });
  }
};

const want = async (zone: TestZone, short: string, wanting: Wanting): Promise<void> => {
  switch (wanting) {
    case 'nobody':
      return;
    case 'ingress':
    case 'excluded':
      await zone.ingress(short, [short]);
      return;
    case 'address':
      await zone.host(short, { target: { addresses: ['10.0.20.7'] } });
      return;
    case 'cname':
      await zone.host(short, { target: { cname: 'pages.example.net' } });
      return;
    case 'observed':
      await zone.host(short, { record: 'Observed' });
  }
};
