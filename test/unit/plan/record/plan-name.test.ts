import { describe, expect, test } from 'vitest';
import { planName, planRemoval, type Adoption } from '../../../../src/plan/record/plan-name.ts';
import type { LostMarkers } from '../../../../src/plan/record/ownership.ts';
import { NAME, US } from './name-arbitraries.ts';
import { changeLine, lineOf, record, set } from './record-lines.ts';

const OURS = 'splithorizon:home/0a1b2c3d';
const ADOPTED = `${OURS}+adopted`;
const OTHER_OWNER = 'splithorizon:work/0a1b2c3d';
const OTHER_CLUSTER = 'splithorizon:home/ffffffff';

interface Given {
  readonly wanted: readonly string[];
  readonly held: readonly string[];
  readonly adoption: Adoption;
  readonly lost?: LostMarkers;
}

interface Want {
  readonly changes: readonly string[];
  readonly conflicts?: readonly string[];
}

interface Case {
  readonly name: string;
  readonly given: Given;
  readonly want: Want;
}

const plan = ({ wanted, held, adoption, lost }: Given): Want => {
  const { changes, conflicts } = planName({
    name: NAME,
    desired: wanted.map(set),
    current: held.map(record),
    owner: US,
    adoption,
    lost,
  });
  return { changes: changes.map(changeLine), conflicts: conflicts.map(lineOf) };
};

const check = ({ given, want }: Case): void => {
  expect(plan(given)).toEqual({ conflicts: [], ...want });
};

/** One row of the table in planName's docstring: what becomes of one CNAME under each adoption. */
const row = (name: string, held: readonly string[], want: Record<Adoption, Want>): Case[] =>
  (['Never', 'Matching', 'Always'] as const).map((adoption) => ({
    name: `${name}, adoption ${adoption}`,
    given: { wanted: ['CNAME 300 example.com'], held, adoption },
    want: want[adoption],
  }));

const always = (want: Want): Record<Adoption, Want> => ({ Never: want, Matching: want, Always: want });

const conflict = (line: string): Want => ({ changes: [], conflicts: [line] });

describe('each row of the table', () => {
  test.each<Case>([
    ...row('nothing there: added', [], always({ changes: [`add CNAME 300 example.com ;${OURS}`] })),
    ...row('the same, ours: kept', [`CNAME 300 example.com ;${OURS}`], always({ changes: [] })),
    ...row(
      'another value, ours: updated',
      [`CNAME 300 old.example.com ;${OURS}`],
      always({ changes: [`update CNAME 300 old.example.com ;${OURS} -> CNAME 300 example.com ;${OURS}`] }),
    ),
    ...row('the same, unmarked', ['CNAME 300 example.com ;by hand'], {
      Never: conflict('CNAME 300 example.com ;by hand'),
      Matching: {
        changes: [`update CNAME 300 example.com ;by hand -> CNAME 300 example.com ;${ADOPTED} | by hand`],
      },
      Always: {
        changes: [`update CNAME 300 example.com ;by hand -> CNAME 300 example.com ;${ADOPTED} | by hand`],
      },
    }),
    ...row('another value, unmarked', ['CNAME 300 elsewhere.example.net'], {
      Never: conflict('CNAME 300 elsewhere.example.net'),
      Matching: conflict('CNAME 300 elsewhere.example.net'),
      Always: { changes: [`update CNAME 300 elsewhere.example.net -> CNAME 300 example.com ;${ADOPTED}`] },
    }),
    ...row(
      'the same, of another owner: conflict',
      [`CNAME 300 example.com ;${OTHER_OWNER}`],
      always(conflict(`CNAME 300 example.com ;${OTHER_OWNER}`)),
    ),
    ...row(
      'another value, of another owner: conflict',
      [`CNAME 300 old.example.com ;${OTHER_OWNER}`],
      always(conflict(`CNAME 300 old.example.com ;${OTHER_OWNER}`)),
    ),
    ...row(
      'the same, of our owner id in another cluster: conflict',
      [`CNAME 300 example.com ;${OTHER_CLUSTER}`],
      always(conflict(`CNAME 300 example.com ;${OTHER_CLUSTER}`)),
    ),
    ...row(
      'another value, of our owner id in another cluster: conflict',
      [`CNAME 300 old.example.com ;${OTHER_CLUSTER}`],
      always(conflict(`CNAME 300 old.example.com ;${OTHER_CLUSTER}`)),
    ),
  ])('$name', check);
});

