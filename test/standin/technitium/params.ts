import { ApiError } from './errors.ts';
import { requireTtl } from './ttl.ts';

/** The parameters of one call, from the query first, then from the form; their names in any case. An empty one counts as missing. */
export class Params {
  readonly #values = new Map<string, string>();

  constructor(query: URLSearchParams, form: URLSearchParams) {
    for (const [key, value] of [...form, ...query]) this.#values.set(key.toLowerCase(), value);
  }

  optional(name: string): string | undefined {
    const value = this.#values.get(name.toLowerCase());
    return value === '' ? undefined : value;
  }

  /** Also an empty value, to tell "said to be nothing" from "not said". */
  said(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  text(name: string): string {
    return this.alt(name, name);
  }

  /** `name`, or `other` in its place. */
  alt(name: string, other: string): string {
    const value = this.optional(name) ?? this.optional(other);
    if (value === undefined) throw new ApiError(`Parameter '${name}' missing.`);
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.optional(name);
    if (value === undefined) return fallback;
    if (!/^\s*(true|false)\s*$/i.test(value))
      throw new ApiError(`String '${value}' was not recognized as a valid Boolean.`);
    return value.trim().toLowerCase() === 'true';
  }

  ttl(name: string, fallback?: number): number {
    const value = this.optional(name);
    if (value === undefined && fallback !== undefined) return fallback;
    return requireTtl(this.text(name));
  }

  /** One of `allowed`, in any case. */
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.optional(name);
    if (value === undefined && fallback !== undefined) return fallback;
    const text = this.text(name);
    const found = allowed.find((one) => one.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw new ApiError(`Requested value '${text}' was not found.`);
    return found;
  }
}

/** An unsigned number of at most `max`, with the server's words for anything else. */
export function unsigned(text: string, max: number): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new ApiError(`The input string '${text}' was not in a correct format.`);
  const value = Number(text);
  if (value < 0 || value > max) {
    const type = { 255: 'an unsigned byte', 65535: 'a UInt16' }[max] ?? 'a UInt32';
    throw new ApiError(`Value was either too large or too small for ${type}.`);
  }
  return value;
}
