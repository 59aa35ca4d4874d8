import { TechnitiumError } from './errors.ts';
import type { WritableRecord } from './records.ts';

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
export function masterFile(records: readonly WritableRecord[]): string {
  return records.map(masterLine).join('');
}

function masterLine({ name, type, ttl, value, comments }: WritableRecord): string {
  const valueFits = (type === 'CNAME' ? NAME : ADDRESS).test(value);
  if (!NAME.test(name) || !valueFits || !COMMENTS.test(comments)) {
    throw new TechnitiumError('Rejected', `the ${type} record at ${JSON.stringify(name)} cannot be written as a line`);
  }
  const data = type === 'CNAME' ? `${value}.` : value;
  return `${name}. ${ttl} IN ${type} ${data}${comments === '' ? '' : ` ;${comments}`}\n`;
}