describe('a set of addresses', () => {
  test.each<Case>([
    {
      name: 'is added value by value',
      given: { wanted: ['A 60 10.0.20.1 10.0.20.2', 'AAAA 60 fd00::1'], held: [], adoption: 'Never' },
      want: {
        changes: [`add A 60 10.0.20.1 ;${OURS}`, `add A 60 10.0.20.2 ;${OURS}`, `add AAAA 60 fd00::1 ;${OURS}`],
      },
    },
    {
      name: 'that moved is one update',
      given: { wanted: ['A 60 10.0.20.204'], held: [`A 60 10.0.20.203 ;${OURS}`], adoption: 'Never' },
      want: { changes: [`update A 60 10.0.20.203 ;${OURS} -> A 60 10.0.20.204 ;${OURS}`] },
    },
    {
      name: 'that moved and has another TTL is one update',
      given: { wanted: ['A 30 10.0.20.204'], held: [`A 60 10.0.20.203 ;${OURS}`], adoption: 'Never' },
      want: { changes: [`update A 60 10.0.20.203 ;${OURS} -> A 30 10.0.20.204 ;${OURS}`] },
    },
    {
      name: 'of which one moved keeps the other',
      given: {
        wanted: ['A 60 10.0.20.2 10.0.20.3'],
        held: [`A 60 10.0.20.1 ;${OURS}`, `A 60 10.0.20.2 ;${OURS}`],
        adoption: 'Never',
      },
      want: { changes: [`update A 60 10.0.20.1 ;${OURS} -> A 60 10.0.20.3 ;${OURS}`] },
    },
    {
      name: 'that grows is added to',
      given: { wanted: ['A 60 10.0.20.1 10.0.20.2'], held: [`A 60 10.0.20.2 ;${OURS}`], adoption: 'Never' },
      want: { changes: [`add A 60 10.0.20.1 ;${OURS}`] },
    },
    {
      name: 'that shrinks loses what is no longer wanted',
      given: {
        wanted: ['A 60 10.0.20.2'],
        held: [`A 60 10.0.20.1 ;${OURS}`, `A 60 10.0.20.2 ;${OURS}`],
        adoption: 'Never',
      },
      want: { changes: [`delete A 60 10.0.20.1 ;${OURS}`] },
    },
    {
      name: 'that gets another TTL is written value by value, since the first erases the comments of the others',
      given: {
        wanted: ['A 30 10.0.20.1 10.0.20.2'],
        held: [`A 60 10.0.20.1 ;${OURS} | first`, `A 60 10.0.20.2 ;${ADOPTED} | second`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `update A 60 10.0.20.1 ;${OURS} | first -> A 30 10.0.20.1 ;${OURS} | first`,
          `update A 60 10.0.20.2 ;${ADOPTED} | second -> A 30 10.0.20.2 ;${ADOPTED} | second`,
        ],
      },
    },
    {
      name: 'that moves, shrinks and gets another TTL gets the TTL when nothing old is left',
      given: {
        wanted: ['A 30 10.0.20.3 10.0.20.4'],
        held: [`A 60 10.0.20.1 ;${OURS}`, `A 60 10.0.20.4 ;${OURS}`, `A 60 10.0.20.2 ;${OURS}`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `update A 60 10.0.20.1 ;${OURS} -> A 60 10.0.20.3 ;${OURS}`,
          `delete A 60 10.0.20.2 ;${OURS}`,
          `update A 60 10.0.20.3 ;${OURS} -> A 30 10.0.20.3 ;${OURS}`,
          `update A 60 10.0.20.4 ;${OURS} -> A 30 10.0.20.4 ;${OURS}`,
        ],
      },
    },
    {
      name: 'of one family is not touched when the other changes',
      given: {
        wanted: ['A 60 10.0.20.1', 'AAAA 60 fd00::2'],
        held: [`A 60 10.0.20.1 ;${OURS}`, `AAAA 60 fd00::1 ;${OURS}`],
        adoption: 'Never',
      },
      want: { changes: [`update AAAA 60 fd00::1 ;${OURS} -> AAAA 60 fd00::2 ;${OURS}`] },
    },
    {
      name: 'of another family is there before the old family goes',
      given: { wanted: ['AAAA 60 fd00::1'], held: [`A 60 10.0.20.1 ;${OURS}`], adoption: 'Never' },
      want: { changes: [`add AAAA 60 fd00::1 ;${OURS}`, `delete A 60 10.0.20.1 ;${OURS}`] },
    },
  ])('$name', check);
});

