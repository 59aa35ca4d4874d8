import type { CheckName } from './names.ts';
import * as parts from './record-parts.ts';
import type { Lookup, Part } from './record-parts.ts';

/** A record's value: its parts by the names that the API has for them. */
export type RData = Readonly<Record<string, unknown>>;

/** What the stand-in knows of one record type. */
export interface RecordType {
  readonly number: number;
  /** One per name; records/add and records/update replace it. */
  readonly single: boolean;
  read(lookup: Lookup): RData;
  /** From the words of a master file's line; throws whatever it likes for a syntax error. */
  parse(words: readonly string[], origin: string): RData;
  format(data: RData, origin: string): string;
  /** What the API shows besides the parts. */
  readonly derived?: (data: RData) => RData;
}

/** All record types by name, with domain names checked by `check`. */
export function recordTypes(check: CheckName): ReadonlyMap<string, RecordType> {
  const { address, u8, u16, u32, seconds, plain, quoted } = parts;
  const name = parts.domainName(check);
  const other = { ...name, main: false };
  const soa = {
    primaryNameServer: other,
    responsiblePerson: parts.mailbox(name),
    serial: u32,
    refresh: seconds,
    retry: seconds,
    expire: seconds,
    minimum: seconds,
  };
  const ds = {
    keyTag: u16,
    algorithm: parts.numbered(ALGORITHMS),
    digestType: parts.numbered(DIGESTS),
    digest: parts.hex,
  };
  const service = { svcPriority: u16, svcTargetName: other, svcParams: parts.serviceParams };
  const app = {
    appName: { ...quoted, main: true },
    classPath: quoted,
    data: { ...parts.base64, param: 'recordData', fallback: '' },
  };
  return new Map([
    ['A', type(1, { ipAddress: address(4) })],
    ['NS', type(2, { nameServer: name })],
    ['CNAME', { ...type(5, { cname: name }), single: true }],
    ['SOA', type(6, soa)],
    ['PTR', type(12, { ptrName: name })],
    ['MX', type(15, { preference: u16, exchange: name })],
    ['TXT', txt],
    ['AAAA', type(28, { ipAddress: address(6) })],
    ['SRV', type(33, { priority: u16, weight: u16, port: u16, target: name })],
    ['DNAME', { ...type(39, { dname: name }), single: true }],
    ['DS', { ...type(43, ds), derived: dsNumbers }],
    ['SVCB', { ...type(64, service), derived: noHints }],
    ['HTTPS', { ...type(65, service), derived: noHints }],
    ['CAA', type(257, { flags: u8, tag: plain, value: quoted })],
    ['ANAME', type(65_280, { aname: name })],
    ['APP', { ...type(65_282, app), single: true }],
  ]);
}

function type(number: number, of: Readonly<Record<string, Part>>): RecordType {
  const entries = Object.entries(of);
  return {
    number,
    single: false,
    read: (lookup) => Object.fromEntries(entries.map(([n, part]) => [n, part.take(lookup(part.param ?? n, part))])),
    parse: (words, origin) =>
      Object.fromEntries(
        entries.map(([n, part], i) => {
          const word = part.rest === true ? words.slice(i).join(' ') : words[i];
          if (word === undefined) throw new SyntaxError(`no ${n}`);
          return [n, part.word(word, origin)];
        }),
      ),
    format: (data, origin) => entries.map(([n, part]) => part.format(data[n], origin)).join(' '),
  };
}

/** IANA's numbers of DNSSEC algorithms and digests. */
const ALGORITHMS = { RSASHA256: 8, RSASHA512: 10, ECDSAP256SHA256: 13, ECDSAP384SHA384: 14, ED25519: 15, ED448: 16 };
const DIGESTS = { SHA1: 1, SHA256: 2, SHA384: 4 };

/** The numbers of a DS record's algorithm and digest. */
export const dsNumbers = (data: RData): { algorithmNumber: number; digestTypeNumber: number } => ({
  algorithmNumber: ALGORITHMS[data['algorithm'] as keyof typeof ALGORITHMS],
  digestTypeNumber: DIGESTS[data['digestType'] as keyof typeof DIGESTS],
});

const noHints = (): RData => ({ autoIpv4Hint: false, autoIpv6Hint: false });

/** TXT: its value is a list of character strings of at most 255 bytes. */
const txt: RecordType = {
  number: 16,
  single: false,
  read: (lookup) => {
    const text = lookup('text', { main: true });
    const lines = lookup('splitText', { main: false, fallback: 'false' }).toLowerCase() === 'true';
    return { characterStrings: lines ? text.split(/[\r\n]+/).filter((line) => line !== '') : split(text) };
  },
  parse: ([first = '', ...more]) => ({ characterStrings: more.length === 0 ? split(first) : [first, ...more] }),
  format: (data) => textOf(data).map(parts.quote).join(' '),
  derived: (data) => ({ text: textOf(data).join(''), splitText: textOf(data).length > 1 }),
};

/** The character strings of a TXT record. */
export const textOf = (data: RData): string[] => [...(data['characterStrings'] as string[])];

function split(text: string): string[] {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / 255);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 255, (i + 1) * 255).toString());
}

const NAMES = new Set(['nameServer', 'cname', 'ptrName', 'exchange', 'target', 'dname', 'aname', 'svcTargetName']);

/** Equal for two values that the server takes for the same: names in any case. */
export function valueKey(data: RData): string {
  return JSON.stringify(data, (key, value: unknown) => (NAMES.has(key) ? String(value).toLowerCase() : value));
}

/** True for a part that holds a domain name. */
export function isNamePart(part: string): boolean {
  return NAMES.has(part) || part === 'primaryNameServer';
}
