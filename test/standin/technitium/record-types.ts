import { parseAddress } from './addresses.ts';
import { ApiError } from './errors.ts';
import { cleanName, isWithin, type CheckName } from './names.ts';
import { unsigned, type Params } from './params.ts';

/** A record's value as the API shows it in `rData`. */
export type RData = Readonly<Record<string, unknown>>;

/** Takes a value's parts from parameters; `renewed` looks for `newX` first, as records/update does. */
export interface Reader {
  /** The part that `value` is another name for. */
  main(name: string): string;
  part(name: string): string;
  flag(name: string): boolean;
}

/** What the stand-in knows of one record type. */
export interface RecordType {
  readonly number: number;
  /** One per name; records/add and records/update replace it. */
  readonly single?: true;
  read(from: Reader): RData;
  /** Reads the words of a master file's line; a missing word is a TypeError, as any error a syntax error there. */
  parse(words: readonly string[], origin: string): RData;
  format(data: RData, origin: string): string;
}

/** Reads the value that a call names. */
export function plainReader(params: Params): Reader {
  return {
    main: (name) => params.alt(name, 'value'),
    part: (name) => params.text(name),
    flag: (name) => params.flag(name, false),
  };
}

/** Reads the value that a call changes to, the present one where it says nothing. */
export function renewedReader(params: Params): Reader {
  const plain = plainReader(params);
  return {
    main: (name) => params.optional(`new${name}`) ?? params.optional('newValue') ?? plain.main(name),
    part: (name) => params.optional(`new${name}`) ?? plain.part(name),
    flag: (name) => params.flag(`new${name}`, plain.flag(name)),
  };
}

/** One part of a value: how a parameter and a master file's word become it, and back. */
interface Part {
  readonly main: boolean;
  take(text: string): unknown;
  word(text: string, origin: string): unknown;
  format(value: unknown, origin: string): string;
}

const whole = (max: number): Part => ({
  main: false,
  take: (text) => unsigned(text, max),
  word: (text) => unsigned(text, max),
  format: String,
});
const [u8, u16] = [whole(255), whole(65_535)];
const quoted: Part = { main: false, take: (text) => text, word: (text) => text, format: (v) => quote(String(v)) };
const plain: Part = { ...quoted, format: String };
const address = (family: 4 | 6): Part => ({
  main: true,
  take: (text) => parseAddress(text, family),
  word: (text) => parseAddress(text, family),
  format: String,
});

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

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

function composed(number: number, parts: Readonly<Record<string, Part>>, single = false): RecordType {
  const entries = Object.entries(parts);
  return {
    number,
    ...(single && { single }),
    read: (from) =>
      Object.fromEntries(entries.map(([n, part]) => [n, part.take(part.main ? from.main(n) : from.part(n))])),
    parse: (words, origin) =>
      Object.fromEntries(
        entries.map(([n, part], i) => {
          const word = words[i];
          if (word === undefined) throw new TypeError(`no ${n}`);
          return [n, part.word(word, origin)];
        }),
      ),
    format: (data, origin) => entries.map(([n, part]) => part.format(data[n], origin)).join(' '),
  };
}

/** Every record type that the stand-in holds, with names checked by `check`. */
export function recordTypes(check: CheckName): ReadonlyMap<string, RecordType> {
  const checked = (text: string): string => {
    check(text);
    return text;
  };
  const name: Part = {
    main: true,
    take: (text) => checked(cleanName(text)),
    word: (text, origin) => checked(absoluteName(text, origin)),
    format: (value, origin) => relativeName(String(value), origin),
  };
  return new Map<string, RecordType>([
    ['A', composed(1, { ipAddress: address(4) })],
    ['NS', composed(2, { nameServer: name })],
    ['CNAME', composed(5, { cname: name }, true)],
    ['SOA', soa(name)],
    ['PTR', composed(12, { ptrName: name })],
    ['MX', composed(15, { preference: u16, exchange: name })],
    ['TXT', txt],
    ['AAAA', composed(28, { ipAddress: address(6) })],
    ['SRV', composed(33, { priority: u16, weight: u16, port: u16, target: name })],
    ['DNAME', composed(39, { dname: name }, true)],
    ['DS', ds],
    ['HTTPS', service(65, name)],
    ['SVCB', service(64, name)],
    ['CAA', composed(257, { flags: u8, tag: plain, value: quoted })],
    ['ANAME', composed(65_280, { aname: name })],
    ['APP', app],
  ]);
}

/** TXT in character strings of at most 255 bytes. */
const txt: RecordType = {
  number: 16,
  read: (from) => {
    const text = from.main('text');
    return from.flag('splitText') ? strings(text.split(/[\r\n]+/).filter((s) => s !== '')) : strings(split(text));
  },
  parse: (words) => strings(words.length === 1 ? split(words[0] ?? '') : words),
  format: (data) => (data['characterStrings'] as string[]).map(quote).join(' '),
};

function strings(characterStrings: readonly string[]): RData {
  return { text: characterStrings.join(''), splitText: characterStrings.length > 1, characterStrings };
}

function split(text: string): string[] {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / 255);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 255, (i + 1) * 255).toString());
}

/** `hostmaster.example.org` as `hostmaster@example.org`. */
const mailbox = (domain: string): string => (domain.includes('@') ? domain : domain.replace('.', '@'));