describe('a change of type', () => {
  test.each<Case>([
    {
      name: 'from CNAME to addresses takes the CNAME away first, since nothing stands beside one',
      given: {
        wanted: ['A 60 10.0.20.1', 'AAAA 60 fd00::1'],
        held: [`CNAME 300 example.com ;${OURS}`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `delete CNAME 300 example.com ;${OURS}`,
          `add A 60 10.0.20.1 ;${OURS}`,
          `add AAAA 60 fd00::1 ;${OURS}`,
        ],
      },
    },
    {
      name: 'from addresses to a CNAME takes the addresses away first',
      given: {
        wanted: ['CNAME 300 example.com'],
        held: [`A 60 10.0.20.1 ;${OURS}`, `AAAA 60 fd00::1 ;${OURS}`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `delete A 60 10.0.20.1 ;${OURS}`,
          `delete AAAA 60 fd00::1 ;${OURS}`,
          `add CNAME 300 example.com ;${OURS}`,
        ],
      },
    },
    {
      name: 'leaves the note and that it was taken over to what takes the place, record by record',
      given: {
        wanted: ['A 60 10.0.20.1 10.0.20.2'],
        held: [`CNAME 300 example.com ;${ADOPTED} | ask Jo first`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `delete CNAME 300 example.com ;${ADOPTED} | ask Jo first`,
          `add A 60 10.0.20.1 ;${ADOPTED} | ask Jo first`,
          `add A 60 10.0.20.2 ;${OURS}`,
        ],
      },
    },
    {
      name: 'of family does so too',
      given: {
        wanted: ['AAAA 60 fd00::1'],
        held: [`A 60 10.0.20.1 ;${OURS} | ask Jo first`, `A 60 10.0.20.2 ;${ADOPTED}`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `add AAAA 60 fd00::1 ;${OURS} | ask Jo first`,
          `delete A 60 10.0.20.1 ;${OURS} | ask Jo first`,
          `delete A 60 10.0.20.2 ;${ADOPTED}`,
        ],
      },
    },
    {
      name: 'to a CNAME does not begin while something foreign stands beside our address',
      given: {
        wanted: ['CNAME 300 example.com'],
        held: [`A 60 10.0.20.1 ;${OURS}`, 'TXT 300 v=spf1 -all'],
        adoption: 'Always',
      },
      want: { changes: [], conflicts: ['TXT 300 v=spf1 -all'] },
    },
  ])('$name', check);
});

