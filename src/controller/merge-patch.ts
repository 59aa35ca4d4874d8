/**
 * The JSON merge patch (RFC 7386) that turns one object into another, its top-level members taken whole: what is equal is
 * left out, what is gone is null. Undefined where nothing differs.
 */
export function mergePatch(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (after[key] === undefined && before[key] !== undefined) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (value !== undefined && canonical(value) !== canonical(before[key])) patch[key] = value;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** One text for all spellings of a JSON value: object keys sorted. */
function canonical(value: unknown): string | undefined {
  const sorted = (_key: string, member: unknown): unknown =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member;
  return JSON.stringify(value, sorted);
}
