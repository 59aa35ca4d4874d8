import { isObject } from './objects.ts';

type Step = (value: unknown) => unknown[];

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const field =
  (name: string): Step =>
  (value) =>
    isObject(value) && value[name] !== undefined ? [value[name]] : [];

const TOKEN =
  /\.(?<name>(?:\\.|[^.[\\])+)|\['(?<quoted>[^']+)'\]|\[\?\(@\.(?<key>[\w.]+)\s*==\s*["'](?<equals>[^"']*)["']\)\]|\[(?<index>-?\d+|\*)\]/gy;

const stepOf = (groups: Record<string, string | undefined>): Step => {
  const { name, quoted, key, equals, index } = groups;
  if (key !== undefined) return (value) => asList(value).filter((item) => isObject(item) && item[key] === equals);
  if (index === '*') return asList;
  if (index !== undefined) return (value) => asList(value).slice(Number(index)).slice(0, 1);
  return field(quoted ?? (name ?? '').replaceAll(/\\(.)/g, '$1'));
};

/**
 * Reads the first value at a JSONPath as printer columns use it: fields (`.a.b`, `.a['b']`, `.a\.b`), indexes, `[*]`, and
 * the filter `[?(@.type=="Ready")]`. Undefined where there is none.
 */
export const jsonPath = (path: string): ((root: unknown) => unknown) => {
  const tokens = [...path.matchAll(TOKEN)];
  if (tokens.map(([text]) => text).join('') !== path) throw new Error(`JSONPath not understood: ${path}`);
  const steps = tokens.map(({ groups }) => stepOf(groups ?? {}));
  return (root) => steps.reduce<unknown[]>((values, step) => values.flatMap(step), [root])[0];
};