describe('what is foreign at the name', () => {
  test.each<Case>([
    {
      name: 'a CNAME made by hand stays, and no address is tried beside it',
      given: { wanted: ['A 60 10.0.20.1'], held: ['CNAME 300 elsewhere.example.net ;mine'], adoption: 'Matching' },
      want: conflict('CNAME 300 elsewhere.example.net ;mine'),
    },
    {
      name: 'TXT and MX at the apex are no business of its addresses',
      given: {
        wanted: ['A 60 10.0.20.203'],
        held: ['NS 14400 dns1.test', 'SOA 900 dns1.test', 'TXT 300 v=spf1 -all', 'MX 300 10 mail.example.com'],
        adoption: 'Always',
      },
      want: { changes: [`add A 60 10.0.20.203 ;${OURS}`] },
    },
    {
      name: 'TXT and MX stand in the way of a CNAME under every adoption',
      given: {
        wanted: ['CNAME 300 example.com'],
        held: ['TXT 300 v=spf1 -all', 'MX 300 10 mail.example.com'],
        adoption: 'Always',
      },
      want: { changes: [], conflicts: ['TXT 300 v=spf1 -all', 'MX 300 10 mail.example.com'] },
    },
    ...['ANAME 300 example.com', 'APP 300 Split Horizon', 'FWD 300 192.0.2.1'].map((line): Case => {
      const given: Given = { wanted: ['A 60 10.0.20.1'], held: [line], adoption: 'Always' };
      return { name: `${line} decides the address and is never taken over`, given, want: conflict(line) };
    }),
    {
      name: 'an address beside ours is reported, keeps its TTL and gives it to what we write into its set',
      given: {
        wanted: ['A 60 10.0.20.2'],
        held: [`A 3600 10.0.20.1 ;${OURS}`, 'A 3600 10.0.20.9 ;by hand'],
        adoption: 'Matching',
      },
      want: {
        changes: [`update A 3600 10.0.20.1 ;${OURS} -> A 3600 10.0.20.2 ;${OURS}`],
        conflicts: ['A 3600 10.0.20.9 ;by hand'],
      },
    },
    {
      name: 'an address in the other family leaves our own TTL alone',
      given: {
        wanted: ['A 60 10.0.20.1'],
        held: [`A 3600 10.0.20.1 ;${OURS}`, 'AAAA 3600 fd00::9 ;by hand'],
        adoption: 'Matching',
      },
      want: {
        changes: [`update A 3600 10.0.20.1 ;${OURS} -> A 60 10.0.20.1 ;${OURS}`],
        conflicts: ['AAAA 3600 fd00::9 ;by hand'],
      },
    },
    {
      name: 'a wanted address that another owner holds already is not written again beside it',
      given: {
        wanted: ['A 60 10.0.20.1 10.0.20.2'],
        held: [`A 60 10.0.20.1 ;${OURS}`, `A 60 10.0.20.2 ;${OTHER_OWNER}`],
        adoption: 'Always',
      },
      want: { changes: [], conflicts: [`A 60 10.0.20.2 ;${OTHER_OWNER}`] },
    },
    {
      name: 'our old address is not moved onto the wanted one that a foreign record holds, but goes',
      given: {
        wanted: ['A 60 10.0.20.2'],
        held: [`A 60 10.0.20.1 ;${OURS}`, 'A 60 10.0.20.2 ;by hand'],
        adoption: 'Never',
      },
      want: { changes: [`delete A 60 10.0.20.1 ;${OURS}`], conflicts: ['A 60 10.0.20.2 ;by hand'] },
    },
    {
      name: 'our old address stays where the only wanted one is foreign and switched off: it is the last that answers',
      given: {
        wanted: ['A 60 10.0.20.2'],
        held: [`A 60 10.0.20.1 ;${OURS}`, 'A 60 10.0.20.2 off ;not yet'],
        adoption: 'Matching',
      },
      want: conflict('A 60 10.0.20.2 off ;not yet'),
    },
    {
      name: 'our old address moves to what else is wanted where one wanted address is foreign and switched off',
      given: {
        wanted: ['A 60 10.0.20.2 10.0.20.3'],
        held: [`A 60 10.0.20.1 ;${OURS}`, 'A 60 10.0.20.2 off ;not yet'],
        adoption: 'Matching',
      },
      want: {
        changes: [`update A 60 10.0.20.1 ;${OURS} -> A 60 10.0.20.3 ;${OURS}`],
        conflicts: ['A 60 10.0.20.2 off ;not yet'],
      },
    },
  ])('$name', check);
});

describe('disabled records', () => {
  test.each<Case>([
    {
      name: 'ours is switched on again',
      given: { wanted: ['CNAME 300 example.com'], held: [`CNAME 300 example.com off ;${OURS}`], adoption: 'Never' },
      want: { changes: [`update CNAME 300 example.com off ;${OURS} -> CNAME 300 example.com ;${OURS}`] },
    },
    {
      name: 'ours in a set is switched on before an old one goes and the TTL changes',
      given: {
        wanted: ['A 30 10.0.20.1'],
        held: [`A 60 10.0.20.1 off ;${OURS}`, `A 60 10.0.20.2 ;${OURS}`],
        adoption: 'Never',
      },
      want: {
        changes: [
          `update A 60 10.0.20.1 off ;${OURS} -> A 60 10.0.20.1 ;${OURS}`,
          `delete A 60 10.0.20.2 ;${OURS}`,
          `update A 60 10.0.20.1 ;${OURS} -> A 30 10.0.20.1 ;${OURS}`,
        ],
      },
    },
    {
      name: 'a person who switched a right record off meant it: Matching leaves it',
      given: { wanted: ['CNAME 300 example.com'], held: ['CNAME 300 example.com off'], adoption: 'Matching' },
      want: conflict('CNAME 300 example.com off'),
    },
    {
      name: 'Always takes it over and switches it on',
      given: { wanted: ['CNAME 300 example.com'], held: ['CNAME 300 example.com off'], adoption: 'Always' },
      want: { changes: [`update CNAME 300 example.com off -> CNAME 300 example.com ;${ADOPTED}`] },
    },
  ])('$name', check);
});