const soa = (name: Part): RecordType => ({
  number: 6,
  read: () => {
    throw new ApiError("Parameter 'rdata' missing.");
  },
  parse: ([mname, rname, ...numbers], origin) => {
    if (mname === undefined || rname === undefined) throw new TypeError('no names');
    const [serial, refresh, retry, expire, minimum] = numbers.map((word) => unsigned(word, 0xffffffff));
    const responsiblePerson = mailbox(String(name.word(rname, origin)));
    return {
      primaryNameServer: name.word(mname, origin),
      responsiblePerson,
      serial,
      refresh,
      retry,
      expire,
      minimum,
    };
  },
  format: (data, origin) => {
    const { primaryNameServer, responsiblePerson, ...numbers } = data;
    const domain = String(responsiblePerson).replace('@', '.');
    const names = [primaryNameServer, domain].map((one) => relativeName(String(one), origin));
    return [...names, ...Object.values(numbers)].join(' ');
  },
});

/** Reads an SOA's value as records/update gives it. */
export function readSoa(params: Params): RData {
  return {
    primaryNameServer: cleanName(params.text('primaryNameServer')),
    responsiblePerson: mailbox(cleanName(params.text('responsiblePerson'))),
    serial: unsigned(params.text('serial'), 0xffffffff),
    refresh: params.ttl('refresh'),
    retry: params.ttl('retry'),
    expire: params.ttl('expire'),
    minimum: params.ttl('minimum'),
  };
}

const ALGORITHMS = { RSASHA256: 8, RSASHA512: 10, ECDSAP256SHA256: 13, ECDSAP384SHA384: 14, ED25519: 15, ED448: 16 };
const DIGESTS = { SHA1: 1, SHA256: 2, SHA384: 4 };

function numbered(table: Readonly<Record<string, number>>, text: string): [name: string, number: number] {
  const found = Object.entries(table).find(([n, v]) => n === text.toUpperCase() || String(v) === text);
  if (found === undefined) throw new ApiError(`Requested value '${text}' was not found.`);
  return found;
}

function delegationSigner(words: readonly [string, string, string, string]): RData {
  const [keyTag, algorithm, digestType, digest] = words;
  const [algorithmName, algorithmNumber] = numbered(ALGORITHMS, algorithm);
  const [digestName, digestTypeNumber] = numbered(DIGESTS, digestType);
  return {
    keyTag: unsigned(keyTag, 65_535),
    algorithm: algorithmName,
    algorithmNumber,
    digestType: digestName,
    digestTypeNumber,
    digest: digest.toUpperCase(),
  };
}

const ds: RecordType = {
  number: 43,
  read: (from) =>
    delegationSigner([from.part('keyTag'), from.part('algorithm'), from.part('digestType'), from.main('digest')]),
  parse: (words) => delegationSigner(words as [string, string, string, string]),
  format: (data) => [data['keyTag'], data['algorithmNumber'], data['digestTypeNumber'], data['digest']].join(' '),
};

/** SVCB and HTTPS; its parameters stay text, and DNS does not serve them. */
const service = (number: number, name: Part): RecordType => ({
  number,
  read: (from) => {
    const words = from.part('svcParams').split('|');
    const pairs = words.flatMap((key, i) => (i % 2 === 0 && key !== 'false' ? [[key, words[i + 1] ?? '']] : []));
    return {
      svcPriority: u16.take(from.part('svcPriority')),
      svcTargetName: name.take(from.part('svcTargetName')),
      svcParams: Object.fromEntries(pairs) as unknown,
      autoIpv4Hint: from.flag('autoIpv4Hint'),
      autoIpv6Hint: from.flag('autoIpv6Hint'),
    };
  },
  parse: ([priority, target, ...params], origin) => {
    if (priority === undefined || target === undefined) throw new TypeError('no target');
    return {
      svcPriority: u16.take(priority),
      svcTargetName: name.word(target, origin),
      svcParams: Object.fromEntries(params.map((word) => word.split('=', 2))) as unknown,
      autoIpv4Hint: false,
      autoIpv6Hint: false,
    };
  },
  format: (data, origin) => {
    const params = Object.entries(data['svcParams'] as Record<string, string>).map(([k, v]) => ` ${k}=${v}`);
    return `${String(data['svcPriority'])} ${name.format(data['svcTargetName'], origin)}${params.join('')}`;
  },
});

/** The record of a DNS app; its data is base64 in master files. */
const app: RecordType = {
  number: 65_282,
  single: true,
  read: (from) => ({
    appName: from.main('appName'),
    classPath: from.part('classPath'),
    data: from.part('recordData'),
  }),
  parse: ([appName, classPath, data]) => {
    if (appName === undefined || classPath === undefined || data === undefined) throw new TypeError('no data');
    return { appName, classPath, data: data === '-' ? '' : Buffer.from(data, 'base64').toString() };
  },
  format: (data) => {
    const text = String(data['data']);
    const encoded = text === '' ? '-' : Buffer.from(text).toString('base64');
    return `${quote(String(data['appName']))} ${quote(String(data['classPath']))} ${encoded}`;
  },
};

const NAMES = new Set(['nameServer', 'cname', 'ptrName', 'exchange', 'target', 'dname', 'aname', 'svcTargetName']);

/** Equal for two values that the server takes for the same: names in any case. */
export function valueKey(data: RData): string {
  return JSON.stringify(data, (key, value: unknown) => (NAMES.has(key) ? String(value).toLowerCase() : value));
}

/** True for a part that holds a domain name. */
export function isNamePart(part: string): boolean {
  return NAMES.has(part) || part === 'primaryNameServer';
}
