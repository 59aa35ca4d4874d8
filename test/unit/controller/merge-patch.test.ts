import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../../src/controller/merge-patch.ts';

type Json = Record<string, unknown>;

test.each<{ name: string; before: Json; after: Json; want: Json | undefined }>([
  {
    name: 'nothing where nothing differs',
    before: { a: 1, b: [1, { c: 2 }] },
    after: { a: 1, b: [1, { c: 2 }] },
    want: undefined,
  },
  {
    name: 'nothing where only the order of keys differs',
    before: { a: { x: 1, y: 2 } },
    after: { a: { y: 2, x: 1 } },
    want: undefined,
  },
  {
    name: 'nothing where only the order of keys in a list differs',
    before: { a: [{ x: 1, y: 2 }] },
    after: { a: [{ y: 2, x: 1 }] },
    want: undefined,
  },
  { name: 'nothing where both have no such member', before: { a: undefined }, after: {}, want: undefined },
  { name: 'what is new', before: {}, after: { a: 1 }, want: { a: 1 } },
  { name: 'what has another value, and no more', before: { a: 1, b: 2 }, after: { a: 3, b: 2 }, want: { a: 3 } },
  { name: 'null for what is gone', before: { a: 1, b: 2 }, after: { b: 2 }, want: { a: null } },
  { name: 'null for what became undefined', before: { a: 1 }, after: { a: undefined }, want: { a: null } },
  { name: 'a list whole, in its order', before: { a: [1, 2] }, after: { a: [2, 1] }, want: { a: [2, 1] } },
  { name: 'an empty list', before: { a: [1] }, after: { a: [] }, want: { a: [] } },
  {
    name: 'a member object whole',
    before: { a: { x: 1, y: 2 } },
    after: { a: { x: 1, y: 3 } },
    want: { a: { x: 1, y: 3 } },
  },
  {
    // A deletion that begins anew must not keep the snapshot of the last one.
    name: 'null for what is gone from a member object, which a server would keep',
    before: { deletion: { since: 'then', snapshot: 's' } },
    after: { deletion: { since: 'now' } },
    want: { deletion: { since: 'now', snapshot: null } },
  },
  {
    name: 'null for what is gone further down',
    before: { a: { b: { x: 1, y: 2 } } },
    after: { a: { b: { y: 2 } } },
    want: { a: { b: { x: null, y: 2 } } },
  },
  { name: 'an object in the place of a value', before: { a: 1 }, after: { a: { x: 1 } }, want: { a: { x: 1 } } },
  { name: 'a value in the place of an object', before: { a: { x: 1 } }, after: { a: 1 }, want: { a: 1 } },
])('sends $name', ({ before, after, want }) => {
  expect(mergePatch(before, after)).toEqual(want);
});

/** How a server applies a merge patch (RFC 7386, section 2). */
const apply = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const old = isObject(target) ? target : {};
  const kept = Object.entries(old).filter(([key]) => patch[key] === undefined);
  const set = Object.entries(patch).filter(([, value]) => value !== null);
  return Object.fromEntries([...kept, ...set.map(([key, value]) => [key, apply(old[key], value)])]);
};
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('whatever differs', () => {
  const { object } = fc.letrec<{ object: Json; value: unknown }>((tie) => ({
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(1, 'x', true),
      fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
      tie('object'),
    ),
  }));

  test('the server then holds what was meant, and the next patch is none', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const stored = apply(before, mergePatch(before, after) ?? {}) as Json;
        expect(stored).toEqual(after);
        expect(mergePatch(stored, after)).toBeUndefined();
      }),
    );
  });
});
