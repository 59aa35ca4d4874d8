import type { ZoneRecord } from '../model/record.ts';
import { TechnitiumError } from './errors.ts';
import { valueForm } from './records.ts';

const NAME = /^[a-z0-9*_-]+(\.[a-z0-9*_-]+)*$/;
const ADDRESS = /^[0-9a-f.:]+$/;
/**
 * What zones/import keeps as it is. It would trim what starts with a blank, read what starts with `{` as JSON, and turn
 * a backslash and n into a new line.
 */
const COMMENTS = /^(?:[^\s{\\\p{C}][^\\\p{C}]*)?$/u;

/**
 * Records as the lines of a master file (RFC 1035 section 5) that zones/import takes: absolute names, comments right
 * behind the semicolon. Throws `Rejected` for a record that would not come out of it as it went in, so that none can
 * smuggle in a line of its own.
 */
export function masterFile(records: readonly ZoneRecord[]): string {
  return records.map(masterLine).join('');
}

function masterLine(record: ZoneRecord): string {
  const { name, ttl, comments, disabled } = record;
  const form = valueForm(record);
  const [value, pattern, data] =
    form.type === 'CNAME' ? [form.cname, NAME, `${form.cname}.`] : [form.ipAddress, ADDRESS, form.ipAddress];
  if (disabled || !NAME.test(name) || !pattern.test(value) || !COMMENTS.test(comments)) {
    const what = `the ${form.type} record at ${JSON.stringify(name)}`;
    throw new TechnitiumError('Rejected', `${what} cannot be written as a line of a master file`);
  }
  return `${name}. ${ttl} IN ${form.type} ${data}${comments === '' ? '' : ` ;${comments}`}\n`;
}
