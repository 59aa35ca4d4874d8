import { treeKey } from './names.ts';
import type { StoredRecord } from './record.ts';
import { relativeName } from './record-parts.ts';
import type { RecordType } from './record-types.ts';
import type { Node, Zone } from './zone.ts';

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
