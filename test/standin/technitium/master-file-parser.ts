import { ApiError } from './errors.ts';
import type { CheckName } from './names.ts';
import { bareRecord, type StoredRecord } from './record.ts';
import { absoluteName } from './record-parts.ts';
import type { RData, RecordType } from './record-types.ts';
import { parseTtl } from './ttl.ts';
import { DEFAULT_TTL } from './zone-store.ts';

/** A record of a master file with the comment at the end of its line, '' for none. */
export interface MasterRecord {
  readonly record: StoredRecord;
  readonly comment: string;
}

/** What the parser needs to know of names and types. */
export interface MasterFileRules {
  readonly types: ReadonlyMap<string, RecordType>;
  readonly checkName: CheckName;
}

interface Entry {
  readonly line: number;
  /** The line starts with a blank: the name is the last one. */
  readonly indented: boolean;
  readonly words: readonly string[];
  readonly comment: string;
}

/** Reads RFC 1035 5.1 as the server does, keeping comments. */
export function parseMasterFile(text: string, zone: string, rules: MasterFileRules): MasterRecord[] {
  const records: MasterRecord[] = [];
  let [origin, owner, defaultTtl] = [zone, zone, DEFAULT_TTL.record as number];
  for (const entry of entries(text)) {
    const [first = '', second = ''] = entry.words;
    const directive = entry.indented ? '' : first;
    if (directive === '$ORIGIN') {
      origin = owner = absoluteName(second, origin);
    } else if (directive === '$TTL') {
      defaultTtl = attempt(entry, "$TTL 'default-ttl'", () => parseTtl(second));
    } else {
      if (!entry.indented) owner = absoluteName(first, origin);
      records.push({ record: readRecord(entry, { origin, owner, defaultTtl }, rules), comment: entry.comment });
    }
  }
  return records;
}

function readRecord(
  entry: Entry,
  { origin, owner, defaultTtl }: { origin: string; owner: string; defaultTtl: number },
  { types, checkName }: MasterFileRules,
): StoredRecord {
  attempt(entry, "'domain-name'", () => {
    checkName(owner);
    return true;
  });
  const words = entry.indented ? entry.words : entry.words.slice(1);
  const head = attempt(entry, "'rr'", () => readHead(words, types));
  const data = attempt(entry, "'rdata'", (): RData => head.type.parse(head.words, origin));
  return bareRecord(owner, head.name, head.ttl ?? defaultTtl, data);
}

/** What `read` finds; if that is nothing, or an error, the file is refused for that field. */
function attempt<T>(entry: Entry, field: string, read: () => T | undefined): T {
  const fail = (inner?: string): never => {
    const message = `The zone file parser failed to parse ${field} field on line # ${entry.line}.`;
    throw new ApiError(message, inner === undefined ? {} : { inner });
  };
  let found: T | undefined;
  try {
    found = read();
  } catch (error) {
    fail(error instanceof Error ? error.message : undefined);
  }
  return found ?? fail();
}

/** TTL, class and type in front of the value; the first two may be missing. */
function readHead(
  words: readonly string[],
  types: ReadonlyMap<string, RecordType>,
): { ttl: number | undefined; name: string; type: RecordType; words: readonly string[] } | undefined {
  let ttl: number | undefined;
  for (const [i, word] of words.entries()) {
    const name = word.toUpperCase();
    const type = types.get(name);
    if (type !== undefined) return { ttl, name, type, words: words.slice(i + 1) };
    const asTtl = ttl === undefined ? parseTtl(word) : undefined;
    if (asTtl === undefined && name !== 'IN') return undefined;
    ttl ??= asTtl;
  }
  return undefined;
}

/** Lines, or several that parentheses hold together, as words. */
function* entries(text: string): Generator<Entry> {
  let words: string[] = [];
  let [comment, depth, start, indented] = ['', 0, 0, false];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (depth === 0) [words, comment, start, indented] = [[], '', i + 1, /^[ \t]/.test(line)];
    for (const [token, quoted] of line.matchAll(/"((?:[^"\\]|\\.)*)"|;.*$|[()]|[^ \t();]+/g)) {
      if (token === '(') depth += 1;
      else if (token === ')') depth -= 1;
      else if (!token.startsWith(';')) words.push(quoted ?? token);
      else if (depth === 0) comment = token.slice(1);
    }
    if (depth === 0 && words.length > 0) yield { line: start, indented, words, comment };
  }
}
