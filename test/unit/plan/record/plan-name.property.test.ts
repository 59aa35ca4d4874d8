import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decidesAddress, type ZoneRecord } from '../../../../src/model/record.ts';
import { isOurs, ownershipOf } from '../../../../src/plan/record/ownership.ts';
import { planName, planRemoval, type NameInput } from '../../../../src/plan/record/plan-name.ts';
import { nameInput, US } from './name-arbitraries.ts';
import { applyAll } from './technitium-name.ts';

// Hundreds of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const RUNS = { numRuns: 300 };

const outcome = (input: NameInput): readonly ZoneRecord[] => applyAll(input.current, planName(input).changes);

/** What the name held at first, and after each of the changes. */
const steps = (input: NameInput): (readonly ZoneRecord[])[] => {
  const { changes } = planName(input);
  return [input.current, ...changes.map((_, index) => applyAll(input.current, changes.slice(0, index + 1)))];
};

/** The name's address records as a client sees them, in one order. */
const served = (held: readonly ZoneRecord[]): string[] =>
  held
    .filter(({ type, disabled }) => decidesAddress(type) && !disabled)
    .map(({ type, ttl, value }) => `${type} ${ttl} ${value}`)
    .sort();

const isWanted = (input: NameInput, record: ZoneRecord): boolean =>
  input.desired.some(({ type, values }) => type === record.type && values.includes(record.value));

/** Whether `adoption` lets us take a record over, told from the promise and not from the code. */
const mayBeAdopted = (input: NameInput, record: ZoneRecord): boolean =>
  ownershipOf(record, US).kind === 'Unmarked' &&
  Buffer.byteLength(`splithorizon:home/0a1b2c3d+adopted | ${record.comments}`) <= 255 &&
  ((input.adoption === 'Always' && ['A', 'AAAA', 'CNAME'].includes(record.type)) ||
    (input.adoption === 'Matching' && !record.disabled && isWanted(input, record)));

const isForeign = (input: NameInput, record: ZoneRecord): boolean =>
  !isOurs(record, US) && !mayBeAdopted(input, record);

describe('planning a name, whatever it holds and whatever is wanted', () => {
  test('a second plan over the result of the first is empty', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        expect(planName({ ...input, current: outcome(input) }).changes).toEqual([]);
      }),
      RUNS,
    );
  });

  test('what is foreign is the same to the byte after every single change', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        const foreign = input.current.filter((record) => isForeign(input, record));
        for (const held of steps(input)) expect(held).toEqual(expect.arrayContaining(foreign));
      }),
      RUNS,
    );
  });

  test('only addresses and CNAMEs are ever written, whatever the comments of other types say', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        const changes = [...planName(input).changes, ...planRemoval(input.current, US)];
        const written = changes.map((change) => (change.op === 'update' ? change.from.type : change.record.type));
        expect(written.filter((type) => !['A', 'AAAA', 'CNAME'].includes(type))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('what stands in the way is reported as it is', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        const foreign = input.current.filter((record) => isForeign(input, record));
        const wantsCname = input.desired.some(({ type }) => type === 'CNAME');
        const inTheWay = foreign.filter(({ type }) => wantsCname || decidesAddress(type));
        expect(planName(input).conflicts).toEqual(inTheWay);
      }),
      RUNS,
    );
  });

  test('without a conflict the name says exactly what is wanted, all of it ours', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        if (planName(input).conflicts.length > 0) return;
        const wanted = input.desired.flatMap(({ type, ttl, values }) =>
          values.map((value) => `${type} ${ttl} ${value}`),
        );
        const left = outcome(input);
        expect(served(left)).toEqual(wanted.sort());
        expect(left.filter(({ type }) => decidesAddress(type)).every((record) => isOurs(record, US))).toBe(true);
      }),
      RUNS,
    );
  });

  test('a name that answered keeps answering after every change, unless its type changes', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        const answers = (held: readonly ZoneRecord[]): boolean =>
          held.some(({ type, disabled }) => decidesAddress(type) && !disabled);
        const cnames = [...input.current, ...input.desired].filter(({ type }) => type === 'CNAME').length;
        const addresses =
          [...input.current, ...input.desired].filter(({ type }) => decidesAddress(type)).length - cnames;
        if (!answers(input.current) || (cnames > 0 && addresses > 0)) return;
        for (const held of steps(input)) expect(answers(held)).toBe(true);
      }),
      RUNS,
    );
  });

  test('what stays keeps its note and whether it was taken over', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        const left = outcome(input);
        for (const record of input.current) {
          const before = ownershipOf(record, US);
          if (before.kind !== 'Ours' || !isWanted(input, record)) continue;
          const same = left.filter(({ type, value }) => type === record.type && value === record.value);
          expect(same.map((found) => ownershipOf(found, US))).toEqual([before]);
        }
      }),
      RUNS,
    );
  });

  test('cut off after any change, the next plan completes it', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        if (input.adoption === 'Never' || planName(input).conflicts.length > 0) return;
        for (const held of steps(input)) {
          const rest = planName({ ...input, current: held });
          expect(rest.conflicts).toEqual([]);
          expect(served(applyAll(held, rest.changes))).toEqual(served(outcome(input)));
        }
      }),
      RUNS,
    );
  });

  test('cut off after any change, nothing of ours that is unwanted is left behind without our marker', () => {
    fc.assert(
      fc.property(nameInput, (input) => {
        const foreign = input.current
          .filter((record) => !isOurs(record, US))
          .map(({ type, value }) => `${type} ${value}`);
        for (const held of steps(input)) {
          const orphans = held.filter(
            (record) =>
              !isOurs(record, US) && !isWanted(input, record) && !foreign.includes(`${record.type} ${record.value}`),
          );
          expect(orphans).toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

describe('removing our records from a name, whatever it holds', () => {
  test('nothing of ours is left, what was taken over stays without the marker, and the rest is untouched', () => {
    fc.assert(
      fc.property(nameInput, ({ current }) => {
        const left = applyAll(current, planRemoval(current, US));
        const want = current.flatMap((record) => {
          const ownership = ownershipOf(record, US);
          if (ownership.kind !== 'Ours') return [record];
          if (!ownership.marker.adopted) return [];
          const unmarked = { ...record, comments: ownership.marker.note };
          return [isOurs(unmarked, US) ? { ...record, comments: '' } : unmarked];
        });
        expect(left).toHaveLength(want.length);
        expect(left).toEqual(expect.arrayContaining(want));
        expect(planRemoval(left, US)).toEqual([]);
      }),
      RUNS,
    );
  });
});
