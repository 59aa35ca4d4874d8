type Members = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch (RFC 7386) that turns one object into another, its top-level members taken whole: what is equal is
 * left out, what is gone is null. Undefined where nothing differs.
 */
export function mergePatch(before: Members, after: Members): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (canonical(after[key]) !== canonical(before[key])) patch[key] = replacement(before[key], after[key]);
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** What to send so that a member becomes another: a server merges objects, so that what is gone from one must be named. */
function replacement(before: unknown, after: unknown): unknown {
  if (after === undefined) return null;
  if (!isObject(before) || !isObject(after)) return after;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries([...keys].map((key) => [key, replacement(before[key], after[key])]));
}

/** One text for all spellings of a JSON value: object keys sorted. */
function canonical(value: unknown): string | undefined {
  const sorted = (_key: string, member: unknown): unknown =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member;
  return JSON.stringify(value, sorted);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