describe('adoption', () => {
  test.each<Case>([
    {
      name: 'takes over what a cron job wrote, with our TTL, in one call that leaves no gap',
      given: { wanted: ['CNAME 300 example.com'], held: ['CNAME 86400 example.com'], adoption: 'Matching' },
      want: { changes: [`update CNAME 86400 example.com -> CNAME 300 example.com ;${ADOPTED}`] },
    },
    {
      name: 'takes over a set with our TTL, in one call a value',
      given: {
        wanted: ['A 60 10.0.20.1 10.0.20.2'],
        held: ['A 3600 10.0.20.1 ;by hand', 'A 3600 10.0.20.2'],
        adoption: 'Matching',
      },
      want: {
        changes: [
          `update A 3600 10.0.20.1 ;by hand -> A 60 10.0.20.1 ;${ADOPTED} | by hand`,
          `update A 3600 10.0.20.2 -> A 60 10.0.20.2 ;${ADOPTED}`,
        ],
      },
    },
    {
      name: 'Matching takes the right address of two and reports the other',
      given: {
        wanted: ['A 60 10.0.20.1'],
        held: ['A 3600 10.0.20.1 ;by hand', 'A 3600 10.0.20.9 ;by hand'],
        adoption: 'Matching',
      },
      want: {
        changes: [`update A 3600 10.0.20.1 ;by hand -> A 3600 10.0.20.1 ;${ADOPTED} | by hand`],
        conflicts: ['A 3600 10.0.20.9 ;by hand'],
      },
    },
    {
      name: 'Always replaces an address by a CNAME',
      given: { wanted: ['CNAME 300 example.com'], held: ['A 3600 203.0.113.10'], adoption: 'Always' },
      want: { changes: ['delete A 3600 203.0.113.10', `add CNAME 300 example.com ;${ADOPTED}`] },
    },
    ...(['Matching', 'Always'] as const).map((given): Case => {
      // Twelve bytes too many beside the marker.
      const held = `CNAME 300 example.com ;${'ü'.repeat(115)}`;
      return {
        name: `${given} leaves what has comments that would not be whole beside the marker`,
        given: { wanted: ['CNAME 300 example.com'], held: [held], adoption: given },
        want: conflict(held),
      };
    }),
    {
      name: 'a marker that is not quite one is a comment like any other',
      given: { wanted: ['CNAME 300 example.com'], held: [`CNAME 300 example.com ;${OURS}x`], adoption: 'Never' },
      want: conflict(`CNAME 300 example.com ;${OURS}x`),
    },
  ])('$name', check);
});

describe('a note beside the marker', () => {
  test.each<Case>([
    {
      name: 'is no reason to write',
      given: { wanted: ['A 60 10.0.20.1'], held: [`A 60 10.0.20.1 ;${OURS} | ask Jo first`], adoption: 'Never' },
      want: { changes: [] },
    },
    {
      name: 'is kept when the value changes',
      given: { wanted: ['A 60 10.0.20.2'], held: [`A 60 10.0.20.1 ;${ADOPTED} | ask Jo first`], adoption: 'Never' },
      want: {
        changes: [`update A 60 10.0.20.1 ;${ADOPTED} | ask Jo first -> A 60 10.0.20.2 ;${ADOPTED} | ask Jo first`],
      },
    },
  ])('$name', check);
});

describe('removing what is ours', () => {
  test.each<{ name: string; given: readonly string[]; want: readonly string[] }>([
    { name: 'nothing there, nothing to do', given: [], want: [] },
    {
      name: 'what we made is deleted',
      given: [`A 60 10.0.20.1 ;${OURS}`, `AAAA 60 fd00::1 ;${OURS} | a note`],
      want: [`delete A 60 10.0.20.1 ;${OURS}`, `delete AAAA 60 fd00::1 ;${OURS} | a note`],
    },
    {
      name: 'what we took over stays, without the marker',
      given: [`CNAME 300 example.com ;${ADOPTED}`],
      want: [`update CNAME 300 example.com ;${ADOPTED} -> CNAME 300 example.com`],
    },
    {
      name: "what we took over gets the person's note back as its comments",
      given: [`A 60 10.0.20.1 off ;${ADOPTED} | by hand`],
      want: [`update A 60 10.0.20.1 off ;${ADOPTED} | by hand -> A 60 10.0.20.1 off ;by hand`],
    },
    {
      name: 'a note that reads as our marker is not given back, or the next removal would delete the record',
      given: [`A 60 10.0.20.1 ;${ADOPTED} | ${OURS}`],
      want: [`update A 60 10.0.20.1 ;${ADOPTED} | ${OURS} -> A 60 10.0.20.1`],
    },
    {
      name: 'everything else is left alone',
      given: ['A 60 10.0.20.1', `A 60 10.0.20.2 ;${OTHER_OWNER}`, `A 60 10.0.20.3 ;${OTHER_CLUSTER}`, 'TXT 300 x'],
      want: [],
    },
  ])('$name', ({ given, want }) => {
    expect(planRemoval(given.map(record), US).map(changeLine)).toEqual(want);
  });
});

