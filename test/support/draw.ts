/** Chances of one seed: the same seed draws the same, on every machine. */
export interface Draw {
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
  /** A whole number from `from` to `to`, both included. */
  readonly number: (from: number, to: number) => number;
  readonly oneOf: <T>(choices: readonly [T, ...T[]]) => T;
  /** One of the keys, each as often as its weight says. */
  readonly weighted: <K extends string>(weights: Readonly<Record<K, number>>) => K;
  readonly some: <T>(choices: readonly T[]) => T[];
  readonly list: <T>(length: number, make: (index: number) => T) => T[];
}

/** Mulberry32: 32 bits of state are enough to tell some hundred thousand seeds apart. */
function random(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function drawFrom(seed: number): Draw {
  const next = random(seed);
  const number = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const once = (times: number): boolean => next() * times < 1;
  return {
    once,
    number,
    oneOf: (choices) => choices[number(0, choices.length - 1)] ?? choices[0],
    weighted: (weights) => {
      const keys = Object.keys(weights) as (keyof typeof weights)[];
      let left = next() * keys.reduce((sum, key) => sum + weights[key], 0);
      return keys.find((key) => (left -= weights[key]) < 0) ?? (keys.at(-1) as (typeof keys)[number]);
    },
    some: (choices) => choices.filter(() => once(2)),
    list: (length, make) => Array.from({ length }, (_, index) => make(index)),
  };
}
