import type { RecordSet, ZoneRecord } from '../../../../src/model/record.ts';
import type { Change } from '../../../../src/plan/record/plan-name.ts';
import { NAME } from './name-arbitraries.ts';

/** A record in one line, much as a master file has it: `A 60 10.0.20.203 ;comments`, with ` off` where it is disabled. */
export function record(line: string): ZoneRecord {
  const match = /^(?<type>\S+) (?<ttl>\d+) (?<value>[^;]+?)(?<off> off)?(?: ;(?<comments>.*))?$/s.exec(line);
  const { type = '', ttl = '', value = '', off, comments = '' } = match?.groups ?? {};
  return { name: NAME, type, ttl: Number(ttl), value, comments, disabled: off !== undefined };
}

/** The same line again. */
export function lineOf({ type, ttl, value, disabled, comments }: ZoneRecord): string {
  return `${type} ${ttl} ${value}${disabled ? ' off' : ''}${comments === '' ? '' : ` ;${comments}`}`;
}

/** A wanted set in one line: `A 60 10.0.20.203 10.0.20.204`. */
export function set(line: string): RecordSet {
  const [type, ttl, ...values] = line.split(' ');
  if (type !== 'A' && type !== 'AAAA' && type !== 'CNAME') throw new Error(`no managed type: ${line}`);
  return { name: NAME, type, ttl: Number(ttl), values };
}

/** A change in one line: `add A 60 10.0.20.203`, `update A 60 10.0.20.203 -> A 60 10.0.20.204`, `delete ...`. */
export function changeLine(change: Change): string {
  return change.op === 'update'
    ? `update ${lineOf(change.from)} -> ${lineOf(change.to)}`
    : `${change.op} ${lineOf(change.record)}`;
}
