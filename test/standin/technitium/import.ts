import { ApiError } from './errors.ts';
import type { MasterRecord } from './master-file-parser.ts';
import { isWithin } from './names.ts';
import type { StoredRecord } from './record.ts';
import type { Zone } from './zone.ts';

/** Puts the records of a master file into a zone, set by set; the first that does not fit stops it, those before it stay. */
export function importRecords(
  zone: Zone,
  lines: readonly MasterRecord[],
  how: { overwrite: boolean; overwriteZone: boolean; modified: number | undefined },
): void {
  if (zone.state.type === 'Secondary') throw new ApiError(`Zone must be a primary or forwarder type: ${zone.name}`);
  const records = lines.flatMap(({ record, comment }) => {
    if (isWithin(zone.name, record.name)) return [annotate(record, comment, how.modified)];
    if (record.type === 'A' || record.type === 'AAAA') return []; // glue
    throw new ApiError(
      `Cannot import records: the domain name '${record.name}' does not belong to the zone '${zone.name}'.`,
    );
  });
  if (how.overwriteZone) zone.clear();
  for (const set of grouped(records)) {
    const [{ type }] = set;
    const whole = how.overwrite || how.overwriteZone || type === 'CNAME' || type === 'DNAME' || type === 'SOA';
    if (type === 'SOA') zone.set([{ ...set[0], dateScheme: zone.soa.dateScheme ?? false }]);
    else if (whole) zone.set(set);
    else for (const record of set) zone.add(record);
  }
}

/** By name in any case, and type, in the order of first mention of the name, then of the type. */
function grouped(records: readonly StoredRecord[]): [StoredRecord, ...StoredRecord[]][] {
  const names = new Map<string, Map<string, [StoredRecord, ...StoredRecord[]]>>();
  for (const record of records) {
    const name = record.name.toLowerCase();
    const types = names.get(name) ?? new Map<string, [StoredRecord, ...StoredRecord[]]>();
    names.set(name, types);
    const set = types.get(record.type);
    if (set === undefined) types.set(record.type, [record]);
    else set.push(record);
  }
  return [...names.values()].flatMap((types) => [...types.values()]);
}

/** A comment is kept as it is, but JSON in it may also say that the record is disabled. Only what has a comment gets a time. */
function annotate(record: StoredRecord, comment: string, modified: number | undefined): StoredRecord {
  if (comment === '') return record;
  const plain = { ...record, modified, comments: comment.replaceAll('\\r', '').replaceAll('\\n', '\n') };
  if (!comment.trimStart().startsWith('{')) return plain;
  try {
    const said = JSON.parse(comment) as { disabled?: unknown; comments?: unknown };
    const comments = typeof said.comments === 'string' ? said.comments : '';
    return { ...record, modified, disabled: said.disabled === true, comments };
  } catch {
    return plain;
  }
}