describe('a record that lost its marker', () => {
  /** What status remembers: these values as ours, in the way said, and whether the marker was given back just now. */
  const lost = (values: Record<string, 'made' | 'adopted'>, isHeld = false): LostMarkers => ({
    find: ({ value }) => (values[value] === undefined ? undefined : { adopted: values[value] === 'adopted' }),
    isHeld: () => isHeld,
  });
  const wanted = ['CNAME 300 example.com'];
  const adoption = 'Never';

  test.each<Case>([
    {
      name: 'gets it back as it was, whatever the adoption',
      given: { wanted, held: ['CNAME 300 example.com'], adoption, lost: lost({ 'example.com': 'made' }) },
      want: { changes: [`update CNAME 300 example.com -> CNAME 300 example.com ;${OURS}`] },
    },
    {
      name: 'is still what was taken over',
      given: {
        wanted,
        held: ['CNAME 300 example.com ;by cron'],
        adoption,
        lost: lost({ 'example.com': 'adopted' }),
      },
      want: { changes: [`update CNAME 300 example.com ;by cron -> CNAME 300 example.com ;${ADOPTED} | by cron`] },
    },
    {
      name: 'waits for it where it was given back just now, and is no conflict',
      given: { wanted, held: ['CNAME 300 example.com'], adoption, lost: lost({ 'example.com': 'made' }, true) },
      want: { changes: [] },
    },
    {
      name: 'waits for it under adoption Matching too',
      given: { wanted, held: ['CNAME 300 example.com'], adoption: 'Matching', lost: lost({}, true) },
      want: { changes: [] },
    },
    {
      name: 'gets it at once together with another value',
      given: {
        wanted,
        held: ['CNAME 300 old.example.com'],
        adoption,
        lost: lost({ 'old.example.com': 'made' }, true),
      },
      want: { changes: [`update CNAME 300 old.example.com -> CNAME 300 example.com ;${OURS}`] },
    },
    {
      name: 'gets it at once together with another TTL',
      given: { wanted, held: ['CNAME 5 example.com'], adoption, lost: lost({ 'example.com': 'made' }, true) },
      want: { changes: [`update CNAME 5 example.com -> CNAME 300 example.com ;${OURS}`] },
    },
    {
      name: 'of another value than is remembered is foreign',
      given: { wanted, held: ['CNAME 300 other.test'], adoption, lost: lost({ 'example.com': 'made' }) },
      want: conflict('CNAME 300 other.test'),
    },
    {
      name: 'with the mark of another is foreign',
      given: {
        wanted,
        held: [`CNAME 300 example.com ;${OTHER_OWNER}`],
        adoption,
        lost: lost({ 'example.com': 'made' }),
      },
      want: conflict(`CNAME 300 example.com ;${OTHER_OWNER}`),
    },
    {
      name: 'beside another that has it keeps its place in the set',
      given: {
        wanted: ['A 60 10.0.20.1 10.0.20.2'],
        held: [`A 60 10.0.20.1 ;${OURS}`, 'A 60 10.0.20.2'],
        adoption,
        lost: lost({ '10.0.20.2': 'made' }),
      },
      want: { changes: [`update A 60 10.0.20.2 -> A 60 10.0.20.2 ;${OURS}`] },
    },
  ])('$name', check);

  test.each([
    {
      name: 'gets it back before it is deleted',
      lost: lost({ 'example.com': 'made' }),
      want: [`update CNAME 300 example.com -> CNAME 300 example.com ;${OURS}`],
    },
    { name: 'is not deleted while it waits for it', lost: lost({ 'example.com': 'made' }, true), want: [] },
    { name: 'stays where it had been taken over', lost: lost({ 'example.com': 'adopted' }), want: [] },
  ])('$name', ({ lost: remembered, want }) => {
    expect(planRemoval([record('CNAME 300 example.com')], US, remembered).map(changeLine)).toEqual(want);
  });
});
