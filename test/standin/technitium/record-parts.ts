import { parseAddress } from './addresses.ts';
import { ApiError } from './errors.ts';
import { cleanName, isWithin, type CheckName } from './names.ts';
import { unsigned, type Params } from './params.ts';
import { requireTtl } from './ttl.ts';

/** Looks up one part of a value among a call's parameters: its main part may be called `value` too, one with a fallback may be missing. */
export type Lookup = (part: string, options: { main: boolean; fallback?: string }) => string;

/** The value that a call names. */
export const said =
  (params: Params): Lookup =>
  (part, { main, fallback }) =>
    fallback === undefined ? params.alt(part, main ? 'value' : part) : (params.optional(part) ?? fallback);

/** The value that records/update changes to: `newX`, and where that is missing the one that it changes from. */
export const renewed =
  (params: Params): Lookup =>
  (part, options) =>
    params.optional(`new${part}`) ??
    (options.main ? params.optional('newValue') : undefined) ??
    said(params)(part, options);

/** One part of a record's value: how text becomes it, and how a master file of a zone (the origin) writes it. */
export interface Part {
  readonly main: boolean;
  /** What the parameter is called, if not like the part. */
  readonly param?: string;
  /** What a parameter that is missing stands for. */
  readonly fallback?: string;
  /** All that is left of a line in a master file. */
  readonly rest?: true;
  /** From a parameter. */
  take(text: string): unknown;
  /** From a word of a master file. */
  word(text: string, origin: string): unknown;
  format(value: unknown, origin: string): string;
}

/** The name that a master file's word means. */
export function absoluteName(word: string, origin: string): string {
  if (word === '@') return origin;
  return word.endsWith('.') ? word.slice(0, -1) : `${word}.${origin}`;
}

/** How a master file of `origin` writes a name. */
export function relativeName(name: string, origin: string): string {
  if (name.toLowerCase() === origin) return '@';
  return isWithin(origin, name) ? name.slice(0, -origin.length - 1) : `${name}.`;
}

/** A character string of a master file. */
export const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const part = (take: (text: string) => unknown, format: (text: string) => string = (text) => text): Part => ({
  main: false,
  take,
  word: take,
  format: (value) => format(String(value)),
});

const whole = (max: number): Part => part((text) => unsigned(text, max));
export const u8 = whole(255);
export const u16 = whole(65_535);
export const u32 = whole(0xffffffff);
export const seconds = part(requireTtl);
export const plain = part((text) => text);
export const quoted = part((text) => text, quote);
export const hex = { ...part((text) => text.toUpperCase()), main: true };

export const address = (family: 4 | 6): Part => ({ ...part((text) => parseAddress(text, family)), main: true });

/** Text that a master file has in base64, `-` for none. */
export const base64: Part = {
  ...plain,
  word: (text) => (text === '-' ? '' : Buffer.from(text, 'base64').toString()),
  format: (value) => (value === '' ? '-' : Buffer.from(String(value)).toString('base64')),
};

/** One of a list of names, which master files write as numbers. */
export const numbered = (table: Readonly<Record<string, number>>): Part =>
  part(
    (text) => {
      const found = Object.keys(table).find((name) => name === text.toUpperCase() || String(table[name]) === text);
      if (found === undefined) throw new ApiError(`Requested value '${text}' was not found.`);
      return found;
    },
    (name) => String(table[name]),
  );

/** `alpn|h2,h3|port|443` as a parameter, `alpn=h2,h3 port=443` in a master file. */
export const serviceParams: Part = {
  main: false,
  rest: true,
  take: (text) => {
    const words = text === 'false' ? [] : text.split('|');
    const pairs = words.flatMap((key, i) => (i % 2 === 0 ? [[key, words[i + 1] ?? '']] : []));
    return Object.fromEntries(pairs) as unknown;
  },
  word: (text) => Object.fromEntries(text.split(' ').map((word) => word.split('=', 2))) as unknown,
  format: (value) =>
    Object.entries(value as Record<string, string>)
      .map((pair) => pair.join('='))
      .join(' '),
};

/** A domain name. */
export function domainName(check: CheckName): Part {
  const checked = (text: string): string => {
    check(text);
    return text;
  };
  return {
    main: true,
    take: (text) => checked(cleanName(text)),
    word: (text, origin) => checked(absoluteName(text, origin)),
    format: (value, origin) => relativeName(String(value), origin),
  };
}

/** A domain name that stands for a mail address: `hostmaster.example.org` is shown as `hostmaster@example.org`. */
export function mailbox(name: Part): Part {
  const asMail = (domain: unknown): string => String(domain).replace(/^([^@.]*)\.([^@]*)$/, '$1@$2');
  return {
    main: false,
    take: (text) => asMail(text.includes('@') ? text : name.take(text)),
    word: (text, origin) => asMail(name.word(text, origin)),
    format: (value, origin) => name.format(String(value).replace('@', '.'), origin),
  };
}
