import fc from 'fast-check';
import type { Owner } from '../../../../src/model/marker.ts';
import type { ManagedType, RecordSet, ZoneRecord } from '../../../../src/model/record.ts';
import type { NameInput } from '../../../../src/plan/record/plan-name.ts';

/** The owner that the tests plan for. */
export const US: Owner = { id: 'home', cluster: '0a1b2c3d' };

/** The name that the tests plan at. */
export const NAME = 'git.example.com';

const VALUES: Record<ManagedType, string[]> = {
  A: ['10.0.20.1', '10.0.20.2', '10.0.20.3', '10.0.20.4'],
  AAAA: ['fd00::1', 'fd00::2', 'fd00::3'],
  CNAME: ['example.com', 'ingress.example.com', 'site.pages.example.net'],
};

const note = fc.constantFrom(
  '',
  'by hand',
  'splithorizon',
  'ü'.repeat(120),
  'x'.repeat(255),
  '+adopted | a | b',
  'splithorizon:home/0a1b2c3d',
  'two\nlines',
);

const comments = fc.oneof(
  { weight: 4, arbitrary: note.map((text) => withNote('splithorizon:home/0a1b2c3d', text)) },
  { weight: 2, arbitrary: note.map((text) => withNote('splithorizon:home/0a1b2c3d+adopted', text)) },
  { weight: 3, arbitrary: note },
  fc.constantFrom(
    'splithorizon:home/ffffffff',
    'splithorizon:work/0a1b2c3d',
    'splithorizon:home',
    'SplitHorizon:home/0',
  ),
);

const withNote = (marker: string, text: string): string => (text === '' ? marker : `${marker} | ${text}`).slice(0, 140);

const ttl = fc.constantFrom(60, 300, 86_400);

const recordOf = (type: string, value: string): fc.Arbitrary<Omit<ZoneRecord, 'ttl'>> =>
  fc.record({
    name: fc.constant(NAME),
    type: fc.constant(type),
    value: fc.constant(value),
    comments,
    disabled: fc.boolean(),
  });

const setOf = (type: string, values: readonly string[]): fc.Arbitrary<readonly ZoneRecord[]> =>
  fc
    .tuple(fc.subarray([...values]), ttl)
    .chain(([chosen, seconds]) =>
      fc.tuple(...chosen.map((v) => recordOf(type, v).map((r) => ({ ...r, ttl: seconds })))),
    );

/** What a server may hold at one name: one CNAME alone, or sets of anything else with one TTL each. */
const held: fc.Arbitrary<readonly ZoneRecord[]> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...VALUES.CNAME), ttl)
    .chain(([value, seconds]) => recordOf('CNAME', value).map((record) => [{ ...record, ttl: seconds }])),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        setOf('A', VALUES.A),
        setOf('AAAA', VALUES.AAAA),
        setOf('TXT', ['v=spf1 -all']),
        setOf('MX', ['10 mail.example.com']),
        fc.oneof(
          { weight: 9, arbitrary: fc.constant([]) },
          setOf('ANAME', ['example.com']),
          setOf('APP', ['Split Horizon']),
        ),
      )
      .chain((sets) => fc.shuffledSubarray(sets.flat(), { minLength: sets.flat().length })),
  },
);

const wantedSet = (type: ManagedType, minLength: number): fc.Arbitrary<RecordSet[]> =>
  fc
    .tuple(fc.subarray(VALUES[type], { minLength }), ttl)
    .map(([values, seconds]) => (values.length === 0 ? [] : [{ name: NAME, type, ttl: seconds, values }]));

const desired: fc.Arbitrary<readonly RecordSet[]> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...VALUES.CNAME), ttl)
    .map(([value, seconds]): RecordSet[] => [{ name: NAME, type: 'CNAME', ttl: seconds, values: [value] }]),
  fc.tuple(wantedSet('A', 1), wantedSet('AAAA', 0)).map((sets) => sets.flat()),
  wantedSet('AAAA', 1),
);

/** Everything that can be asked of one name: what it holds, what is wanted there, and how much may be taken over. */
export const nameInput: fc.Arbitrary<NameInput> = fc.record({
  name: fc.constant(NAME),
  desired,
  current: held,
  owner: fc.constant(US),
  adoption: fc.constantFrom('Never', 'Matching', 'Always'),
});
