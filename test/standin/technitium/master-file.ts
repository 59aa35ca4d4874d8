import { ApiError } from './errors.ts';
import type { CheckName } from './names.ts';
import { treeKey } from './names.ts';
import { bareRecord, type StoredRecord } from './record.ts';
import { absoluteName, relativeName, type RecordType } from './record-types.ts';
import { parseTtl } from './ttl.ts';
import type { Node, Zone } from './zone.ts';
import { DEFAULT_TTL } from './zone-store.ts';

/** A record of a master file with the comment at the end of its line, '' for none. */
export interface MasterRecord {
  readonly record: StoredRecord;
  readonly comment: string;
}

interface Entry {
  readonly line: number;
  /** The line starts with a blank: the name is the last one. */
  readonly indented: boolean;
  readonly words: readonly string[];
  readonly comment: string;
}

/** Reads RFC 1035 5.1 as the server does; comments are kept, `$INCLUDE` is refused. */
export function parseMasterFile(
  text: string,
  zone: string,
  rules: { types: ReadonlyMap<string, RecordType>; checkName: CheckName },
): MasterRecord[] {
  const records: MasterRecord[] = [];
  const state = { origin: zone, defaultTtl: DEFAULT_TTL.record as number, last: zone };
  for (const entry of entries(text)) {
    const fail = (field: string): never => {
      throw new ApiError(`The zone file parser failed to parse ${field} field on line # ${entry.line}.`);
    };
    const [first = '', second = ''] = entry.words;
    if (first === '$ORIGIN' && !entry.indented) {
      state.origin = state.last = absoluteName(second, state.origin);
    } else if (first === '$TTL' && !entry.indented) {
      state.defaultTtl = parseTtl(second) ?? fail("$TTL 'default-ttl'");
    } else {
      if (!entry.indented) state.last = absoluteName(first, state.origin);
      if (!isValid(state.last, rules.checkName)) fail("'domain-name'");
      const head = readHead(entry.indented ? entry.words : entry.words.slice(1), rules.types) ?? fail("'rr'");
      let data;
      try {
        data = head.type.parse(head.words, state.origin);
      } catch {
        fail("'rdata'");
      }
      const record = bareRecord(state.last, head.name, head.ttl ?? state.defaultTtl, data ?? {});
      records.push({ record, comment: entry.comment });
    }
  }
  return records;
}

function isValid(name: string, checkName: CheckName): boolean {
  try {
    checkName(name);
    return true;
  } catch {
    return false;
  }
}

/** TTL, class and type in front of the value: the first two may be missing. */
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
    for (const [token, , inQuotes] of line.matchAll(/("((?:[^"\\]|\\.)*)")|;.*$|[()]|[^ \t();]+/g)) {
      if (inQuotes !== undefined) words.push(inQuotes);
      else if (token.startsWith(';')) comment = depth === 0 ? token.slice(1) : comment;
      else if (token === '(') depth += 1;
      else if (token === ')') depth -= 1;
      else words.push(token);
    }
    if (depth === 0 && words.length > 0) yield { line: start, indented, words, comment };
  }
}

/** The zone as a master file: SOA, every NS, then the rest, in the order of the server's tree. */
export function writeMasterFile(zone: Zone, types: ReadonlyMap<string, RecordType>): string {
  const records = [...zone.names]
    .sort((a, b) => (treeKey(a) < treeKey(b) ? -1 : 1))
    .flatMap((name) => {
      const node = zone.node(name);
      return node === undefined ? [] : inBuckets(node, types);
    });
  const rank = ({ type }: StoredRecord): number => (type === 'SOA' ? 0 : type === 'NS' ? 1 : 2);
  const lines = records
    .sort((a, b) => rank(a) - rank(b))
    .map((record) => {
      const name = relativeName(record.name, zone.name).padEnd(20);
      const value = types.get(record.type)?.format(record.data, zone.name) ?? '';
      const comment = commentOf(record);
      const end = comment === '' ? '' : `\t\t\t;${comment}`;
      return `${name}  ${String(record.ttl).padEnd(8)}  IN  ${record.type.padEnd(12)}  ${value}${end}\n`;
    });
  return `$ORIGIN ${zone.name}.\n${lines.join('')}`;
}

/** The sets of a name in the order of the server's hash table: seven buckets by type number, the newest first in each. */
function inBuckets(node: Node, types: ReadonlyMap<string, RecordType>): StoredRecord[] {
  const bucket = (type: string): number => (types.get(type)?.number ?? 0) % 7;
  const order = [...node.sets.keys()].reverse().sort((a, b) => bucket(a) - bucket(b));
  return order.flatMap((type) => node.sets.get(type) ?? []);
}

function commentOf({ disabled, comments }: StoredRecord): string {
  if (disabled || comments.trimStart().startsWith('{'))
    return asciiJson({ disabled, comments: comments === '' ? null : comments });
  return comments.replaceAll('\r', '').replaceAll('\n', '\\n');
}

/** JSON as .NET writes it by default: all but harmless ASCII escaped. */
function asciiJson(value: unknown): string {
  const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return JSON.stringify(value)
    .replaceAll('\\"', '\\u0022')
    .replace(/[<>&'+`\u007f-\uffff]/g, escaped);
}
