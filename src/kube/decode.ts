/** Reads a value of unknown shape, or throws a {@link DecodeError} that names `where` it stands. */
export type Decode<T> = (value: unknown, where: string) => T;

/** A value is not what it should be. The message names the field and what it should be, never what it is. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** An object whose members were not yet looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** How each field is read; one that may be missing is read by {@link optional}. */
type FieldDecoders<T> = {
  readonly [Name in keyof T]-?: Partial<Pick<T, Name>> extends Pick<T, Name>
    ? Decode<T[Name] | undefined>
    : Decode<T[Name]>;
};

export const fields: Decode<Fields> = (value, where) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new DecodeError(`${where} is no object`);
};

export const text: Decode<string> = (value, where) => {
  if (typeof value === 'string') return value;
  throw new DecodeError(`${where} is no string`);
};

export const whole: Decode<number> = (value, where) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new DecodeError(`${where} is no whole number`);
};

export const flag: Decode<boolean> = (value, where) => {
  if (typeof value === 'boolean') return value;
  throw new DecodeError(`${where} is neither true nor false`);
};

/** One of a closed set of words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Decode<Word> {
  return (value, where) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new DecodeError(`${where} is none of ${words.join(', ')}`);
    return word;
  };
}

/** What may be missing; null counts as missing, as it does to the API server. */
export function optional<T>(decode: Decode<T>): Decode<T | undefined> {
  return (value, where) => (value === undefined || value === null ? undefined : decode(value, where));
}

export function listOf<T>(decode: Decode<T>): Decode<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new DecodeError(`${where} is no list`);
    return value.map((item) => decode(item, `${where}[]`));
  };
}

/** Strings by freely chosen names, such as annotations; missing means none. */
export const texts: Decode<Readonly<Record<string, string>>> = (value, where) =>
  value === undefined || value === null
    ? {}
    : Object.fromEntries(
        Object.entries(fields(value, where)).map(([name, item]) => [name, text(item, `${where}.${name}`)]),
      );

/** An object of which the given fields are kept, in the order given here, and no others. */
export function object<T extends object>(decoders: FieldDecoders<T>): Decode<T> {
  const entries = Object.entries<Decode<unknown>>(decoders);
  return (value, where) => {
    const source = fields(value, where);
    const result: Record<string, unknown> = {};
    for (const [name, decode] of entries) {
      const member = decode(source[name], `${where}.${name}`);
      if (member !== undefined) result[name] = member;
    }
    return result as T;
  };
}
